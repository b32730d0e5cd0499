//! The form of what a remote vault wraps.

use std::fmt;

use sealpost_sealed::Error;

use crate::VaultError;

/// A version of a root key: in each vault all are of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// Counted from 1; four bytes.
    Number(u32),
    /// A name of 32 hexadecimal digits, as Azure gives; sixteen bytes.
    Name([u8; 16]),
}

impl Version {
    /// The name's version, if it is one.
    pub(crate) fn named(text: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self::Name)
    }

    fn to_bytes(self) -> Vec<u8> {
        match self {
            Self::Number(number) => number.to_be_bytes().to_vec(),
            Self::Name(name) => name.to_vec(),
        }
    }

    /// The version that stands behind the mark, in the form of `like`.
    pub(super) fn after(mark: u8, like: Self, wrapped: &[u8]) -> Option<Self> {
        let rest = wrapped.strip_prefix(&[mark])?;
        match like {
            Self::Number(_) => match u32::from_be_bytes(*rest.first_chunk()?) {
                0 => None,
                number => Some(Self::Number(number)),
            },
            Self::Name(_) => Some(Self::Name(*rest.first_chunk()?)),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "v{number}"),
            Self::Name(name) => f.write_str(&data_encoding::HEXLOWER.encode(name)),
        }
    }
}

/// What all begins with that is wrapped under a version.
pub(super) fn prefix(mark: u8, version: Version) -> Vec<u8> {
    [&[mark], &version.to_bytes()[..]].concat()
}

/// What is behind the mark.
pub(super) struct Parts<'a> {
    pub(super) version: Version,
    /// The vault's bytes.
    pub(super) wrapped: &'a [u8],
    /// The secret, sealed.
    pub(super) message: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(super) fn join(&self, mark: u8) -> Result<Vec<u8>, VaultError> {
        let length = u16::try_from(self.wrapped.len())
            .map_err(|_| VaultError::Denied("the vault answers with more than a wrapped key".to_owned()))?;
        Ok([&prefix(mark, self.version), &length.to_be_bytes()[..], self.wrapped, self.message].concat())
    }

    pub(super) fn split(mark: u8, like: Version, wrapped: &'a [u8]) -> Result<Self, Error> {
        let version = Version::after(mark, like, wrapped).ok_or(Error::Commitment)?;
        let rest = &wrapped[prefix(mark, version).len()..];
        let (length, rest) = rest.split_first_chunk::<2>().ok_or(Error::Length)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (wrapped, message) = rest.split_at_checked(length).ok_or(Error::Length)?;
        Ok(Self { version, wrapped, message })
    }
}
