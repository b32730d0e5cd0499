//! Licences: what activates a tenant, and how many of its users may send. `docs/licences.md` is the specification.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{LicenceId, TenantId, TenantSlug, Timestamp, is_deceptive};

/// Longest name of a customer in a licence, in characters.
pub const LICENCE_CUSTOMER_MAX: usize = 200;
const SEATS_MAX: u32 = 1_000_000;
const FEATURES_MAX: usize = 32;
const FEATURE_MAX: usize = 40;
const GRACE_MAX_DAYS: u32 = 366;
/// 9999-12-31T23:59:59Z: nothing writes a later time.
const LATEST_SECOND: i64 = 253_402_300_799;
const DAY: u64 = 86_400;

/// What cannot stand in a licence, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LicenceError(&'static str);

/// What a licence says. That it is genuine is for its signature to show.
///
/// Times are whole seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    // In the order of their names: so serialised, without blanks, it is canonical JSON (RFC 8785).
    /// Who has bought it; 1 to 200 characters in one line.
    pub customer: String,
    /// When it ends, but for the grace.
    #[serde(with = "seconds")]
    pub expires_at: Timestamp,
    /// What it allows beside sending; in order, each once, at most 32.
    #[serde(deserialize_with = "read_features")]
    pub features: Vec<Feature>,
    /// How many days it counts beyond its end, while everybody concerned is told; at most 366.
    pub grace_days: u32,
    /// Which.
    pub id: LicenceId,
    /// When it was issued. Of two licences the later one counts.
    #[serde(with = "seconds")]
    pub issued_at: Timestamp,
    /// The key that has signed it.
    pub key: LicenceKeyId,
    /// How many users may send; 1 to 1,000,000.
    pub seats: u32,
    /// Whose it is.
    pub tenant: LicensedTenant,
}

impl Licence {
    /// Whether it lies within the bounds of its fields.
    ///
    /// # Errors
    /// [`LicenceError`] with the first bound that it leaves.
    pub fn check(&self) -> Result<(), LicenceError> {
        let customer = &self.customer;
        let one_line = !customer.chars().any(|c| c.is_control() || is_deceptive(c));
        let length = customer.chars().count();
        let rules = [
            (
                one_line && (1..=LICENCE_CUSTOMER_MAX).contains(&length) && customer.trim() == customer,
                "the customer is 1 to 200 characters in one line",
            ),
            ((1..=SEATS_MAX).contains(&self.seats), "seats are 1 to 1000000"),
            (self.grace_days <= GRACE_MAX_DAYS, "grace_days are at most 366"),
            (self.features.len() <= FEATURES_MAX, "there are at most 32 features"),
            (self.features.is_sorted_by(|a, b| a < b), "features stand in order, each once"),
            (self.issued_at < self.expires_at, "it ends after it was issued"),
        ];
        rules.into_iter().find(|(kept, _)| !kept).map_or(Ok(()), |(_, rule)| Err(LicenceError(rule)))
    }

    /// When it ends for good, the grace included.
    pub fn grace_ends_at(&self) -> Timestamp {
        self.expires_at + Duration::from_secs(u64::from(self.grace_days) * DAY)
    }

    /// Where it stands at `now`.
    pub fn state(&self, now: Timestamp) -> LicenceState {
        if now < self.expires_at {
            LicenceState::Active
        } else if now < self.grace_ends_at() {
            LicenceState::Grace
        } else {
            LicenceState::Expired
        }
    }

    /// Whether it was issued for this tenant.
    pub fn is_for(&self, id: TenantId, slug: &TenantSlug) -> bool {
        match &self.tenant {
            LicensedTenant::Id(licensed) => *licensed == id,
            LicensedTenant::Slug(licensed) => licensed == slug,
        }
    }
}

/// Where a tenant stands with its licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LicenceState {
    /// It counts.
    Active,
    /// It has ended for good: nobody sends.
    Expired,
    /// It has ended and counts a little longer.
    Grace,
    /// There is none: nobody sends.
    Missing,
    /// This installation asks for none: everybody may send whose role allows it.
    NotRequired,
}

