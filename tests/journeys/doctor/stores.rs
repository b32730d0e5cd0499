//! What the doctor says of stores in clouds.

use sealpost_test_support::{
    engines::Engine,
    peers::{
        azurite::{self, Azurite, READING_SAS, SAS},
        moto::{self, Moto},
    },
};

use super::{Said, at_another_time};
use crate::support::{Installed, Wanted};

/// An installation with a tenant in each cloud, `amazon` and `microsoft`, whose service does not run.
struct Clouds {
    installed: Installed,
    /// Its settings are the account's, so no other test may see it.
    azurite: Azurite,
}

impl Clouds {
    async fn new() -> Self {
        let (azurite, moto) = (Azurite::start(), Moto::shared());
        let sections = format!(
            "[stores.in-s3]\nkind = \"s3\"\nregion = \"{}\"\nendpoint = \"{}\"\nname_prefix = \"doctor-\"\n\
             access_key_id = \"AKIAEXAMPLE\"\nsecret_access_key = \"secret\"\n\
             [stores.in-azure]\nkind = \"azure\"\naccount = \"{}\"\nendpoint = \"{}\"\nsas = \"{SAS}\"\n",
            moto::REGION,
            moto.endpoint(),
            azurite::ACCOUNT,
            azurite.endpoint()
        );
        let installed = Installed::prepare(Wanted { sections, ..Wanted::on(Engine::Sqlite) }).await;
        installed.command_ok("tenant create amazon --store in-s3").await;
        installed.command_ok("tenant create microsoft --store in-azure").await;
        Self { installed, azurite }
    }

    /// The bucket of a tenant.
    async fn bucket(&self, tenant: &str) -> String {
        let shown = self.installed.command_ok(&format!("tenant show {tenant}")).await;
        let name = shown.lines().find_map(|line| line.strip_prefix("container: ")).unwrap();
        format!("doctor-{}", name.rsplit(':').next().unwrap())
    }
}

/// Asks a cloud for something that the service never asks for.
async fn by_hand(request: reqwest::RequestBuilder) -> String {
    // Whose account and region it is, is read from there; the signature is nobody's.
    let who = format!(
        "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/{}/s3/aws4_request, SignedHeaders=host, Signature=0",
        moto::REGION
    );
    let answer = request.header("authorization", who).send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{status}: {text}");
    text
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn version(bucket: &str) {
    let url = format!("{}/{bucket}?versioning", Moto::shared().endpoint());
    let on = "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Status>Enabled</Status>\
              </VersioningConfiguration>";
    by_hand(http().put(url).body(on)).await;
}

async fn delete_softly(azurite: &Azurite) {
    let url = format!("{}/?restype=service&comp=properties&{SAS}", azurite.endpoint());
    let on = "<?xml version=\"1.0\" encoding=\"utf-8\"?><StorageServiceProperties><DeleteRetentionPolicy>\
              <Enabled>true</Enabled><Days>7</Days></DeleteRetentionPolicy></StorageServiceProperties>";
    let request =
        http().put(url).header("x-ms-version", "2020-08-04").header("content-type", "application/xml");
    let answer = request.body(on).send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{status}: {text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_keeps_what_is_deleted_in_a_cloud_is_told() {
    let here = Clouds::new().await;
    let said = Said::of(&here.installed).await;
    said.says("store", "ok", &["in-s3: answers"]).says("store", "ok", &["in-azure: answers"]);
    assert!(!said.of_check("store").any(|(state, _)| state == "warn"), "nothing is kept yet");

    let bucket = here.bucket("amazon").await;
    version(&bucket).await;
    delete_softly(&here.azurite).await;
    Said::of(&here.installed)
        .await
        .says("store", "ok", &["in-s3: answers"])
        .says("store", "warn", &["in-s3", &bucket, "keeps versions", "docs/operations.md"])
        .says("store", "warn", &["in-azure", "7 more days", "switch off soft delete"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_keeps_what_is_deleted_of_a_copy_is_told_too() {
    let here = Clouds::new().await;
    here.installed.reconfigure("[mail]\n", "replica = \"copies\"\n[mail]\n");
    let copies = format!(
        "[stores.copies]\nkind = \"s3\"\nregion = \"{}\"\nendpoint = \"{}\"\nname_prefix = \"doctor-\"\n\
         access_key_id = \"AKIAEXAMPLE\"\nsecret_access_key = \"secret\"\n[stores.in-azure]\n",
        moto::REGION,
        Moto::shared().endpoint(),
    );
    here.installed.reconfigure("[stores.in-azure]\n", &copies.replace("doctor-", "copies-"));
    here.installed.command_ok("tenant create copied").await;
    let bucket = here.bucket("copied").await.replace("doctor-", "copies-");
    Said::of(&here.installed).await.says("store", "ok", &["copies: answers"]);
    version(&bucket).await;
    Said::of(&here.installed).await.says("store", "warn", &["copies", &bucket, "keeps versions"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_not_the_stores_is_told_before_the_store_refuses_it() {
    let here = Clouds::new().await;
    let doctor = here.installed.command("doctor");
    Said::by(at_another_time(doctor, "+180s"))
        .await
        .says("store", "warn", &["in-s3", "s ahead of the store's", "15 minutes", "NTP"])
        .says("store", "warn", &["in-azure", "s ahead of the store's"]);
    let doctor = here.installed.command("doctor");
    Said::by(at_another_time(doctor, "-180s")).await.says(
        "store",
        "warn",
        &["in-s3", "s behind the store's"],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_that_comes_and_goes_shows_what_the_service_may_not_do() {
    let here = Clouds::new().await;
    let probed = async || Said::by(here.installed.command("doctor --probe")).await;
    let all_went = "an object was put, read and deleted";
    let said = probed().await;
    for store in ["default", "in-s3", "in-azure"] {
        said.says("probe", "ok", &[store, all_went]);
    }
    let bucket = here.bucket("amazon").await;
    let left = by_hand(http().get(format!("{}/{bucket}?list-type=2", Moto::shared().endpoint()))).await;
    assert!(!left.contains("<Key>"), "{left}");

    here.installed.reconfigure(SAS, READING_SAS);
    Said::of(&here.installed).await.says("store", "ok", &["in-azure: answers"]);
    let said = probed().await;
    said.says("probe", "fault", &["in-azure", "no object can be put", "403"]);
    said.says("probe", "ok", &["in-s3", all_went]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_without_tenants_is_not_written_to() {
    let here = Clouds::new().await;
    here.installed.command_ok("tenant terminate microsoft").await;
    here.installed.command_ok("tenant remove microsoft --really microsoft").await;
    let said = Said::by(here.installed.command("doctor --probe")).await;
    said.says("probe", "ok", &["in-azure", "no tenant has a container there"]);
}
