-- What was found in files, and what a malware scanner says of them.

ALTER TABLE files ADD COLUMN kind     TEXT;  -- sealpost_domain::rules::FileKind, the one that says the most; NULL: not looked into
ALTER TABLE files ADD COLUMN findings BYTEA; -- sealpost_domain::rules::Findings as JSON, sealed under the content key: it has names of files in files
ALTER TABLE files ADD COLUMN scan     TEXT;  -- clean, too_big: what the scanner has said; NULL: nothing yet

ALTER TABLE transfers ADD COLUMN inspection         TEXT;   -- sealpost_domain::rules::Inspection; NULL: nobody has looked
ALTER TABLE transfers ADD COLUMN inspection_since   BIGINT; -- since when
ALTER TABLE transfers ADD COLUMN inspection_finding TEXT;   -- the scanner's name for what it has found; no file's name
