//! Every route of the OpenAPI document that asks who is calling, with a request to it that is good in all but that.
//!
//! A route that is new, and names something, is not known here: the walks fail until it is.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sealpost_db::Recovery;
use sealpost_domain::{Clock as _, RecoveryId, Role};
use sealpost_sealed::{Column, PasswordParameters, SystemRandom};
use sealpost_test_support::app::{Answer, App, Client, DAY, Method, Request};
use serde_json::{Value, json};

use crate::{
    portals::made,
    requests::{Uploader, asked_by, begin},
    support::from_now,
};

/// What a route asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// The grant of a recipient.
    Grant,
    /// The grant of an uploader.
    Submission,
    /// A token or a session of a user.
    User,
}

/// A route: method, pattern of its path, what it asks for.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) guard: Guard,
    /// What can be shown there, by the names in the document.
    pub(crate) schemes: Vec<String>,
}

impl Route {
    /// Those of the API that ask for something.
    pub(crate) async fn guarded(app: &App) -> Vec<Self> {
        let description = app.anybody.get("/api/v1/openapi.json").await.expect(200).json();
        let mut routes = Vec::new();
        for (path, item) in description["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let Some(security) = operation.get("security").and_then(Value::as_array) else { continue };
                // Something may be shown there, and nothing has to be.
                if security.contains(&json!({})) {
                    continue;
                }
                let named = security.iter().flat_map(|entry| entry.as_object().unwrap().keys().cloned());
                let schemes: Vec<String> = named.collect();
                let takes = |scheme: &str| schemes.iter().any(|named| named == scheme);
                routes.push(Self {
                    method: method.to_uppercase().parse().unwrap(),
                    path: path.clone(),
                    guard: if takes("grant") {
                        Guard::Grant
                    } else if takes("submission") && !takes("token") {
                        Guard::Submission
                    } else {
                        Guard::User
                    },
                    schemes,
                });
            }
        }
        assert!(routes.len() >= 30, "{}", routes.len());
        routes
    }

    /// Whether the request names something that is somebody's.
    pub(crate) fn names_something(&self) -> bool {
        let in_body = self.method == Method::POST
            && ["/api/v1/admin/clients", "/api/v1/admin/recoveries"].contains(&self.path.as_str());
        in_body || self.path.contains('{')
    }

    /// Whether it is for whoever uploads: a user, or somebody with the grant of a submission.
    pub(crate) fn takes_uploads(&self) -> bool {
        self.path.starts_with("/api/v1/uploads") || self.path.ends_with("/files")
    }

    /// Whether something has to be shown there, or be there, that this walk does not have: a password, an app, a passkey.
    pub(crate) fn wants_proof(&self) -> bool {
        let ends = [
            "/passkeys/finish",
            "/account/password",
            "/account/totp",
            "/totp/confirm",
            "/recovery-codes",
            "/step-up",
            "/second-factor",
        ];
        ends.iter().any(|end| self.path.ends_with(end))
    }

    /// Whether a program of a sender may use it.
    pub(crate) fn is_for_programs_of_senders(&self) -> bool {
        self.schemes.iter().any(|named| named == "token")
            && !self.path.starts_with("/api/v1/admin")
            && !self.path.starts_with("/scim")
    }

    /// Fails the test unless this was refused so.
    pub(crate) fn refused(&self, answer: &Answer, status: u16, code: &str) {
        if self.method == Method::HEAD {
            answer.bare(status);
        } else if self.path.starts_with("/scim") {
            assert_eq!(answer.status, status, "{answer:?}"); // which has problems of its own
        } else {
            answer.problem(status, code);
        }
        assert_eq!(answer.header("upload-offset"), None, "{}", answer.asked);
    }

    /// A request to it about somebody's belongings, good in all but who asks.
    pub(crate) fn request(&self, app: &App, client: &Client, of: &Belongings) -> Request {
        let mut path = self.path.clone();
        for (name, value) in of.named(&self.path) {
            path = path.replace(&format!("{{{name}}}"), &value);
        }
        assert!(!path.contains('{'), "{path}: tests/api/walk.rs does not know what stands there");
        let request = client.request(self.method.clone(), &path).header("tus-resumable", "1.0.0");
        let bytes = "application/offset+octet-stream";
        match (self.method.as_str(), self.path.as_str()) {
            ("POST", "/api/v1/transfers/{transfer_id}/files") => {
                request.header("upload-length", "1").header("content-type", bytes).body("x")
            }
            ("PATCH", "/api/v1/uploads/{upload_id}") => {
                request.header("upload-offset", "0").header("content-type", bytes).body("x")
            }
            ("POST", "/api/v1/uploads/{upload_id}") => request
                .header("x-http-method-override", "PATCH")
                .header("upload-offset", "0")
                .header("content-type", bytes)
                .body("x"),
            ("PUT", "/api/v1/admin/branding/logo") => request
                .header("content-type", "image/svg+xml")
                .body("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>"),
            ("POST", "/api/v1/admin/mailboxes/import") => {
                request.header("content-type", "text/csv").body("mailbox,user\n")
            }
            ("POST", "/api/v1/admin/policy/addresses/import") => {
                request.header("content-type", "text/csv").body("friends,,,allow\n")
            }
            (method, path) => match self.json(app, of) {
                Some(json) => request.json(&json),
                None => {
                    let bare = [
                        "acknowledge",
                        "approve",
                        "begin",
                        "block",
                        "close",
                        "link",
                        "mail",
                        "notify",
                        "recovery-codes",
                        "refuse",
                        "reply",
                        "restore",
                        "secret",
                        "send",
                        "settle",
                        "test",
                        "unblock",
                    ]
                    .iter()
                    .any(|verb| path.ends_with(verb));
                    assert!(
                        bare || ["DELETE", "GET", "HEAD", "OPTIONS"].contains(&method),
                        "{self}: tests/api/walk.rs does not know what to send"
                    );
                    request
                }
            },
        }
    }

    fn json(&self, app: &App, of: &Belongings) -> Option<Value> {
        Some(match (self.method.as_str(), self.path.as_str()) {
            ("POST", "/api/v1/transfers") => json!({}),
            ("PUT", "/api/v1/transfers/{transfer_id}/sealing") => {
                json!({ "content_key": "A".repeat(139), "proof_hash": "A".repeat(43) })
            }
            ("PUT", "/api/v1/transfers/{transfer_id}/files/{file_id}/sealing") => {
                json!({ "file_key": "A".repeat(139), "manifest": "A".repeat(200) })
            }
            ("PUT", "/api/v1/submissions/{submission_id}/sealing") => {
                let key = json!({ "fingerprint": FINGERPRINT, "content_key": "A".repeat(107) });
                json!({ "content_key_to": [key] })
            }
            ("PUT", "/api/v1/submissions/{submission_id}/files/{file_id}/sealing") => {
                json!({ "file_key": "A".repeat(139), "manifest": "A".repeat(200) })
            }
            ("POST", "/api/v1/account/key-pairs") => key_pair(),
            ("PUT", "/api/v1/account/key-pairs/{key_pair_id}/passphrase") => {
                let under = &key_pair()["passphrase"];
                json!({ "revision": 1, "parameters": under["parameters"], "private_key": under["private_key"] })
            }
            ("PUT", "/api/v1/account/key-pairs/{key_pair_id}/passkeys/{passkey_id}") => {
                json!({ "private_key": "A".repeat(139) })
            }
            ("POST", "/api/v1/mailboxes/{mailbox_id}/key-pairs") => {
                let member =
                    json!({ "user_id": of.user, "fingerprint": FINGERPRINT, "private_key": "A".repeat(107) });
                json!({ "public_key": key_pair()["public_key"], "members": [member] })
            }
            ("PUT", "/api/v1/mailboxes/{mailbox_id}/key-pairs/{key_pair_id}/members/{user_id}") => {
                json!({ "fingerprint": FINGERPRINT, "private_key": "A".repeat(107) })
            }
            ("POST", "/api/v1/requests") => json!({ "title": "x" }),
            ("POST", "/api/v1/admin/portals") => {
                json!({ "name": "x", "owner": "gina@globex.example", "title": "x" })
            }
            ("PATCH", "/api/v1/admin/portals/{portal_id}") => json!({ "title": "x" }),
            ("PATCH", "/api/v1/transfers/{transfer_id}") => json!({ "subject": "x" }),
            ("POST", "/api/v1/transfers/{transfer_id}/extend") => {
                json!({ "expires_at": from_now(app, 5 * DAY) })
            }
            ("POST", "/api/v1/transfers/{transfer_id}/recipients") => json!({ "email": "eve@example.org" }),
            ("POST", "/api/v1/account/tokens") => {
                json!({ "label": "x", "scopes": ["send"], "expires_at": from_now(app, DAY) })
            }
            ("POST", "/api/v1/account/passkeys/finish") => {
                json!({ "label": "x", "state": "x", "credential": {} })
            }
            ("POST", "/api/v1/account/password") => json!({ "old": "x", "new": "x" }),
            ("POST", "/api/v1/account/totp/confirm") => json!({ "code": "000000" }),
            ("POST", "/api/v1/session/step-up") => json!({ "password": "x" }),
            ("POST", "/api/v1/signin/second-factor") => json!({ "code": "000000" }),
            ("POST", "/api/v1/admin/clients") => {
                json!({ "name": "x", "user_id": of.user, "scopes": "send" })
            }
            ("POST", "/api/v1/admin/clients/{client_id}/secret") => json!({}),
            ("POST", "/api/v1/admin/users/{user_id}/reset") => json!({ "password": true }),
            ("POST", "/api/v1/admin/mailboxes") => json!({ "email": "office@example.org" }),
            ("POST", "/api/v1/admin/mailboxes/{mailbox_id}/delegates") => json!({ "user_id": of.user }),
            ("POST", "/api/v1/admin/data-subjects/find" | "/api/v1/admin/data-subjects/erase") => {
                json!({ "email": "eve@example.net" })
            }
            ("POST", "/api/v1/admin/blocked-files") => json!({ "sha256": "0".repeat(64) }),
            ("POST", "/api/v1/admin/users") => json!({ "email": "eve@example.org" }),
            ("PATCH", "/api/v1/admin/users/{user_id}") => json!({ "name": "x" }),
            ("PUT" | "PATCH", "/api/v1/admin/policy") => json!({}),
            ("POST", "/api/v1/admin/policy/explain") => {
                json!({ "sender": "anna@example.org", "recipients": ["bert@example.org"] })
            }
            ("PUT", "/api/v1/admin/users/{user_id}/seat") => json!({}),
            ("POST", "/api/v1/admin/users/{user_id}/warnings") => json!({ "text": "x" }),
            ("PUT", "/api/v1/admin/licence") => json!({ "licence": "x" }),
            ("POST", "/api/v1/admin/recoveries") => json!({ "transfer_id": of.transfer, "reason": "x" }),
            ("POST", "/api/v1/admin/support-access") => json!({ "hours": 1, "reason": "x" }),
            ("POST", "/api/v1/admin/forwarding") => forwarding(),
            ("PATCH", "/api/v1/admin/forwarding/{target_id}") => json!({ "label": "x" }),
            ("POST", "/api/v1/admin/identity-providers") => provider(),
            ("PATCH", "/api/v1/admin/identity-providers/{provider_id}") => json!({ "label": "x" }),
            ("POST", "/api/v1/admin/identity-providers/{provider_id}/links") => {
                json!({ "user_id": "0190a000-0000-7000-8000-000000000001", "subject": "x" })
            }
            _ => return None,
        })
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// What there is of Globex: of its sender Gina, and of its owner.
pub(crate) struct Belongings {
    pub(crate) transfer: String,
    draft: String,
    pub(crate) recipient: String,
    upload: String,
    file: String,
    pub(crate) grant: String,
    /// A further user, whom the walk of his own owner may change.
    user: String,
    session: String,
    token: String,
    /// The owner's leave for support to look in.
    leave: String,
    provider: String,
    target: String,
    client: String,
    blocked_file: String,
    report: String,
    mailbox: String,
    incident: String,
    request: String,
    portal: String,
    submission: String,
    submitted_file: String,
    key_pair: String,
    recovery: String,
    pub(crate) submission_grant: String,
}

/// Of some public key.
const FINGERPRINT: &str = "0123-4567-89ab-cdef-0123-4567-89ab-cdef";

/// A key pair as far as the service can tell: its public key is the base point of X25519, and the costs are those of today.
fn key_pair() -> Value {
    let parameters = PasswordParameters::generate(&SystemRandom).encode();
    let passphrase =
        json!({ "parameters": BASE64URL_NOPAD.encode(&parameters), "private_key": "A".repeat(139) });
    json!({ "public_key": format!("CQ{}", "A".repeat(41)), "passphrase": passphrase })
}

/// What Globex' owner has asked of the recovery key, for what is not sealed to any.
async fn recovery(app: &App, transfer: &str) -> RecoveryId {
    let (operator, now) = (app.auth.danger_operator(&app.globex).await.unwrap(), app.clock.now());
    let id = RecoveryId::new(now, [7; 10]);
    let place =
        Column { tenant: app.globex.id.into_bytes(), row: id.into_bytes(), name: "recoveries.reason" };
    let row = Recovery {
        id,
        tenant_id: app.globex.id,
        transfer_id: transfer.parse().unwrap(),
        requested_by: app.user_id(&app.rival).await,
        reason: operator.tenant_key().seal_column(place, b"x", &SystemRandom),
        created_at: now,
        decided_by: None,
        decided_at: None,
        approved: false,
    };
    let mut tx = app.db.write().await.unwrap();
    tx.insert_recovery(&row).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A provider that nobody asks.
fn provider() -> Value {
    json!({ "kind": "oidc", "label": "x", "issuer": "https://id.example.org", "client_id": "c", "for_users": true })
}

/// A place that does not listen.
fn forwarding() -> Value {
    json!({ "label": "x", "webhook": { "url": "https://127.0.0.1:9/x" } })
}

impl Belongings {
    /// Makes them.
    pub(crate) async fn of_globex(app: &App) -> Self {
        let draft = app.gina.draft().await;
        let upload = app.gina.upload(&draft, "g", 5).await;
        let sent = app.gina.sent(&[("g", b"gina's")]).await;
        let visit = sent.link().enter().await;
        let owner = app.signed_in(&app.rival).await;
        let user = app.auth.danger_operator(&app.globex).await.unwrap();
        let email = "paul@globex.example".parse().unwrap();
        let user = app.tenancy().create_user(&user, &email, "Paul", Role::Sender).await.unwrap();
        let wish = json!({ "label": "x", "scopes": ["send"], "expires_at": from_now(app, DAY) });
        let token = owner.post_json("/api/v1/account/tokens", &wish).await.expect(201).json();
        let wish = json!({ "hours": 1, "reason": "x" });
        let leave = owner.post_json("/api/v1/admin/support-access", &wish).await.expect(201).json();
        let provider =
            owner.post_json("/api/v1/admin/identity-providers", &provider()).await.expect(201).json();
        let target = owner.post_json("/api/v1/admin/forwarding", &forwarding()).await.expect(201).json();
        let wish = json!({ "name": "x", "user_id": user.id, "scopes": "send" });
        let client = owner.post_json("/api/v1/admin/clients", &wish).await.expect(201).json();
        let wish = json!({ "email": "office@globex.example" });
        let mailbox = owner.post_json("/api/v1/admin/mailboxes", &wish).await.expect(201).json();
        let wish = json!({ "token": sent.link().token, "reason": "other" });
        app.anybody.post_json("/api/v1/links/report", &wish).await.expect(204);
        let reports = owner.get("/api/v1/admin/abuse-reports").await.expect(200).json();
        let wish = json!({ "sha256": "1".repeat(64), "length": 1 });
        let blocked = owner.post_json("/api/v1/admin/blocked-files", &wish).await.expect(201).json();
        for most in 1..=9 {
            let change = json!({ "settings": { "max_files": most } });
            owner.request(Method::PATCH, "/api/v1/admin/policy").json(&change).await.expect(200);
        }
        let text = sealpost_tenancy::IncidentText::new("x", "x").unwrap();
        let operator = app.auth.danger_operator(&app.globex).await.unwrap();
        let given = app.tenancy().notify_incident(&operator, &text).await.unwrap();
        let sealpost_tenancy::Given::Now(incident, _) = given else { panic!("it is new") };
        let portal = made(&app.rival, &json!({ "name": "walk", "owner": "gina@globex.example" })).await;
        let (request, request_token) = asked_by(&app.gina, &json!({})).await;
        let begun = begin(app, &request_token).await.expect(201).json();
        let uploader = Uploader::of(app, &begun);
        let submitted_file = uploader.sender.put(&uploader.id, "s", b"sent in").await;
        let key_pair = owner.post_json("/api/v1/account/key-pairs", &key_pair()).await.expect(201).json();
        let session = app.session_of(&app.rival, sealpost_domain::SessionKind::Browser).await.id;
        Self {
            transfer: sent.id.clone(),
            draft,
            recipient: sent.link().recipient.clone(),
            upload: upload.rsplit('/').next().unwrap().to_owned(),
            file: visit.delivery["files"][0]["id"].as_str().unwrap().to_owned(),
            grant: visit.grant,
            user: user.id.to_string(),
            session: session.to_string(),
            token: token["id"].as_str().unwrap().to_owned(),
            leave: leave["id"].as_str().unwrap().to_owned(),
            provider: provider["id"].as_str().unwrap().to_owned(),
            target: target["target"]["id"].as_str().unwrap().to_owned(),
            client: client["client"]["id"].as_str().unwrap().to_owned(),
            report: reports["reports"][0]["id"].as_str().unwrap().to_owned(),
            blocked_file: blocked["id"].as_str().unwrap().to_owned(),
            mailbox: mailbox["id"].as_str().unwrap().to_owned(),
            incident: incident.to_string(),
            request: request["id"].as_str().unwrap().to_owned(),
            portal: portal["id"].as_str().unwrap().to_owned(),
            submission: uploader.id.clone(),
            submitted_file,
            key_pair: key_pair["id"].as_str().unwrap().to_owned(),
            recovery: recovery(app, &sent.id).await.to_string(),
            submission_grant: uploader.sender.bearer().to_owned(),
        }
    }

    /// What stands for the names in a path.
    fn named(&self, path: &str) -> Vec<(&'static str, String)> {
        let is_of_draft = path.ends_with("/files") || path.ends_with("/send");
        let is_submitted = path.starts_with("/api/v1/submissions");
        vec![
            ("transfer_id", if is_of_draft { self.draft.clone() } else { self.transfer.clone() }),
            ("recipient_id", self.recipient.clone()),
            ("delivery_id", self.recipient.clone()),
            ("upload_id", self.upload.clone()),
            ("file_id", if is_submitted { self.submitted_file.clone() } else { self.file.clone() }),
            ("request_id", self.request.clone()),
            ("portal_id", self.portal.clone()),
            ("submission_id", self.submission.clone()),
            ("key_pair_id", self.key_pair.clone()),
            ("recovery_id", self.recovery.clone()),
            ("user_id", self.user.clone()),
            ("session_id", self.session.clone()),
            ("token_id", self.token.clone()),
            ("grant_id", self.leave.clone()),
            ("provider_id", self.provider.clone()),
            ("target_id", self.target.clone()),
            ("client_id", self.client.clone()),
            ("mailbox_id", self.mailbox.clone()),
            ("incident_id", self.incident.clone()),
            ("blocked_file_id", self.blocked_file.clone()),
            ("report_id", self.report.clone()),
            // Globex has one, and Acme gets fewer on its own walk.
            ("version", "9".to_owned()),
            // Nobody here has a passkey: only a browser makes one.
            ("passkey_id", "0190a000-0000-7000-8000-000000000001".to_owned()),
        ]
    }

    /// Whether a text has something of them.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let ids = [
            &self.transfer,
            &self.draft,
            &self.recipient,
            &self.upload,
            &self.user,
            &self.session,
            &self.token,
            &self.leave,
            &self.provider,
            &self.target,
            &self.client,
            &self.mailbox,
            &self.incident,
            &self.blocked_file,
            &self.report,
            &self.request,
            &self.portal,
            &self.submission,
            &self.key_pair,
            &self.recovery,
        ];
        ids.into_iter().any(|id| text.contains(id.as_str())) || text.contains("globex")
    }

    /// Everything of them, as Gina and their owner see it.
    pub(crate) async fn snapshot(&self, app: &App) -> Vec<Value> {
        let (gina, owner) = (&app.gina, &app.rival);
        let mut seen = vec![gina.transfer(&self.transfer).await, gina.transfer(&self.draft).await];
        for path in ["/api/v1/transfers", "/api/v1/requests"] {
            seen.push(gina.get(path).await.expect(200).json());
        }
        for path in [
            "/api/v1/admin/users",
            "/api/v1/admin/portals",
            "/api/v1/admin/policy",
            "/api/v1/admin/licence",
            "/api/v1/admin/support-access",
            "/api/v1/admin/identity-providers",
        ] {
            seen.push(owner.get(path).await.expect(200).json());
        }
        let id = app.user_id(&app.rival).await;
        let mut conn = app.db.read().await.unwrap();
        let tokens = conn.tokens(app.globex.id).await.unwrap().len();
        let sessions = conn.sessions(app.globex.id, id).await.unwrap().len();
        seen.push(json!({ "tokens": tokens, "sessions": sessions }));
        seen
    }
}
