//! Why something did not seal or open. The words are for logs: callers answer all but
//! [`Error::WrongPassword`] alike.

/// Why something did not seal or open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The sealed content key does not open: another link, server half, password or transfer, or damage. Which of them
    /// nobody can tell.
    #[error("the sealed content key does not open with this link and password")]
    Access,
    /// A chunk was altered, moved, doubled or belongs elsewhere.
    #[error("a sealed chunk is damaged or not in its place")]
    Chunk,
    /// Key, salt or context is not the one this was sealed with.
    #[error("sealed with another key, for another place, or damaged at the start")]
    Commitment,
    /// The contents do not open: another content key or transfer, another version, or damage.
    #[error("the sealed contents do not open, or are of another version")]
    Contents,
    /// The text is no fingerprint of a public key.
    #[error("not a fingerprint")]
    Fingerprint,
    /// What stands behind `#` in a link is no fragment secret.
    #[error("not the secret of a link")]
    FragmentSecret,
    /// What was opened as a grant is none, or was sealed for another purpose.
    #[error("not a grant of this purpose")]
    Grant,
    /// A key does not have 32 bytes.
    #[error("a key of the wrong length")]
    KeyLength,
    /// No Cobblestone-256 message, or no such slice of one, has this many bytes.
    #[error("sealed bytes of an impossible length")]
    Length,
    /// The manifest opened but does not describe a file; says which rule it breaks.
    #[error("not a manifest: {0}")]
    Manifest(&'static str),
    /// The memory for Argon2id could not be had; trying later may work.
    #[error("not enough memory for the password key")]
    Memory,
    /// No signed note, no checkpoint, or no key that could sign one.
    #[error("not a signed note")]
    Note,
    /// Stored password parameters that cannot be read.
    #[error("password parameters that cannot be read")]
    PasswordParameters,
    /// The private key does not open: another passphrase, passkey, owner or public half, or damage.
    #[error("the private key does not open with this passphrase or passkey")]
    PrivateKey,
    /// The public key is one of the few that give everybody the same secret.
    #[error("a public key to which nothing can be sealed")]
    PublicKey,
    /// What was sealed to a public key does not open: to another key, for another place, or damage.
    #[error("not sealed to this key, for another place, or damaged")]
    Receiver,
    /// No metadata record of this form, or one of something else.
    #[error("not the record that was looked for")]
    Record,
    /// The text is no recovery key file; says which rule it breaks.
    #[error("not a recovery key file: {0}")]
    RecoveryKey(&'static str),
    /// The object is of another attempt than the manifest names.
    #[error("a part of another attempt")]
    Salt,
    /// Not signed with this key, for another context, or changed since.
    #[error("the signature does not fit")]
    Signature,
    /// The opened column is not UTF-8.
    #[error("sealed text that is not UTF-8")]
    Text,
    /// The password does not open the content key.
    #[error("wrong password")]
    WrongPassword,
}
