//! What an administrator gives to Microsoft 365 or Exchange so that Outlook shows the add-in: the templates of
//! `addin-manifest/`, filled in for a tenant. Its README has the places and their bounds, and why a manifest stays as it is
//! for as long as it can.
#![warn(missing_docs)]

mod fill;
mod texts;
mod zip;

use std::fmt;

use sealpost_domain::{AddinId, SendMode, is_deceptive};

use fill::{json, xml};
use texts::texts;

const XML: &str = include_str!("../../../addin-manifest/manifest.xml");
const JSON: &str = include_str!("../../../addin-manifest/manifest.json");
const DE: &str = include_str!("../../../addin-manifest/de.json");
const NL: &str = include_str!("../../../addin-manifest/nl.json");
const COLOUR: &[u8] = include_bytes!("../../../addin-manifest/icons/mark-192.png");
const OUTLINE: &[u8] = include_bytes!("../../../addin-manifest/icons/outline-32.png");

/// Longest name of a provider, in UTF-16 units.
pub const MAX_PROVIDER_UNITS: usize = 32;
/// Longest link, in characters.
const MAX_LINK_CHARS: usize = 2_048;

/// What differs between the manifests of two tenants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Id of the XML manifest, and in the addresses of the pages.
    pub addin_id: AddinId,
    /// Id of the unified manifest: a UUID.
    pub app_id: String,
    /// Origin of the service as browsers see it, without a slash at its end.
    pub base_url: String,
    /// Who runs it: one line of 1 to 32 UTF-16 units.
    pub provider_name: String,
    /// What Outlook does with a mail that is not to be sent as it is.
    pub send_mode: SendMode,
    /// Which of the manifests of this tenant it is.
    pub version: Version,
    /// Where the provider is found.
    pub website_url: String,
    /// His privacy statement.
    pub privacy_url: String,
    /// His terms of use.
    pub terms_url: String,
    /// Where there is help.
    pub support_url: String,
}

/// The number of a manifest: how often it has changed. Microsoft 365 takes another only if its version is higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32);

/// Why there is no manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// The provider's name.
    #[error(
        "the provider's name is one line of 1 to 32 characters, none of which hides or turns text around"
    )]
    Provider,
    /// A link.
    #[error("{0} is an https address of at most 2048 characters")]
    Link(&'static str),
    /// A template has a place that nothing belongs to.
    #[error("a template has a place that nothing belongs to")]
    Place,
}

/// As the XML manifest writes it.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.0", self.short())
    }
}

impl Version {
    /// As the unified manifest writes it.
    fn short(self) -> String {
        format!("1.{}.{}", self.0 >> 16, self.0 & 0xffff)
    }
}

impl Manifest {
    /// The add-in-only manifest: the one to deploy.
    ///
    /// # Errors
    /// [`ManifestError`] with what does not fit.
    pub fn xml(&self) -> Result<String, ManifestError> {
        xml(XML, |place| self.value(place))
    }

    /// The unified manifest with its other languages and icons, as a ZIP file.
    ///
    /// # Errors
    /// [`ManifestError`] with what does not fit.
    pub fn package(&self) -> Result<Vec<u8>, ManifestError> {
        let mut files = self.unified()?.map(|(name, text)| (name, text.into_bytes())).to_vec();
        files.push(("mark-192.png", COLOUR.to_vec()));
        files.push(("outline-32.png", OUTLINE.to_vec()));
        Ok(zip::stored(&files))
    }

    /// The unified manifest and its other languages, by the names of their files.
    fn unified(&self) -> Result<[(&'static str, String); 3], ManifestError> {
        let fill = |template| json(template, |place| self.value(place));
        Ok([("manifest.json", fill(JSON)?), ("de.json", fill(DE)?), ("nl.json", fill(NL)?)])
    }

    /// What stands in a place.
    fn value(&self, place: &str) -> Result<String, ManifestError> {
        let (mode, json_mode) = match self.send_mode {
            SendMode::Block => ("Block", "block"),
            SendMode::PromptUser => ("PromptUser", "promptUser"),
            SendMode::SoftBlock => ("SoftBlock", "softBlock"),
        };
        Ok(match place {
            "addin_id" => self.addin_id.to_string(),
            "app_id" => self.app_id.clone(),
            "base_url" => self.base_url.clone(),
            "host" => host(&self.base_url).to_owned(),
            "json_send_mode" => json_mode.to_owned(),
            "json_version" => self.version.short(),
            "privacy_url" => self.link("privacy_url", &self.privacy_url)?,
            "provider_name" => provider(&self.provider_name)?,
            "send_mode" => mode.to_owned(),
            "support_url" => self.link("support_url", &self.support_url)?,
            "terms_url" => self.link("terms_url", &self.terms_url)?,
            "version" => self.version.to_string(),
            "website_url" => self.link("website_url", &self.website_url)?,
            text => texts(text).ok_or(ManifestError::Place)?.to_owned(),
        })
    }

    /// A link. To the service itself also where that is no `https`, as where it is only tried out.
    fn link(&self, place: &'static str, link: &str) -> Result<String, ManifestError> {
        let leads = link.starts_with("https://") || link == self.base_url;
        let plain = link.bytes().all(|byte| byte.is_ascii_graphic()) && link.len() <= MAX_LINK_CHARS;
        if leads && plain { Ok(link.to_owned()) } else { Err(ManifestError::Link(place)) }
    }
}

fn provider(name: &str) -> Result<String, ManifestError> {
    let units = name.encode_utf16().count();
    let plain = !name.trim().is_empty() && !name.chars().any(|c| c.is_control() || is_deceptive(c));
    if plain && units <= MAX_PROVIDER_UNITS { Ok(name.to_owned()) } else { Err(ManifestError::Provider) }
}

/// The host of an origin, without its port.
fn host(origin: &str) -> &str {
    let rest = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    match rest.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => rest,
    }
}

#[cfg(test)]
mod tests;
