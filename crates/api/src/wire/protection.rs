use sealpost_domain::{CodeChannel, Protection as Needed};
use sealpost_transfer::NewPassword as Wish;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a recipient must show beside his link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Protection {
    /// Nothing but the link.
    None,
    /// A code that is sent to his e-mail address.
    EmailCode,
    /// A password that the sender gives him.
    Password,
    /// A code that is sent to his telephone.
    SmsCode,
    /// A code by e-mail, and the password.
    EmailCodeAndPassword,
    /// A code by SMS, and the password.
    SmsCodeAndPassword,
    /// A sign-in at the identity provider that knows his address.
    Account,
}

/// How a code is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Channel {
    Email,
    Sms,
}

/// A password: this one, or `{"generate": true}` for one that the service makes up and answers once.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum NewPassword {
    /// This one: at most 1,024 bytes; the tenant says how long and how strong it must be.
    #[schema(format = Password)]
    Own(String),
    Generate(Generate),
}

/// A password shall be made up.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Generate {
    /// Always `true`.
    #[schema(value_type = bool)]
    generate: True,
}

/// The word `true`.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "bool")]
pub(crate) struct True;

impl TryFrom<bool> for True {
    type Error = &'static str;

    fn try_from(value: bool) -> Result<Self, Self::Error> {
        if value { Ok(Self) } else { Err("generate is true, or the password is left out") }
    }
}

impl From<NewPassword> for Wish {
    fn from(password: NewPassword) -> Self {
        match password {
            NewPassword::Own(password) => Self::Own(password),
            NewPassword::Generate(Generate { generate: True }) => Self::Generate,
        }
    }
}

impl From<Needed> for Protection {
    fn from(needed: Needed) -> Self {
        match needed {
            Needed::None => Self::None,
            Needed::EmailCode => Self::EmailCode,
            Needed::Password => Self::Password,
            Needed::SmsCode => Self::SmsCode,
            Needed::EmailCodeAndPassword => Self::EmailCodeAndPassword,
            Needed::SmsCodeAndPassword => Self::SmsCodeAndPassword,
            Needed::Account => Self::Account,
        }
    }
}

impl From<Protection> for Needed {
    fn from(protection: Protection) -> Self {
        match protection {
            Protection::None => Self::None,
            Protection::EmailCode => Self::EmailCode,
            Protection::Password => Self::Password,
            Protection::SmsCode => Self::SmsCode,
            Protection::EmailCodeAndPassword => Self::EmailCodeAndPassword,
            Protection::SmsCodeAndPassword => Self::SmsCodeAndPassword,
            Protection::Account => Self::Account,
        }
    }
}

impl From<CodeChannel> for Channel {
    fn from(channel: CodeChannel) -> Self {
        match channel {
            CodeChannel::Email => Self::Email,
            CodeChannel::Sms => Self::Sms,
        }
    }
}

impl From<Channel> for CodeChannel {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Email => Self::Email,
            Channel::Sms => Self::Sms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_domain() {
        for needed in Needed::ALL {
            let protection = Protection::from(needed);
            assert_eq!(serde_json::to_value(protection).unwrap(), needed.as_str());
            assert_eq!(Needed::from(protection), needed);
        }
    }

    #[test]
    fn a_password_is_a_text_or_a_wish() {
        let parse = serde_json::from_str::<NewPassword>;
        assert!(matches!(parse(r#""x""#), Ok(NewPassword::Own(_))));
        assert!(matches!(parse(r#"{"generate":true}"#), Ok(NewPassword::Generate(_))));
        for bad in [r#"{"generate":false}"#, r#"{"generate":true,"length":3}"#, "{}", "1", "true", "[]"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
