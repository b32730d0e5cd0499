//! Ceremonies with passkeys: WebAuthn Level 3, discoverable credentials, the user always verified by his device.
//!
//! A ceremony begins on one node and may end on another. Between the two the caller carries its state, sealed for a few
//! minutes; that none ends twice is the database's business.

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::{TenantId, Timestamp, UserId};
use sealpost_sealed::{Column, GrantKey, Random, TenantKey, random_bytes};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::time::Duration;
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Webauthn, WebauthnBuilder,
};

use crate::AuthError;

/// How long a person may take: what WebAuthn recommends.
const PATIENCE: Duration = Duration::from_secs(300);
/// Longest state that can be one: it is refused unread beyond.
const MAX_STATE: usize = 32 * 1_024;

/// Who asks for passkeys: this service at its address.
#[derive(Debug)]
pub(crate) struct RelyingParty(Webauthn);

/// A ceremony that has begun.
#[derive(Debug)]
pub struct Ceremony {
    /// What the browser is given: the options of `navigator.credentials`, binary values in base64url.
    pub options: Value,
    /// What has to come back with the browser's answer.
    pub state: String,
}

/// What is sealed between begin and end.
#[derive(Serialize, Deserialize)]
struct State<S> {
    /// By which it is known that it has ended.
    id: Uuid,
    expires_at: i64,
    /// Who adds a passkey; nobody yet while somebody signs in.
    user: Option<Uuid>,
    ceremony: S,
}

/// What a ceremony has shown, once its id has not been seen before.
pub(crate) struct Shown<T> {
    pub(crate) ceremony: Uuid,
    pub(crate) expires_at: Timestamp,
    pub(crate) what: T,
}

/// What signing in names, before anything of it was checked.
pub(crate) struct Named {
    pub(crate) user: UserId,
    pub(crate) credential_hash: [u8; 32],
}

/// The purposes of the two states: neither passes for the other.
const ADDING: &str = "passkey/add";
const SIGNING_IN: &str = "passkey/sign-in";

impl RelyingParty {
    /// At this origin. `None` for one that browsers make no passkeys for: it needs a name, an IP address will not do.
    pub(crate) fn at(origin: &str) -> Option<Self> {
        let origin = Url::parse(origin).ok()?;
        let name = origin.domain()?;
        let builder = WebauthnBuilder::new(name, &origin).ok()?;
        Some(Self(builder.rp_name("Sealpost").timeout(PATIENCE).build().ok()?))
    }

    /// Begins to add a passkey to a user's; `known` are the ids of those that he has.
    pub(crate) fn begin_adding(
        &self,
        (user, address, name): (UserId, &str, &str),
        known: Vec<Vec<u8>>,
        (key, now, random): (&GrantKey, Timestamp, &dyn Random),
    ) -> Result<Ceremony, AuthError> {
        let begun = self.0.start_passkey_registration(user.as_uuid(), address, name, Some(known));
        let (options, ceremony) = begun.map_err(internal)?;
        let mut options = serde_json::to_value(options.public_key).map_err(internal)?;
        // Signing in names nobody: the device must know by itself whose the passkey is.
        let selection = &mut options["authenticatorSelection"];
        selection["residentKey"] = "required".into();
        selection["requireResidentKey"] = true.into();
        let state = seal(key, ADDING, Some(user.as_uuid()), ceremony, now, random)?;
        Ok(Ceremony { options, state })
    }

    /// Ends adding a passkey. `None`, whatever is wrong with it.
    pub(crate) fn finish_adding(
        &self,
        user: UserId,
        state: &str,
        answer: &Value,
        (key, now): (&GrantKey, Timestamp),
    ) -> Option<Shown<Credential>> {
        let state: State<PasskeyRegistration> = open(key, ADDING, state, now)?;
        if state.user != Some(user.as_uuid()) {
            return None;
        }
        let answer = RegisterPublicKeyCredential::deserialize(answer).ok()?;
        let passkey = self.0.finish_passkey_registration(&answer, &state.ceremony).ok()?;
        Some(state.shows(Credential(passkey)))
    }

