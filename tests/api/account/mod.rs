mod key_pairs;
mod passkeys;
mod password;
mod recovery_codes;
mod sessions;
mod tokens;
mod totp;
