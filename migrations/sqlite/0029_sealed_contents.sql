-- Which files and words a transfer is sealed with, sealed by the sender, and that under the transfer key.

ALTER TABLE transfers ADD COLUMN sender_contents BLOB;
