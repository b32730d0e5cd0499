//! Links that ask for their recipient's account: he signs in at a real provider, and comes back.

use sealpost_auth::NewIdentityProvider;
use sealpost_domain::{Clock as _, Policy, Protection, ProviderKind, SystemClock};
use sealpost_test_support::{
    app::{Answer, App, DAY, Link, Method, Options, Sender, Sent},
    claims,
    provider::OpenIdProvider,
};
use serde_json::{Value, json};

use crate::{
    signin::place::{self, Begun, PROVIDERS, Place, begin, come_back, refusals},
    support::operator,
};

claims![
    the_account_of_the_address_opens_the_link with accounts(),
    an_account_is_asked_for_and_nothing_else_will_do with accounts(),
    nobody_is_signed_in_by_showing_his_account with accounts(),
    another_account_leads_back_to_the_page_which_says_nobodys_address with accounts(),
    what_does_not_come_to_its_end_leads_back_to_the_page with accounts(),
    no_provider_is_reached_through_a_link_that_does_not_want_it with accounts(),
    what_comes_back_counts_once_for_a_link_that_is_still_there with accounts(),
    a_provider_with_domains_vouches_for_no_others with accounts(),
    entra_vouches_for_addresses_of_its_directorys_domains with accounts(),
    accounts_are_asked_for_only_where_they_can_be_shown with accounts(),
    a_recipient_of_a_suspended_tenant_goes_nowhere with accounts(),
];

const BERT: &str = "bert@example.org";
const TENANT: &str = "aaaaaaaa-0000-4000-8000-00000000000a";

fn accounts() -> Options {
    let protections = vec![Protection::None, Protection::Account];
    Options { policy: Policy { protections, ..Policy::default() }, ..Options::default() }
}

/// A provider for recipients, of all domains.
async fn place(app: &App) -> Place {
    Place::new(app, for_recipients()).await
}

fn for_recipients() -> Value {
    json!({ "for_users": false, "for_recipients": true, "domains": [] })
}

async fn sent_to(sender: &Sender, email: &str) -> Sent {
    sender.sent_as(&json!({"recipients": [{"email": email}], "protection": "account"}), &[("a", b"a")]).await
}

/// Where the page of a link leads to, and with what.
async fn begin_for(app: &App, place: &Place, link: &Link) -> Begun {
    place.begin(app, &format!("?return_to=/t/{}", link.token)).await
}

/// The whole way of somebody with this account, and what is answered at its end.
async fn show(app: &App, place: &Place, link: &Link, who: &str) -> Answer {
    let begun = begin_for(app, place, link).await;
    let back = place.visit(app, &begun, who).await;
    come_back(app, &back, &begun.cookie).await
}

/// The cookies that an answer sets, by name and as the next request carries them.
fn cookies(answer: &Answer) -> Vec<String> {
    let set = answer.headers.get_all("set-cookie").iter().map(|set| set.to_str().unwrap());
    set.map(|set| set.split(';').next().unwrap().to_owned()).collect()
}

/// Fails the test unless it leads back to the page, with nothing to show for it.
#[track_caller]
fn sent_back(answer: &Answer, link: &Link) {
    assert_eq!(answer.status, 303, "{}: {}", answer.asked, answer.text());
    assert_eq!(answer.header("location"), Some(format!("/t/{}?account=refused", link.token).as_str()));
    assert_eq!(cookies(answer), ["sealpost-signin="]);
}

/// What is on record of the transfer's deliveries that were refused.
async fn refused(app: &App) -> Vec<String> {
    let log = place::log(app).await;
    let refused = log.iter().filter(|entry| entry.kind == "delivery.refused");
    let shown = |payload: &str| serde_json::from_str::<Value>(payload).unwrap()["shown"].clone();
    refused.map(|entry| shown(&entry.payload).as_str().unwrap().to_owned()).collect()
}

