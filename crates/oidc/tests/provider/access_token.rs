//! Every rule of Entra's access tokens, broken one at a time.

use sealpost_oidc::{
    AccessTokenRules, Issuer, Oidc, OidcError, PERSONAL_ACCOUNTS, Presented, TokenFault, presented,
};
use sealpost_test_support::provider::{EXACT_TENANT, OpenIdProvider};
use serde_json::{Value, json};

use crate::{now, oidc, with};

const TENANT: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
const OTHER_TENANT: &str = "bbbbbbbb-0000-4000-8000-00000000000b";
const OBJECT: &str = "0b000000-0000-4000-8000-000000000001";
const CLIENT: &str = "c1000000-0000-4000-8000-000000000001";
const OUTLOOK: &str = "c2000000-0000-4000-8000-000000000002";

fn good(process: &OpenIdProvider, tenant: &str) -> Value {
    let seconds = now().unix_millis() / 1_000;
    json!({
        "iss": format!("{}/{tenant}/v2.0", process.issuer()), "aud": CLIENT, "tid": tenant, "oid": OBJECT,
        "sub": "pairwise", "ver": "2.0", "azp": CLIENT, "azpacr": "0", "scp": "User.Read Transfers.Send",
        "iat": seconds, "nbf": seconds, "exp": seconds + 4_000,
        "preferred_username": "alice@example.org", "name": "Alice",
    })
}

async fn verify(
    oidc: &Oidc,
    process: &OpenIdProvider,
    tenant: &str,
    token: &str,
) -> Result<String, OidcError> {
    let authority: Issuer = process.issuer().parse().unwrap();
    let rules = AccessTokenRules {
        authority: &authority,
        tenant: tenant.parse().unwrap(),
        client_id: CLIENT,
        scope: "Transfers.Send",
        authorized_parties: &[CLIENT, OUTLOOK],
    };
    let identity = oidc.verify_access_token(rules, token, now()).await?;
    assert_eq!(identity.verified_email, None);
    Ok(identity.subject.to_key())
}

