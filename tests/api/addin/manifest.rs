//! `/addin/{addin_id}/manifest.xml` and `.zip`, and `GET /api/v1/admin/addin`

use sealpost_domain::Role;
use sealpost_test_support::{
    app::{App, HOUR, Method, Options},
    claims,
};
use serde_json::{Value, json};

use crate::{admin::licence::licensed, support::operator};

claims![
    the_manifest_is_the_tenants,
    the_package_has_both_languages_and_icons,
    the_version_rises_when_something_in_it_changes_and_only_then,
    ids_are_made_once,
    two_who_ask_at_once_get_the_same_ids,
    what_the_tenant_says_of_itself_is_in_it,
    auditors_read_and_senders_do_not,
    an_admin_is_told_whether_mails_are_looked_at,
    an_admin_is_told_that_there_is_no_licence with licensed(),
    an_admin_is_told_that_the_operator_has_switched_it_off with Options { addins: false, ..Options::default() },
    what_cannot_be_set_changes_nothing,
    no_name_can_break_the_manifest,
];

const PATH: &str = "/api/v1/admin/addin";

async fn shown(app: &App) -> Value {
    app.admin.get(PATH).await.expect(200).json()
}

async fn xml(app: &App) -> String {
    app.anybody
        .get(&format!("/addin/{}/manifest.xml", app.addin_id(&app.acme).await))
        .await
        .expect(200)
        .text()
}

/// What stands between a tag and its end.
fn within<'a>(xml: &'a str, tag: &str) -> &'a str {
    let (_, rest) = xml.split_once(&format!("<{tag}>")).unwrap();
    rest.split_once("</").unwrap().0
}

async fn the_manifest_is_the_tenants(app: &App) {
    let addin = shown(app).await;
    let id = addin["addin_id"].as_str().unwrap();
    let answer = app.anybody.get(&format!("/addin/{id}/manifest.xml")).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/xml"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"sealpost-outlook.xml\""));
    let tag = answer.header("etag").unwrap().to_owned();
    app.anybody.get(&format!("/addin/{id}/manifest.xml")).header("if-none-match", &tag).await.expect(304);
    let xml = answer.text();
    assert_eq!((within(&xml, "Id"), within(&xml, "Version")), (id, "1.0.0.0"));
    assert_eq!(within(&xml, "ProviderName"), "acme");
    for document in ["pane.html", "commands.html", "launchevent.html", "launchevent.js"] {
        let address = format!("{}/addin/{id}/{document}\"", app.anybody.base());
        assert!(xml.contains(&address), "{address}");
    }
    assert!(!xml.contains("{{"), "no place is left");
    assert_eq!(addin["manifest_url"], json!(format!("{}/addin/{id}/manifest.xml", app.anybody.base())));
    let other = app.rival.get(PATH).await.expect(200).json();
    assert_ne!((&other["addin_id"], &other["app_id"]), (&addin["addin_id"], &addin["app_id"]));
}

async fn the_package_has_both_languages_and_icons(app: &App) {
    let addin = shown(app).await;
    let path = format!("/addin/{}/manifest.zip", addin["addin_id"].as_str().unwrap());
    let package = app.anybody.get(&path).await.expect(200);
    assert_eq!(package.header("content-type"), Some("application/zip"));
    let bytes = package.body;
    assert!(bytes.starts_with(b"PK\x03\x04"));
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    for name in ["manifest.json", "de.json", "nl.json", "mark-192.png", "outline-32.png"] {
        assert!(has(name), "{name}");
    }
    assert!(has(&format!("\"id\": \"{}\"", addin["app_id"].as_str().unwrap())));
    assert!(has("\"version\": \"1.0.0\""));
}

async fn the_version_rises_when_something_in_it_changes_and_only_then(app: &App) {
    let first = shown(app).await;
    assert_eq!(first["version"], "1.0.0.0");
    app.clock.advance(HOUR);
    // What only the pages and events know of.
    app.change_addin(
        json!({ "events": false, "types_level": "enforce", "mail_hosts": ["https://mail.acme.example"] }),
    )
    .await;
    xml(app).await;
    assert_eq!(shown(app).await["version"], "1.0.0.0");
    assert_eq!(shown(app).await["changed_at"], first["changed_at"]);
    app.change_addin(json!({ "send_mode": "soft_block" })).await;
    // Whoever asks first: here somebody who has the address.
    let raised = xml(app).await;
    assert_eq!(within(&raised, "Version"), "1.0.1.0");
    let addin = shown(app).await;
    assert_eq!((&addin["version"], &addin["send_mode"]), (&json!("1.0.1.0"), &json!("soft_block")));
    assert_ne!(addin["changed_at"], first["changed_at"]);
    assert_eq!(xml(app).await, raised);
    // Back again is another change: Microsoft 365 takes no lower version.
    app.change_addin(json!({ "send_mode": "prompt_user" })).await;
    assert_eq!(shown(app).await["version"], "1.0.2.0");
}