    /// Begins to sign in somebody who is not known yet.
    pub(crate) fn begin_signing_in(
        &self,
        (key, now, random): (&GrantKey, Timestamp, &dyn Random),
    ) -> Result<Ceremony, AuthError> {
        let (options, ceremony) = self.0.start_discoverable_authentication().map_err(internal)?;
        let options = serde_json::to_value(options.public_key).map_err(internal)?;
        let state = seal(key, SIGNING_IN, None, ceremony, now, random)?;
        Ok(Ceremony { options, state })
    }

    /// Who signs in, as he says.
    pub(crate) fn named(&self, answer: &Value) -> Option<Named> {
        let answer = PublicKeyCredential::deserialize(answer).ok()?;
        let (user, credential) = self.0.identify_discoverable_authentication(&answer).ok()?;
        Some(Named { user: user.into(), credential_hash: Sha256::digest(credential).into() })
    }

    /// Ends signing in with the passkey that was named; what comes of it is to be stored instead. `None`, whatever is
    /// wrong: a signature of another key, for another site or challenge, without the user's having been verified, or a
    /// counter that has not grown, as that of a copied key.
    pub(crate) fn finish_signing_in(
        &self,
        credential: Credential,
        state: &str,
        answer: &Value,
        (key, now): (&GrantKey, Timestamp),
    ) -> Option<Shown<Credential>> {
        let state: State<DiscoverableAuthentication> = open(key, SIGNING_IN, state, now)?;
        let answer = PublicKeyCredential::deserialize(answer).ok()?;
        let mut passkey = credential.0;
        let shown = State { ceremony: (), id: state.id, expires_at: state.expires_at, user: None };
        let key = DiscoverableKey::from(&passkey);
        let result = self.0.finish_discoverable_authentication_v2(&answer, state.ceremony, &key).ok()?;
        if !result.user_verified() {
            return None;
        }
        passkey.update_credential(&result)?;
        Some(shown.shows(Credential(passkey)))
    }
}

impl<S> State<S> {
    fn shows<T>(self, what: T) -> Shown<T> {
        Shown { ceremony: self.id, expires_at: Timestamp::from_unix_millis(self.expires_at), what }
    }
}

/// A passkey's public half, with its counter and flags.
pub(crate) struct Credential(Passkey);

impl Credential {
    /// The id that its authenticator has given it.
    pub(crate) fn id(&self) -> Vec<u8> {
        self.0.cred_id().to_vec()
    }

    /// What it is looked up by.
    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.cred_id()).into()
    }

    /// As it is stored in its row.
    pub(crate) fn seal(
        &self,
        key: &TenantKey,
        place: Column,
        random: &dyn Random,
    ) -> Result<Vec<u8>, AuthError> {
        let json = serde_json::to_vec(&self.0).map_err(internal)?;
        Ok(key.seal_column(place, &json, random))
    }

    /// From its row.
    pub(crate) fn open(key: &TenantKey, place: Column, sealed: &[u8]) -> Result<Self, AuthError> {
        let json = key.open_column(place, sealed).map_err(internal)?;
        Ok(Self(serde_json::from_slice(&json).map_err(internal)?))
    }
}

/// The places of a passkey's sealed columns.
pub(crate) const fn place(
    tenant: TenantId,
    passkey: sealpost_domain::PasskeyId,
    name: &'static str,
) -> Column {
    Column { tenant: tenant.into_bytes(), row: passkey.into_bytes(), name }
}

fn seal<S: Serialize>(
    key: &GrantKey,
    purpose: &'static str,
    user: Option<Uuid>,
    ceremony: S,
    now: Timestamp,
    random: &dyn Random,
) -> Result<String, AuthError> {
    let id = Uuid::from_bytes(random_bytes(random));
    let state = State { id, expires_at: (now + PATIENCE).unix_millis(), user, ceremony };
    let json = serde_json::to_vec(&state).map_err(internal)?;
    Ok(BASE64URL_NOPAD.encode(&key.seal(purpose, &json, random)))
}