async fn the_account_of_the_address_opens_the_link(app: &App) {
    let place = place(app).await;
    place.account("bert", "Bert@EXAMPLE.org", true).await;
    let sent = sent_to(&app.anna, BERT).await;
    let link = sent.link();
    let answer = show(app, &place, link, "bert").await.expect(303);
    assert_eq!(answer.header("location"), Some(format!("/t/{}", link.token).as_str()));
    let simple = link.recipient.replace('-', "");
    let cookies = cookies(&answer);
    let names: Vec<_> = cookies.iter().map(|cookie| cookie.split('=').next().unwrap()).collect();
    assert_eq!(
        names,
        [
            format!("sealpost-proof-{simple}"),
            format!("sealpost-{simple}"),
            "sealpost-opened".to_owned(),
            "sealpost-signin".to_owned()
        ]
    );
    let page = link.page().header("cookie", cookies.join("; ")).await.expect(200).text();
    // Nothing more is asked for; that he may answer is no question.
    assert!(page.contains("/archive.zip") && !page.contains("<button class=\"button\""), "{page}");
    let content = format!("/api/v1/deliveries/{}/archive.zip", link.recipient);
    app.anybody.get(&content).header("cookie", &cookies[1]).await.expect(200);
    // For a quarter of an hour the proof alone is enough; then it is asked for again.
    let proof = cookies[0].as_str();
    link.verify().header("cookie", proof).await.expect(200);
    app.clock.advance(DAY / 96);
    link.verify().header("cookie", proof).await.problem(403, "account_needed");
    let another = sent_to(&app.anna, BERT).await;
    another.link().verify().header("cookie", proof).await.problem(403, "account_needed");
    let log = app.audit(app.acme.id, &sent.id).await;
    assert!(log.contains(&"delivery.opened".to_owned()), "{log:?}");
    for entry in place::log(app).await {
        assert!(!entry.payload.to_lowercase().contains("example.org"), "{}", entry.payload);
    }
}

async fn an_account_is_asked_for_and_nothing_else_will_do(app: &App) {
    let first = place(app).await;
    let second = Place::new(app, json!({ "for_recipients": true, "label": "Elsewhere" })).await;
    let _of_users = Place::new(app, json!({ "label": "Users" })).await;
    let _of_others = Place::of(app, &app.rival, for_recipients()).await;
    let sent = sent_to(&app.anna, BERT).await;
    let link = sent.link();
    let opened = link.open().await.expect(200).json();
    // Of those that were added in the same millisecond either may be the first.
    let order = if first.id < second.id { [0, 1] } else { [1, 0] };
    let path = |place: &Place| format!("/signin/oidc/{}?return_to=/t/{}", place.id, link.token);
    let provider = |place: &Place, label: &str| {
        let url = format!("{}{}", app.anybody.base(), path(place));
        json!({ "id": place.id, "label": label, "url": url })
    };
    assert_eq!(
        opened,
        json!({
            "delivery_id": link.recipient, "mode": "standard", "sealed_to_key": false,
            "protection": "account", "needed": "account",
            "branding": opened["branding"], "remember_days": 30,
            "providers": order.map(|at| [provider(&first, "Acme"), provider(&second, "Elsewhere")][at].clone()),
        })
    );
    for shown in [json!({}), json!({"password": "x"}), json!({"code": "123456"}), json!({"proof": "x"})] {
        let mut body = shown.clone();
        body["token"] = link.token.clone().into();
        app.anybody.post_json("/api/v1/links/verify", &body).await.problem(403, "account_needed");
    }
    link.submit("").await.expect(403);
    for (language, label) in [("en", "Sign in with "), ("de", "anmelden"), ("nl", "Aanmelden met ")] {
        let page = link.page().header("accept-language", language).await.expect(200).text();
        assert!(page.contains(label) && !page.contains("<form") && !page.contains("<script"), "{page}");
        let decoded = page.replace("&#x2f;", "/");
        for place in [&first, &second] {
            assert!(decoded.contains(&format!("href=\"{}\"", path(place))), "{page}");
        }
        assert_eq!(decoded.matches("href=\"/signin").count(), 2, "{page}");
    }
}

async fn nobody_is_signed_in_by_showing_his_account(app: &App) {
    let place = Place::new(app, json!({ "for_recipients": true, "provisions": true })).await;
    let anna = app.user_id(&app.anna).await;
    let users = async || app.db.read().await.unwrap().users(app.acme.id).await.unwrap().len();
    let before = users().await;
    // A user of the tenant, and somebody who would become one by signing in.
    for (who, email) in [("alice", app.anna.email()), ("nora", "nora@acme.example")] {
        place.account(who, email, true).await;
        let sent = sent_to(&app.otto, email).await;
        let answer = show(app, &place, sent.link(), who).await.expect(303);
        let cookies = cookies(&answer);
        assert!(cookies.iter().all(|cookie| !cookie.starts_with("sealpost-session")), "{cookies:?}");
        app.anybody
            .get("/api/v1/session")
            .header("cookie", cookies.join("; "))
            .await
            .problem(401, "unauthorized");
    }
    assert_eq!(users().await, before);
    let id = place.id.parse().unwrap();
    let known = app.db.read().await.unwrap().user_identities(anna, id).await.unwrap();
    assert!(known.is_empty(), "nobody was linked");
    let kinds: Vec<_> = place::log(app).await.into_iter().map(|entry| entry.kind).collect();
    assert!(!kinds.contains(&"user.linked".to_owned()), "{kinds:?}");
}

