//! `/api/v1/addin/pairing` and `/pair`: the add-in is signed in by a page.

use std::time::Duration;

use sealpost_auth::{AuthLimits, Rates};
use sealpost_db::Tenant;
use sealpost_domain::{Job, SessionKind};
use sealpost_test_support::{
    app::{Answer, App, Method, Options, Request, Sender},
    claims,
};
use serde_json::{Value, json};

use crate::people::{PASSWORD, audited, set_password};

claims![
    who_confirms_the_code_has_signed_the_addin_in,
    the_session_is_listed_with_the_program_that_asked_and_can_be_ended,
    nothing_comes_of_it_until_somebody_confirms_and_the_addin_waits_its_turn,
    what_was_refused_is_over_for_both,
    what_has_expired_is_over_for_both_and_swept,
    one_session_comes_of_it_however_often_it_is_asked_for,
    what_the_addin_keeps_is_good_for_nothing_else,
    somebody_of_another_tenant_is_told_so,
    what_was_confirmed_by_somebody_who_was_disabled_since_is_over,
    what_was_confirmed_in_a_session_that_has_ended_is_over,
    nobody_begins_or_ends_one_while_the_tenant_is_suspended,
    only_a_browser_of_somebody_who_has_shown_everything_confirms,
    whoever_has_not_signed_in_is_led_there_and_back,
    what_another_site_sends_confirms_nothing,
    the_page_says_what_asks_and_warns_in_three_languages,
    the_page_keeps_hold_of_the_window_that_outlook_has_opened,
    codes_cannot_be_guessed with strict(),
    pairings_cannot_be_begun_without_end with strict(),
    what_is_asked_for_must_be_meant,
];

const BEGIN: &str = "/api/v1/addin/pairing";
const SESSION: &str = "/api/v1/addin/pairing/session";
const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
                    Safari/537.36 Edg/140.0.0.0";
const TURN: Duration = Duration::from_secs(3);

/// With the limits that count outside of tests.
fn strict() -> Options {
    let auth = AuthLimits { rates: Rates::default(), ..AuthLimits::default() };
    Options { auth, ..Options::default() }
}

/// What the add-in has begun.
struct Begun {
    device_code: String,
    user_code: String,
    page: String,
}

async fn begin(app: &App, tenant: &Tenant) -> Begun {
    let wish = json!({ "addin_id": app.addin_id(tenant).await });
    let begun = app.anybody.post_json(BEGIN, &wish).header("user-agent", EDGE).await.expect(201).json();
    let text = |name: &str| begun[name].as_str().unwrap().to_owned();
    let page = text("verification_url_complete");
    Begun {
        device_code: text("device_code"),
        user_code: text("user_code"),
        page: page.strip_prefix(app.anybody.base()).unwrap().to_owned(),
    }
}

fn ask(app: &App, begun: &Begun) -> Request {
    app.anybody.post_json(SESSION, &json!({ "device_code": begun.device_code }))
}

/// The cookie of somebody who has signed in with a browser.
async fn browser(app: &App, of: &Sender) -> String {
    format!("sealpost-session={}", app.session_of(of, SessionKind::Browser).await.bearer)
}

fn get(app: &App, path: &str, cookie: &str) -> Request {
    app.anybody.get(path).header("cookie", cookie)
}

fn post(app: &App, form: &str, cookie: &str) -> Request {
    let request = app.anybody.post("/pair").header("content-type", "application/x-www-form-urlencoded");
    request.header("sec-fetch-site", "same-origin").header("cookie", cookie).body(form.to_owned())
}

fn says(app: &App, deed: &str, begun: &Begun, cookie: &str) -> Request {
    post(app, &format!("deed=pair-{deed}&pairing_code={}", begun.user_code), cookie)
}

fn bearer(answer: &Answer) -> String {
    answer.json()["session"].as_str().expect("a session").to_owned()
}

