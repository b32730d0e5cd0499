-- The version of the vault's root key under which the keyring's check value (a secret, "root-key-check") is wrapped:
-- another root key does not open it, and is refused.
ALTER TABLE identity ADD COLUMN root_key TEXT;
