//! The way there and back, as a browser takes it.

use sealpost_oidc::{Authorization, OidcError, Provider, Redemption, Subject, TokenFault, Verifier};
use sealpost_test_support::provider::OpenIdProvider;
use serde_json::json;
use url::Url;

use crate::{REDIRECT, client, now, oidc, registered};

/// One sign-in: what was drawn for it, and with what the browser has come back.
struct SignIn {
    verifier: Verifier,
    code: String,
    issuer: Option<String>,
}

impl SignIn {
    async fn begin(process: &OpenIdProvider, provider: &Provider, who: &str, verifier: u8) -> Self {
        let verifier = Verifier::new(&[verifier; 32]);
        let request = Authorization {
            redirect_uri: REDIRECT,
            state: "state",
            nonce: "nonce",
            verifier: &verifier,
            login_hint: Some(who),
            anew: false,
        };
        let url = oidc().authorization_url(provider, request, now()).await.unwrap();
        let back: Url = process.sign_in(url.as_str()).await.parse().unwrap();
        assert!(back.as_str().starts_with(REDIRECT), "{back}");
        let find =
            |name: &str| back.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        assert_eq!(find("state").as_deref(), Some("state"));
        let code = find("code").unwrap_or_else(|| panic!("no code: {back}"));
        Self { verifier, code, issuer: find("iss") }
    }

    fn redemption(&self) -> Redemption<'_> {
        Redemption {
            code: &self.code,
            issuer: self.issuer.as_deref(),
            redirect_uri: REDIRECT,
            nonce: "nonce",
            verifier: &self.verifier,
        }
    }
}

#[tokio::test]
async fn somebody_signs_in_and_is_known_whatever_the_client_shows_itself_by() {
    let process = OpenIdProvider::start().await;
    let bob = json!({ "email": "bob@example.org", "email_verified": false, "name": "Bob" });
    process.account("bob", bob).await;
    for (auth, algorithm) in [
        ("client_secret_basic", "RS256"),
        ("client_secret_post", "ES256"),
        ("none", "EdDSA"),
        ("none", "PS256"),
    ] {
        let registration = process.register(REDIRECT, auth, algorithm).await;
        let provider = registered(&process, &registration);
        let alice = SignIn::begin(&process, &provider, "alice", 1).await;
        let identity = oidc().redeem(&provider, alice.redemption(), now()).await;
        let identity = identity.unwrap_or_else(|error| panic!("{auth} {algorithm}: {error}"));
        assert_eq!(identity.subject, Subject::Account("alice".to_owned()));
        assert_eq!(identity.verified_email.as_deref(), Some("alice@example.org"));
        assert_eq!(identity.name.as_deref(), Some("Alice Arendt"));
        assert!(!identity.second_factor);
        let bob = SignIn::begin(&process, &provider, "bob", 1).await;
        let identity = oidc().redeem(&provider, bob.redemption(), now()).await.unwrap();
        assert_eq!(identity.verified_email, None, "nobody vouches for it");
    }
}

