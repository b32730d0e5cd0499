//! The program of somebody who has key pairs: of his own, and of his teams.

use data_encoding::BASE64URL_NOPAD;
use sealpost_sealed::{
    Fingerprint, PasskeyKey, PasswordKey, PasswordParameters, PrivateKey, PrivateKeyContext, PublicKey,
    SystemRandom,
};
use sealpost_test_support::app::{App, Client, Method, Request, Sender};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const PATH: &str = "/api/v1/account/key-pairs";

/// Somebody who has signed in, and knows his passphrase.
pub(crate) struct KeyHolder {
    pub(crate) client: Client,
    pub(crate) user: String,
    pub(crate) place: PrivateKeyContext,
    key: PasswordKey,
    parameters: PasswordParameters,
}

pub(crate) fn text(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    BASE64URL_NOPAD.decode(value.as_str().expect("a text").as_bytes()).expect("base64url")
}

pub(crate) fn public(value: &Value) -> PublicKey {
    PublicKey::from_bytes(&bytes(value)).expect("a public key")
}

fn uuid(value: &Value) -> [u8; 16] {
    value.as_str().expect("an id").parse::<Uuid>().expect("an id").into_bytes()
}

impl KeyHolder {
    /// Of somebody, who thinks of a passphrase.
    pub(crate) async fn of(app: &App, who: &Sender, passphrase: &str) -> Self {
        let client = app.signed_in(who).await;
        let list = client.get(PATH).await.expect(200).json();
        let place = PrivateKeyContext { tenant: uuid(&list["tenant"]), owner: uuid(&list["owner"]) };
        let user = list["owner"].as_str().expect("an id").to_owned();
        let (key, parameters) = derived(passphrase);
        Self { client, user, place, key, parameters }
    }

    /// Signs in anew, so that a credential was shown a moment ago.
    pub(crate) async fn signed_in_again(mut self, app: &App, who: &Sender) -> Self {
        self.client = app.signed_in(who).await;
        self
    }

    /// From now on he knows another passphrase.
    pub(crate) fn learn(&mut self, passphrase: &str) {
        (self.key, self.parameters) = derived(passphrase);
    }

    /// The private key under the passphrase.
    pub(crate) fn sealed(&self, key: &PrivateKey) -> Value {
        let private_key = self.key.seal_private_key(key, self.place, &SystemRandom);
        json!({ "parameters": text(&self.parameters.encode()), "private_key": text(&private_key) })
    }

    /// `POST` of a pair, in the place of another if there is one.
    pub(crate) fn post(&self, key: &PrivateKey, replaces: Option<Fingerprint>) -> Request {
        let body = json!({
            "public_key": text(key.public_key().as_bytes()),
            "passphrase": self.sealed(key),
            "replaces": replaces.map(|replaces| replaces.to_string()),
        });
        self.client.post_json(PATH, &body)
    }

    /// A pair of his own that counts from now on; its public half.
    pub(crate) async fn make(&self, replaces: Option<Fingerprint>) -> PublicKey {
        let key = PrivateKey::generate(&SystemRandom);
        self.post(&key, replaces).await.expect(201);
        key.public_key()
    }

    pub(crate) async fn list(&self) -> Value {
        self.client.get(PATH).await.expect(200).json()
    }

    /// One of his pairs as it is listed.
    pub(crate) async fn listed(&self, of: Fingerprint) -> Value {
        let list = self.list().await;
        found(&list, of)
    }

    /// One of his private keys, if his passphrase opens it.
    pub(crate) async fn try_open(&self, of: Fingerprint) -> Option<PrivateKey> {
        let pair = self.listed(of).await;
        if bytes(&pair["passphrase"]["parameters"]) != self.parameters.encode() {
            return None;
        }
        let sealed = bytes(&pair["passphrase"]["private_key"]);
        self.key.open_private_key(self.place, &public(&pair["public_key"]), &sealed).ok()
    }

    pub(crate) async fn open(&self, of: Fingerprint) -> PrivateKey {
        self.try_open(of).await.expect("the passphrase opens it")
    }

