//! What one sign-in is known by while somebody is away at his provider.
//!
//! The browser carries it, sealed: a cookie with everything, and in the address (`state`) as much as is needed to know whose
//! sign-in it was. They belong together, and count once. So nobody can be made to finish a sign-in that somebody else began
//! (RFC 6749, section 10.12), and no node has to remember anything but what was used up.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use sealpost_db::IdentityProvider;
use sealpost_domain::{IdentityProviderId, ProviderKind, SessionId, Timestamp};
use sealpost_oidc::Verifier;
use sealpost_sealed::{GrantKey, Random, Zeroizing, random_bytes};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::ReturnTo;
use crate::in_time::is_in_time;

/// How long somebody may take at his provider.
pub(super) const LIFE: Duration = Duration::from_secs(10 * 60);
/// What the sealing is bound to.
const COOKIE: &str = "sign-in";
const STATE: &str = "sign-in state";
/// Longest texts that are read.
const MAX_COOKIE: usize = 2_000;
const MAX_STATE: usize = 200;

/// One sign-in, as the cookie has it.
#[derive(Serialize, Deserialize)]
pub(super) struct Flow {
    id: [u8; 32],
    nonce: [u8; 32],
    verifier: [u8; 32],
    pub(super) provider: IdentityProviderId,
    pub(super) expires_at: Timestamp,
    pub(super) return_to: ReturnTo,
    /// The session in which somebody shows himself again; none begins then.
    pub(super) again: Option<SessionId>,
}

/// The same, as the address has it.
pub(super) struct State {
    id: [u8; 32],
    pub(super) provider: IdentityProviderId,
}

/// By which address somebody has come back.
///
/// A provider has one of its own, so that no other can pass on a code of it: whoever began at a provider that somebody has
/// made up must not come back with a code of a real one (the mix-up attack; RFC 9700, section 4.4). Those of Entra share one,
/// because they all lead to the operator's choice of authority, which nobody else makes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallbackPath {
    /// That of one provider.
    Own(IdentityProviderId),
    /// That of Entra.
    Entra,
}

impl CallbackPath {
    /// By which address people come back from a provider.
    pub const fn of(kind: ProviderKind, id: IdentityProviderId) -> Self {
        match kind {
            ProviderKind::Oidc => Self::Own(id),
            ProviderKind::Entra => Self::Entra,
        }
    }

    /// The path.
    pub fn path(self) -> String {
        match self {
            Self::Own(id) => format!("/signin/oidc/{id}/callback"),
            Self::Entra => "/signin/entra/callback".to_owned(),
        }
    }

    pub(super) fn fits(self, provider: &IdentityProvider) -> bool {
        self == Self::of(provider.kind, provider.id)
    }
}

impl Flow {
    pub(super) fn begin(
        provider: IdentityProviderId,
        return_to: ReturnTo,
        again: Option<SessionId>,
        now: Timestamp,
        random: &dyn Random,
    ) -> Self {
        Self {
            id: random_bytes(random),
            nonce: random_bytes(random),
            verifier: random_bytes(random),
            provider,
            expires_at: now + LIFE,
            return_to,
            again,
        }
    }

    pub(super) fn nonce(&self) -> String {
        BASE64URL_NOPAD.encode(&self.nonce)
    }

    pub(super) fn verifier(&self) -> Verifier {
        Verifier::new(&self.verifier)
    }

    /// When it has begun.
    pub(super) fn begun_at(&self) -> Timestamp {
        self.expires_at - LIFE
    }

    /// What is remembered of it once it was used.
    pub(super) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.id).into()
    }

    pub(super) fn to_cookie(&self, key: &GrantKey, random: &dyn Random) -> String {
        let json = serde_json::to_vec(self).map(Zeroizing::new);
        let json = json.expect("numbers and strings always become JSON");
        BASE64URL_NOPAD.encode(&key.seal(COOKIE, &json, random))
    }

    pub(super) fn from_cookie(text: &str, key: &GrantKey) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.get(..text.len().min(MAX_COOKIE + 1))?.as_bytes()).ok()?;
        serde_json::from_slice(&key.open(COOKIE, &bytes).ok()?).ok()
    }

    pub(super) fn to_state(&self, key: &GrantKey, random: &dyn Random) -> String {
        let bytes = [self.id.as_slice(), &self.provider.into_bytes()].concat();
        BASE64URL_NOPAD.encode(&key.seal(STATE, &bytes, random))
    }

    /// Whether this is the sign-in that somebody has come back from, and its time is not over.
    pub(super) fn is(&self, state: &State, now: Timestamp) -> bool {
        let is_same = bool::from(self.id.ct_eq(&state.id)) && self.provider == state.provider;
        is_same && is_in_time(now, self.expires_at, LIFE)
    }
}

