//! Every rule of ID tokens, broken one at a time.

use sealpost_oidc::{Kind, OidcError, Provider, Subject, TokenFault};
use sealpost_test_support::provider::OpenIdProvider;
use serde_json::{Value, json};

use crate::{client, now, oidc, with};

const NONCE: &str = "the nonce of this sign-in";

fn good(process: &OpenIdProvider) -> Value {
    let seconds = now().unix_millis() / 1_000;
    json!({
        "iss": process.issuer(), "aud": "sealpost", "sub": "alice", "nonce": NONCE,
        "iat": seconds, "exp": seconds + 600,
        "email": "alice@example.org", "email_verified": true, "name": "Alice",
    })
}

#[tokio::test]
async fn a_token_is_believed_only_if_all_of_it_is_right() {
    let process = OpenIdProvider::start().await;
    let (oidc, provider, good) = (oidc(), client(&process), good(&process));
    let seconds = now().unix_millis() / 1_000;
    use TokenFault as F;
    let claims = |changes: Value| json!({ "claims": with(&good, &changes) });
    let signed = |order: Value| with(&order, &json!({ "claims": good }));
    for (what, order, expected) in [
        ("all right", claims(json!({})), None),
        ("signed with ES256", signed(json!({ "alg": "ES256" })), None),
        ("signed with EdDSA", signed(json!({ "alg": "EdDSA" })), None),
        ("signed with PS256", signed(json!({ "alg": "PS256" })), None),
        ("without a type", signed(json!({ "header": { "typ": null } })), None),
        ("for several, and for us", claims(json!({ "aud": ["a", "sealpost"], "azp": "sealpost" })), None),
        ("fractions of seconds", claims(json!({ "exp": seconds as f64 + 600.5 })), None),
        ("a minute off", claims(json!({ "exp": seconds - 30, "iat": seconds + 30 })), None),
        // How it is signed.
        ("not signed", signed(json!({ "alg": "none" })), Some(F::Algorithm)),
        (
            "not signed, without a key",
            signed(json!({ "alg": "none", "header": { "kid": null } })),
            Some(F::Algorithm),
        ),
        ("a MAC with the public key", signed(json!({ "alg": "HS256", "key": "RS256" })), Some(F::Algorithm)),
        (
            "an algorithm that it does not offer",
            signed(json!({ "alg": "RS512", "key": "RS256" })),
            Some(F::Algorithm),
        ),
        ("a key for another algorithm", signed(json!({ "alg": "PS256", "key": "RS256" })), Some(F::Key)),
        ("a curve's key for RSA", signed(json!({ "header": { "kid": "ec-1" } })), Some(F::Key)),
        ("a key that nobody published", signed(json!({ "key": "other" })), Some(F::Signature)),
        ("no key named", signed(json!({ "header": { "kid": null } })), Some(F::Key)),
        ("an unknown key named", signed(json!({ "header": { "kid": "rsa-9" } })), Some(F::Key)),
        ("something demanded", signed(json!({ "header": { "crit": ["x"] } })), Some(F::Malformed)),
        ("an access token", signed(json!({ "header": { "typ": "at+jwt" } })), Some(F::Type)),
        // What it says.
        ("another issuer", claims(json!({ "iss": "https://id.example.org" })), Some(F::Issuer)),
        ("almost the issuer", claims(json!({ "iss": format!("{}/", process.issuer()) })), Some(F::Issuer)),
        ("no issuer", claims(json!({ "iss": null })), Some(F::Issuer)),
        ("for somebody else", claims(json!({ "aud": "other" })), Some(F::Audience)),
        ("for others", claims(json!({ "aud": ["a", "b"] })), Some(F::Audience)),
        ("for nobody", claims(json!({ "aud": [] })), Some(F::Audience)),
        ("for nobody at all", claims(json!({ "aud": null })), Some(F::Audience)),
        (
            "for several, given to nobody",
            claims(json!({ "aud": ["a", "sealpost"] })),
            Some(F::AuthorizedParty),
        ),
        ("given to somebody else", claims(json!({ "azp": "other" })), Some(F::AuthorizedParty)),
        ("of another sign-in", claims(json!({ "nonce": "replayed" })), Some(F::Nonce)),
        ("of no sign-in", claims(json!({ "nonce": null })), Some(F::Nonce)),
        ("of an empty sign-in", claims(json!({ "nonce": "" })), Some(F::Nonce)),
        ("over", claims(json!({ "exp": seconds - 70 })), Some(F::Expired)),
        ("without an end", claims(json!({ "exp": null })), Some(F::Malformed)),
        ("of the future", claims(json!({ "iat": seconds + 300 })), Some(F::NotYet)),
        ("not yet", claims(json!({ "nbf": seconds + 300 })), Some(F::NotYet)),
        ("without a beginning", claims(json!({ "iat": null })), Some(F::Malformed)),
        ("an end in words", claims(json!({ "exp": "tomorrow" })), Some(F::Malformed)),
        ("about nobody", claims(json!({ "sub": null })), Some(F::Subject)),
        ("about an empty name", claims(json!({ "sub": "" })), Some(F::Subject)),
        ("about too long a name", claims(json!({ "sub": "x".repeat(256) })), Some(F::Subject)),
        ("about a number", claims(json!({ "sub": 7 })), Some(F::Malformed)),
        ("too long", claims(json!({ "padding": "x".repeat(20_000) })), Some(F::Malformed)),
    ] {
        let token = process.mint(order).await;
        let verified = oidc.verify_id_token(&provider, &token, NONCE, now()).await;
        assert_eq!(verified.as_ref().err(), expected.map(OidcError::Token).as_ref(), "{what}");
        if let Ok(identity) = verified {
            assert_eq!(identity.subject, Subject::Account("alice".to_owned()), "{what}");
            assert_eq!(identity.verified_email.as_deref(), Some("alice@example.org"), "{what}");
        }
    }
}