async fn who_confirms_the_code_has_signed_the_addin_in(app: &App) {
    let wish = json!({ "addin_id": app.addin_id(&app.acme).await });
    let answer = app.anybody.post_json(BEGIN, &wish).await.expect(201).json();
    let (code, device) = (answer["user_code"].as_str().unwrap(), answer["device_code"].as_str().unwrap());
    assert!(code.len() == 9 && device.starts_with("pd_") && device.len() == 46, "{answer}");
    let url = format!("{}/pair", app.anybody.base());
    assert_eq!(answer["verification_url"], url);
    assert_eq!(answer["verification_url_complete"], format!("{url}?code={code}&tenant=acme"));
    assert_eq!((&answer["expires_in"], &answer["interval"]), (&json!(600), &json!(3)));

    let begun = begin(app, &app.acme).await;
    ask(app, &begun).await.problem(409, "pairing_pending");
    let anna = browser(app, &app.anna).await;
    let page = get(app, &begun.page, &anna).await.expect(200).text();
    assert!(page.contains(&begun.user_code), "{page}");
    ask(app, &begun).await.problem(429, "too_many_requests");
    let done = says(app, "confirm", &begun, &anna).await.expect(200).text();
    assert!(done.contains("Outlook is being signed in"), "{done}");
    let session = ask(app, &begun).await.expect(201);
    assert_eq!(session.header("set-cookie"), None);
    let pane = app.anybody.with_bearer(&bearer(&session));
    let known = pane.get("/api/v1/session").await.expect(200).json();
    assert_eq!((&known["kind"], &known["method"]), (&json!("addin"), &json!("password")));
    assert_eq!(known["user"]["email"], app.anna.email());
    assert_eq!(pane.get("/api/v1/addin/bootstrap").await.expect(200).json()["state"], "active");
    pane.get("/api/v1/transfers").await.expect(200);
    // No browser carries it.
    let cookie = format!("sealpost-session={}", bearer(&session));
    get(app, "/api/v1/session", &cookie).await.problem(401, "unauthorized");
    assert_eq!(audited(app, &app.acme, "pairing.confirmed").await, 1);
}

async fn the_session_is_listed_with_the_program_that_asked_and_can_be_ended(app: &App) {
    let begun = begin(app, &app.acme).await;
    let cookie = browser(app, &app.anna).await;
    says(app, "confirm", &begun, &cookie).await.expect(200);
    let pane = app.anybody.with_bearer(&bearer(&ask(app, &begun).await.expect(201)));
    let list = get(app, "/api/v1/account/sessions", &cookie).await.expect(200).json();
    let sessions = list["sessions"].as_array().unwrap();
    let paired: Vec<_> = sessions.iter().filter(|session| session["kind"] == "addin").collect();
    assert_eq!((sessions.len(), paired.len()), (2, 1));
    assert_eq!(paired[0]["agent"], EDGE);
    assert!(get(app, "/account", &cookie).await.expect(200).text().contains("Edg&#x2f;140"));
    let path = format!("/api/v1/account/sessions/{}", paired[0]["id"].as_str().unwrap());
    let ends = app.anybody.delete(&path).header("cookie", &cookie).header("sec-fetch-site", "same-origin");
    ends.await.expect(204);
    pane.get("/api/v1/addin/bootstrap").await.problem(401, "unauthorized");
}

async fn nothing_comes_of_it_until_somebody_confirms_and_the_addin_waits_its_turn(app: &App) {
    let begun = begin(app, &app.acme).await;
    for _ in 0..3 {
        ask(app, &begun).await.problem(409, "pairing_pending");
        let early = ask(app, &begun).await;
        early.problem(429, "too_many_requests");
        assert_eq!(early.number("retry-after"), 3);
        app.clock.advance(TURN);
    }
    // Looking at it confirms nothing.
    let anna = browser(app, &app.anna).await;
    get(app, &begun.page, &anna).await.expect(200);
    post(app, &format!("pairing_code={}", begun.user_code), &anna).await.expect(200);
    ask(app, &begun).await.problem(409, "pairing_pending");
}

async fn what_was_refused_is_over_for_both(app: &App) {
    let begun = begin(app, &app.acme).await;
    let anna = browser(app, &app.anna).await;
    let page = says(app, "refuse", &begun, &anna).await.expect(200).text();
    assert!(page.contains("Refused"), "{page}");
    ask(app, &begun).await.problem(404, "pairing_over");
    let late = says(app, "confirm", &begun, &anna).await.expect(404).text();
    assert!(late.contains("counts no more"), "{late}");
    ask(app, &begun).await.problem(404, "pairing_over");
    assert_eq!(audited(app, &app.acme, "pairing.refused").await, 1);
    assert_eq!(audited(app, &app.acme, "pairing.confirmed").await, 0);
}

