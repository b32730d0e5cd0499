//! Providers in processes of their own, and browsers that go there and come back.

use sealpost_db::AuditEntry;
use sealpost_domain::{Clock as _, SystemClock};
use sealpost_test_support::{
    app::{Answer, App, Client, Method, Sender},
    provider::{OpenIdProvider, Registration},
};
use serde_json::{Value, json};

pub(crate) const PROVIDERS: &str = "/api/v1/admin/identity-providers";

/// A provider of a tenant, of its users if nothing else is said, and the process that is it.
pub(crate) struct Place {
    pub(crate) process: OpenIdProvider,
    pub(crate) id: String,
    pub(crate) registration: Registration,
    pub(crate) owner: Client,
}

/// A sign-in that has begun.
pub(crate) struct Begun {
    /// Where the browser is sent.
    pub(crate) url: String,
    /// `name=value`
    pub(crate) cookie: String,
}

impl Place {
    /// One of Acme's.
    pub(crate) async fn new(app: &App, more: Value) -> Self {
        Self::of(app, &app.admin, more).await
    }

    /// As an administrator sets it up: added here, registered there, and its name and secret noted.
    pub(crate) async fn of(app: &App, admin: &Sender, more: Value) -> Self {
        let process = OpenIdProvider::start().await;
        let owner = app.signed_in(admin).await;
        let mut new = json!({
            "kind": "oidc", "label": "Acme", "issuer": process.issuer(), "client_id": "to-come", "for_users": true,
            "domains": ["acme.example"],
        });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let added = owner.post_json(PROVIDERS, &new).await.expect(201).json();
        let redirect_uri = added["redirect_uri"].as_str().unwrap();
        let registration = process.register(redirect_uri, "client_secret_basic", "RS256").await;
        let place = Self { process, id: added["id"].as_str().unwrap().to_owned(), registration, owner };
        place
            .change(json!({
                "client_id": place.registration.client_id, "client_secret": place.registration.client_secret,
            }))
            .await;
        place
    }

    pub(crate) async fn change(&self, change: Value) {
        let path = format!("{PROVIDERS}/{}", self.id);
        self.owner.request(Method::PATCH, &path).json(&change).await.expect(200);
    }

    pub(crate) async fn account(&self, id: &str, email: &str, verified: bool) {
        self.process.account(id, json!({ "email": email, "email_verified": verified, "name": id })).await;
    }

    pub(crate) async fn begin(&self, app: &App, query: &str) -> Begun {
        begin(app, &self.id, query).await
    }

    /// The address that the provider sends somebody back to.
    pub(crate) async fn visit(&self, app: &App, begun: &Begun, who: &str) -> String {
        let back = self.process.sign_in(&format!("{}&login_hint={who}", begun.url)).await;
        // Its tokens have the machine's time.
        app.clock.set(SystemClock.now());
        back
    }

    /// The whole way, and what is answered at its end.
    pub(crate) async fn sign_in(&self, app: &App, who: &str) -> Answer {
        let begun = self.begin(app, "").await;
        let back = self.visit(app, &begun, who).await;
        come_back(app, &back, &begun.cookie).await
    }
}

pub(crate) async fn begin(app: &App, id: &str, query: &str) -> Begun {
    begun(app.anybody.get(&format!("/signin/oidc/{id}{query}")).await)
}

/// What has begun, by this answer.
#[track_caller]
pub(crate) fn begun(answer: Answer) -> Begun {
    let answer = answer.expect(302);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("sealpost-signin="), "{cookie}");
    assert!(cookie.contains("HttpOnly; SameSite=Lax; Path=/; Max-Age=600"), "{cookie}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    Begun {
        url: answer.header("location").unwrap().to_owned(),
        cookie: cookie.split(';').next().unwrap().to_owned(),
    }
}

pub(crate) async fn come_back(app: &App, back: &str, cookie: &str) -> Answer {
    app.anybody.get(back).header("cookie", cookie).await
}

/// What a browser has been given that is signed in now.
#[track_caller]
pub(crate) fn session(answer: Answer) -> String {
    let answer = answer.expect(303);
    let cookies: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("sealpost-signin=; ")), "{cookies:?}");
    let session = cookies.iter().find_map(|cookie| cookie.strip_prefix("sealpost-session="));
    session.expect("a session").split(';').next().unwrap().to_owned()
}

pub(crate) async fn log(app: &App) -> Vec<AuditEntry> {
    app.db.read().await.unwrap().audit_after(app.acme.id, 0, 10_000).await.unwrap()
}

/// The reasons of refusals in Acme's log.
pub(crate) async fn refusals(app: &App) -> Vec<String> {
    let log = log(app).await;
    let refused = log.iter().filter(|entry| entry.kind == "session.refused");
    let reason = |entry: &AuditEntry| {
        let payload: Value = serde_json::from_str(&entry.payload).unwrap();
        payload["reason"].as_str().unwrap().to_owned()
    };
    refused.map(reason).collect()
}
