use sealpost_oidc::{Issuer, fuzzing};

use crate::input::text;

/// What anybody shows as a token is read without harm, and nothing that is not signed by a provider's own key gets as far
/// as being checked. An issuer is secure and has one spelling.
pub fn oidc_token(data: &[u8]) {
    let Some(text) = text(data) else { return };
    fuzzing::token(text);
    if let Ok(issuer) = text.parse::<Issuer>() {
        assert_eq!(issuer.as_str(), text);
        assert!(text.len() <= Issuer::MAX_LENGTH && text.bytes().all(|byte| byte.is_ascii_graphic()));
        assert!(!text.contains(['?', '#']));
    }
}

/// What a provider answers is read without harm, and leads only to where providers may be.
pub fn oidc_answers(data: &[u8]) {
    fuzzing::answers(data);
}