async fn what_has_expired_is_over_for_both_and_swept(app: &App) {
    let (waits, confirmed) = (begin(app, &app.acme).await, begin(app, &app.acme).await);
    let anna = browser(app, &app.anna).await;
    app.clock.advance(Duration::from_secs(599));
    ask(app, &waits).await.problem(409, "pairing_pending");
    get(app, &waits.page, &anna).await.expect(200);
    says(app, "confirm", &confirmed, &anna).await.expect(200);
    app.clock.advance(Duration::from_secs(1));
    for begun in [&waits, &confirmed] {
        ask(app, begun).await.problem(404, "pairing_over");
        get(app, &begun.page, &anna).await.expect(404);
        says(app, "confirm", begun, &anna).await.expect(404);
    }
    app.run(Job::Sweep).await;
    let rows = app.db.read().await.unwrap().rows_of_tenant(app.acme.id).await.unwrap();
    let left = rows.iter().find(|row| row.table_name == "pairings").expect("it is counted");
    assert_eq!(left.row_count, 0);
    assert!(get(app, &waits.page, &anna).await.expect(404).text().contains("no such code"));
}

async fn one_session_comes_of_it_however_often_it_is_asked_for(app: &App) {
    let begun = begin(app, &app.acme).await;
    let anna = browser(app, &app.anna).await;
    says(app, "confirm", &begun, &anna).await.expect(200);
    let asked = tokio::join!(ask(app, &begun), ask(app, &begun), ask(app, &begun));
    let mut statuses = [asked.0.status, asked.1.status, asked.2.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 404, 404]);
    ask(app, &begun).await.problem(404, "pairing_over");
    says(app, "confirm", &begun, &anna).await.expect(404);
    assert_eq!(audited(app, &app.acme, "session.begun").await, 2, "the browser's and the add-in's");
}

async fn what_the_addin_keeps_is_good_for_nothing_else(app: &App) {
    let begun = begin(app, &app.acme).await;
    let pane = app.anybody.with_bearer(&begun.device_code);
    pane.get("/api/v1/addin/bootstrap").await.problem(401, "unauthorized");
    pane.get("/api/v1/transfers").await.problem(401, "unauthorized");
    // What people read gets nobody a session, nor does what somebody makes up.
    for text in [begun.user_code.as_str(), "", "pd_", &format!("pd_{}", "A".repeat(43)), app.anna.bearer()] {
        app.anybody.post_json(SESSION, &json!({ "device_code": text })).await.problem(404, "pairing_over");
    }
}

async fn somebody_of_another_tenant_is_told_so(app: &App) {
    let begun = begin(app, &app.acme).await;
    let gina = browser(app, &app.gina).await;
    for answer in [
        get(app, &begun.page, &gina).await,
        says(app, "confirm", &begun, &gina).await,
        says(app, "refuse", &begun, &gina).await,
    ] {
        assert!(answer.expect(403).text().contains("another organisation"));
    }
    ask(app, &begun).await.problem(409, "pairing_pending");
}

async fn what_was_confirmed_by_somebody_who_was_disabled_since_is_over(app: &App) {
    let begun = begin(app, &app.acme).await;
    says(app, "confirm", &begun, &browser(app, &app.anna).await).await.expect(200);
    let path = format!("/api/v1/admin/users/{}", app.user_id(&app.anna).await);
    app.admin.request(Method::PATCH, &path).json(&json!({ "disabled": true })).await.expect(200);
    ask(app, &begun).await.problem(404, "pairing_over");
    app.admin.request(Method::PATCH, &path).json(&json!({ "disabled": false })).await.expect(200);
}

async fn what_was_confirmed_in_a_session_that_has_ended_is_over(app: &App) {
    let begun = begin(app, &app.acme).await;
    let anna = browser(app, &app.anna).await;
    says(app, "confirm", &begun, &anna).await.expect(200);
    let out = app.anybody.delete("/api/v1/account/sessions").header("cookie", &anna);
    out.header("sec-fetch-site", "same-origin").await.expect(200);
    ask(app, &begun).await.problem(404, "pairing_over");
}

