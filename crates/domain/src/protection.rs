//! What a recipient has to show beside his link.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What a recipient has to show beside his link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// Nothing: whoever has the link, reads.
    #[default]
    None,
    /// A code that is sent to his e-mail address when he asks for it.
    EmailCode,
    /// A password that the sender gives him by another way.
    Password,
    /// A code that is sent to his telephone when he asks for it.
    SmsCode,
    /// Both a code by e-mail and the password.
    EmailCodeAndPassword,
    /// Both a code by SMS and the password.
    SmsCodeAndPassword,
    /// A sign-in at the identity provider that knows his address.
    Account,
}

/// How a code is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeChannel {
    /// By e-mail.
    Email,
    /// By SMS.
    Sms,
}

/// The word is no protection, or no channel of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown protection")]
pub struct UnknownProtection;

impl Protection {
    /// Every protection.
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::EmailCode,
        Self::Password,
        Self::SmsCode,
        Self::EmailCodeAndPassword,
        Self::SmsCodeAndPassword,
        Self::Account,
    ];

    /// The word in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::EmailCode => "email_code",
            Self::Password => "password",
            Self::SmsCode => "sms_code",
            Self::EmailCodeAndPassword => "email_code_and_password",
            Self::SmsCodeAndPassword => "sms_code_and_password",
            Self::Account => "account",
        }
    }

    /// Whether a password is needed.
    pub const fn needs_password(self) -> bool {
        matches!(self, Self::Password | Self::EmailCodeAndPassword | Self::SmsCodeAndPassword)
    }

    /// How the code is sent that is needed, if one is.
    pub const fn code(self) -> Option<CodeChannel> {
        match self {
            Self::EmailCode | Self::EmailCodeAndPassword => Some(CodeChannel::Email),
            Self::SmsCode | Self::SmsCodeAndPassword => Some(CodeChannel::Sms),
            Self::None | Self::Password | Self::Account => None,
        }
    }

    /// Whether a telephone number of the recipient is needed.
    pub const fn needs_phone(self) -> bool {
        matches!(self.code(), Some(CodeChannel::Sms))
    }
}

impl CodeChannel {
    /// The word in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Protection {
    type Err = UnknownProtection;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|known| known.as_str() == word).ok_or(UnknownProtection)
    }
}

impl FromStr for CodeChannel {
    type Err = UnknownProtection;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Email, Self::Sms].into_iter().find(|known| known.as_str() == word).ok_or(UnknownProtection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_json_and_come_back() {
        for protection in Protection::ALL {
            assert_eq!(serde_json::to_value(protection).unwrap(), protection.as_str());
            assert_eq!(protection.as_str().parse(), Ok(protection));
        }
        for channel in [CodeChannel::Email, CodeChannel::Sms] {
            assert_eq!(serde_json::to_value(channel).unwrap(), channel.as_str());
            assert_eq!(channel.as_str().parse(), Ok(channel));
        }
        assert_eq!("sms".parse::<Protection>(), Err(UnknownProtection));
    }
}