impl LicenceState {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Grace => "grace",
            Self::Missing => "missing",
            Self::NotRequired => "not_required",
        }
    }

    /// Whether whoever has a seat may send.
    pub const fn lets_send(self) -> bool {
        matches!(self, Self::Active | Self::Grace | Self::NotRequired)
    }
}

impl fmt::Display for LicenceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The tenant of a licence: by its id, or by its short name where the id is not known yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum LicensedTenant {
    /// By its id; what looks like one is one.
    Id(TenantId),
    /// By its short name.
    Slug(TenantSlug),
}

impl fmt::Display for LicensedTenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Slug(slug) => slug.fmt(f),
        }
    }
}

impl FromStr for LicensedTenant {
    type Err = LicenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const NEITHER: LicenceError = LicenceError("a tenant is named by its id or its short name");
        if let Ok(id) = text.parse::<TenantId>() {
            // One spelling only.
            return if id.to_string() == text { Ok(Self::Id(id)) } else { Err(NEITHER) };
        }
        text.parse().map(Self::Slug).map_err(|_| NEITHER)
    }
}

/// Something that a licence allows, by its word: 1 to 40 of a to z, 0 to 9, - and _.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Feature(String);

/// Which key has signed a licence: the first 8 bytes of the SHA-256 of its public half, as 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LicenceKeyId(String);

impl FromStr for Feature {
    type Err = LicenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        let fits = (1..=FEATURE_MAX).contains(&text.len()) && text.bytes().all(word);
        fits.then(|| Self(text.to_owned())).ok_or(LicenceError("a feature is 1 to 40 of a-z, 0-9, - and _"))
    }
}

impl FromStr for LicenceKeyId {
    type Err = LicenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self(text.to_owned())).ok_or(LicenceError("a key is named by 16 hexadecimal digits"))
    }
}

macro_rules! words {
    ($($name:ident)+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> Self {
                word.0
            }
        }
    )+};
}
words! { Feature LicenceKeyId }

impl From<LicensedTenant> for String {
    fn from(tenant: LicensedTenant) -> Self {
        tenant.to_string()
    }
}

macro_rules! try_from_text {
    ($($name:ident)+) => {$(
        impl TryFrom<String> for $name {
            type Error = LicenceError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
    )+};
}
try_from_text! { Feature LicenceKeyId LicensedTenant }

/// Stops at the first that is one too many.
fn read_features<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Feature>, D::Error> {
    struct Few;
    impl<'de> de::Visitor<'de> for Few {
        type Value = Vec<Feature>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of at most 32 features")
        }

        fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut features = Vec::new();
            while let Some(feature) = list.next_element()? {
                if features.len() == FEATURES_MAX {
                    return Err(de::Error::invalid_length(FEATURES_MAX + 1, &self));
                }
                features.push(feature);
            }
            Ok(features)
        }
    }
    deserializer.deserialize_seq(Few)
}

/// Times as whole seconds since 1970, as in JSON Web Tokens (RFC 7519).
mod seconds {
    use super::{Deserialize as _, Deserializer, LATEST_SECOND, Serializer, Timestamp, de};

