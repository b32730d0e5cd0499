//! What a provider may say of itself.

use sealpost_oidc::{Authorization, Kind, Oidc, OidcError, Provider, Reach, Verifier};
use sealpost_test_support::provider::OpenIdProvider;

use crate::{REDIRECT, now, oidc};

async fn ask(oidc: &Oidc, issuer: &str) -> Result<String, OidcError> {
    let provider = Provider {
        issuer: issuer.parse().unwrap(),
        kind: Kind::OpenId,
        client_id: "sealpost".to_owned(),
        client_secret: None,
    };
    let request = Authorization {
        redirect_uri: REDIRECT,
        state: "s t",
        nonce: "n&n",
        verifier: &Verifier::new(&[1; 32]),
        login_hint: None,
        anew: false,
    };
    Ok(oidc.authorization_url(&provider, request, now()).await?.into())
}

#[tokio::test]
async fn a_description_that_is_not_acceptable_sends_nobody_anywhere() {
    let process = OpenIdProvider::start().await;
    let base = process.issuer();
    for (what, description) in [
        ("other-issuer", true),
        ("slash", true),
        ("plain-http", true),
        ("file", true),
        ("redirect", false),
        ("huge", false),
        ("no-json", false),
        ("no-keys", false),
    ] {
        let refused = ask(&oidc(), &format!("{base}/odd/{what}")).await.unwrap_err();
        assert_eq!(matches!(refused, OidcError::Description(_)), description, "{what}: {refused}");
        assert_eq!(matches!(refused, OidcError::Unavailable(_)), !description, "{what}: {refused}");
    }
    let url = ask(&oidc(), &format!("{base}/odd/well")).await.unwrap();
    assert!(url.starts_with(&format!("{base}/auth?response_type=code&client_id=sealpost&")), "{url}");
    assert!(url.contains("&state=s+t&nonce=n%26n&code_challenge="), "{url}");
    assert!(url.ends_with("&code_challenge_method=S256"), "{url}");
}

#[tokio::test]
async fn a_provider_inside_is_asked_only_where_that_is_allowed() {
    let process = OpenIdProvider::start().await;
    let refused = ask(&Oidc::new(Reach::Public), process.issuer()).await;
    assert!(matches!(refused, Err(OidcError::Description(_))), "{refused:?}");
    assert_eq!(process.count("/.well-known/openid-configuration").await, 0);
    // A name is no way around it.
    let inside = ask(&Oidc::new(Reach::Public), "https://localhost.localdomain").await;
    assert!(inside.is_err());
}

#[tokio::test]
async fn nobody_there_is_an_answer_too() {
    let refused = ask(&oidc(), "http://127.0.0.1:9").await;
    assert!(matches!(refused, Err(OidcError::Unavailable(_))), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_never_ends_is_waited_for_but_not_for_ever() {
    let process = OpenIdProvider::start().await;
    let refused = ask(&oidc(), &format!("{}/odd/endless", process.issuer())).await;
    assert!(matches!(refused, Err(OidcError::Unavailable(_))), "{refused:?}");
}