async fn another_account_leads_back_to_the_page_which_says_nobodys_address(app: &App) {
    let place = place(app).await;
    let sent = sent_to(&app.anna, BERT).await;
    let link = sent.link();
    for (email, verified) in [
        ("carl@example.org", true),
        (BERT, false),
        ("bert@example.org.evil.example", true),
        ("bert", true),
        ("", true),
    ] {
        place.account("eve", email, verified).await;
        sent_back(&show(app, &place, link, "eve").await, link);
    }
    assert_eq!(
        refused(app).await,
        ["account", "unverified_account", "account", "unverified_account", "unverified_account"]
    );
    assert_eq!(app.anna.transfer(&sent.id).await["locked"], false);
    for (language, sentence) in
        [("en", "another account"), ("de", "ein anderes Konto"), ("nl", "een ander account")]
    {
        let page = format!("/t/{}?account=refused", link.token);
        let page = app.anybody.get(&page).header("accept-language", language).await.expect(403).text();
        assert!(page.contains(sentence) && page.contains("role=\"alert\""), "{page}");
        assert!(page.contains("anew=true"), "the provider is to ask who it is: {page}");
        assert!(!page.contains("bert") && !page.contains("example.org"), "{page}");
    }
    // Anew, the provider asks although it knows the browser.
    let begun = place.begin(app, &format!("?return_to=/t/{}&anew=true", link.token)).await;
    assert!(begun.url.contains("prompt=login") && begun.url.contains("max_age=0"), "{}", begun.url);
    place.account("bert", BERT, true).await;
    let back = place.visit(app, &begun, "bert").await;
    let answer = come_back(app, &back, &begun.cookie).await.expect(303);
    assert_eq!(cookies(&answer).len(), 4);
    // What the page is asked to say it says of nothing else.
    let open = app.anna.sent(&[("a", b"a")]).await;
    app.anybody.get(&format!("/t/{}?account=refused", open.link().token)).await.expect(200);
}

