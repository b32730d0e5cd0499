//! `GET /api/v1/addin/{addin_id}/signin`

use sealpost_auth::NewIdentityProvider;
use sealpost_domain::ProviderKind;
use sealpost_test_support::{app::App, claims};
use serde_json::json;

claims![
    whoever_opens_the_addin_is_told_how_to_sign_in,
    a_directory_is_named_to_those_whose_tokens_are_taken,
    nobody_signs_in_while_the_tenant_is_suspended,
    an_addin_that_nobody_has_is_not_there,
];

const DIRECTORY: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
const CLIENT: &str = "c1000000-0000-4000-8000-000000000001";

async fn path(app: &App) -> String {
    format!("/api/v1/addin/{}/signin", app.addin_id(&app.acme).await)
}

async fn add(app: &App, for_addin: bool) {
    let grant = app.auth.danger_operator(&app.acme).await.unwrap();
    let new = NewIdentityProvider {
        kind: ProviderKind::Entra,
        label: "Entra".to_owned(),
        issuer: None,
        client_id: CLIENT.to_owned(),
        client_secret: None,
        entra_tenant: Some(DIRECTORY.parse().unwrap()),
        for_users: true,
        for_recipients: false,
        for_addin,
        provisions: true,
        domains: "acme.example".parse().unwrap(),
    };
    app.auth.add_identity_provider(&grant, new).await.unwrap();
}

async fn whoever_opens_the_addin_is_told_how_to_sign_in(app: &App) {
    let answer = app.anybody.get(&path(app).await).await.expect(200);
    assert_eq!(answer.header("set-cookie"), None);
    assert_eq!(
        answer.json(),
        json!({
            "tenant": { "slug": "acme", "name": "acme" },
            "branding": { "name": "acme" },
            "pairing": true,
        })
    );
}

async fn a_directory_is_named_to_those_whose_tokens_are_taken(app: &App) {
    add(app, false).await;
    let path = path(app).await;
    assert!(app.anybody.get(&path).await.expect(200).json().get("entra").is_none());
    let grant = app.auth.danger_operator(&app.acme).await.unwrap();
    let known = app.auth.identity_providers(&grant).await.unwrap();
    app.auth.remove_identity_provider(&grant, known[0].row.id).await.unwrap();
    add(app, true).await;
    assert_eq!(
        app.anybody.get(&path).await.expect(200).json()["entra"],
        json!({
            "client_id": CLIENT,
            "authority": format!("https://login.microsoftonline.com/{DIRECTORY}"),
            "scope": format!("api://{CLIENT}/Transfers.Send"),
        })
    );
    let other = format!("/api/v1/addin/{}/signin", app.addin_id(&app.globex).await);
    assert!(app.anybody.get(&other).await.expect(200).json().get("entra").is_none(), "it is Acme's");
}

async fn nobody_signs_in_while_the_tenant_is_suspended(app: &App) {
    add(app, true).await;
    let path = path(app).await;
    let operator = app.auth.danger_operator(&app.acme).await.unwrap();
    app.tenancy().suspend(&operator).await.unwrap();
    let told = app.anybody.get(&path).await.expect(200).json();
    assert_eq!((&told["pairing"], told.get("entra")), (&json!(false), None));
    assert_eq!(told["tenant"]["name"], "acme");
}

async fn an_addin_that_nobody_has_is_not_there(app: &App) {
    for id in ["00000000-0000-4000-8000-000000000000", "acme", "..%2f", "x"] {
        app.anybody.get(&format!("/api/v1/addin/{id}/signin")).await.problem(404, "not_found");
    }
}
