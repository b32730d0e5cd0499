//! How a store shows who it is.

use std::{
    io::{BufReader, Write as _},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use bytes::Bytes;
use sealpost_blob::{
    AzureLogin, AzureOptions, BlobError, BlobStore, Hidden, ObjectKey, RemoteStore, S3Instance, S3Login,
    S3Options,
};
use sealpost_domain::{Timestamp, UploadId};
use sealpost_test_support::peers::{
    azurite::{Azurite, READING_SAS, SAS},
    moto::Moto,
};

use crate::{azure, patience, per_tenant, s3};

/// Signatures of the emulator's account, whose key everybody knows: for everything until 2099, until 2020, and for reading.
const EXPIRED_SAS: &str = "sv=2020-08-04&ss=b&srt=sco&sp=rwdlacx&se=2020-01-01T00%3A00%3A00Z&sig=vZvBeyJb3y3S45eaRabI6RnQWk82d2vxt4a8jF4VBlw%3D";

/// A server that gives out tokens, or takes them: what it was asked, and what it answers to requests that begin so.
struct Told {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Told {
    fn answers(answers: &[(&'static str, u16, &'static str)]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answers, log) = (answers.to_vec(), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = read(&mut BufReader::new(stream.try_clone().unwrap()));
                let answer = answers.iter().find(|(start, ..)| request.starts_with(start));
                let (status, body) = answer.map_or((404, ""), |(_, status, body)| (*status, *body));
                log.lock().unwrap().push(request);
                let length = body.len();
                let head =
                    format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n");
                let _ = write!(stream, "{head}Content-Type: application/json\r\n\r\n{body}");
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Head, in lower case after its first line, and body.
fn read(from: &mut impl std::io::BufRead) -> String {
    let (mut text, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).unwrap() <= 2 {
            break;
        }
        if !text.is_empty() {
            line =
                line.split_once(':').map(|(name, value)| format!("{}:{value}", name.to_lowercase())).unwrap();
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        text += &line;
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).unwrap();
    text + &String::from_utf8_lossy(&body)
}

fn azurite() -> String {
    format!("http://{}", Azurite::shared().address())
}

fn key() -> ObjectKey {
    ObjectKey::new(UploadId::new(Timestamp::from_unix_millis(1_800_000_000_000), [7; 10]), 0, [1; 8])
}

fn words(error: &BlobError) -> String {
    let (mut text, mut next) = (error.to_string(), std::error::Error::source(error));
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}

/// A container is made, used and removed.
async fn lives(store: &RemoteStore, container: &str) {
    let container = container.parse().unwrap();
    store.health().await.unwrap();
    store.create_container(&container).await.unwrap();
    store.put(&container, &key(), vec![Bytes::from_static(b"sealed")]).await.unwrap();
    assert_eq!(store.get(&container, &key(), 0..6).await.unwrap(), "sealed");
    assert_eq!(store.delete_prefix(&container, key().upload).await.unwrap(), 1);
    store.delete_container(&container).await.unwrap();
}

fn with_sas(sas: &str) -> RemoteStore {
    let login = AzureLogin::Sas(Hidden::new(sas));
    RemoteStore::azure(&AzureOptions { login, ..azure(&azurite(), per_tenant("")) }).unwrap()
}

#[tokio::test]
async fn a_shared_access_signature_does_what_it_says_and_no_more() {
    lives(&with_sas(SAS), "by-sas").await;
    lives(&with_sas(&format!("?{SAS}")), "by-sas-2").await;
    for (sas, may_read) in [(EXPIRED_SAS, false), (READING_SAS, true)] {
        let store = with_sas(sas);
        assert_eq!(store.health().await.is_ok(), may_read);
        let error = store.create_container(&"by-sas-3".parse().unwrap()).await.unwrap_err();
        assert!(matches!(error, BlobError::Other(_)), "{error:?}");
        assert!(!words(&error).contains("sig="), "{}", words(&error));
    }
}

#[tokio::test]
async fn a_machine_of_azure_shows_the_token_that_it_was_given() {
    let token = r#"{"access_token":"machine-token","expires_in":"3600","expires_on":"4070908800","resource":"https://storage.azure.com/","token_type":"Bearer"}"#;
    let gives = Told::answers(&[("GET ", 200, token)]);
    let takes = Told::answers(&[("HEAD ", 404, "")]);
    let login = AzureLogin::ManagedIdentity {
        client_id: Some("the-client".to_owned()),
        endpoint: Some(format!("{}/metadata/identity/oauth2/token", gives.url).parse().unwrap()),
    };
    let store = RemoteStore::azure(&AzureOptions { login, ..azure(&takes.url, per_tenant("")) }).unwrap();
    for _ in 0..2 {
        store.health().await.unwrap();
    }
    let [asked] = &gives.asked()[..] else { panic!("once for both: {:?}", gives.asked()) };
    assert!(
        asked.contains("resource=https%3A%2F%2Fstorage.azure.com") && asked.contains("client_id=the-client"),
        "{asked}"
    );
    assert!(takes.asked().iter().all(|asked| asked.contains("Bearer machine-token")), "{:?}", takes.asked());
}

#[tokio::test]
async fn a_workload_of_azure_changes_the_token_of_its_file_for_one() {
    let token = r#"{"access_token":"workload-token","expires_in":3600,"token_type":"Bearer"}"#;
    let gives = Told::answers(&[("POST /the-directory/oauth2/v2.0/token", 200, token)]);
    let takes = Told::answers(&[("HEAD ", 404, "")]);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "token-of-the-file").unwrap();
    let login = AzureLogin::WorkloadIdentity {
        client_id: "the-client".to_owned(),
        tenant_id: "the-directory".to_owned(),
        token_file: file.path().to_owned(),
        authority: Some(gives.url.parse().unwrap()),
    };
    let store = RemoteStore::azure(&AzureOptions { login, ..azure(&takes.url, per_tenant("")) }).unwrap();
    store.health().await.unwrap();
    let [asked] = &gives.asked()[..] else { panic!("{:?}", gives.asked()) };
    assert!(
        asked.contains("client_assertion=token-of-the-file") && asked.contains("client_id=the-client"),
        "{asked}"
    );
    assert!(takes.asked()[0].contains("Bearer workload-token"), "{:?}", takes.asked());
}

#[tokio::test]
async fn whoever_gives_no_token_is_named_and_no_object_is_taken_for_missing() {
    for (status, transient) in [(404, false), (400, false), (403, false), (500, true)] {
        let gives = Told::answers(&[("GET ", status, r#"{"error":"invalid_request"}"#)]);
        let login =
            AzureLogin::ManagedIdentity { client_id: None, endpoint: Some(gives.url.parse().unwrap()) };
        let options = AzureOptions { login, patience: patience(), ..azure(&azurite(), per_tenant("")) };
        let store = RemoteStore::azure(&options).unwrap();
        let error = store.get(&"no-token".parse().unwrap(), &key(), 0..1).await.unwrap_err();
        assert_eq!(error.is_transient(), transient, "{status}: {}", words(&error));
        assert!(!matches!(error, BlobError::NotFound), "{status}");
        assert!(words(&error).contains("no credential for the store"), "{}", words(&error));
    }
}

#[tokio::test]
async fn a_workload_of_amazon_changes_the_token_of_its_file_for_credentials() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "token-of-the-file").unwrap();
    let login = S3Login::WebIdentity {
        role_arn: "arn:aws:iam::123456789012:role/sealpost".to_owned(),
        token_file: file.path().to_owned(),
        sts: Some(Moto::shared().endpoint().parse().unwrap()),
    };
    let options = S3Options { login, ..s3(&Moto::shared().endpoint(), per_tenant("")) };
    lives(&RemoteStore::s3(&options).unwrap(), "by-web-identity").await;
}

#[tokio::test]
async fn a_machine_and_a_pod_of_amazon_show_the_credentials_that_they_were_given() {
    let credentials = r#"{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"secret","Token":"session-token","Expiration":"2099-01-01T00:00:00Z","LastUpdated":"2026-01-01T00:00:00Z"}"#;
    let gives = Told::answers(&[
        ("PUT /latest/api/token ", 200, "session"),
        ("GET /latest/meta-data/iam/security-credentials/sealpost-role", 200, credentials),
        ("GET /latest/meta-data/iam/security-credentials/ ", 200, "sealpost-role"),
        ("GET /v1/credentials", 200, credentials),
    ]);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "pod-token").unwrap();
    let machine = S3Instance::Machine { endpoint: Some(gives.url.parse().unwrap()) };
    let pod = S3Instance::Pod {
        full_uri: format!("{}/v1/credentials", gives.url),
        token_file: file.path().to_owned(),
    };
    for instance in [machine, pod] {
        let takes = Told::answers(&[("HEAD ", 404, "")]);
        let login = S3Login::Instance(instance);
        let store = RemoteStore::s3(&S3Options { login, ..s3(&takes.url, per_tenant("")) }).unwrap();
        store.health().await.unwrap();
        let asked = takes.asked().concat();
        assert!(asked.contains("Credential=ASIAEXAMPLE/") && asked.contains("session-token"), "{asked}");
    }
    let asked = gives.asked().concat();
    assert!(asked.contains("x-aws-ec2-metadata-token: session"), "{asked}");
    assert!(asked.contains("authorization: pod-token"), "{asked}");
}