impl State {
    pub(super) fn read(text: &str, key: &GrantKey) -> Option<Self> {
        let bytes = Some(text).filter(|text| text.len() <= MAX_STATE)?;
        let bytes = BASE64URL_NOPAD.decode(bytes.as_bytes()).ok()?;
        let opened = key.open(STATE, &bytes).ok()?;
        let (id, provider) = opened.split_first_chunk::<32>()?;
        let provider: [u8; 16] = provider.try_into().ok()?;
        Some(Self { id: *id, provider: Uuid::from_bytes(provider).into() })
    }
}

/// Cookies and addresses with these bytes inside, and what texts open as: for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing {
    use super::*;

    pub(crate) fn seal_cookie(key: &GrantKey, inside: &[u8], random: &dyn Random) -> String {
        BASE64URL_NOPAD.encode(&key.seal(COOKIE, inside, random))
    }

    pub(crate) fn seal_state(key: &GrantKey, inside: &[u8], random: &dyn Random) -> String {
        BASE64URL_NOPAD.encode(&key.seal(STATE, inside, random))
    }

    /// JSON has many spellings: what is read of it is given as it would be written.
    pub(crate) fn reopened_cookie(key: &GrantKey, text: &str) -> Option<Vec<u8>> {
        Flow::from_cookie(text, key).map(|flow| serde_json::to_vec(&flow).expect("it was JSON"))
    }

    pub(crate) fn reopened_state(key: &GrantKey, text: &str) -> Option<Vec<u8>> {
        let State { id, provider } = State::read(text, key)?;
        Some([id.as_slice(), &provider.into_bytes()].concat())
    }
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::SystemRandom;

    use super::*;
    use crate::in_time::CLOCKS_DIFFER;

    const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

    fn flow() -> Flow {
        let provider = Uuid::from_bytes([3; 16]).into();
        Flow::begin(provider, ReturnTo::default(), None, NOW, &SystemRandom)
    }

    #[test]
    fn cookie_and_state_belong_together_for_ten_minutes() {
        let key = GrantKey::generate(&SystemRandom);
        let (mine, other) = (flow(), flow());
        let back = Flow::from_cookie(&mine.to_cookie(&key, &SystemRandom), &key).unwrap();
        assert_eq!((back.nonce(), back.verifier()), (mine.nonce(), mine.verifier()));
        let state = State::read(&mine.to_state(&key, &SystemRandom), &key).unwrap();
        assert!(back.is(&state, NOW));
        assert!(!other.is(&state, NOW), "begun by somebody else");
        for (now, counts) in [
            (NOW + LIFE - Duration::from_secs(1), true),
            (NOW + LIFE, false),
            (NOW - CLOCKS_DIFFER, true),
            (NOW - CLOCKS_DIFFER - Duration::from_secs(1), false),
        ] {
            assert_eq!(back.is(&state, now), counts, "{now:?}");
        }
    }

    #[test]
    fn whatever_was_not_sealed_here_is_neither() {
        let (key, stranger) = (GrantKey::generate(&SystemRandom), GrantKey::generate(&SystemRandom));
        let flow = flow();
        let (cookie, state) = (flow.to_cookie(&key, &SystemRandom), flow.to_state(&key, &SystemRandom));
        assert!(state.len() <= MAX_STATE && cookie.len() <= MAX_COOKIE, "{} {}", state.len(), cookie.len());
        let long = "A".repeat(100_000);
        for text in ["", "x", "ünï", &cookie[..cookie.len() - 4], &state[..state.len() - 4], &long] {
            assert!(Flow::from_cookie(text, &key).is_none(), "{text:.20}");
            assert!(State::read(text, &key).is_none(), "{text:.20}");
        }
        assert!(Flow::from_cookie(&cookie, &stranger).is_none());
        assert!(State::read(&state, &stranger).is_none());
        assert!(Flow::from_cookie(&state, &key).is_none(), "one is not the other");
        assert!(State::read(&cookie, &key).is_none(), "one is not the other");
    }

    #[test]
    fn a_provider_has_an_address_of_its_own_and_entra_one_for_all() {
        let (a, b) = (Uuid::from_bytes([1; 16]).into(), Uuid::from_bytes([2; 16]).into());
        let of = CallbackPath::of;
        assert_ne!(of(ProviderKind::Oidc, a), of(ProviderKind::Oidc, b));
        assert_eq!(of(ProviderKind::Entra, a), of(ProviderKind::Entra, b));
        assert_eq!(
            of(ProviderKind::Oidc, a).path(),
            "/signin/oidc/01010101-0101-0101-0101-010101010101/callback"
        );
        assert_eq!(of(ProviderKind::Entra, a).path(), "/signin/entra/callback");
    }
}
