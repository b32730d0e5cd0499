//! A tenant's settings: what every request needs to know.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::SenderChoice;
use crate::{Language, Protection, SignIn, Timestamp, ZeroKnowledge};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// The wished end lies outside what the tenant allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a transfer ends at the earliest after one hour and at the latest after {maximum_hours} hours")]
pub struct RetentionError {
    /// The tenant's maximum, in hours.
    pub maximum_hours: u64,
}

/// The rules contradict each other or what the service can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PolicyError(pub &'static str);

/// Whether recipients may answer what was sent with files of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replies {
    /// Unless the sender says otherwise.
    Allow,
    /// Whatever he says.
    Forbid,
}

/// A key pair of the tenant whose other half is kept away from the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryKey {
    /// X25519: 32 bytes as 43 characters of base64url.
    pub public_key: String,
}

impl RecoveryKey {
    /// Whether the text is 32 bytes, in the one way that they are written.
    fn is_written_well(&self) -> bool {
        let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let bytes = self.public_key.as_bytes();
        // Of the last character two bits are over, and 0.
        bytes.len() == 43
            && bytes.iter().all(|byte| is_digit(*byte))
            && bytes.last().is_some_and(|last| b"AEIMQUYcgkosw048".contains(last))
    }
}

/// A tenant's settings, the part of its [`PolicyDocument`](crate::PolicyDocument) that every request needs to know. Fields
/// that stored settings lack have their default; unknown ones are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Life of a transfer when the sender says nothing, in seconds. 14 days.
    pub retention_default_seconds: u64,
    /// Longest life of a transfer, extensions included, counted from now, in seconds. 30 days.
    pub retention_max_seconds: u64,
    /// Life of an unfinished upload after its last byte, in seconds. 24 hours.
    pub upload_idle_seconds: u64,
    /// Most files in a transfer.
    pub max_files: u64,
    /// Most bytes in a file.
    pub max_file_bytes: u64,
    /// Most bytes in a transfer.
    pub max_transfer_bytes: u64,
    /// Most recipients of a transfer.
    pub max_recipients: u64,
    /// Shortest password for a transfer, in characters.
    pub password_min_chars: u64,
    /// Lowest score of zxcvbn that a password for a transfer must have, 0 to 4.
    pub password_min_score: u64,
    /// Most bytes that all of a tenant's transfers hold together, until they are purged; without one, no bound.
    pub quota_bytes: Option<u64>,
    /// The same for the transfers of one sender.
    pub sender_quota_bytes: Option<u64>,
    /// In how many visits each recipient may fetch when the sender says nothing; without one, no bound.
    pub max_downloads_default: Option<u64>,
    /// Whether recipients may answer with files, where the sender does not say otherwise.
    pub replies: Replies,
    /// Whether senders seal by themselves what they send, so that nobody here can look into it.
    pub zero_knowledge: ZeroKnowledge,
    /// To which senders' programs seal besides, so that the tenant can open what is lost; without one, to nobody.
    pub recovery: Option<RecoveryKey>,
    /// What senders do not choose: the tenant's default holds, and they do not see that there is a choice.
    pub locked: Vec<SenderChoice>,
    /// What recipients may be asked for. The first is what counts when the sender says nothing.
    pub protections: Vec<Protection>,
    /// How long a browser in which a code was shown needs no other, in seconds; 0: not at all. Passwords are always
    /// asked for.
    pub remember_seconds: u64,
    /// Wrong passwords and codes after which a transfer is locked until the sender unblocks it.
    pub password_attempts: u64,
    /// Shortest password of an account, in characters; never fewer than 8 bytes.
    pub account_password_min_chars: u64,
    /// Lowest score of an account's password by zxcvbn, 0 to 4: 3 stands for 10^8 guesses, 4 for 10^10.
    pub account_password_min_score: u64,
    /// How long a recipient may go on fetching after he has shown what was asked of him, in seconds.
    pub grant_seconds: u64,
    /// How long before its end recipients who have not fetched are reminded, in seconds; off by default.
    pub reminder_seconds: Option<u64>,
    /// Whether senders are told of downloads.
    pub notify_downloads: bool,
    /// The language of mails to people of whom no other is known; that of the installation by default.
    pub mail_language: Option<Language>,
    /// Whether new users get a seat by themselves, as long as the licence has seats or not.
    pub seats_automatic: bool,
    /// How users may sign in.
    pub signins: Vec<SignIn>,
    /// Whether a password alone signs nobody in. Providers of identities see to it themselves.
    pub second_factor_required: bool,
    /// Life of a session in which nothing is done, in seconds. 8 hours.
    pub session_idle_seconds: u64,
    /// Longest life of a browser's session, in seconds. 7 days.
    pub session_max_seconds: u64,
    /// Longest life of the add-in's session, in seconds; it then shows a new token of its directory. 12 hours.
    pub addin_session_seconds: u64,
    /// Life of an entry of the audit log, in seconds. A year.
    pub audit_retention_seconds: u64,
    /// How long after a credential was shown dangerous acts are possible without another, in seconds. 10 minutes.
    pub step_up_seconds: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            retention_default_seconds: 14 * DAY,
            retention_max_seconds: 30 * DAY,
            upload_idle_seconds: DAY,
            max_files: 10_000,
            max_file_bytes: 1 << 40,
            max_transfer_bytes: 1 << 42,
            max_recipients: 100,
            quota_bytes: None,
            sender_quota_bytes: None,
            max_downloads_default: None,
            replies: Replies::Allow,
            zero_knowledge: ZeroKnowledge::Allow,
            recovery: None,
            locked: Vec::new(),
            password_min_chars: 8,
            password_min_score: 2,
            protections: vec![
                Protection::None,
                Protection::EmailCode,
                Protection::Password,
                Protection::SmsCode,
                Protection::EmailCodeAndPassword,
                Protection::SmsCodeAndPassword,
            ],
            remember_seconds: 30 * DAY,
            password_attempts: 10,
            account_password_min_chars: 12,
            account_password_min_score: 3,
            grant_seconds: 12 * HOUR,
            reminder_seconds: None,
            notify_downloads: true,
            mail_language: None,
            seats_automatic: true,
            signins: SignIn::ALL.to_vec(),
            second_factor_required: false,
            session_idle_seconds: 8 * HOUR,
            session_max_seconds: 7 * DAY,
            addin_session_seconds: 12 * HOUR,
            audit_retention_seconds: 365 * DAY,
            step_up_seconds: 600,
        }
    }
}

