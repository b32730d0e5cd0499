//! `/signin` and `/account`: plain pages, as a browser without script uses them.

use sealpost_domain::Policy;
use sealpost_test_support::{
    app::{Answer, App, HOUR, Method, Options, Request},
    claims,
};
use serde_json::json;

use crate::people::{PASSWORD, code, enrol_app, password_link, set_password};

claims![
    a_person_signs_in_and_out_with_forms,
    a_form_that_is_wrong_says_so_and_repeats_no_password,
    a_password_is_set_with_the_link_of_a_mail,
    an_app_is_set_up_and_asked_for_with_forms,
    what_another_site_sends_changes_nothing,
    the_script_is_a_file_that_browsers_keep,
    tokens_for_programs_are_made_listed_and_taken_back_with_forms,
    a_code_of_the_app_shows_who_it_is_as_well_as_the_password,
    the_rules_for_a_password_are_said_before_the_first_try with long_passwords(),
    whoever_names_his_tenant_sees_where_it_signs_in,
    a_sign_in_leads_back_to_where_somebody_was,
];

fn post(app: &App, path: &str, form: &str, cookie: &str) -> Request {
    let request = app.anybody.post(path).header("content-type", "application/x-www-form-urlencoded");
    request.header("sec-fetch-site", "same-origin").header("cookie", cookie).body(form.to_owned())
}

fn page(app: &App, path: &str, cookie: &str) -> Request {
    app.anybody.get(path).header("cookie", cookie)
}

fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").expect("a cookie").split(';').next().unwrap().to_owned()
}

fn encoded(text: &str) -> String {
    text.replace(' ', "+").replace('@', "%40")
}

fn credentials(email: &str, password: &str) -> String {
    format!("tenant=acme&email={}&password={}", encoded(email), encoded(password))
}

async fn a_person_signs_in_and_out_with_forms(app: &App) {
    set_password(app, &app.acme, &app.anna, PASSWORD).await;
    let form = app.anybody.get("/signin?tenant=acme").await.expect(200);
    let policy = form.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert!(form.text().contains("value=\"acme\"") && form.text().contains("passkey.js"));
    page(app, "/account", "").await.expect(303);
    let signed_in = post(app, "/signin", &credentials(app.anna.email(), PASSWORD), "").await.expect(303);
    assert_eq!(signed_in.header("location"), Some("/account"));
    let cookie = cookie(&signed_in);
    let account = page(app, "/account", &cookie).await.expect(200).text();
    for text in ["anna (anna@acme.example)", "Sign out everywhere", "Set up an app", "Passkeys"] {
        assert!(account.contains(text), "{text}: {account}");
    }
    let change = format!("deed=password&old={}&new=Der+Igel+baut+um+9", encoded(PASSWORD));
    post(app, "/account", &change, &cookie).await.expect(200);
    let out = post(app, "/account", "deed=sign-out-everywhere", &cookie).await.expect(303);
    assert_eq!(out.header("location"), Some("/signin"));
    page(app, "/account", &cookie).await.expect(303);
}

async fn a_form_that_is_wrong_says_so_and_repeats_no_password(app: &App) {
    set_password(app, &app.acme, &app.anna, PASSWORD).await;
    let wrong = post(app, "/signin", &credentials(app.anna.email(), "wrong wrong"), "").await.expect(401);
    assert!(wrong.text().contains("That is not right") && !wrong.text().contains("wrong wrong"));
    assert!(wrong.text().contains("anna@acme.example") && wrong.header("set-cookie").is_none());
    let nobody = post(app, "/signin", &credentials("nobody@acme.example", "x"), "").await.expect(401);
    assert_eq!(nobody.text().replace("nobody@", "anna@"), wrong.text());
    let evil =
        post(app, "/signin", "tenant=%22%3E%3Cscript%3E&email=%3Cimg%3E&password=x", "").await.expect(401);
    assert!(!evil.text().contains("<script>") && !evil.text().contains("<img>"));
    post(app, "/signin", &format!("tenant={}", "x".repeat(100_000)), "").await.expect(400);
    let german = app.anybody.get("/signin").header("accept-language", "de").await.expect(200).text();
    assert!(german.contains("<html lang=\"de\">") && german.contains("Anmelden"));
}

