//! What the add-in does in Outlook.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::WebLink;

/// Most other origins of Outlook on the web.
const MAX_MAIL_HOSTS: usize = 10;
/// Longest time that mails are judged by a policy that was fetched before, in seconds.
const MAX_FRESH_SECONDS: u64 = 3_600;
/// Longest time that it counts while the service does not answer, in seconds.
const MAX_KEEP_SECONDS: u64 = 7 * 24 * 3_600;

/// What the add-in does in Outlook, and what its manifest says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddinSettings {
    /// Whether mails are looked at while they are written and sent.
    pub events: bool,
    /// What Outlook does with a mail that is not to be sent as it is. It is in the manifest: another takes effect when an
    /// administrator has deployed that anew.
    pub send_mode: SendMode,
    /// Bytes of all attachments together from which on, exclusively, they should go by Sealpost; no such bound without one.
    pub attachments_more_than_bytes: Option<u64>,
    /// What comes of attachments that are more.
    pub attachments_level: AddinLevel,
    /// What comes of an attachment that the rules about files refuse by its name.
    pub types_level: AddinLevel,
    /// What comes of a recipient whom the rules about addresses refuse, or for whom they ask for a protection.
    pub recipients_level: AddinLevel,
    /// What comes of an upload that is not complete when its mail is sent.
    pub uploads_level: AddinLevel,
    /// How long the policy is not asked for anew, in seconds.
    pub fresh_seconds: u64,
    /// How long it counts while the service does not answer, in seconds; 0: then every mail goes out.
    pub keep_seconds: u64,
    /// Where the organisation has Outlook on the web, beside Microsoft's own addresses.
    pub mail_hosts: Vec<MailHost>,
    /// What the manifest links to.
    pub links: AddinLinks,
}

/// What the manifest links to. What is left out is the service's own address, and for support what the branding says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddinLinks {
    /// The organisation.
    pub website: Option<WebLink>,
    /// What becomes of what it is told of people.
    pub privacy: Option<WebLink>,
    /// On what terms it may be used.
    pub terms: Option<WebLink>,
    /// Help.
    pub support: Option<WebLink>,
}

/// How much comes of something that was found in a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddinLevel {
    /// The sender is asked when he sends.
    Ask,
    /// It is not sent like this, as far as the send mode lets that be.
    Enforce,
    /// The sender is told while he writes.
    Notify,
}

/// What Outlook does with a mail that is not to be sent as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendMode {
    /// It stays, also where the add-in cannot be asked.
    Block,
    /// The sender may send it all the same.
    PromptUser,
    /// It stays, unless the add-in cannot be asked.
    SoftBlock,
}

/// What the add-in cannot be set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AddinSettingsError(&'static str);

impl Default for AddinSettings {
    fn default() -> Self {
        Self {
            events: true,
            send_mode: SendMode::PromptUser,
            attachments_more_than_bytes: Some(10_000_000),
            attachments_level: AddinLevel::Ask,
            types_level: AddinLevel::Ask,
            recipients_level: AddinLevel::Ask,
            uploads_level: AddinLevel::Ask,
            fresh_seconds: 60,
            keep_seconds: 0,
            mail_hosts: Vec::new(),
            links: AddinLinks::default(),
        }
    }
}

impl AddinSettings {
    /// Whether it can be kept. Hosts and links were looked at when they were read.
    ///
    /// # Errors
    /// [`AddinSettingsError`] with the first thing that cannot.
    pub fn validate(&self) -> Result<(), AddinSettingsError> {
        let mut hosts: Vec<_> = self.mail_hosts.iter().map(MailHost::as_str).collect();
        hosts.sort_unstable();
        hosts.dedup();
        let rules = [
            (
                self.attachments_more_than_bytes.is_none_or(|bytes| bytes <= 1 << 50),
                "attachments_more_than_bytes is at most 2^50",
            ),
            (self.fresh_seconds <= MAX_FRESH_SECONDS, "fresh_seconds is at most an hour"),
            (self.keep_seconds <= MAX_KEEP_SECONDS, "keep_seconds is at most 7 days"),
            (
                hosts.len() == self.mail_hosts.len() && hosts.len() <= MAX_MAIL_HOSTS,
                "mail_hosts has at most 10 addresses, each once",
            ),
        ];
        rules.into_iter().find(|(kept, _)| !kept).map_or(Ok(()), |(_, rule)| Err(AddinSettingsError(rule)))
    }
}

