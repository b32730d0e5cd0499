//! Every key of what was sealed by another program, dug out as its recipient's would: from link, password and what the service delivers.

use data_encoding::BASE64URL_NOPAD;
use sealpost_sealed::{PasswordKey, PasswordParameters, message};
use sealpost_test_support::{
    app::Client,
    sealing::{Place, bytes, id, text},
};
use serde_json::{Value, json};

use super::{Secret, derived, hpke};

/// Behind a whole link, with the password if there is one.
pub(crate) async fn keys_of_link(base: &str, link: &str, password: Option<&str>) -> Vec<Secret> {
    let (first, second) = link.split_once('#').expect("a second part");
    let anybody = Client::new(base);
    let token = first.rsplit('/').next().unwrap();
    let told = anybody.post_json("/api/v1/links/verify", &json!({ "token": token })).await.expect(200).json();
    let place = place(&told["sealing"]);
    let fragment = BASE64URL_NOPAD.decode(second.as_bytes()).unwrap();
    let password = password.map(|password| password_key(password, &told["sealing"]["password_parameters"]));
    let half = bytes(&told["sealing"]["server_half"]);
    let ikm = [&fragment[..], &half, password.as_deref().unwrap_or_default()].concat();
    let proof = derived(place, &ikm, "sealpost/access-proof/1");
    let proving = json!({ "ticket": told["ticket"], "proof": text(&proof) });
    let proved = anybody.post_json("/api/v1/links/prove", &proving).await.expect(200).json();
    let delivery = &proved["delivery"];
    let access = derived(place, &ikm, "sealpost/access-key/1");
    let context = context("sealpost/sealed-content-key/1", &[&place.tenant, &place.transfer]);
    let content = open(&access, &context, &bytes(&delivery["sealing"]["content_key"]));
    let mut keys = keys_of_files(&content, place, delivery);
    keys.extend(password.map(|key| ("the password key".to_owned(), key)));
    keys.extend([
        ("the fragment secret".to_owned(), fragment),
        ("the fragment's text".to_owned(), second.as_bytes().to_vec()),
        ("the access key".to_owned(), access),
        ("the content key".to_owned(), content),
    ]);
    keys
}

/// Behind a link to what came in sealed to the key of `person`, or of his team with this mailbox. His token may read key pairs.
pub(crate) async fn keys_of_received(
    person: &Client,
    team: Option<&str>,
    link: &str,
    passphrase: &str,
) -> Vec<Secret> {
    let own = person.get("/api/v1/account/key-pairs").await.expect(200).json();
    let mut pair = own["key_pairs"][0].clone();
    let under = password_key(passphrase, &pair["passphrase"]["parameters"]);
    let at = of_pair("sealpost/private-key/1", &own, &pair);
    let mut private = open(&under, &at, &bytes(&pair["passphrase"]["private_key"]));
    let mut keys =
        vec![("the passphrase's key".to_owned(), under), ("the private key".to_owned(), private.clone())];
    if let Some(mailbox) = team {
        let teams = person.get(&format!("/api/v1/mailboxes/{mailbox}/key-pairs")).await.expect(200).json();
        pair = teams["key_pairs"][0].clone();
        let at = of_pair("sealpost/private-key-to/1", &teams, &pair);
        private = hpke::open(&private, &at, &bytes(&pair["private_key"]["private_key"]));
        keys.push(("the team's private key".to_owned(), private.clone()));
    }

    let token = link.rsplit('/').next().unwrap();
    let anybody = person.without_bearer();
    let told = anybody.post_json("/api/v1/links/verify", &json!({ "token": token })).await.expect(200).json();
    let delivery = &told["delivery"];
    let place = place(&delivery["sealed_to"]);
    let info = context("sealpost/content-key-to/1", &[&place.tenant, &place.transfer]);
    let to = delivery["sealed_to"]["content_key_to"].as_array().unwrap();
    let to =
        to.iter().find(|to| to["fingerprint"] == pair["fingerprint"]).expect("it is sealed to this pair");
    let content = hpke::open(&private, &info, &bytes(&to["content_key"]));
    keys.extend(keys_of_files(&content, place, delivery));
    keys.push(("the content key".to_owned(), content));
    keys
}

/// Where a private key is, as the list of its owner's pairs says.
fn of_pair(label: &str, list: &Value, pair: &Value) -> Vec<u8> {
    let [tenant, owner] = ["tenant", "owner"].map(|name| id(list[name].as_str().unwrap()));
    context(label, &[&tenant, &owner, &bytes(&pair["public_key"])])
}

/// Those of files and their uploads.
fn keys_of_files(content: &[u8], place: Place, delivery: &Value) -> Vec<Secret> {
    let mut keys = Vec::new();
    for (number, file) in delivery["files"].as_array().unwrap().iter().enumerate() {
        let at = [&place.tenant[..], &place.transfer, &id(file["id"].as_str().unwrap())];
        let key = open(content, &context("sealpost/file-key/1", &at), &bytes(&file["sealing"]["file_key"]));
        let manifest = open(&key, &context("sealpost/manifest/1", &at), &bytes(&file["sealing"]["manifest"]));
        let of_uploads = keys_in(&manifest);
        let is_empty = file["size"].as_u64() == Some(0);
        assert!(is_empty || !of_uploads.is_empty(), "a file has uploads");
        keys.extend(of_uploads.into_iter().map(|key| (format!("an upload key of file {number}"), key)));
        keys.push((format!("the key of file {number}"), key));
    }
    assert!(!keys.is_empty(), "there are files");
    keys
}

/// The keys of uploads in a manifest: behind version, name, media type, length and checksum.
fn keys_in(manifest: &[u8]) -> Vec<Vec<u8>> {
    let number = |at: usize| usize::from(u16::from_be_bytes([manifest[at], manifest[at + 1]]));
    let media_type = 1 + 2 + number(1);
    let uploads = media_type + 2 + number(media_type) + 8 + 4;
    let key = |upload: usize| uploads + 2 + 48 * upload + 16;
    (0..number(uploads)).map(|upload| manifest[key(upload)..][..32].to_vec()).collect()
}

fn password_key(password: &str, parameters: &Value) -> Vec<u8> {
    let parameters = PasswordParameters::decode(&bytes(parameters)).unwrap();
    PasswordKey::derive(password, &parameters).unwrap().expose_secret().to_vec()
}

fn place(sealed: &Value) -> Place {
    let [tenant, transfer] = ["tenant", "transfer"].map(|name| id(sealed[name].as_str().unwrap()));
    Place { tenant, transfer }
}

fn context(label: &str, fields: &[&[u8]]) -> Vec<u8> {
    [label.as_bytes(), &[0], &fields.concat()].concat()
}

fn open(key: &[u8], context: &[u8], sealed: &[u8]) -> Vec<u8> {
    message::open(key.try_into().unwrap(), context, sealed).unwrap().to_vec()
}