async fn ids_are_made_once(app: &App) {
    let first = shown(app).await;
    app.change_addin(json!({ "send_mode": "block" })).await;
    let node = app.admin.at(&app.another_node().await);
    let second = node.get(PATH).await.expect(200).json();
    assert_eq!((&first["addin_id"], &first["app_id"]), (&second["addin_id"], &second["app_id"]));
    assert_ne!(first["addin_id"], first["app_id"]);
    for id in ["addin_id", "app_id"] {
        let id = first[id].as_str().unwrap();
        assert_eq!((&id[14..15], id.to_lowercase().as_str()), ("4", id), "all of it is random");
    }
}

async fn two_who_ask_at_once_get_the_same_ids(app: &App) {
    let ask = || async { shown(app).await };
    let (a, b, c) = tokio::join!(ask(), ask(), ask());
    assert_eq!((&a, &b), (&b, &c));
}

async fn what_the_tenant_says_of_itself_is_in_it(app: &App) {
    let document = json!({
        "branding": { "name": "Acme Anwälte und Steuerberater GmbH", "support": "https://acme.example/help" },
        "addin": { "links": { "website": "https://acme.example", "privacy": "https://acme.example/privacy?a=1&b=2" } },
    });
    app.set_policy(&app.acme, serde_json::from_value(document).unwrap()).await;
    let xml = xml(app).await;
    assert_eq!(within(&xml, "ProviderName"), "Acme Anwälte und Steuerberater…");
    assert!(xml.contains("<SupportUrl DefaultValue=\"https://acme.example/help\"/>"));
    let addin = shown(app).await;
    let path = format!("/addin/{}/manifest.zip", addin["addin_id"].as_str().unwrap());
    let package = app.anybody.get(&path).await.expect(200).body;
    let has = |text: &str| package.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("\"privacyUrl\": \"https://acme.example/privacy?a=1&b=2\""));
    assert!(has("\"termsOfUseUrl\": \"https://acme.example\""));
}

async fn auditors_read_and_senders_do_not(app: &App) {
    app.anybody.get(PATH).await.problem(401, "unauthorized");
    app.anna.get(PATH).await.problem(403, "forbidden");
    let operator = operator(app, &app.acme).await;
    let address = "audra@acme.example".parse().unwrap();
    app.tenancy().create_user(&operator, &address, "Audra", Role::Auditor).await.unwrap();
    let auditor = app.client_of(&app.acme, "audra@acme.example").await;
    auditor.get(PATH).await.expect(200);
}

async fn an_admin_is_told_whether_mails_are_looked_at(app: &App) {
    assert_eq!(shown(app).await["state"], "active");
    app.change_addin(json!({ "events": false })).await;
    assert_eq!(shown(app).await["state"], "events_off");
}

async fn an_admin_is_told_that_there_is_no_licence(app: &App) {
    assert_eq!(shown(app).await["state"], "unlicensed");
}

async fn an_admin_is_told_that_the_operator_has_switched_it_off(app: &App) {
    assert_eq!(shown(app).await["state"], "operator_off");
}

async fn what_cannot_be_set_changes_nothing(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let before = admin.get("/api/v1/admin/policy").await.expect(200).json();
    for wrong in [
        json!({ "fresh_seconds": 3_601 }),
        json!({ "mail_hosts": ["https://mail.acme.example/owa"] }),
        json!({ "mail_hosts": ["https://a.example; script-src *"] }),
        json!({ "links": { "privacy": "javascript:alert(1)" } }),
        json!({ "send_mode": "always" }),
        json!({ "addin_id": "x" }),
    ] {
        let patch = admin.request(Method::PATCH, "/api/v1/admin/policy");
        patch.json(&json!({ "addin": wrong })).await.problem(400, "invalid_request");
    }
    assert_eq!(admin.get("/api/v1/admin/policy").await.expect(200).json(), before);
}

async fn no_name_can_break_the_manifest(app: &App) {
    let document = json!({ "branding": { "name": "<A>&\"'{{version}}" } });
    app.set_policy(&app.acme, serde_json::from_value(document).unwrap()).await;
    let xml = xml(app).await;
    assert_eq!(within(&xml, "ProviderName"), "&#60;A&#62;&#38;&#34;&#39;{{version}}");
}