async fn nobody_begins_or_ends_one_while_the_tenant_is_suspended(app: &App) {
    let begun = begin(app, &app.acme).await;
    says(app, "confirm", &begun, &browser(app, &app.anna).await).await.expect(200);
    let operator = app.auth.danger_operator(&app.acme).await.unwrap();
    app.tenancy().suspend(&operator).await.unwrap();
    let wish = json!({ "addin_id": app.addin_id(&app.acme).await });
    app.anybody.post_json(BEGIN, &wish).await.problem(404, "not_found");
    ask(app, &begun).await.problem(404, "pairing_over");
}

async fn only_a_browser_of_somebody_who_has_shown_everything_confirms(app: &App) {
    let begun = begin(app, &app.acme).await;
    let form = format!("deed=pair-confirm&pairing_code={}", begun.user_code);
    let addin = app.session_of(&app.anna, SessionKind::Addin).await.bearer;
    for client in [app.anybody.with_bearer(&addin), app.anybody.with_bearer(app.anna.bearer())] {
        let sent = client.post("/pair").header("content-type", "application/x-www-form-urlencoded");
        let answer = sent.header("sec-fetch-site", "same-origin").body(form.clone()).await;
        assert!(answer.status == 303 || answer.status >= 400, "{}", answer.status);
    }
    // Who has shown his password, and has to show a code of his app.
    set_password(app, &app.acme, &app.anna, PASSWORD).await;
    let anna = crate::people::sign_in(app, "acme", app.anna.email(), PASSWORD).await.expect(200).json();
    let anna = crate::people::session(app, &anna);
    crate::people::enrol_app(app, &anna).await;
    let waits = crate::people::sign_in(app, "acme", app.anna.email(), PASSWORD).await.expect(200).json();
    assert_eq!(waits["stage"], "second_factor");
    let cookie = format!("sealpost-session={}", waits["session"].as_str().unwrap());
    let led = post(app, &form, &cookie).await.expect(303);
    assert!(led.header("location").unwrap().starts_with("/signin/second-factor?"), "{led:?}");
    ask(app, &begun).await.problem(409, "pairing_pending");
}

async fn whoever_has_not_signed_in_is_led_there_and_back(app: &App) {
    set_password(app, &app.acme, &app.anna, PASSWORD).await;
    let begun = begin(app, &app.acme).await;
    let led = get(app, &begun.page, "").await.expect(303);
    let to = led.header("location").unwrap().to_owned();
    let back = format!("/pair?code={}", begun.user_code);
    assert_eq!(to, format!("/signin?tenant=acme&return_to=%2Fpair%3Fcode%3D{}", begun.user_code));
    let form = app.anybody.get(&to).await.expect(200).text();
    assert!(form.contains("value=\"acme\""), "{form}");
    let shown = format!("tenant=acme&email=anna%40acme.example&password={}", PASSWORD.replace(' ', "+"));
    let sent = app.anybody.post(&to).header("content-type", "application/x-www-form-urlencoded");
    let signed_in = sent.header("sec-fetch-site", "same-origin").body(shown).await.expect(303);
    assert_eq!(signed_in.header("location"), Some(back.as_str()));
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    assert!(get(app, &back, &cookie).await.expect(200).text().contains(&begun.user_code));
    // Without a code it asks for one, and the one that is typed leads to the question.
    assert!(get(app, "/pair", &cookie).await.expect(200).text().contains("name=\"pairing_code\""));
    let typed = format!("pairing_code={}", begun.user_code.replace('-', "+").to_lowercase());
    assert!(post(app, &typed, &cookie).await.expect(200).text().contains("pair-confirm"));
    says(app, "confirm", &begun, "").await.expect(303);
    ask(app, &begun).await.problem(409, "pairing_pending");
}

async fn what_another_site_sends_confirms_nothing(app: &App) {
    let begun = begin(app, &app.acme).await;
    let anna = browser(app, &app.anna).await;
    let form = format!("deed=pair-confirm&pairing_code={}", begun.user_code);
    for (header, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let request = app.anybody.post("/pair").header("content-type", "application/x-www-form-urlencoded");
        let answer = request.header(header, value).header("cookie", &anna).body(form.clone()).await;
        assert!(answer.status == 403 || answer.status == 303, "{}", answer.status);
    }
    ask(app, &begun).await.problem(409, "pairing_pending");
}

