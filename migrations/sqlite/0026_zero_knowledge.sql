-- Zero knowledge: what a sender's program has sealed before it came here. The service's own layer lies around all of it.

ALTER TABLE transfers ADD COLUMN mode TEXT NOT NULL DEFAULT 'standard';  -- standard, zero_knowledge
ALTER TABLE transfers ADD COLUMN server_half        BLOB;  -- the service's half of its secret, sealed under the transfer key
ALTER TABLE transfers ADD COLUMN proof_hash         BLOB;  -- SHA-256 of what shows that somebody has the whole secret
ALTER TABLE transfers ADD COLUMN sender_content_key BLOB;  -- sealed by the sender, and that under the transfer key
ALTER TABLE transfers ADD COLUMN sender_subject     BLOB;  -- the same
ALTER TABLE transfers ADD COLUMN sender_message     BLOB;  -- the same

ALTER TABLE files ADD COLUMN sender_file_key BLOB;  -- sealed by the sender, and that under the content key
ALTER TABLE files ADD COLUMN sender_manifest BLOB;  -- the same
