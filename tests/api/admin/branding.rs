//! `branding` in the policy, `/api/v1/admin/branding/logo`, and where others see them

use data_encoding::BASE64;
use sealpost_test_support::{
    app::{Answer, App, Client, Method},
    claims,
};
use serde_json::{Value, json};

claims![
    a_tenant_shows_itself_on_the_pages_of_its_own_links_only,
    a_tenant_shows_itself_in_its_mails_in_words,
    a_logo_goes_with_the_mail_that_shows_it,
    the_addin_is_told_how_the_tenant_shows_itself,
    a_logo_is_written_anew_and_handed_out_to_anybody,
    a_logo_that_is_hostile_or_none_is_refused_and_changes_nothing,
    only_admins_who_have_just_shown_a_credential_change_the_logo,
    branding_that_cannot_be_kept_is_refused_with_a_reason,
    what_changes_is_in_the_log,
];

const LOGO: &str = "/api/v1/admin/branding/logo";
const POLICY: &str = "/api/v1/admin/policy";
const SVG: &str = "<?xml version='1.0'?><!-- Anna Secret --><svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><rect width='40' height='20' style='fill:#0b5cad'/></svg>";
const SVG_KEPT: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 20\"><rect width=\"40\" height=\"20\" fill=\"#0b5cad\"></rect></svg>\n";
/// Of 6 by 4 pixels, and its author.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAYAAAAECAIAAAAiZtkUAAAAEnRFWHRBdXRob3IAQW5uYSBTZWNyZXSJkn+jAAAAEUlEQVR4nGPgjlmLhhjIFQIAyIkZ4SHlofMAAAAASUVORK5CYII=";

async fn put(client: &Client, media_type: &str, body: impl Into<Vec<u8>>) -> Answer {
    client.request(Method::PUT, LOGO).header("content-type", media_type).body(body.into()).await
}

async fn brand(client: &Client, branding: Value) -> Answer {
    client.request(Method::PATCH, POLICY).json(&json!({ "branding": branding })).await
}

fn acme() -> Value {
    json!({
        "name": "Acme & Söhne <GmbH>", "accent": "#0b5cad", "support": "help@acme.example",
        "footer": { "en": "Acme Ltd\n<b>1 Main Street</b>", "de": "Acme GmbH" },
    })
}

/// The path below the address of the service.
fn path(url: &str) -> String {
    url[url.find("/branding/").expect("a logo")..].to_owned()
}

/// What the log says of logos.
async fn logged(app: &App) -> Vec<Value> {
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let of_logos = entries.iter().filter(|entry| entry.kind == "branding.logo_changed");
    of_logos.map(|entry| serde_json::from_str(&entry.payload).unwrap()).collect()
}