async fn a_password_is_set_with_the_link_of_a_mail(app: &App) {
    let path = format!("/signin/reset/{}", password_link(app, &app.acme, &app.anna).await);
    page(app, &path, "").await.expect(200);
    let weak = post(app, &path, "new=Passwort2026%21", "").await.expect(400).text();
    assert!(weak.contains("everybody tries first") && weak.contains("aria-invalid"), "{weak}");
    post(app, &path, "new=Der+Igel+baut+um+9", "").await.expect(200);
    page(app, &path, "").await.expect(401);
    post(app, "/signin", &credentials(app.anna.email(), "Der Igel baut um 9"), "").await.expect(303);
    post(app, "/signin/forgotten", "tenant=acme&email=anna%40acme.example", "").await.expect(202);
    post(app, "/signin/forgotten", "tenant=acme&email=nobody%40acme.example", "").await.expect(202);
}

async fn an_app_is_set_up_and_asked_for_with_forms(app: &App) {
    set_password(app, &app.acme, &app.anna, PASSWORD).await;
    let form = credentials(app.anna.email(), PASSWORD);
    let session = cookie(&post(app, "/signin", &form, "").await.expect(303));
    post(app, "/account", "deed=totp-begin", &session).await.expect(303);
    let offered = page(app, "/account", &session).await.expect(200).text();
    assert!(offered.contains("<svg "));
    let (before, _) =
        offered.split_once("</bdi></li>\n</ul>\n<p class=\"qr\">").expect("the key above the picture");
    let secret = before.rsplit("<bdi>").next().unwrap();
    let confirm = |steps| format!("deed=totp-confirm&code={}", code(app, secret, steps));
    post(app, "/account", "deed=totp-confirm&code=000", &session).await.expect(401);
    let done = post(app, "/account", &confirm(0), &session).await.expect(200).text();
    assert_eq!(done.matches("<li>").count(), 10, "the recovery codes");
    let waits = post(app, "/signin", &form, "").await.expect(303);
    assert_eq!(waits.header("location"), Some("/signin/second-factor"));
    let waiting = cookie(&waits);
    page(app, "/account", &waiting).await.expect(303);
    page(app, "/signin/second-factor", &waiting).await.expect(200);
    post(app, "/signin/second-factor", "code=000000", &waiting).await.expect(401);
    let shown = format!("code={}", code(app, secret, 1));
    let full = cookie(&post(app, "/signin/second-factor", &shown, &waiting).await.expect(303));
    assert!(page(app, "/account", &full).await.expect(200).text().contains("In use since"));
    app.clock.advance(HOUR);
    post(app, "/account", "deed=totp-remove", &full).await.expect(403);
    let proof = format!("deed=step-up&password={}", encoded(PASSWORD));
    post(app, "/account", &proof, &full).await.expect(303);
    post(app, "/account", "deed=totp-remove", &full).await.expect(303);
}

async fn what_another_site_sends_changes_nothing(app: &App) {
    set_password(app, &app.acme, &app.anna, PASSWORD).await;
    let form = credentials(app.anna.email(), PASSWORD);
    let session = cookie(&post(app, "/signin", &form, "").await.expect(303));
    let from = |header: &'static str, value: &'static str, path: &str, body: &str| {
        let request = app.anybody.post(path).header("content-type", "application/x-www-form-urlencoded");
        request.header(header, value).header("cookie", &session).body(body.to_owned())
    };
    for (header, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let refused = from(header, value, "/signin", &form).await.expect(403);
        assert_eq!(refused.header("set-cookie"), None);
        let answer = from(header, value, "/account", "deed=sign-out-everywhere").await;
        assert!(answer.status == 403 || answer.header("location") == Some("/signin"), "{}", answer.status);
    }
    page(app, "/account", &session).await.expect(200);
}

