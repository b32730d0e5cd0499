-- Requests of data subjects, incident notices, reports.

-- How many recipients were removed from a transfer at their own wish: all that is left of them.
ALTER TABLE transfers ADD COLUMN erased_recipients BIGINT NOT NULL DEFAULT 0;
