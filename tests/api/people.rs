//! People who sign in: with passwords, with apps, and with passkeys of a device that is made here.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use data_encoding::BASE64URL_NOPAD;
use sealpost_db::Tenant;
use sealpost_domain::Clock as _;
use sealpost_test_support::app::{App, Client, Request, Sender};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub(crate) const PASSWORD: &str = "Quitte im Nebel 7";

/// A passkey as a device keeps it.
pub(crate) struct Device {
    key: EcdsaKeyPair,
    pub(crate) id: Vec<u8>,
    user: Vec<u8>,
    pub(crate) counter: u32,
    /// Whether it says that it has verified its user.
    pub(crate) verifies: bool,
}

/// Gives a user a password, by the link that an operator has.
pub(crate) async fn set_password(app: &App, tenant: &Tenant, of: &Sender, password: &str) {
    let token = password_link(app, tenant, of).await;
    reset(app, &token, password).await.expect(204);
}

pub(crate) async fn password_link(app: &App, tenant: &Tenant, of: &Sender) -> String {
    let grant = app.auth.danger_operator(tenant).await.unwrap();
    app.auth.password_link(&grant, app.user_id(of).await).await.unwrap().token
}

pub(crate) fn reset(app: &App, token: &str, password: &str) -> Request {
    app.anybody.post_json("/api/v1/signin/reset", &json!({"token": token, "password": password}))
}

pub(crate) fn sign_in(app: &App, tenant: &str, email: &str, password: &str) -> Request {
    let shown = json!({"tenant": tenant, "email": email, "password": password});
    app.anybody.post_json("/api/v1/signin", &shown)
}

/// The session of an answer.
pub(crate) fn session(app: &App, answer: &Value) -> Client {
    app.anybody.with_bearer(answer["session"].as_str().expect("a session"))
}

/// Anna with a password, signed in.
pub(crate) async fn anna(app: &App) -> Client {
    set_password(app, &app.acme, &app.anna, PASSWORD).await;
    let answer = sign_in(app, "acme", app.anna.email(), PASSWORD).await.expect(200).json();
    assert_eq!(answer["stage"], "full");
    session(app, &answer)
}

/// The code of an app that was given this secret, `steps` from now.
pub(crate) fn code(app: &App, secret: &str, steps: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let seconds = app.clock.now().unix_millis() / 1_000 + 30 * steps;
    totp.generate(u64::try_from(seconds).unwrap()).to_string()
}

/// Gives somebody who has signed in an app, and says its secret and the recovery codes.
pub(crate) async fn enrol_app(app: &App, who: &Client) -> (String, Vec<String>) {
    let offered = who.post("/api/v1/account/totp/begin").await.expect(200).json();
    let secret = offered["secret"].as_str().unwrap().to_owned();
    let shown = json!({"code": code(app, &secret, 0)});
    let done = who.post_json("/api/v1/account/totp/confirm", &shown).await.expect(200).json();
    let codes = done["recovery_codes"].as_array().unwrap();
    (secret, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

impl Device {
    /// Gives somebody who has signed in a passkey.
    pub(crate) async fn enrol(app: &App, who: &Client, label: &str) -> (Self, Value) {
        let begun = who.post("/api/v1/account/passkeys/begin").await.expect(200).json();
        let device = Self::new(&begun["options"]);
        let credential = device.create(&origin(app), &begun["options"]);
        let shown = json!({"label": label, "state": begun["state"], "credential": credential});
        let added = who.post_json("/api/v1/account/passkeys/finish", &shown).await.expect(201).json();
        (device, added)
    }

    pub(crate) fn new(options: &Value) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let id = Sha256::digest(key.public_key().as_ref()).to_vec();
        Self { key, id, user: bytes(&options["user"]["id"]), counter: 0, verifies: true }
    }

    /// `navigator.credentials.create`
    pub(crate) fn create(&self, origin: &str, options: &Value) -> Value {
        let rp = options["rp"]["id"].as_str().unwrap();
        let mut data = self.authenticator_data(rp, 0x40);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        let point = self.key.public_key().as_ref();
        // {1: 2, 3: -7, -1: 1, -2: x, -3: y}
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[33..65]);
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt");
        object.push(0x64);
        object.extend(b"none");
        object.push(0x67);
        object.extend(b"attStmt");
        object.extend([0xa0, 0x68]);
        object.extend(b"authData");
        object.push(0x59);
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(data);
        let client = client_data("webauthn.create", origin, options);
        json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key",
            "response": {"attestationObject": text(&object), "clientDataJSON": text(client.as_bytes())},
        })
    }

    /// `navigator.credentials.get`
    pub(crate) fn get(&mut self, origin: &str, options: &Value) -> Value {
        self.counter += 1;
        let data = self.authenticator_data(options["rpId"].as_str().unwrap(), 0);
        let client = client_data("webauthn.get", origin, options);
        let signed = [data.as_slice(), &Sha256::digest(client.as_bytes())].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key",
            "response": {
                "authenticatorData": text(&data), "clientDataJSON": text(client.as_bytes()),
                "signature": text(signature.as_ref()), "userHandle": text(&self.user),
            },
        })
    }

    /// A ceremony from its beginning to what is sent at its end.
    pub(crate) async fn shows(&mut self, app: &App) -> Value {
        let begun = app.anybody.post("/api/v1/signin/passkey/begin").await.expect(200).json();
        json!({"state": begun["state"], "credential": self.get(&origin(app), &begun["options"])})
    }

    fn authenticator_data(&self, rp: &str, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(rp.as_bytes()).to_vec();
        data.push(flags | 0x01 | if self.verifies { 0x04 } else { 0 });
        data.extend(self.counter.to_be_bytes());
        data
    }
}

/// Passkeys are bound to a name.
pub(crate) fn origin(app: &App) -> String {
    app.anybody.base().replace("127.0.0.1", "localhost")
}

fn client_data(kind: &str, origin: &str, options: &Value) -> String {
    let challenge = &options["challenge"];
    json!({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false}).to_string()
}

fn bytes(text: &Value) -> Vec<u8> {
    BASE64URL_NOPAD.decode(text.as_str().unwrap().as_bytes()).unwrap()
}

fn text(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// How often the log of a tenant says something.
pub(crate) async fn audited(app: &App, tenant: &Tenant, kind: &str) -> usize {
    let entries = app.db.read().await.unwrap().audit_after(tenant.id, 0, 100_000).await.unwrap();
    entries.iter().filter(|entry| entry.kind == kind).count()
}
