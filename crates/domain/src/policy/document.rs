//! A tenant's whole policy.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{AddinSettings, AddinSettingsError, Branding, BrandingError, Policy, PolicyError};
use crate::{
    EmailAddress, GroupId, MailDomains, Protection, UserId,
    rules::{
        AddressEffect, AddressRules, AddressRulesError, ContentRules, ContentRulesError, ScanRules,
        TypeRules, TypeRulesError, TypeRulesWarning,
    },
};

/// All that a tenant has decided. One document, of which every version is kept; what a stored one lacks has its default,
/// and what it has beside these fields is refused.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyDocument {
    /// What every request needs to know.
    pub settings: Policy,
    /// Domains whose addresses are the tenant's own, beside those of its users and mailboxes: what rules call `internal`.
    /// Subdomains are others.
    #[serde(with = "domains")]
    pub domains: MailDomains,
    /// Who may send to whom.
    pub addresses: AddressRules,
    /// What may be sent.
    pub types: TypeRules,
    /// What is written, and what that asks for.
    pub content: ContentRules,
    /// What a malware scanner has to say before anybody gets it.
    pub scan: ScanRules,
    /// Who is told what, beside those whose role says so.
    pub contacts: Contacts,
    /// What is reported, and to whom.
    pub reports: ReportSettings,
    /// How it shows itself to recipients.
    pub branding: Branding,
    /// What the add-in does in Outlook.
    pub addin: AddinSettings,
}

/// People whom a tenant has named.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contacts {
    /// Who is told of incidents, beside the owners.
    pub incidents: Vec<EmailAddress>,
}

/// What is reported of a tenant, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportSettings {
    /// When reports are mailed.
    pub schedule: ReportSchedule,
    /// To whom: users who may read them.
    pub recipients: Vec<UserId>,
    /// Groups that are departments.
    pub departments: Vec<GroupId>,
}

/// When reports are mailed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportSchedule {
    /// Never.
    #[default]
    Off,
    /// On Mondays, for the week before.
    Weekly,
    /// On the first day of a month, for the month before.
    Monthly,
}

impl ReportSettings {
    /// Most recipients.
    pub const MAX_RECIPIENTS: usize = 50;
    /// Most departments.
    pub const MAX_DEPARTMENTS: usize = 100;

    fn validate(&self) -> Result<(), DocumentError> {
        let recipients: BTreeSet<_> = self.recipients.iter().collect();
        let departments: BTreeSet<_> = self.departments.iter().collect();
        if recipients.len() < self.recipients.len()
            || departments.len() < self.departments.len()
            || recipients.len() > Self::MAX_RECIPIENTS
            || departments.len() > Self::MAX_DEPARTMENTS
        {
            return Err(DocumentError::Reports);
        }
        Ok(())
    }
}

impl Contacts {
    /// Most of a kind.
    pub const MAX: usize = 20;

    fn validate(&self) -> Result<(), DocumentError> {
        let distinct: BTreeSet<_> = self.incidents.iter().map(EmailAddress::lookup_key).collect();
        if self.incidents.len() > Self::MAX || distinct.len() < self.incidents.len() {
            return Err(DocumentError::Contacts);
        }
        Ok(())
    }
}