    pub(super) fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(time.unix_millis().div_euclid(1_000))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let seconds = i64::deserialize(deserializer)?;
        if (0..=LATEST_SECOND).contains(&seconds) {
            Ok(Timestamp::from_unix_millis(seconds * 1_000))
        } else {
            Err(de::Error::custom("a time lies between 1970 and 9999"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

    fn licence() -> Licence {
        Licence {
            customer: "St. Anna Hospital".to_owned(),
            expires_at: NOW + Duration::from_secs(365 * DAY),
            features: vec!["portal".parse().unwrap(), "sms".parse().unwrap()],
            grace_days: 14,
            id: LicenceId::new(NOW, [7; 10]),
            issued_at: NOW,
            key: "0123456789abcdef".parse().unwrap(),
            seats: 50,
            tenant: "st-anna".parse().unwrap(),
        }
    }

    #[test]
    fn a_licence_has_one_text() {
        let json = serde_json::to_string(&licence()).unwrap();
        assert_eq!(
            json,
            r#"{"customer":"St. Anna Hospital","expires_at":1831536000,"features":["portal","sms"],"grace_days":14,"id":"01a3185c-5000-7707-8707-070707070707","issued_at":1800000000,"key":"0123456789abcdef","seats":50,"tenant":"st-anna"}"#
        );
        assert_eq!(serde_json::from_str::<Licence>(&json).unwrap(), licence());
    }

    #[test]
    fn what_is_within_its_bounds_passes_and_nothing_else() {
        assert_eq!(licence().check(), Ok(()));
        let feature = |word: &str| word.parse::<Feature>().unwrap();
        for broken in [
            Licence { customer: String::new(), ..licence() },
            Licence { customer: " x".to_owned(), ..licence() },
            Licence { customer: "two\nlines".to_owned(), ..licence() },
            Licence { customer: "\u{202e}x".to_owned(), ..licence() },
            Licence { customer: "x".repeat(201), ..licence() },
            Licence { seats: 0, ..licence() },
            Licence { seats: 1_000_001, ..licence() },
            Licence { grace_days: 367, ..licence() },
            Licence { features: vec![feature("b"), feature("a")], ..licence() },
            Licence { features: vec![feature("a"), feature("a")], ..licence() },
            Licence { expires_at: NOW, ..licence() },
        ] {
            assert!(broken.check().is_err(), "{broken:?}");
        }
    }

    #[test]
    fn it_counts_until_its_end_and_its_grace_are_over() {
        let licence = licence();
        let second = Duration::from_secs(1);
        for (now, state) in [
            (NOW, LicenceState::Active),
            (licence.expires_at - second, LicenceState::Active),
            (licence.expires_at, LicenceState::Grace),
            (licence.expires_at + Duration::from_secs(14 * DAY) - second, LicenceState::Grace),
            (licence.expires_at + Duration::from_secs(14 * DAY), LicenceState::Expired),
        ] {
            assert_eq!(licence.state(now), state, "{now:?}");
        }
        let strict = Licence { grace_days: 0, ..licence };
        assert_eq!(strict.state(strict.expires_at), LicenceState::Expired);
    }

    #[test]
    fn it_is_for_one_tenant_by_id_or_by_name() {
        let (id, other) = (TenantId::new(NOW, [1; 10]), TenantId::new(NOW, [2; 10]));
        let (slug, another) = ("st-anna".parse().unwrap(), "st-bert".parse().unwrap());
        assert!(licence().is_for(id, &slug) && !licence().is_for(id, &another));
        let by_id = Licence { tenant: id.to_string().parse().unwrap(), ..licence() };
        assert!(by_id.is_for(id, &another) && !by_id.is_for(other, &slug));
        // A short name that looks like an id would be somebody else's.
        let posing: TenantSlug = id.to_string().parse().unwrap();
        assert!(!by_id.is_for(other, &posing));
        for text in ["", "x", "St-Anna", &id.to_string().to_uppercase(), "{}"] {
            assert!(text.parse::<LicensedTenant>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_licence_is_not_read() {
        let good = serde_json::to_string(&licence()).unwrap();
        assert!(serde_json::from_str::<Licence>(&good).is_ok());
        let many = format!("[{}]", vec!["\"a\""; 33].join(","));
        for (from, to) in [
            (r#""seats":50"#, r#""seats":50,"more":1"#),
            (r#""seats":50"#, r#""seats":50,"seats":50"#),
            (r#""seats":50"#, r#""seats":-1"#),
            (r#""seats":50"#, r#""seats":5e1"#),
            (r#""seats":50,"#, ""),
            ("1831536000", "18315360000000000"),
            ("1831536000", "-1"),
            ("0123456789abcdef", "0123456789ABCDEF"),
            (r#"["portal","sms"]"#, &many),
            (r#"["portal","sms"]"#, r#"["Portal"]"#),
            (r#"["portal","sms"]"#, "null"),
        ] {
            let text = good.replace(from, to);
            assert_ne!(text, good);
            assert!(serde_json::from_str::<Licence>(&text).is_err(), "{text}");
        }
    }
}