async fn the_page_says_what_asks_and_warns_in_three_languages(app: &App) {
    let begun = begin(app, &app.acme).await;
    let anna = browser(app, &app.anna).await;
    for (language, texts) in [
        ("en", ["Does Outlook show this code?", "(Edge, Windows)", "Confirm only if", "No, refuse"]),
        ("de", ["Zeigt Outlook diesen Code?", "(Edge, Windows)", "Bestätigen Sie nur", "Nein, ablehnen"]),
        ("nl", ["Toont Outlook deze code?", "(Edge, Windows)", "Bevestig alleen", "Nee, weigeren"]),
    ] {
        let page = get(app, &begun.page, &anna).header("accept-language", language).await.expect(200).text();
        for text in texts {
            assert!(page.contains(text), "{text}: {page}");
        }
        assert!(!page.contains("{{") && !page.contains("<script"), "{page}");
    }
    // What the program calls itself is anybody's text.
    let wish = json!({ "addin_id": app.addin_id(&app.acme).await });
    let evil = app.anybody.post_json(BEGIN, &wish).header("user-agent", "<b>Outlook</b>{{7*7}}").await;
    let path = format!("/pair?code={}", evil.expect(201).json()["user_code"].as_str().unwrap());
    let page = get(app, &path, &anna).await.expect(200).text();
    assert!(page.contains("(Outlook)") && !page.contains("<b>"), "{page}");
}

async fn the_page_keeps_hold_of_the_window_that_outlook_has_opened(app: &App) {
    let begun = begin(app, &app.acme).await;
    let anna = browser(app, &app.anna).await;
    let led = get(app, &begun.page, "").await.expect(303);
    let form = app.anybody.get(led.header("location").unwrap()).await.expect(200);
    let page = get(app, &begun.page, &anna).await.expect(200);
    let done = says(app, "confirm", &begun, &anna).await.expect(200);
    for answer in [&led, &form, &page, &done] {
        assert_eq!(answer.header("cross-origin-opener-policy"), None, "{}", answer.asked);
    }
    for answer in [&form, &page, &done] {
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "nobody puts it under his own buttons: {policy}");
    }
    let account = get(app, "/account", &anna).await.expect(200);
    assert_eq!(account.header("cross-origin-opener-policy"), Some("same-origin"));
}

async fn codes_cannot_be_guessed(app: &App) {
    let begun = begin(app, &app.acme).await;
    let anna = browser(app, &app.anna).await;
    for n in 0..20 {
        get(app, "/pair?code=BBBB-BBBB", &anna).await.expect(if n < 20 { 404 } else { 429 });
    }
    let refused = get(app, &begun.page, &anna).await.expect(429);
    assert!(refused.text().contains("too many attempts") && refused.header("retry-after").is_some());
    says(app, "confirm", &begun, &anna).await.expect(429);
    // Another is not held up by that.
    let otto = browser(app, &app.otto).await;
    get(app, &begun.page, &otto).await.expect(200);
    app.clock.advance(Duration::from_secs(60));
    get(app, &begun.page, &anna).await.expect(200);
}

async fn pairings_cannot_be_begun_without_end(app: &App) {
    let wish: Value = json!({ "addin_id": app.addin_id(&app.acme).await });
    for _ in 0..60 {
        app.anybody.post_json(BEGIN, &wish).await.expect(201);
    }
    app.anybody.post_json(BEGIN, &wish).await.problem(429, "too_many_requests");
    // Nor can what was made up be asked about.
    let made_up = json!({ "device_code": "x" });
    for _ in 0..120 {
        app.anybody.post_json(SESSION, &made_up).await.problem(404, "pairing_over");
    }
    app.anybody.post_json(SESSION, &made_up).await.problem(429, "too_many_requests");
}

async fn what_is_asked_for_must_be_meant(app: &App) {
    for body in [
        json!({}),
        json!([]),
        json!({ "addin_id": "acme" }),
        json!({ "addin_id": 7 }),
        json!({ "addin_id": app.acme.id, "more": 1 }),
    ] {
        app.anybody.post_json(BEGIN, &body).await.problem(400, "invalid_request");
    }
    let unknown = json!({ "addin_id": "00000000-0000-4000-8000-000000000000" });
    app.anybody.post_json(BEGIN, &unknown).await.problem(404, "not_found");
    for body in [json!({}), json!({ "device_code": null }), json!({ "device_code": "x", "more": 1 })] {
        app.anybody.post_json(SESSION, &body).await.problem(400, "invalid_request");
    }
}