#[tokio::test]
async fn no_byte_of_a_token_can_be_another() {
    let process = OpenIdProvider::start().await;
    let (oidc, provider) = (oidc(), client(&process));
    let token = process.mint(json!({ "claims": good(&process) })).await;
    assert!(oidc.verify_id_token(&provider, &token, NONCE, now()).await.is_ok());
    for place in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(oidc.verify_id_token(&provider, &changed, NONCE, now()).await.is_err(), "byte {place}");
        assert!(
            oidc.verify_id_token(&provider, &token[..place], NONCE, now()).await.is_err(),
            "cut at {place}"
        );
    }
    assert_eq!(process.count("/jwks").await, 1);
}

#[tokio::test]
async fn what_the_provider_does_not_vouch_for_is_not_passed_on() {
    let process = OpenIdProvider::start().await;
    let (oidc, provider, good) = (oidc(), client(&process), good(&process));
    for (changes, email, second_factor) in [
        (json!({}), Some("alice@example.org"), false),
        (json!({ "email_verified": "true" }), Some("alice@example.org"), false),
        (json!({ "email_verified": null }), None, false),
        (json!({ "email_verified": false }), None, false),
        // Only Entra's own words are Entra's.
        (json!({ "email_verified": false, "xms_edov": true }), None, false),
        (json!({ "email": null }), None, false),
        (json!({ "email": 7 }), None, false),
        (json!({ "email": format!("{}@example.org", "x".repeat(400)) }), None, false),
        (json!({ "amr": ["pwd", "otp", "mfa"] }), Some("alice@example.org"), true),
        (json!({ "amr": ["pwd"] }), Some("alice@example.org"), false),
        (json!({ "amr": "mfa" }), Some("alice@example.org"), false),
    ] {
        let token = process.mint(json!({ "claims": with(&good, &changes) })).await;
        let identity = oidc.verify_id_token(&provider, &token, NONCE, now()).await.unwrap();
        assert_eq!(identity.verified_email.as_deref(), email, "{changes}");
        assert_eq!(identity.second_factor, second_factor, "{changes}");
    }
}

#[tokio::test]
async fn an_id_token_of_entra_is_of_its_directory() {
    const TENANT: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
    const OBJECT: &str = "0b000000-0000-4000-8000-000000000001";
    let process = OpenIdProvider::start().await;
    let provider = Provider { kind: Kind::Entra { tenant: TENANT.parse().unwrap() }, ..client(&process) };
    let good = with(
        &good(&process),
        &json!({
            "iss": format!("{}/{TENANT}/v2.0", process.issuer()), "tid": TENANT, "oid": OBJECT, "ver": "2.0",
        }),
    );
    use TokenFault as F;
    for (what, key, changes, expected) in [
        ("all right", "entra-templated", json!({}), None),
        ("of personal accounts", "entra-msa", json!({}), Some(F::Issuer)),
        ("a key of nobody", "entra-nobody", json!({}), Some(F::Issuer)),
        ("another directory", "entra-templated", json!({ "tid": OBJECT }), Some(F::Tenant)),
        ("no directory", "entra-templated", json!({ "tid": null }), Some(F::Tenant)),
        ("an older version", "entra-templated", json!({ "ver": "1.0" }), Some(F::Version)),
        ("nobody", "entra-templated", json!({ "oid": null }), Some(F::Subject)),
        ("no person", "entra-templated", json!({ "oid": "alice" }), Some(F::Subject)),
    ] {
        let token =
            process.mint(json!({ "key": key, "alg": "RS256", "claims": with(&good, &changes) })).await;
        let verified = oidc().verify_id_token(&provider, &token, NONCE, now()).await;
        assert_eq!(verified.as_ref().err(), expected.map(OidcError::Token).as_ref(), "{what}");
        if let Ok(identity) = verified {
            assert_eq!(identity.subject.to_key(), format!("oid:{TENANT}/{OBJECT}"));
            assert_eq!(identity.verified_email, None, "`email_verified` is nothing that Entra says");
        }
    }
    let edov = with(&good, &json!({ "xms_edov": true }));
    let token = process.mint(json!({ "key": "entra-templated", "alg": "RS256", "claims": edov })).await;
    let identity = oidc().verify_id_token(&provider, &token, NONCE, now()).await.unwrap();
    assert_eq!(identity.verified_email.as_deref(), Some("alice@example.org"));
}