#[tokio::test]
async fn a_token_is_believed_only_if_all_of_it_is_right() {
    let process = OpenIdProvider::start().await;
    let (oidc, good) = (oidc(), good(&process, TENANT));
    let seconds = now().unix_millis() / 1_000;
    use TokenFault as F;
    let base = json!({ "alg": "RS256", "key": "entra-templated", "claims": good });
    let claims = |changes: Value| with(&base, &json!({ "claims": with(&good, &changes) }));
    let signed = |changes: Value| with(&base, &changes);
    for (what, order, expected) in [
        ("all right", claims(json!({})), None),
        ("the only scope", claims(json!({ "scp": "Transfers.Send" })), None),
        ("from another program on the list", claims(json!({ "azp": OUTLOOK })), None),
        ("says that it is a person's", claims(json!({ "idtyp": "user" })), None),
        // 1. How it is signed.
        ("not signed", signed(json!({ "alg": "none" })), Some(F::Algorithm)),
        ("a MAC with the public key", signed(json!({ "alg": "HS256" })), Some(F::Algorithm)),
        ("signed with PS256", signed(json!({ "alg": "PS256" })), Some(F::Algorithm)),
        ("signed with RS512", signed(json!({ "alg": "RS512" })), Some(F::Algorithm)),
        ("no key named", signed(json!({ "header": { "kid": null } })), Some(F::Key)),
        ("an unknown key", signed(json!({ "header": { "kid": "?" } })), Some(F::Key)),
        (
            "the provider's own key",
            signed(json!({ "key": "RS256", "header": { "kid": "rsa-1" } })),
            Some(F::Key),
        ),
        (
            "another key",
            signed(json!({ "key": "other", "header": { "kid": "entra-templated" } })),
            Some(F::Signature),
        ),
        // 2. Version, audience, time.
        ("an older version", claims(json!({ "ver": "1.0" })), Some(F::Version)),
        ("no version", claims(json!({ "ver": null })), Some(F::Version)),
        ("for somebody else", claims(json!({ "aud": OUTLOOK })), Some(F::Audience)),
        (
            "for the same in another spelling",
            claims(json!({ "aud": format!("api://{CLIENT}") })),
            Some(F::Audience),
        ),
        ("for several", claims(json!({ "aud": [CLIENT, OUTLOOK] })), Some(F::Audience)),
        ("for nobody", claims(json!({ "aud": null })), Some(F::Audience)),
        ("over", claims(json!({ "exp": seconds - 70 })), Some(F::Expired)),
        ("without an end", claims(json!({ "exp": null })), Some(F::Malformed)),
        ("not yet", claims(json!({ "nbf": seconds + 300 })), Some(F::NotYet)),
        // 3. Directory and issuer.
        ("another directory", claims(json!({ "tid": OTHER_TENANT })), Some(F::Tenant)),
        ("no directory", claims(json!({ "tid": null })), Some(F::Tenant)),
        ("a directory by name", claims(json!({ "tid": "example.org" })), Some(F::Tenant)),
        ("another issuer", claims(json!({ "iss": "https://sts.windows.net/x/" })), Some(F::Issuer)),
        (
            "another directory's issuer",
            claims(json!({ "iss": format!("{}/{OTHER_TENANT}/v2.0", process.issuer()) })),
            Some(F::Issuer),
        ),
        (
            "the issuer of version 1",
            claims(json!({ "iss": format!("{}/{TENANT}/", process.issuer()) })),
            Some(F::Issuer),
        ),
        ("no issuer", claims(json!({ "iss": null })), Some(F::Issuer)),
        ("a key of personal accounts", signed(json!({ "key": "entra-msa" })), Some(F::Issuer)),
        ("a key of another directory", signed(json!({ "key": "entra-exact" })), Some(F::Issuer)),
        ("a key of no directory", signed(json!({ "key": "entra-nobody" })), Some(F::Issuer)),
        // 4. The person.
        ("nobody", claims(json!({ "oid": null })), Some(F::Subject)),
        ("no person", claims(json!({ "oid": "alice" })), Some(F::Subject)),
        // 5. What it allows, and to whom it was given.
        ("another scope", claims(json!({ "scp": "User.Read" })), Some(F::Scope)),
        ("a longer scope", claims(json!({ "scp": "Transfers.SendAll xTransfers.Send" })), Some(F::Scope)),
        ("a scope in capitals", claims(json!({ "scp": "TRANSFERS.SEND" })), Some(F::Scope)),
        ("no scope", claims(json!({ "scp": null })), Some(F::Scope)),
        ("a role instead", claims(json!({ "scp": null, "roles": ["Transfers.Send"] })), Some(F::Scope)),
        ("from another program", claims(json!({ "azp": OBJECT })), Some(F::AuthorizedParty)),
        ("from nobody", claims(json!({ "azp": null })), Some(F::AuthorizedParty)),
        ("a program's own", claims(json!({ "idtyp": "app" })), Some(F::Application)),
        ("a device's", claims(json!({ "idtyp": "device" })), Some(F::Application)),
    ] {
        let token = process.mint(order).await;
        let verified = verify(&oidc, &process, TENANT, &token).await;
        let expected =
            expected.map_or_else(|| Ok(format!("oid:{TENANT}/{OBJECT}")), |fault| Err(fault.into()));
        assert_eq!(verified, expected, "{what}");
    }
}

#[tokio::test]
async fn a_directory_may_have_a_key_of_its_own() {
    let process = OpenIdProvider::start().await;
    let order = json!({ "alg": "RS256", "key": "entra-exact", "claims": good(&process, EXACT_TENANT) });
    let token = process.mint(order).await;
    assert!(verify(&oidc(), &process, EXACT_TENANT, &token).await.is_ok());
}

#[tokio::test]
async fn personal_accounts_are_refused_even_if_they_are_expected() {
    let process = OpenIdProvider::start().await;
    let personal = PERSONAL_ACCOUNTS.to_string();
    for key in ["entra-msa", "entra-templated"] {
        let order = json!({ "alg": "RS256", "key": key, "claims": good(&process, &personal) });
        let token = process.mint(order).await;
        let refused = verify(&oidc(), &process, &personal, &token).await;
        assert_eq!(refused, Err(TokenFault::Tenant.into()), "{key}");
    }
}

#[tokio::test]
async fn what_a_token_claims_says_which_rules_to_check_it_by() {
    let process = OpenIdProvider::start().await;
    let good = good(&process, TENANT);
    let token = process.mint(json!({ "key": "other", "claims": good })).await;
    let claimed = Presented { tenant: TENANT.parse().unwrap(), client_id: CLIENT.to_owned() };
    assert_eq!(presented(&token), Ok(claimed));
    for (changes, fault) in [
        (json!({ "tid": null }), TokenFault::Tenant),
        (json!({ "tid": "common" }), TokenFault::Tenant),
        (json!({ "tid": TENANT.replace('-', "") }), TokenFault::Tenant),
        (json!({ "aud": null }), TokenFault::Audience),
        (json!({ "aud": [CLIENT] }), TokenFault::Audience),
    ] {
        let token = process.mint(json!({ "claims": with(&good, &changes) })).await;
        assert_eq!(presented(&token), Err(fault), "{changes}");
    }
    assert_eq!(presented("ss_no-token-of-entra"), Err(TokenFault::Malformed));
}