impl Policy {
    /// Shortest life of a transfer.
    pub const RETENTION_MIN: Duration = Duration::from_secs(HOUR);

    /// Whether the rules can be kept: what a stored policy must pass.
    ///
    /// # Errors
    /// [`PolicyError`] with the first rule that cannot.
    pub fn validate(&self) -> Result<(), PolicyError> {
        const YEAR: u64 = 365 * DAY;
        let rules = [
            (
                (HOUR..=YEAR).contains(&self.retention_max_seconds),
                "retention_max_seconds lies between an hour and a year",
            ),
            (
                (HOUR..=self.retention_max_seconds).contains(&self.retention_default_seconds),
                "retention_default_seconds lies between an hour and retention_max_seconds",
            ),
            (
                (HOUR..=30 * DAY).contains(&self.upload_idle_seconds),
                "upload_idle_seconds lies between an hour and 30 days",
            ),
            ((60..=7 * DAY).contains(&self.grant_seconds), "grant_seconds lies between a minute and 7 days"),
            (self.max_files >= 1 && self.max_recipients >= 1, "max_files and max_recipients are at least 1"),
            (
                self.max_file_bytes >= 1
                    && self.max_file_bytes <= 1 << 50
                    && self.max_transfer_bytes <= 1 << 55,
                "max_file_bytes is 1 to 2^50, max_transfer_bytes at most 2^55",
            ),
            (
                within(self.quota_bytes, 1, 1 << 60) && within(self.sender_quota_bytes, 1, 1 << 60),
                "quota_bytes and sender_quota_bytes are 1 to 2^60",
            ),
            (within(self.max_downloads_default, 1, 1_000_000), "max_downloads_default is 1 to 1000000"),
            (
                self.recovery.as_ref().is_none_or(RecoveryKey::is_written_well),
                "recovery.public_key is 32 bytes as 43 characters of base64url",
            ),
            (distinct(&self.locked), "locked names each choice once"),
            (self.max_file_bytes <= self.max_transfer_bytes, "max_file_bytes is at most max_transfer_bytes"),
            ((1..=1_024).contains(&self.password_min_chars), "password_min_chars is 1 to 1024"),
            (self.password_min_score <= 4, "password_min_score is 0 to 4"),
            (
                !self.protections.is_empty() && distinct(&self.protections),
                "protections names at least one, and each once",
            ),
            (self.remember_seconds <= YEAR, "remember_seconds is at most a year"),
            ((1..=1_000).contains(&self.password_attempts), "password_attempts is 1 to 1000"),
            ((8..=64).contains(&self.account_password_min_chars), "account_password_min_chars is 8 to 64"),
            (self.account_password_min_score <= 4, "account_password_min_score is 0 to 4"),
            (!self.signins.is_empty(), "signins names at least one way to sign in"),
            (
                (300..=30 * DAY).contains(&self.session_max_seconds)
                    && (300..=self.session_max_seconds).contains(&self.session_idle_seconds),
                "session_max_seconds lies between 5 minutes and 30 days, session_idle_seconds between 5 minutes and that",
            ),
            (
                (300..=DAY).contains(&self.addin_session_seconds),
                "addin_session_seconds lies between 5 minutes and a day",
            ),
            (
                (30 * DAY..=10 * YEAR).contains(&self.audit_retention_seconds),
                "audit_retention_seconds lies between 30 days and ten years",
            ),
            (
                (60..=HOUR).contains(&self.step_up_seconds),
                "step_up_seconds lies between a minute and an hour",
            ),
        ];
        rules.into_iter().find(|(kept, _)| !kept).map_or(Ok(()), |(_, rule)| Err(PolicyError(rule)))
    }