/// A policy cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// For its settings.
    #[error("settings: {0}")]
    Settings(#[from] PolicyError),
    /// For its rules about addresses.
    #[error("addresses: {0}")]
    Addresses(#[from] AddressRulesError),
    /// For its rules about files.
    #[error("types: {0}")]
    Types(#[from] TypeRulesError),
    /// For its rules about what is written.
    #[error("content: {0}")]
    Content(#[from] ContentRulesError),
    /// For whom it names.
    #[error("contacts: incidents has at most 20 addresses, each once")]
    Contacts,
    /// For what it reports.
    #[error("reports: at most 50 recipients and 100 departments, each once")]
    Reports,
    /// For how it shows the tenant.
    #[error("branding: {0}")]
    Branding(#[from] BrandingError),
    /// For what the add-in does.
    #[error("addin: {0}")]
    Addin(#[from] AddinSettingsError),
}

/// What is allowed in a policy, and most likely a mistake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyWarning {
    /// A rule about addresses never decides.
    #[error(
        "address rule {rule} never decides: rule {because_of} is about all of its senders and recipients"
    )]
    NeverReached {
        /// Its number, counted from 1.
        rule: usize,
        /// The number of the rule before it.
        because_of: usize,
    },
    /// An enabled rule lets nobody send to anybody, and no enabled rule stands before it.
    #[error("address rule {rule} lets nobody send anything")]
    NothingIsSent {
        /// Its number, counted from 1.
        rule: usize,
    },
    /// A rule asks for a protection that the settings do not offer to senders: it holds, where the rule says so.
    #[error("address rule {rule} names the protection {protection}, which the settings do not")]
    ProtectionNotOffered {
        /// Its number, counted from 1.
        rule: usize,
        /// The protection.
        protection: Protection,
    },
    /// A rule requires that senders seal what the settings forbid, or the other way round: nothing is sent to whom it is about.
    #[error(
        "address rule {rule} and the setting zero_knowledge contradict each other: nothing is sent by it"
    )]
    ModeContradicts {
        /// Its number, counted from 1.
        rule: usize,
    },
    /// What finds something by both rules can be sent to nobody: no protection meets both.
    #[error("content rules {0} and {1} ask for protections that nothing meets together")]
    NothingMeetsBoth(usize, usize),
    /// Part of the rules about files never decides.
    #[error("types: {0}")]
    Types(TypeRulesWarning),
}

impl PolicyDocument {
    /// Most bytes of a document as JSON.
    pub const MAX_BYTES: usize = 8 << 20;

    /// A policy of these settings and no rules.
    pub fn of(settings: Policy) -> Self {
        Self { settings, ..Self::default() }
    }

    /// Whether the policy can be kept.
    ///
    /// # Errors
    /// [`DocumentError`] with the first thing that cannot.
    pub fn validate(&self) -> Result<(), DocumentError> {
        self.settings.validate()?;
        self.addresses.validate()?;
        self.types.validate()?;
        self.content.validate()?;
        self.contacts.validate()?;
        self.reports.validate()?;
        self.branding.validate()?;
        Ok(self.addin.validate()?)
    }

    /// What is most likely a mistake.
    pub fn warnings(&self) -> Vec<PolicyWarning> {
        let mut warnings = Vec::new();
        let enabled = (1..).zip(&self.addresses.0).filter(|(_, rule)| !rule.disabled);
        for (place, (number, rule)) in enabled.enumerate() {
            let denies = matches!(rule.effect, AddressEffect::Deny(_));
            if !denies && self.settings.zero_knowledge.contradicts(rule.zero_knowledge) {
                warnings.push(PolicyWarning::ModeContradicts { rule: number });
            }
            match &rule.effect {
                AddressEffect::Deny(_) if place == 0 && rule.is_about_everybody() => {
                    warnings.push(PolicyWarning::NothingIsSent { rule: number });
                }
                AddressEffect::Require(protections) => {
                    let not_offered = protections.iter().filter(|named| !self.settings.allows(**named));
                    warnings.extend(not_offered.map(|protection| PolicyWarning::ProtectionNotOffered {
                        rule: number,
                        protection: *protection,
                    }));
                }
                _ => {}
            }
        }
        let never = self.addresses.never_reached().into_iter();
        warnings
            .extend(never.map(|it| PolicyWarning::NeverReached { rule: it.rule, because_of: it.because_of }));
        warnings.extend(self.types.warnings().into_iter().map(PolicyWarning::Types));
        let apart = self.content.never_met_together().into_iter();
        warnings.extend(apart.map(|(one, other)| PolicyWarning::NothingMeetsBoth(one, other)));
        warnings
    }
}

/// Domains as a list of texts.
mod domains {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use crate::MailDomains;