async fn the_script_is_a_file_that_browsers_keep(app: &App) {
    let script = app.anybody.get("/assets/passkey.js").await.expect(200);
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
    let tag = script.header("etag").unwrap();
    app.anybody.get("/assets/passkey.js").header("if-none-match", tag).await.expect(304);
}

fn long_passwords() -> Options {
    Options { policy: Policy { account_password_min_chars: 17, ..Policy::default() }, ..Options::default() }
}

async fn signed_in(app: &App) -> String {
    set_password(app, &app.acme, &app.anna, PASSWORD).await;
    cookie(&post(app, "/signin", &credentials(app.anna.email(), PASSWORD), "").await.expect(303))
}

/// What stands between two marks of a page.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    page.split_once(before).and_then(|(_, rest)| rest.split_once(after)).expect("it is there").0
}

async fn tokens_for_programs_are_made_listed_and_taken_back_with_forms(app: &App) {
    let session = signed_in(app).await;
    let account = page(app, "/account", &session).await.expect(200).text();
    assert!(account.contains("name=\"scope_send\"") && !account.contains("name=\"scope_admin\""));
    let form = "deed=token-issue&label=%3Cb%3Escanner&scope_send=on&days=30";
    for wrong in [
        "deed=token-issue&label=&scope_send=on&days=30",
        "deed=token-issue&label=x&days=30",
        "deed=token-issue&label=x&scope_send=on&days=31",
        "deed=token-issue&label=x&scope_send=on",
    ] {
        post(app, "/account", wrong, &session).await.expect(400);
    }
    post(app, "/account", &format!("{form}&scope_admin=on"), &session).await.expect(403);
    let made = post(app, "/account", form, &session).await.expect(200).text();
    let bearer = between(&made, "<p class=\"secret\"><code>", "</code>").to_owned();
    let scanner = app.anybody.with_bearer(&bearer);
    scanner.post_json("/api/v1/transfers", &json!({})).await.expect(201);
    let account = page(app, "/account", &session).await.expect(200).text();
    assert!(account.contains("<bdi>&lt;b&gt;scanner</bdi>") && !account.contains(&bearer), "{account}");
    let entry = between(&account, "&lt;b&gt;scanner</bdi>", "</li>");
    assert!(entry.contains("<dd>send</dd>") && !entry.contains("never"), "{entry}");
    let id = between(entry, "name=\"token\" value=\"", "\"").to_owned();
    // To take one back takes no other credential, as over the API; to make one does.
    app.clock.advance(HOUR);
    assert!(!page(app, "/account", &session).await.expect(200).text().contains("token-issue"));
    post(app, "/account", form, &session).await.expect(403);
    let revoke = format!("deed=token-revoke&token={id}");
    post(app, "/account", &revoke, &session).await.expect(303);
    scanner.get("/api/v1/transfers").await.problem(401, "unauthorized");
    assert!(!page(app, "/account", &session).await.expect(200).text().contains("scanner"));
    post(app, "/account", &revoke, &session).await.expect(404);
    post(app, "/account", "deed=token-revoke&token=x", &session).await.expect(404);
}

async fn a_code_of_the_app_shows_who_it_is_as_well_as_the_password(app: &App) {
    let session = signed_in(app).await;
    let client = app.anybody.with_bearer(session.split_once('=').unwrap().1);
    let (secret, _) = enrol_app(app, &client).await;
    app.clock.advance(HOUR);
    let asked = page(app, "/account", &session).await.expect(200).text();
    assert_eq!(asked.matches("value=\"step-up\"").count(), 2, "with the password, or with a code");
    let show = |steps| format!("deed=step-up&code={}", code(app, &secret, steps));
    post(app, "/account", "deed=step-up&code=000", &session).await.expect(401);
    post(app, "/account", &show(9), &session).await.expect(401);
    post(app, "/account", &show(0), &session).await.expect(303);
    let stepped_up = page(app, "/account", &session).await.expect(200).text();
    assert!(!stepped_up.contains("value=\"step-up\""));
    post(app, "/account", &show(0), &session).await.expect(401);
    post(app, "/account", "deed=totp-remove", &session).await.expect(303);
}