fn open<S: DeserializeOwned>(
    key: &GrantKey,
    purpose: &'static str,
    text: &str,
    now: Timestamp,
) -> Option<State<S>> {
    if text.len() > MAX_STATE {
        return None;
    }
    let sealed = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    let json = key.open(purpose, &sealed).ok()?;
    let state: State<S> = serde_json::from_slice(&json).ok()?;
    (now.unix_millis() < state.expires_at).then_some(state)
}

fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> AuthError {
    AuthError::Internal(error.into())
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::SystemRandom;
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

    fn party() -> RelyingParty {
        RelyingParty::at("https://sealpost.example.org").unwrap()
    }

    #[test]
    fn passkeys_need_a_name() {
        for (origin, can) in [
            ("https://sealpost.example.org", true),
            ("https://sealpost.example.org:8443", true),
            ("http://localhost:8080", true),
            ("http://127.0.0.1:8080", false),
            ("https://[::1]", false),
            ("nonsense", false),
        ] {
            assert_eq!(RelyingParty::at(origin).is_some(), can, "{origin}");
        }
    }

    #[test]
    fn devices_are_asked_for_a_passkey_that_verifies_its_user_and_knows_him() {
        let key = GrantKey::generate(&SystemRandom);
        let user = UserId::new(NOW, [1; 10]);
        let who = (user, "anna@acme.example", "Anna");
        let begun = party().begin_adding(who, vec![vec![7; 16]], (&key, NOW, &SystemRandom)).unwrap();
        let options = &begun.options;
        assert_eq!(options["rp"]["id"], "sealpost.example.org");
        assert_eq!(options["user"]["id"], BASE64URL_NOPAD.encode(&user.into_bytes()));
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["attestation"], "none");
        assert_eq!(options["excludeCredentials"][0]["id"], BASE64URL_NOPAD.encode(&[7; 16]));
        let begun = party().begin_signing_in((&key, NOW, &SystemRandom)).unwrap();
        assert_eq!(begun.options["userVerification"], "required");
        assert_eq!(begun.options["allowCredentials"], json!([]));
    }

    #[test]
    fn a_state_is_good_for_one_purpose_one_key_and_five_minutes() {
        let key = GrantKey::generate(&SystemRandom);
        let state = party().begin_signing_in((&key, NOW, &SystemRandom)).unwrap().state;
        let opens = |key: &GrantKey, purpose, text: &str, now| {
            open::<DiscoverableAuthentication>(key, purpose, text, now).is_some()
        };
        assert!(opens(&key, SIGNING_IN, &state, NOW));
        assert!(opens(&key, SIGNING_IN, &state, NOW + PATIENCE - Duration::from_millis(1)));
        assert!(!opens(&key, SIGNING_IN, &state, NOW + PATIENCE));
        assert!(!opens(&key, ADDING, &state, NOW));
        assert!(!opens(&GrantKey::generate(&SystemRandom), SIGNING_IN, &state, NOW));
        assert!(!opens(&key, SIGNING_IN, &state[1..], NOW));
        assert!(!opens(&key, SIGNING_IN, &"A".repeat(MAX_STATE + 1), NOW));
        assert!(!opens(&key, SIGNING_IN, "", NOW));
    }

    #[test]
    fn answers_that_are_none_show_nothing() {
        let key = GrantKey::generate(&SystemRandom);
        let state = party().begin_signing_in((&key, NOW, &SystemRandom)).unwrap().state;
        let user = UserId::new(NOW, [1; 10]);
        for answer in [json!(null), json!({}), json!([1]), json!("x"), json!({"id": "AA", "rawId": "AA"})] {
            assert!(party().named(&answer).is_none());
            assert!(party().finish_adding(user, &state, &answer, (&key, NOW)).is_none());
        }
    }
}