    pub(super) fn serialize<S: Serializer>(domains: &MailDomains, serializer: S) -> Result<S::Ok, S::Error> {
        domains.as_slice().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<MailDomains, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        MailDomains::new(texts.iter().map(String::as_str)).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(json: &str) -> PolicyDocument {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_document_may_lack_fields_but_not_invent_any() {
        assert_eq!(document("{}"), PolicyDocument::default());
        assert_eq!(PolicyDocument::default().validate(), Ok(()));
        for wrong in [
            r#"{"rules":[]}"#,
            r#"{"settings":{"rules":1}}"#,
            r#"{"domains":["no domain"]}"#,
            r#"{"domains":"acme.example"}"#,
        ] {
            assert!(serde_json::from_str::<PolicyDocument>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_document_is_written_as_it_is_read() {
        let json = r#"{"settings":{"max_files":3},"domains":["ACME.example","bücher.example"],"addresses":[{"name":"x","effect":"allow"}]}"#;
        let read = document(json);
        assert_eq!(read.domains.as_slice(), ["acme.example", "xn--bcher-kva.example"]);
        assert_eq!(document(&serde_json::to_string(&read).unwrap()), read);
    }

    #[test]
    fn what_cannot_be_kept_is_named_by_its_place() {
        for (json, text) in [
            (r#"{"settings":{"max_files":0}}"#, "settings: max_files and max_recipients are at least 1"),
            (r#"{"addresses":[{"name":"","effect":"allow"}]}"#, "addresses: rule 1: a name of one line"),
            (
                r#"{"content":[{"name":"a","find":{"words":[]},"level":"notify","text":"t"}]}"#,
                "content: rule 1: at least one word",
            ),
            (
                r#"{"contacts":{"incidents":["a@x.example","A@x.example"]}}"#,
                "contacts: incidents has at most 20",
            ),
            (
                r#"{"reports":{"departments":["0190a000-0000-7000-8000-000000000001","0190a000-0000-7000-8000-000000000001"]}}"#,
                "reports: at most 50",
            ),
            (r#"{"branding":{"name":""}}"#, "branding: name is one line"),
            (r#"{"addin":{"fresh_seconds":3601}}"#, "addin: fresh_seconds is at most an hour"),
            (r#"{"types":{"mode":"allow","kinds":[]}}"#, "types: with these rules nothing could be sent"),
        ] {
            let error = document(json).validate().unwrap_err().to_string();
            assert!(error.starts_with(text), "{error}");
        }
    }

    #[test]
    fn what_is_most_likely_a_mistake_is_warned_of() {
        use PolicyWarning as W;
        for (addresses, expected) in [
            (r#"[{"name":"a","effect":"allow"}]"#, vec![]),
            (r#"[{"name":"a","effect":{"deny":"No."}}]"#, vec![W::NothingIsSent { rule: 1 }]),
            (r#"[{"name":"a","senders":["internal"],"effect":{"deny":"No."}}]"#, vec![]),
            (
                r#"[{"name":"a","effect":{"deny":"No."},"disabled":true},{"name":"b","effect":{"deny":"No."}}]"#,
                vec![W::NothingIsSent { rule: 2 }],
            ),
            (
                r#"[{"name":"a","recipients":["a.example"],"effect":"allow"},{"name":"b","effect":{"deny":"No."}}]"#,
                vec![],
            ),
            (
                r#"[{"name":"a","effect":"allow"},{"name":"b","effect":{"deny":"No."}}]"#,
                vec![W::NeverReached { rule: 2, because_of: 1 }],
            ),
            (
                r#"[{"name":"a","effect":{"require":["email_code","account"]}}]"#,
                vec![W::ProtectionNotOffered { rule: 1, protection: Protection::Account }],
            ),
        ] {
            let warnings = document(&format!(r#"{{"addresses":{addresses}}}"#)).warnings();
            assert_eq!(warnings, expected, "{addresses}");
        }
    }

    #[test]
    fn a_rule_that_says_the_opposite_of_the_settings_of_who_seals_is_warned_of() {
        for (setting, word, warned) in [
            ("forbid", "require", true),
            ("forbid", "forbid", false),
            ("require", "forbid", true),
            ("require", "require", false),
            ("allow", "require", false),
            ("prefer", "forbid", false),
        ] {
            let json = format!(
                r#"{{"settings":{{"zero_knowledge":"{setting}"}},"addresses":[{{"name":"a","effect":"allow","zero_knowledge":"{word}"}}]}}"#
            );
            let expected = Vec::from_iter(warned.then_some(PolicyWarning::ModeContradicts { rule: 1 }));
            assert_eq!(document(&json).warnings(), expected, "{json}");
        }
    }
}