    /// `PUT …/passphrase`, with what his passphrase makes now.
    pub(crate) fn put_passphrase(&self, pair: &Value, key: &PrivateKey) -> Request {
        let mut body = self.sealed(key);
        body["revision"] = pair["revision"].clone();
        let path = format!("{PATH}/{}/passphrase", pair["id"].as_str().expect("an id"));
        self.client.request(Method::PUT, &path).json(&body)
    }

    /// The same for a team: a pair that is sealed to these members.
    pub(crate) fn post_team(
        &self,
        mailbox: &str,
        key: &PrivateKey,
        to: &[(&Self, PublicKey)],
        replaces: Option<Fingerprint>,
    ) -> Request {
        let place = self.team(mailbox);
        let members: Vec<_> = to
            .iter()
            .map(|(member, public)| {
                let mut sealed = sealed_to(public, key, place);
                sealed["user_id"] = member.user.clone().into();
                sealed
            })
            .collect();
        let body = json!({
            "public_key": text(key.public_key().as_bytes()),
            "members": members,
            "replaces": replaces.map(|replaces| replaces.to_string()),
        });
        self.client.post_json(&team_path(mailbox), &body)
    }

    /// A team's pairs.
    pub(crate) async fn list_team(&self, mailbox: &str) -> Value {
        self.client.get(&team_path(mailbox)).await.expect(200).json()
    }

    /// A team's private key, with one of his own; `None` if nobody has given it to him.
    pub(crate) async fn open_team(&self, mailbox: &str, of: Fingerprint) -> Option<PrivateKey> {
        let pair = found(&self.list_team(mailbox).await, of);
        let sealed = pair.get("private_key")?;
        let own = self.open(sealed["fingerprint"].as_str().unwrap().parse().unwrap()).await;
        let key = own.open_private_key(
            self.team(mailbox),
            &public(&pair["public_key"]),
            &bytes(&sealed["private_key"]),
        );
        Some(key.expect("what was sealed to his key opens"))
    }

    /// `PUT …/members/{id}`: gives a team's private key to another.
    pub(crate) fn share(
        &self,
        mailbox: &str,
        pair: &Value,
        key: &PrivateKey,
        to: (&Self, PublicKey),
    ) -> Request {
        let id = pair["id"].as_str().expect("an id");
        let path = format!("{}/{id}/members/{}", team_path(mailbox), to.0.user);
        self.client.request(Method::PUT, &path).json(&sealed_to(&to.1, key, self.team(mailbox)))
    }

    /// Where a team's private key is.
    pub(crate) fn team(&self, mailbox: &str) -> PrivateKeyContext {
        PrivateKeyContext { tenant: self.place.tenant, owner: uuid(&mailbox.into()) }
    }
}

/// The pair with this fingerprint.
pub(crate) fn found(list: &Value, of: Fingerprint) -> Value {
    let pairs = list["key_pairs"].as_array().expect("pairs");
    pairs.iter().find(|pair| pair["fingerprint"] == of.to_string()).expect("the pair").clone()
}

/// A private key that is sealed to a public key.
pub(crate) fn sealed_to(to: &PublicKey, key: &PrivateKey, place: PrivateKeyContext) -> Value {
    let sealed = to.seal_private_key(key, place, &SystemRandom).expect("a key");
    json!({ "fingerprint": to.fingerprint().to_string(), "private_key": text(&sealed) })
}

pub(crate) fn team_path(mailbox: &str) -> String {
    format!("/api/v1/mailboxes/{mailbox}/key-pairs")
}

fn derived(passphrase: &str) -> (PasswordKey, PasswordParameters) {
    let parameters = PasswordParameters::generate(&SystemRandom);
    (PasswordKey::derive(passphrase, &parameters).expect("there is memory"), parameters)
}

/// What a passkey makes of what it is asked for, as a device would by its PRF.
pub(crate) fn passkey_key(place: PrivateKeyContext, secret: u8) -> PasskeyKey {
    PasskeyKey::derive(&[secret; 32], place)
}
