-- What was found in files.

ALTER TABLE files ADD COLUMN kind     TEXT;  -- sealpost_domain::rules::FileKind, the one that says the most; NULL: not looked into
ALTER TABLE files ADD COLUMN findings BLOB; -- sealpost_domain::rules::Findings as JSON, sealed under the content key: it has names of files in files