/// An origin at which an organisation has Outlook on the web, such as `https://mail.example.org`: what a browser calls it,
/// and fit to stand in a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailHost(String);

/// It is no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a mail host is written https://mail.example.org, without a path")]
pub struct MailHostError;

impl MailHost {
    /// The origin, in lower case and without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MailHost {
    type Err = MailHostError;

    fn from_str(text: &str) -> Result<Self, MailHostError> {
        let text = text.trim();
        let rest = text.strip_prefix("https://").ok_or(MailHostError)?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (name, port) = match rest.rsplit_once(':') {
            None => (rest, None),
            Some((name, port)) => {
                let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
                let number = port.parse::<u16>().ok().filter(|number| digits && *number > 0);
                (name, Some(number.ok_or(MailHostError)?))
            }
        };
        let name = idna::domain_to_ascii_strict(name).map_err(|_| MailHostError)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        if !name.contains('.') || !name.bytes().all(plain) || name.len() > 253 || name.starts_with('.') {
            return Err(MailHostError);
        }
        Ok(Self(match port {
            None | Some(443) => format!("https://{name}"),
            Some(port) => format!("https://{name}:{port}"),
        }))
    }
}

impl fmt::Display for MailHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for MailHost {
    type Error = MailHostError;

    fn try_from(text: String) -> Result<Self, MailHostError> {
        text.parse()
    }
}

impl From<MailHost> for String {
    fn from(host: MailHost) -> Self {
        host.0
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_origin_has_one_spelling() {
        for (text, spelt) in [
            ("https://Mail.Example.org", "https://mail.example.org"),
            ("https://mail.example.org/", "https://mail.example.org"),
            ("https://mail.example.org:443", "https://mail.example.org"),
            ("https://mail.example.org:8443/", "https://mail.example.org:8443"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("https://10.1.2.3", "https://10.1.2.3"),
        ] {
            assert_eq!(text.parse::<MailHost>().map(|host| host.0), Ok(spelt.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_could_say_more_than_an_origin_is_refused() {
        for text in [
            "",
            "https://",
            "http://mail.example.org",
            "mail.example.org",
            "https://mail",
            "https://mail.example.org/owa",
            "https://mail.example.org//",
            "https://*.example.org",
            "https://mail.example.org; script-src *",
            "https://mail.example.org https://evil.example",
            "https://user@mail.example.org",
            "https://mail.example.org:0",
            "https://mail.example.org:+1",
            "https://mail.example.org:x",
            "https://mail.example.org?x",
            "https://'none'.example",
            "https://.example.org",
        ] {
            assert_eq!(text.parse::<MailHost>(), Err(MailHostError), "{text}");
        }
    }

    #[test]
    fn settings_are_kept_or_refused() {
        let hosts =
            |count: usize| (0..count).map(|at| format!("https://mail{at}.example")).collect::<Vec<_>>();
        for (json, kept) in [
            (json!({}), true),
            (json!({ "attachments_more_than_bytes": null }), true),
            (json!({ "attachments_more_than_bytes": 0 }), true),
            (json!({ "attachments_more_than_bytes": (1_u64 << 50) + 1 }), false),
            (json!({ "fresh_seconds": 3600 }), true),
            (json!({ "fresh_seconds": 3601 }), false),
            (json!({ "keep_seconds": 604_800 }), true),
            (json!({ "keep_seconds": 604_801 }), false),
            (json!({ "mail_hosts": hosts(10) }), true),
            (json!({ "mail_hosts": hosts(11) }), false),
            (json!({ "mail_hosts": ["https://a.example", "https://A.example/"] }), false),
            (json!({ "mail_hosts": ["https://a.example/owa"] }), false),
            (json!({ "send_mode": "soft_block", "types_level": "enforce" }), true),
            (json!({ "send_mode": "softBlock" }), false),
            (json!({ "types_level": "no" }), false),
            (json!({ "links": { "website": "https://acme.example/" } }), true),
            (json!({ "links": { "website": "http://acme.example/" } }), false),
            (json!({ "links": { "website": format!("https://acme.example/{}", "x".repeat(2027)) } }), true),
            (json!({ "links": { "website": format!("https://acme.example/{}", "x".repeat(2028)) } }), false),
            (json!({ "links": { "imprint": "https://acme.example/" } }), false),
            (json!({ "enabled": true }), false),
        ] {
            let read = serde_json::from_value::<AddinSettings>(json.clone());
            assert_eq!(read.is_ok_and(|read| read.validate().is_ok()), kept, "{json}");
        }
    }
}
