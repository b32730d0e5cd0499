//! A policy's rules, made ready once.

use sealpost_db::Conn;
use sealpost_domain::{
    AddinSettings, Branding, Contacts, MailDomains, PolicyDocument, TenantId,
    rules::{AddressFilter, ContentFilter, ScanRules, TypeRules},
};
use sealpost_sealed::TenantKey;

use crate::{PolicyStoreError, open_document};

/// The rules of one version of a tenant's policy.
#[derive(Debug)]
pub struct Rules {
    version: u64,
    domains: MailDomains,
    addresses: AddressFilter,
    types: TypeRules,
    content: ContentFilter,
    scan: ScanRules,
    contacts: Contacts,
    branding: Branding,
    addin: AddinSettings,
}

impl Rules {
    /// Makes the rules of a document ready.
    pub fn new(version: u64, document: PolicyDocument) -> Self {
        let PolicyDocument {
            settings: _,
            domains,
            addresses,
            types,
            content,
            scan,
            contacts,
            reports: _,
            branding,
            addin,
        } = document;
        Self {
            version,
            domains,
            addresses: AddressFilter::new(addresses),
            types,
            content: ContentFilter::new(content),
            scan,
            contacts,
            branding,
            addin,
        }
    }

    /// The policy's number.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Domains whose addresses are the tenant's own.
    pub const fn domains(&self) -> &MailDomains {
        &self.domains
    }

    /// Who may send to whom.
    pub const fn addresses(&self) -> &AddressFilter {
        &self.addresses
    }

    /// What is written, and what that asks for.
    pub const fn content(&self) -> &ContentFilter {
        &self.content
    }

    /// What a malware scanner has to say before anybody gets it.
    pub const fn scan(&self) -> &ScanRules {
        &self.scan
    }

    /// Who is told what.
    pub const fn contacts(&self) -> &Contacts {
        &self.contacts
    }

    /// How the tenant shows itself.
    pub const fn branding(&self) -> &Branding {
        &self.branding
    }

    /// What the add-in does in Outlook.
    pub const fn addin(&self) -> &AddinSettings {
        &self.addin
    }

    /// What may be sent.
    pub const fn types(&self) -> &TypeRules {
        &self.types
    }

    /// Whether the rules about files were the same in this version of the policy; not if that is not known any more, or is none.
    ///
    /// # Errors
    /// [`PolicyStoreError::Damaged`], those of the database.
    pub async fn has_types_of(
        &self,
        conn: &mut Conn,
        (tenant, key): (TenantId, &TenantKey),
        version: u64,
    ) -> Result<bool, PolicyStoreError> {
        if version == self.version {
            return Ok(true);
        }
        Ok(match conn.policy_version(tenant, version).await? {
            Some(stored) => open_document(key, (tenant, version), &stored.document)?.types == self.types,
            None => version == 0 && self.types == TypeRules::default(),
        })
    }
}