async fn the_rules_for_a_password_are_said_before_the_first_try(app: &App) {
    let path = format!("/signin/reset/{}", password_link(app, &app.acme, &app.anna).await);
    let says = |page: &str| page.contains("At least 17 characters.");
    assert!(says(&page(app, &path, "").await.expect(200).text()));
    assert!(says(&post(app, &path, "new=Der+Igel", "").await.expect(400).text()));
    let session = signed_in(app).await;
    assert!(says(&page(app, "/account", &session).await.expect(200).text()));
}

async fn whoever_names_his_tenant_sees_where_it_signs_in(app: &App) {
    const PROVIDERS: &str = "/api/v1/admin/identity-providers";
    let owner = app.signed_in(&app.admin).await;
    let new = |label: &str, users: bool| {
        json!({
            "kind": "oidc", "label": label, "issuer": "https://id.example.org", "client_id": "c", "for_users": users,
            "for_recipients": true,
        })
    };
    let added = owner.post_json(PROVIDERS, &new("Anna & <b>Otto</b>", true)).await.expect(201).json();
    owner.post_json(PROVIDERS, &new("Partners", false)).await.expect(201);
    let id = added["id"].as_str().unwrap();
    let show = async |query: &str, language: &str| {
        let page = app.anybody.get(&format!("/signin{query}")).header("accept-language", language);
        page.await.expect(200).text().replace("&#x2f;", "/")
    };
    let href = format!("href=\"/signin/oidc/{id}\"");
    for (language, words) in [("en", "Sign in with Anna"), ("de", "Mit Anna"), ("nl", "Aanmelden met Anna")] {
        let page = show("?tenant=acme", language).await;
        assert!(page.contains(&href) && page.contains(words), "{page}");
        assert!(
            !page.contains("<b>") && !page.contains("{provider}") && !page.contains("Partners"),
            "{page}"
        );
    }
    // After a wrong password, too.
    let wrong = post(app, "/signin", &credentials("nobody@acme.example", "x"), "").await.expect(401).text();
    assert!(wrong.replace("&#x2f;", "/").contains(&href), "{wrong}");
    // Nothing of any tenant where none is named, and of another than the one that is.
    let plain = show("", "en").await;
    assert!(!plain.contains("/signin/oidc/") && !plain.contains("Anna"), "{plain}");
    for other in ["globex", "nobody"] {
        let page = show(&format!("?tenant={other}"), "en").await;
        assert_eq!(page.replace(other, "x"), show("?tenant=nosuch", "en").await.replace("nosuch", "x"));
        assert!(!page.contains("/signin/oidc/"), "{page}");
    }
    let switch = |enabled: bool| json!({ "enabled": enabled });
    let path = format!("{PROVIDERS}/{id}");
    owner.request(Method::PATCH, &path).json(&switch(false)).await.expect(200);
    assert!(!show("?tenant=acme", "en").await.contains("/signin/oidc/"));
    owner.request(Method::PATCH, &path).json(&switch(true)).await.expect(200);
    app.change_settings(json!({ "signins": ["password"] })).await;
    assert!(!show("?tenant=acme", "en").await.contains("/signin/oidc/"));
}

async fn a_sign_in_leads_back_to_where_somebody_was(app: &App) {
    set_password(app, &app.acme, &app.anna, PASSWORD).await;
    let back = async |address: &str| {
        let signed_in = post(app, address, &credentials(app.anna.email(), PASSWORD), "").await.expect(303);
        signed_in.header("location").unwrap().to_owned()
    };
    assert_eq!(back("/signin?return_to=%2Ftransfers%3Fa%3Db").await, "/transfers?a=b");
    for elsewhere in ["//elsewhere.example", "https://elsewhere.example", "%2F%5Celsewhere.example"] {
        assert_eq!(back(&format!("/signin?return_to={elsewhere}")).await, "/account", "{elsewhere}");
    }
    // The script for passkeys reads it from the page.
    let page = app.anybody.get("/signin?return_to=/transfers").await.expect(200).text();
    assert!(page.replace("&#x2f;", "/").contains("data-afterwards=\"/transfers\""), "{page}");
}