async fn a_tenant_shows_itself_on_the_pages_of_its_own_links_only(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let plain = sent.link().page().await.expect(200);
    for branded in ["Acme", "<img", "/assets/accent/"] {
        assert!(!plain.text().contains(branded), "{branded}: {}", plain.text());
    }
    brand(&admin, acme()).await.expect(200);
    let page = sent.link().page().await.expect(200).text();
    assert!(page.contains("<bdi>Acme &amp; Söhne &lt;GmbH&gt;</bdi>"), "{page}");
    let url = put(&admin, "image/svg+xml", SVG).await.expect(200).json();
    let page = sent.link().page().await.expect(200);
    assert!(page.header("content-security-policy").unwrap().contains("img-src 'self';"));
    let html = page.text().replace("&#x2f;", "/");
    let logo = format!("<img class=\"logo\" src=\"{}\" alt=\"Acme", path(url["url"].as_str().unwrap()));
    for part in [
        logo.as_str(),
        "href=\"/assets/accent/0b5cad.css?v=",
        "href=\"mailto:help@acme.example\"",
        "Acme Ltd\n&lt;b&gt;1 Main Street&lt;/b&gt;",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let german = app.anybody.get(&sent.link().url).header("accept-language", "de").await.expect(200).text();
    assert!(german.contains("Acme GmbH") && !german.contains("Main Street"));
    // Where there is a form, too, and after a wrong try.
    let new = json!({ "recipients": [{ "email": "bert@example.org" }], "password": "correct horse battery" });
    let locked = app.anna.sent_as(&new, &[("a", b"a")]).await;
    assert!(locked.link().page().await.expect(200).text().contains("class=\"logo\""));
    assert!(locked.link().submit("password=wrong").await.expect(403).text().contains("class=\"logo\""));
    // Where something is reported.
    let report = app.anybody.get(&format!("/t/{}/report", sent.link().token)).await.expect(200);
    assert!(report.header("content-security-policy").unwrap().contains("img-src 'self';"));
    assert!(report.text().contains("class=\"logo\"") && report.text().contains("mailto:help@acme.example"));
    let reported = format!("/t/{}/report", locked.link().token);
    let form = app.anybody.post(&reported).header("content-type", "application/x-www-form-urlencoded");
    let done = form.body("reason=other&text=".as_bytes().to_vec()).await.expect(200).text();
    assert!(done.contains("class=\"logo\""), "{done}");
    // Of others, and of links that lead nowhere, nothing is said.
    let other = app.gina.sent(&[("g", b"g")]).await.link().page().await.expect(200).text();
    let nowhere = app.anybody.get(&format!("/t/{}", "A".repeat(43))).await.expect(404).text();
    app.anna.post(&format!("/api/v1/transfers/{}/block", sent.id)).await.expect(200);
    let blocked = sent.link().page().await.expect(404).text();
    assert_eq!(blocked, nowhere);
    for page in [other, nowhere] {
        assert!(!page.contains("Acme") && !page.contains("logo") && !page.contains("accent"), "{page}");
    }
    let css = app.anybody.get("/assets/accent/0b5cad.css").await.expect(200);
    assert_eq!(css.header("content-type"), Some("text/css; charset=utf-8"));
    assert!(css.text().contains("--accent: #0b5cad; --on-accent: #ffffff;"));
    for none in ["red", "0b5ca", "0b5cad7", "%23b5cad", "0b5cad;x", "gggggg"] {
        app.anybody.get(&format!("/assets/accent/{none}.css")).await.problem(404, "not_found");
    }
}

async fn a_logo_goes_with_the_mail_that_shows_it(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    brand(&admin, acme()).await.expect(200);
    put(&admin, "image/png", BASE64.decode(PNG.as_bytes()).unwrap()).await.expect(200);
    let kept = app.anybody.get(&format!("/branding/{}/logo", app.acme.id)).await.expect(200);
    app.anna.sent(&[("a", b"a")]).await;
    app.run_jobs().await;
    let letters = app.mails.letters();
    assert!(!letters.is_empty());
    for mail in letters {
        let (_, named) = mail.html.split_once("<img src=\"cid:").expect("a picture from within");
        let (id, rest) = named.split_once('"').unwrap();
        assert!(rest.starts_with(" alt=\"Acme &amp; Söhne &lt;GmbH&gt;\""), "{rest}");
        assert_eq!(mail.html.matches("<img").count(), 1, "and no other");
        let message = String::from_utf8(mail.bytes).unwrap();
        let (head, picture) = message.split_once(&format!("Content-ID: <{id}>")).expect("the picture");
        assert!(head.contains("multipart/related"), "{head}");
        let (_, picture) = picture.split_once("\r\n\r\n").unwrap();
        let (picture, _) = picture.split_once("--=_r").unwrap();
        let picture = BASE64.decode(picture.replace("\r\n", "").as_bytes()).unwrap();
        assert!(picture == kept.body, "what was written anew when it was given");
    }
}

/// Programs for mail show no SVG.
async fn a_tenant_shows_itself_in_its_mails_in_words(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    brand(&admin, acme()).await.expect(200);
    put(&admin, "image/svg+xml", SVG).await.expect(200);
    app.anna.sent(&[("a", b"a")]).await;
    app.gina.sent(&[("a", b"a")]).await;
    app.run_jobs().await;
    let letters = app.mails.letters();
    let (ours, others): (Vec<_>, Vec<_>) = letters.iter().partition(|mail| mail.text.contains("anna@"));
    assert!(!ours.is_empty() && !others.is_empty());
    for mail in ours {
        assert!(mail.text.starts_with("Acme & Söhne <GmbH>\n\n"), "{}", mail.text);
        assert!(mail.text.contains("-- \nAcme Ltd\n<b>1 Main Street</b>\n"), "{}", mail.text);
        assert!(mail.html.contains("Acme &amp; Söhne &lt;GmbH&gt;") && !mail.html.contains("<b>1"));
        assert!(!mail.html.contains("<img") && !mail.html.contains("/branding/"));
    }
    assert!(others.iter().all(|mail| !mail.text.contains("Acme") && !mail.html.contains("Acme")));
}

async fn the_addin_is_told_how_the_tenant_shows_itself(app: &App) {
    let bootstrap =
        async || app.anna.get("/api/v1/addin/bootstrap").await.expect(200).json()["branding"].clone();
    assert_eq!(bootstrap().await, json!({ "name": "acme" }));
    let admin = app.signed_in(&app.admin).await;
    brand(&admin, acme()).await.expect(200);
    let logo = put(&admin, "image/png", BASE64.decode(PNG.as_bytes()).unwrap()).await.expect(200).json();
    let expected = json!({
        "name": "Acme & Söhne <GmbH>", "accent": "#0b5cad", "on_accent": "#ffffff", "logo": logo["url"],
        "support": "help@acme.example",
    });
    assert_eq!(bootstrap().await, expected);
}

async fn a_logo_is_written_anew_and_handed_out_to_anybody(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let none = app.anybody.get(&format!("/branding/{}/logo", app.acme.id)).await;
    assert_eq!(none.problem(404, "not_found"), "");
    let logo = put(&admin, "image/svg+xml; charset=utf-8", SVG).await.expect(200).json();
    assert_eq!(logo["media_type"], "image/svg+xml");
    let url = path(logo["url"].as_str().unwrap());
    let svg = app.anybody.get(&url).await.expect(200);
    assert_eq!(svg.text(), SVG_KEPT);
    for (name, value) in [
        ("content-type", "image/svg+xml"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "public, max-age=3600"),
        ("cross-origin-resource-policy", "cross-origin"),
    ] {
        assert_eq!(svg.header(name), Some(value), "{name}");
    }
    let policy = svg.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'; sandbox"), "{policy}");
    let tag = svg.header("etag").unwrap().to_owned();
    app.anybody.get(&url).header("if-none-match", &tag).await.expect(304);
    let png = put(&admin, "image/png", BASE64.decode(PNG.as_bytes()).unwrap()).await.expect(200).json();
    let kept = app.anybody.get(&path(png["url"].as_str().unwrap())).await.expect(200);
    assert_eq!(kept.header("content-type"), Some("image/png"));
    assert!(kept.body.starts_with(b"\x89PNG") && !kept.text().contains("Secret"));
    app.anybody.get(&url).header("if-none-match", &tag).await.expect(200);
    // Globex has none, and who is no tenant looks the same.
    for id in [app.globex.id.to_string(), "0190a000-0000-7000-8000-000000000001".into(), "acme".into()] {
        app.anybody.get(&format!("/branding/{id}/logo")).await.problem(404, "not_found");
    }
    for _ in 0..2 {
        admin.delete(LOGO).await.expect(204);
        app.anybody.get(&url).await.problem(404, "not_found");
    }
}

async fn a_logo_that_is_hostile_or_none_is_refused_and_changes_nothing(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let url = put(&admin, "image/svg+xml", SVG).await.expect(200).json();
    let svg = |inside: &str| {
        format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'>{inside}</svg>").into_bytes()
    };
    let png = BASE64.decode(PNG.as_bytes()).unwrap();
    let mut wide = png.clone();
    wide[16..20].copy_from_slice(&100_000_u32.to_be_bytes());
    for (kind, body, said) in [
        ("image/svg+xml", svg("<script>alert(1)</script>"), "the element script"),
        ("image/svg+xml", svg("<rect onload='alert(1)'/>"), "the attribute onload"),
        ("image/svg+xml", svg("<image href='http://evil.example/'/>"), "the element image"),
        ("image/svg+xml", svg("<rect fill='url(http://evil.example/)'/>"), "outside"),
        ("image/svg+xml", svg("<foreignObject/>"), "foreignObject"),
        ("image/svg+xml", b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>".to_vec(), "document type"),
        ("image/svg+xml", svg(&"<g>".repeat(50_000)), ""),
        ("image/svg+xml", png.clone(), "SVG"),
        ("image/png", SVG.into(), "PNG"),
        ("image/png", wide, ""),
        ("image/png", png[..png.len() - 30].to_vec(), "PNG"),
        ("image/png", Vec::new(), "PNG"),
    ] {
        let detail = put(&admin, kind, body).await.problem(400, "invalid_request");
        assert!(detail.contains(said), "{detail}");
    }
    put(&admin, "image/png", vec![0; (256 << 10) + 1]).await.problem(413, "too_large");
    for kind in ["text/html", "image/gif", "application/json"] {
        put(&admin, kind, SVG).await.problem(415, "unsupported_media_type");
    }
    let kept = app.anybody.get(&path(url["url"].as_str().unwrap())).await.expect(200);
    assert_eq!(kept.text(), SVG_KEPT);
    assert_eq!(logged(app).await.len(), 1);
}

async fn only_admins_who_have_just_shown_a_credential_change_the_logo(app: &App) {
    for (client, code) in [
        (app.signed_in(&app.anna).await, "forbidden"),
        (app.admin.with_bearer(app.admin.bearer()), "step_up_needed"),
    ] {
        put(&client, "image/svg+xml", SVG).await.problem(403, code);
        client.delete(LOGO).await.problem(403, code);
    }
    put(&app.anybody, "image/svg+xml", SVG).await.problem(401, "unauthorized");
    assert_eq!(logged(app).await.len(), 0);
}

async fn branding_that_cannot_be_kept_is_refused_with_a_reason(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    for (branding, said) in [
        (json!({ "name": "a\nb" }), "one line"),
        (json!({ "name": "a\u{202e}b" }), "one line"),
        (json!({ "accent": "red" }), "#rrggbb"),
        (json!({ "footer": { "en": "x".repeat(501) } }), "500 characters"),
        (json!({ "footer": { "fr": "x" } }), "fr"),
        (json!({ "support": "javascript:alert(1)" }), "https link"),
        (json!({ "html": "<b>" }), "html"),
    ] {
        let detail = brand(&admin, branding).await.problem(400, "invalid_request");
        assert!(detail.contains(said), "{detail}");
    }
    assert_eq!(admin.get(POLICY).await.expect(200).json()["version"], 0);
}

async fn what_changes_is_in_the_log(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    brand(&admin, acme()).await.expect(200);
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let entry = entries.iter().rfind(|entry| entry.kind == "policy.changed").unwrap();
    let payload: Value = serde_json::from_str(&entry.payload).unwrap();
    assert_eq!(payload["difference"]["branding"], json!(["accent", "footer", "name", "support"]));
    assert!(!entry.payload.contains("help@"), "{}", entry.payload);
    put(&admin, "image/svg+xml", SVG).await.expect(200);
    // The same once more is no change.
    put(&admin, "image/svg+xml", SVG).await.expect(200);
    admin.delete(LOGO).await.expect(204);
    admin.delete(LOGO).await.expect(204);
    let logged = logged(app).await;
    assert_eq!(logged.len(), 2, "{logged:?}");
    assert_eq!((&logged[0]["kind"], &logged[0]["bytes"]), (&json!("svg"), &json!(SVG_KEPT.len())));
    assert_eq!(logged[1]["removed"], true);
}
