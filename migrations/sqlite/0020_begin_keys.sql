-- Keys with which whoever sends in asks a second time for what he has begun, if he has never heard the answer.

ALTER TABLE transfers ADD COLUMN begin_key  BLOB; -- of the key and of what it is sent in by: an HMAC under the tenant key; NULL: none was shown, or it is no draft any more
ALTER TABLE transfers ADD COLUMN begin_said BLOB; -- of what was said with it, likewise
CREATE UNIQUE INDEX submissions_by_key ON transfers (begin_key) WHERE begin_key IS NOT NULL;