#[tokio::test]
async fn a_code_is_worth_nothing_without_all_that_belongs_to_it() {
    let process = OpenIdProvider::start().await;
    let registration = process.register(REDIRECT, "client_secret_basic", "RS256").await;
    let provider = registered(&process, &registration);
    let denied = |word: &str| Err(OidcError::Denied(word.to_owned()));
    let redeem = async |provider: &Provider, redemption: Redemption<'_>| {
        oidc().redeem(provider, redemption, now()).await.map(|identity| identity.subject)
    };

    let sign_in = SignIn::begin(&process, &provider, "alice", 1).await;
    let other_verifier = Verifier::new(&[2; 32]);
    let wrong = Redemption { verifier: &other_verifier, ..sign_in.redemption() };
    assert_eq!(redeem(&provider, wrong).await, denied("invalid_grant"), "another verifier");

    let sign_in = SignIn::begin(&process, &provider, "alice", 1).await;
    let wrong = Redemption { nonce: "another", ..sign_in.redemption() };
    assert_eq!(redeem(&provider, wrong).await, Err(TokenFault::Nonce.into()), "of another sign-in");

    let sign_in = SignIn::begin(&process, &provider, "alice", 1).await;
    let wrong = Redemption { redirect_uri: "http://127.0.0.1:1/other", ..sign_in.redemption() };
    assert_eq!(redeem(&provider, wrong).await, denied("invalid_grant"), "another address");

    let sign_in = SignIn::begin(&process, &provider, "alice", 1).await;
    let mut stranger = provider.clone();
    stranger.client_secret = Some(sealpost_oidc::Secret::new("guessed".to_owned()));
    assert_eq!(redeem(&stranger, sign_in.redemption()).await, denied("invalid_client"), "another secret");

    let sign_in = SignIn::begin(&process, &provider, "alice", 1).await;
    for issuer in [None, Some("https://other.example.org")] {
        let wrong = Redemption { issuer, ..sign_in.redemption() };
        assert_eq!(redeem(&provider, wrong).await, Err(TokenFault::Issuer.into()), "sent by {issuer:?}");
    }
    assert!(redeem(&provider, sign_in.redemption()).await.is_ok());
    assert_eq!(redeem(&provider, sign_in.redemption()).await, denied("invalid_grant"), "a second time");
    for code in [String::new(), "x".to_owned(), "x".repeat(5_000)] {
        let wrong = Redemption { code: &code, ..sign_in.redemption() };
        assert_eq!(redeem(&provider, wrong).await, denied("invalid_grant"), "{code:.9}");
    }
}

#[tokio::test]
async fn new_keys_are_found_when_they_are_needed() {
    let process = OpenIdProvider::start().await;
    let registration = process.register(REDIRECT, "client_secret_basic", "RS256").await;
    let provider = registered(&process, &registration);
    let oidc = oidc();
    let sign_in = SignIn::begin(&process, &provider, "alice", 1).await;
    oidc.redeem(&provider, sign_in.redemption(), now()).await.unwrap();
    assert_eq!(process.count("/jwks").await, 1);

    process.rotate().await;
    let sign_in = SignIn::begin(&process, &provider, "alice", 1).await;
    let soon = now() + std::time::Duration::from_secs(31);
    oidc.redeem(&provider, sign_in.redemption(), soon).await.unwrap();
    assert_eq!(process.count("/jwks").await, 2);
}

#[tokio::test]
async fn unknown_keys_are_no_reason_to_ask_again_and_again() {
    let process = OpenIdProvider::start().await;
    let (oidc, provider, now) = (oidc(), client(&process), now());
    for attempt in 0..5 {
        let kid = format!("unknown-{attempt}");
        let token = process.mint(json!({ "header": { "kid": kid } })).await;
        let refused = oidc.verify_id_token(&provider, &token, "n", now).await;
        assert_eq!(refused, Err(TokenFault::Key.into()));
    }
    assert_eq!(process.count("/jwks").await, 1);
}

#[tokio::test]
async fn a_provider_that_is_down_stops_nobody_whose_key_is_known() {
    let process = OpenIdProvider::start().await;
    let registration = process.register(REDIRECT, "client_secret_basic", "RS256").await;
    let provider = registered(&process, &registration);
    let (oidc, start) = (oidc(), now());
    let seconds = start.unix_millis() / 1_000;
    let claims = json!({
        "iss": process.issuer(), "aud": provider.client_id, "sub": "alice", "nonce": "n",
        "iat": seconds, "exp": seconds + 1_000_000,
    });
    let token = process.mint(json!({ "claims": claims })).await;
    oidc.verify_id_token(&provider, &token, "n", start).await.unwrap();
    process.break_paths(&["/jwks", "/.well-known/openid-configuration"]).await;
    let days = |days: u64| start + std::time::Duration::from_secs(days * 24 * 3_600);
    oidc.verify_id_token(&provider, &token, "n", days(2)).await.unwrap();
    let later = oidc.verify_id_token(&provider, &token, "n", days(8)).await;
    assert!(matches!(later, Err(OidcError::Unavailable(_))), "{later:?}");
}