    /// Whether senders do not choose this.
    pub fn locks(&self, choice: SenderChoice) -> bool {
        self.locked.contains(&choice)
    }

    /// Whether recipients may be asked for this.
    pub fn allows(&self, protection: Protection) -> bool {
        self.protections.contains(&protection)
    }

    /// What recipients are asked for when the sender has not said what: the tenant's first, or, if he has given a
    /// password, the password alone, or else the first that asks for one.
    pub fn default_protection(&self, with_password: bool) -> Protection {
        let first =
            |fits: fn(Protection) -> bool| self.protections.iter().copied().find(|known| fits(*known));
        if !with_password {
            return first(|_| true).unwrap_or_default();
        }
        let alone = first(|known| known == Protection::Password);
        alone.or_else(|| first(Protection::needs_password)).unwrap_or(Protection::Password)
    }

    /// When a transfer ends: the wish if it lies within the bounds, the default if there is none.
    pub fn expiry(&self, now: Timestamp, wish: Option<Timestamp>) -> Result<Timestamp, RetentionError> {
        let Some(wish) = wish else {
            return Ok(now + Duration::from_secs(self.retention_default_seconds));
        };
        let latest = now + Duration::from_secs(self.retention_max_seconds);
        if (now + Self::RETENTION_MIN..=latest).contains(&wish) {
            Ok(wish)
        } else {
            Err(RetentionError { maximum_hours: self.retention_max_seconds / HOUR })
        }
    }
}

fn distinct<T: Ord + Copy>(values: &[T]) -> bool {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len() == values.len()
}