async fn what_does_not_come_to_its_end_leads_back_to_the_page(app: &App) {
    let place = place(app).await;
    place.account("bert", BERT, true).await;
    let sent = sent_to(&app.anna, BERT).await;
    let link = sent.link();
    let begun = begin_for(app, &place, link).await;
    let back = place.visit(app, &begun, "bert").await;
    let (path, query) = back.split_once('?').unwrap();
    let kept: Vec<_> = query.split('&').filter(|pair| !pair.starts_with("code=")).collect();
    let cancelled = format!("{path}?{}&error=access_denied", kept.join("&"));
    sent_back(&come_back(app, &cancelled, &begun.cookie).await, link);
    let client = place.registration.client_id.clone();
    place
        .process
        .next_token(&client, json!({ "status": 400, "body": r#"{"error": "invalid_grant"}"# }))
        .await;
    sent_back(&show(app, &place, link, "bert").await, link);
    assert_eq!(refusals(app).await, ["denied", "denied"]);
    place.process.next_token(&client, json!({ "status": 500, "body": "{}" })).await;
    assert_eq!(show(app, &place, link, "bert").await.status, 503);
}

async fn no_provider_is_reached_through_a_link_that_does_not_want_it(app: &App) {
    let place = place(app).await;
    let of_users = Place::new(app, json!({ "label": "Users" })).await;
    let of_others = Place::of(app, &app.rival, for_recipients()).await;
    let wanted = sent_to(&app.anna, BERT).await;
    let plain = app.anna.sent(&[("a", b"a")]).await;
    let blocked = sent_to(&app.anna, BERT).await;
    app.anna.act(&blocked.id, "block").await.expect(200);
    let purged = sent_to(&app.anna, BERT).await;
    app.anna.purge(&purged.id).await.expect(204);
    let (token, unknown) = (&wanted.link().token, "A".repeat(43));
    let mut pages = Vec::new();
    for (what, id, return_to) in [
        ("unknown", &place.id, format!("/t/{unknown}")),
        ("no token", &place.id, "/t/x".to_owned()),
        ("nothing", &place.id, "/t/".to_owned()),
        ("more", &place.id, format!("/t/{token}/x")),
        ("a question", &place.id, format!("/t/{token}%3Fx=1")),
        ("asks for nothing", &place.id, format!("/t/{}", plain.link().token)),
        ("blocked", &place.id, format!("/t/{}", blocked.link().token)),
        ("purged", &place.id, format!("/t/{}", purged.link().token)),
        ("for users", &of_users.id, format!("/t/{token}")),
        ("another tenant's", &of_others.id, format!("/t/{token}")),
        ("no page of a link", &place.id, "/account".to_owned()),
    ] {
        let answer = app.anybody.get(&format!("/signin/oidc/{id}?return_to={return_to}")).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (404, None), "{what}");
        pages.push(answer.text());
    }
    begin_for(app, &place, wanted.link()).await;
    place.change(json!({ "enabled": false })).await;
    let path = format!("/signin/oidc/{}?return_to=/t/{token}", place.id);
    pages.push(app.anybody.get(&path).await.expect(404).text());
    place.change(json!({ "enabled": true })).await;
    app.clock.advance(15 * DAY);
    pages.push(app.anybody.get(&path).await.expect(404).text());
    pages.dedup();
    assert_eq!(pages.len(), 1, "one page for all of it");
    for return_to in ["https://evil.example", "//evil.example/t/x", "/%5Cevil.example", "t/x"] {
        let answer = app.anybody.get(&format!("/signin/oidc/{}?return_to={return_to}", place.id)).await;
        assert_eq!((answer.status, answer.header("location")), (400, None), "{return_to}");
    }
}

async fn what_comes_back_counts_once_for_a_link_that_is_still_there(app: &App) {
    let place = place(app).await;
    place.account("bert", BERT, true).await;
    let sent = sent_to(&app.anna, BERT).await;
    let link = sent.link();
    let begun = begin_for(app, &place, link).await;
    let elsewhere = begin_for(app, &place, link).await;
    let back = place.visit(app, &begun, "bert").await;
    let nothing = |answer: Answer, status: u16| {
        let answer = answer.expect(status);
        assert_eq!(cookies(&answer), ["sealpost-signin="], "{}", answer.asked);
    };
    nothing(come_back(app, &back, &elsewhere.cookie).await, 401);
    nothing(come_back(app, &back, "x=y").await, 401);
    come_back(app, &back, &begun.cookie).await.expect(303);
    nothing(come_back(app, &back, &begun.cookie).await, 401);
    assert_eq!(refusals(app).await, ["state", "state", "replayed"]);
    // Whatever has changed while he was away counts.
    for (change, status) in
        [(json!({ "enabled": false }), 401), (json!({ "for_recipients": false, "for_users": true }), 401)]
    {
        let begun = begin_for(app, &place, link).await;
        let back = place.visit(app, &begun, "bert").await;
        place.change(change).await;
        nothing(come_back(app, &back, &begun.cookie).await, status);
        place.change(json!({ "enabled": true, "for_recipients": true, "for_users": false })).await;
    }
    let begun = begin_for(app, &place, link).await;
    let back = place.visit(app, &begun, "bert").await;
    app.anna.act(&sent.id, "block").await.expect(200);
    nothing(come_back(app, &back, &begun.cookie).await, 404);
    let later = sent_to(&app.anna, BERT).await;
    let begun = begin_for(app, &place, later.link()).await;
    let back = place.visit(app, &begun, "bert").await;
    app.anna.purge(&later.id).await.expect(204);
    nothing(come_back(app, &back, &begun.cookie).await, 404);
}

async fn a_provider_with_domains_vouches_for_no_others(app: &App) {
    let mut more = for_recipients();
    more["domains"] = json!(["example.org"]);
    let place = Place::new(app, more).await;
    for (who, email, opens) in
        [("bert", BERT, true), ("carl", "carl@sub.example.org", false), ("dora", "dora@example.com", false)]
    {
        place.account(who, email, true).await;
        let sent = sent_to(&app.anna, email).await;
        let answer = show(app, &place, sent.link(), who).await.expect(303);
        assert_eq!(cookies(&answer).len() > 1, opens, "{email}");
    }
    assert_eq!(refused(app).await, ["unverified_account"; 2]);
}

async fn entra_vouches_for_addresses_of_its_directorys_domains(app: &App) {
    let process = OpenIdProvider::start().await;
    let new = NewIdentityProvider {
        kind: ProviderKind::Entra,
        label: "Partner".to_owned(),
        issuer: Some(process.issuer().to_owned()),
        client_id: "client".to_owned(),
        client_secret: Some("secret".to_owned()),
        entra_tenant: Some(TENANT.parse().unwrap()),
        for_users: false,
        for_recipients: true,
        for_addin: false,
        provisions: false,
        domains: "".parse().unwrap(),
    };
    let grant = operator(app, &app.acme).await;
    let id = app.auth.add_identity_provider(&grant, new).await.unwrap().row.id.to_string();
    let sent = sent_to(&app.anna, BERT).await;
    let link = sent.link();
    let seconds = SystemClock.now().unix_millis() / 1_000;
    let shown = async |more: Value| {
        let mut claims = json!({
            "iss": format!("{}/{TENANT}/v2.0", process.issuer()), "aud": "client", "sub": "pairwise",
            "nonce": "$nonce", "tid": TENANT, "oid": TENANT, "ver": "2.0", "iat": seconds, "exp": seconds + 3_600,
            "email": BERT, "preferred_username": BERT, "upn": BERT,
        });
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let mint = json!({ "alg": "RS256", "key": "entra-templated", "claims": claims });
        process.next_token("client", json!({ "mint": mint })).await;
        let begun = begin(app, &id, &format!("?return_to=/t/{}", link.token)).await;
        let back = process.sign_in(&begun.url).await;
        app.clock.set(SystemClock.now());
        come_back(app, &back, &begun.cookie).await
    };
    sent_back(&shown(json!({})).await, link);
    sent_back(&shown(json!({ "email_verified": true })).await, link);
    sent_back(&shown(json!({ "xms_edov": false })).await, link);
    sent_back(&shown(json!({ "xms_edov": true, "email": null })).await, link);
    sent_back(&shown(json!({ "xms_edov": true, "tid": "bbbbbbbb-0000-4000-8000-00000000000b" })).await, link);
    assert_eq!(cookies(&shown(json!({ "xms_edov": true })).await.expect(303)).len(), 4);
}

async fn accounts_are_asked_for_only_where_they_can_be_shown(app: &App) {
    let of_others = Place::of(app, &app.rival, for_recipients()).await;
    let offered = async || {
        let told = app.anna.get("/api/v1/addin/bootstrap").await.expect(200).json();
        told["policy"]["protections"].clone()
    };
    assert_eq!(offered().await, json!(["none"]));
    let new = json!({"recipients": [{"email": BERT}], "protection": "account"});
    let detail = app.anna.create(&new).await.problem(400, "invalid_request");
    assert!(detail.contains("identity provider"), "{detail}");
    let one =
        json!({"recipients": [{"email": BERT, "protection": "account"}, {"email": "carl@example.org"}]});
    app.anna.create(&one).await.problem(400, "invalid_request");
    let place = place(app).await;
    assert_eq!(offered().await, json!(["none", "account"]));
    let draft = app.anna.draft_of(&new).await;
    app.anna.put(&draft, "a", b"a").await;
    let other = app.anna.draft().await;
    place.change(json!({ "enabled": false })).await;
    app.anna.act(&draft, "send").await.problem(400, "invalid_request");
    let recipient = json!({"email": "dora@example.org", "protection": "account"});
    let path = format!("/api/v1/transfers/{other}/recipients");
    app.anna.post_json(&path, &recipient).await.problem(400, "invalid_request");
    place.change(json!({ "enabled": true })).await;
    app.anna.post_json(&path, &recipient).await.expect(201);
    let sent = app.anna.send(&draft).await;
    // Where there is none any more, the page says so.
    place.owner.request(Method::DELETE, &format!("{PROVIDERS}/{}", place.id)).await.expect(204);
    let page = sent.link().page().await.expect(200).text();
    assert!(page.contains("nowhere to do that") && !page.contains("/signin/"), "{page}");
    assert_eq!(sent.link().open().await.expect(200).json()["providers"], json!([]));
    drop(of_others);
}

async fn a_recipient_of_a_suspended_tenant_goes_nowhere(app: &App) {
    let place = place(app).await;
    place.account("bert", BERT, true).await;
    let sent = sent_to(&app.anna, BERT).await;
    let begun = begin_for(app, &place, sent.link()).await;
    let back = place.visit(app, &begun, "bert").await;
    app.tenancy().suspend(&operator(app, &app.acme).await).await.unwrap();
    let answer = come_back(app, &back, &begun.cookie).await.expect(401);
    assert_eq!(cookies(&answer), ["sealpost-signin="]);
    let path = format!("/signin/oidc/{}?return_to=/t/{}", place.id, sent.link().token);
    assert_eq!(app.anybody.get(&path).await.expect(404).header("set-cookie"), None);
}
