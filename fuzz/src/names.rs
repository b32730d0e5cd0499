use sealpost_auth::LinkToken;
use sealpost_domain::{
    EmailAddress, FileName, MediaType, Scopes, TenantSlug, TransferId, TransferState, UploadId,
};

use crate::input::text;

/// What is read as a file name stays in its folder, shows what it is, and is read as the same again.
pub fn file_name(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let Ok(name) = text.parse::<FileName>() else {
        return;
    };
    let shown = name.as_str();
    assert!(!shown.trim().is_empty() && shown.len() <= 1_024);
    assert!(!shown.contains(|c: char| c.is_control() || matches!(c, '\\' | '\u{202a}'..='\u{202e}')));
    assert!(
        name.segments()
            .all(|part| !matches!(part.trim(), "" | "." | ".."))
    );
    assert!(std::path::Path::new(shown).is_relative());
    assert!(!name.base().contains('/') && shown.ends_with(name.base()));
    assert_eq!(shown.parse().as_ref(), Ok(&name));
    assert_eq!(serde_json::from_value::<FileName>(shown.into()).ok(), Some(name));
}

/// What is read as an address fits into a line of a mail, has one key however it is spelt, and is read as the same
/// again.
pub fn email_address(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let Ok(address) = text.parse::<EmailAddress>() else {
        return;
    };
    let shown = address.as_str();
    assert!(shown.len() <= 254);
    assert!(!shown.contains(|c: char| c.is_control() || c.is_whitespace()));
    assert!(!shown.contains(['<', '>', ',', ';', '"']));
    let (local, domain) = shown.rsplit_once('@').expect("there is an @");
    assert!(!local.is_empty() && domain == address.domain());
    assert!(domain.is_ascii() && domain.contains('.') && *domain == domain.to_ascii_lowercase());
    assert_eq!(shown.parse().as_ref(), Ok(&address));
    for spelling in [
        shown.to_ascii_uppercase(),
        address.lookup_key(),
        format!(" {shown}\n"),
    ] {
        let spelt: EmailAddress = spelling.parse().expect("another spelling of an address");
        assert_eq!(spelt.lookup_key(), address.lookup_key(), "{spelling}");
    }
}

/// Small words are written as they were read, and a type is always a type.
pub fn words(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let kind = MediaType::from(text.to_owned());
    let (family, member) = kind.as_str().split_once('/').expect("a type has two parts");
    assert!(!family.is_empty() && !member.is_empty() && kind.as_str().len() <= 127);
    assert!(kind.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
    assert!(!kind.as_str().contains(['"', '\\', '<', '>', ';', ',']));
    assert_eq!(MediaType::from(kind.as_str().to_owned()), kind);
    if let Ok(scopes) = text.parse::<Scopes>() {
        assert_eq!(scopes.to_string().parse(), Ok(scopes));
    }
    if let Ok(token) = text.parse::<LinkToken>() {
        assert_eq!(token.to_url_text(), text);
        assert_eq!(LinkToken::from_bytes(token.as_bytes()).as_ref(), Some(&token));
    }
    if let Ok(slug) = text.parse::<TenantSlug>() {
        assert_eq!(slug.as_str(), text);
    }
    if let Ok(state) = text.parse::<TransferState>() {
        assert_eq!(state.to_string(), text);
    }
    if let Ok(upload) = text.parse::<UploadId>() {
        assert_eq!(upload.to_string(), text.to_ascii_lowercase());
        assert!(text.parse::<TransferId>().is_ok());
    }
}