fn within(value: Option<u64>, least: u64, most: u64) -> bool {
    value.is_none_or(|value| (least..=most).contains(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

    #[test]
    fn a_transfer_lives_14_days_unless_told_otherwise() {
        assert_eq!(Policy::default().expiry(NOW, None), Ok(NOW + Duration::from_secs(14 * DAY)));
    }

    #[test]
    fn the_end_lies_between_an_hour_and_the_maximum() {
        let policy = Policy::default();
        for (seconds, fits) in
            [(0, false), (HOUR - 1, false), (HOUR, true), (30 * DAY, true), (30 * DAY + 1, false)]
        {
            let wish = NOW + Duration::from_secs(seconds);
            assert_eq!(policy.expiry(NOW, Some(wish)).is_ok(), fits, "{seconds}");
        }
        assert!(policy.expiry(NOW, Some(NOW - Duration::from_secs(DAY))).is_err());
        assert!(policy.expiry(NOW, Some(Timestamp::from_unix_millis(i64::MAX))).is_err());
    }

    #[test]
    fn rules_that_cannot_be_kept_are_refused() {
        assert_eq!(Policy::default().validate(), Ok(()));
        for broken in [
            Policy { retention_default_seconds: 31 * DAY, ..Policy::default() },
            Policy { retention_max_seconds: 0, ..Policy::default() },
            Policy { max_file_bytes: 0, ..Policy::default() },
            Policy { max_transfer_bytes: u64::MAX, ..Policy::default() },
            Policy { password_attempts: 0, ..Policy::default() },
            Policy { account_password_min_chars: 7, ..Policy::default() },
            Policy { account_password_min_score: 5, ..Policy::default() },
            Policy { password_min_score: 5, ..Policy::default() },
            Policy { protections: Vec::new(), ..Policy::default() },
            Policy { protections: vec![Protection::None, Protection::None], ..Policy::default() },
            Policy { remember_seconds: 366 * DAY, ..Policy::default() },
            Policy { quota_bytes: Some(0), ..Policy::default() },
            Policy { sender_quota_bytes: Some(u64::MAX), ..Policy::default() },
            Policy { max_downloads_default: Some(0), ..Policy::default() },
            Policy { locked: vec![SenderChoice::Expiry, SenderChoice::Expiry], ..Policy::default() },
            Policy { recovery: Some(RecoveryKey { public_key: "A".repeat(42) }), ..Policy::default() },
            Policy { recovery: Some(RecoveryKey { public_key: "B".repeat(43) }), ..Policy::default() },
            Policy { grant_seconds: u64::MAX, ..Policy::default() },
            Policy { signins: Vec::new(), ..Policy::default() },
            Policy { session_idle_seconds: 8 * DAY, ..Policy::default() },
            Policy { addin_session_seconds: 0, ..Policy::default() },
            Policy { step_up_seconds: DAY, ..Policy::default() },
            Policy { audit_retention_seconds: DAY, ..Policy::default() },
        ] {
            assert!(broken.validate().is_err(), "{broken:?}");
        }
    }

    #[test]
    fn a_stored_policy_may_lack_fields_but_not_invent_any() {
        assert_eq!(serde_json::from_str::<Policy>("{}").unwrap(), Policy::default());
        assert!(serde_json::from_str::<Policy>(r#"{"retention":1}"#).is_err());
    }

    #[test]
    fn what_a_sender_does_not_say_the_tenant_does() {
        let rules =
            |protections: &[Protection]| Policy { protections: protections.to_vec(), ..Policy::default() };
        assert_eq!(Policy::default().default_protection(false), Protection::None);
        assert_eq!(Policy::default().default_protection(true), Protection::Password);
        let strict = rules(&[Protection::EmailCode, Protection::SmsCodeAndPassword]);
        assert_eq!(strict.default_protection(false), Protection::EmailCode);
        assert_eq!(strict.default_protection(true), Protection::SmsCodeAndPassword);
        // Refused later: the tenant knows no password.
        assert_eq!(rules(&[Protection::EmailCode]).default_protection(true), Protection::Password);
    }
}
