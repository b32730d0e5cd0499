//! Stores in clouds: what the service signs in with, while they take it, refuse it, and are away.

use futures_util::future::join_all;
use reqwest::StatusCode;
use sealpost_test_support::peers::{
    azurite::{self, Azurite, SAS},
    moto::{self, Moto},
    proxy::{Answer, Fault, Proxy, Strikes},
};

use super::{
    forms::Canary,
    people::{ADDRESS, CONTENT},
};
use crate::support::{Api, Installed, run};

/// That of the emulator's SAS, as it was before it became part of an address.
const SIGNATURE: &str = "OGMp2FHLdTTwCiIdGwP0aZoQE9jfJlH1ICg9twZK6/c=";
/// A key and a signature of nobody's account.
const WRONG_KEY: &[u8; 64] = b"turdus-philomelos-4730-singdrossel-wrong-key-of-a-storage-accoun";
const WRONG_SIGNATURE: &[u8; 32] = b"sturnus-vulgaris-4731-star-wrong";
const SECRET_KEY: &str = "passer-montanus-4732-feldsperling-secret";
/// What Amazon says when it refuses a signature. It quotes what it was shown.
const REFUSAL: &str = "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we \
    calculated does not match the signature you provided.</Message><AWSAccessKeyId>AKIAEXAMPLE</AWSAccessKeyId></Error>";

/// Stores that take what they are shown.
const TAKING: [&str; 3] = ["by-key", "by-sas", "in-s3"];
/// Stores that do not.
const REFUSING: [&str; 2] = ["wrong-key", "wrong-sas"];

/// Both clouds, each behind a network of its own.
pub(super) struct Clouds {
    azure: Proxy,
    s3: Proxy,
}

impl Clouds {
    pub(super) fn start() -> Self {
        let (azure, s3) = (Azurite::shared().address(), Moto::shared().address());
        Self { azure: Proxy::http(azure), s3: Proxy::http(s3) }
    }

    /// What the configuration says of them.
    pub(super) fn sections(&self) -> String {
        let endpoint = azurite::endpoint_at(&self.azure.url());
        let azure = |name: &str, login: &str| {
            format!(
                "[stores.{name}]\nkind = \"azure\"\naccount = \"{}\"\nendpoint = \"{endpoint}\"\n\
                 name_prefix = \"{name}-\"\n{login}\n",
                azurite::ACCOUNT
            )
        };
        let s3 = format!(
            "[stores.in-s3]\nkind = \"s3\"\nregion = \"{}\"\nendpoint = \"{}\"\nname_prefix = \"canaries-\"\n\
             access_key_id = \"AKIAEXAMPLE\"\nsecret_access_key = \"{SECRET_KEY}\"\n",
            moto::REGION,
            self.s3.url()
        );
        [
            azure("by-key", &format!("account_key = \"{}\"", azurite::ACCOUNT_KEY)),
            azure("by-sas", &format!("sas = \"{SAS}\"")),
            azure("wrong-key", &format!("account_key = \"{}\"", data_encoding::BASE64.encode(WRONG_KEY))),
            azure("wrong-sas", &format!("sas = \"{}\"", wrong_sas())),
            s3,
        ]
        .concat()
    }

    pub(super) fn canaries() -> Vec<Canary> {
        let key = data_encoding::BASE64.decode(azurite::ACCOUNT_KEY.as_bytes()).unwrap();
        let signature = data_encoding::BASE64.decode(SIGNATURE.as_bytes()).unwrap();
        let wrong_key = data_encoding::BASE64.encode(WRONG_KEY);
        let wrong_signature = data_encoding::BASE64.encode(WRONG_SIGNATURE);
        vec![
            Canary::new("the account key", azurite::ACCOUNT_KEY),
            Canary::new("the account key's bytes", key),
            Canary::new("the SAS", SAS),
            Canary::new("the SAS's signature", SIGNATURE),
            Canary::new("the signature's bytes", signature),
            Canary::new("a wrong account key", wrong_key),
            Canary::new("a wrong account key's bytes", WRONG_KEY),
            Canary::new("a wrong SAS", wrong_sas()),
            Canary::new("a wrong signature", wrong_signature),
            Canary::new("a wrong signature's bytes", WRONG_SIGNATURE),
            Canary::new("the secret access key", SECRET_KEY),
        ]
    }

    /// Tenants in each of them, whose files go up, are refused, and meet nobody. Gives what commands said.
    pub(super) async fn journey(&self, installed: &Installed) -> String {
        let mut said = String::new();
        for store in REFUSING {
            let refused =
                run(&mut installed.command(&format!("tenant create {store} --store {store}"))).await;
            assert_eq!(refused.code, Some(1), "{refused:?}");
            assert!(refused.stderr.contains("does not take the key"), "{refused:?}");
            said += &refused.stderr;
        }
        let mut senders = Vec::new();
        for store in TAKING {
            installed.command_ok(&format!("tenant create {store} --store {store}")).await;
            installed.command_ok(&format!("user create eve@{store}.example --tenant {store}")).await;
            let words = format!("token create eve@{store}.example --tenant {store}");
            let token = installed.command_ok(&words).await;
            let api = Api::new(&format!("http://127.0.0.1:{}", installed.port), token.trim());
            senders.push((api.draft(&[ADDRESS]).await, api));
        }
        let sent = async || join_all(senders.iter().map(|(draft, api)| put(api, draft))).await;
        assert_eq!(sent().await, [StatusCode::CREATED; 3]);
        for network in [&self.azure, &self.s3] {
            let refusal = Answer::new(403).header("x-ms-error-code", "SignatureDoesNotMatch").body(REFUSAL);
            network.inject(None, Strikes::All, Fault::Answer(refusal));
        }
        assert_eq!(sent().await, [StatusCode::INTERNAL_SERVER_ERROR; 3]);
        for network in [&self.azure, &self.s3] {
            network.pass();
            network.refuse();
        }
        assert_eq!(sent().await, [StatusCode::SERVICE_UNAVAILABLE; 3]);
        said += &run(&mut installed.command("doctor")).await.stdout;
        for store in TAKING {
            assert!(said.contains(&format!("FAULT store: {store}")), "{store} is away: {said}");
        }
        let log = installed.log();
        assert!(log.contains("SignatureDoesNotMatch") && log.contains("trying a store again"), "it is told");
        said
    }
}

fn wrong_sas() -> String {
    let (rights, _) = SAS.split_once("&sig=").unwrap();
    let signature = data_encoding::BASE64.encode(WRONG_SIGNATURE);
    format!("{rights}&sig={}", signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"))
}

/// A small file goes up with the request that creates it.
async fn put(api: &Api, draft: &str) -> StatusCode {
    let creation = api.creation(draft, "a.txt", CONTENT.len() as u64);
    let creation = creation.header("Content-Type", "application/offset+octet-stream").body(CONTENT);
    creation.send().await.unwrap().status()
}
