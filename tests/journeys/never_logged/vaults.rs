//! Vaults of others: what opens them, while they take it, refuse it, and are away.

use std::fs;

use reqwest::Method;
use sealpost_test_support::{
    engines::Engine,
    peers::{
        openbao::OpenBao,
        softhsm::{PIN, SETTINGS, SoftHsm, module},
    },
};

use super::{Heard, forms::Canary, log_and_traces};
use crate::support::{Collector, Content, Installed, Wanted, eventually, run};

const SECRET_ID: &str = "oriolus-oriolus-4750-pirol-secret-id";
const WRONG_SECRET_ID: &str = "lanius-collurio-4751-neuntoeter-secret-id";
const TOKEN: &str = "bombycilla-garrulus-4752-seidenschwanz-token";
const WRONG_TOKEN: &str = "coccothraustes-4753-kernbeisser-token";
const WRONG_PIN: &str = "4754-certhia-pin";

/// With what a service signs in to OpenBao, as lines of its configuration.
fn as_machine(bao: &OpenBao, secret_id: &str) -> String {
    let role_id = bao.run(&["read", "-field=role_id", "auth/approle/role/sealpost/role-id"]);
    format!("role_id = \"{role_id}\"\nsecret_id = \"{secret_id}\"\n")
}

fn by_token(token: &str) -> String {
    format!("token = \"{token}\"\n")
}

/// A vault that lets a machine in by [`SECRET_ID`] and whoever shows [`TOKEN`].
fn openbao() -> OpenBao {
    let bao = OpenBao::start();
    bao.policy("service", "path \"transit/*\" { capabilities = [\"create\", \"read\", \"update\"] }");
    bao.run(&["auth", "enable", "approle"]);
    bao.run(&["write", "auth/approle/role/sealpost", "token_policies=service"]);
    let secret_id = format!("secret_id={SECRET_ID}");
    bao.run(&["write", "auth/approle/role/sealpost/custom-secret-id", &secret_id]);
    bao.run(&["token", "create", &format!("-id={TOKEN}"), "-policy=service"]);
    bao
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_opens_openbao_is_in_no_log_trace_or_metric() {
    let (collector, bao) = (Collector::start().await, openbao());
    let machine = as_machine(&bao, SECRET_ID);
    let mut installed = Installed::start(Wanted {
        vault: Some(format!(
            "kind = \"openbao\"\nurl = \"{}\"\nkey = \"sealpost\"\n{machine}",
            bao.address()
        )),
        sections: log_and_traces("text", &collector),
        ..Wanted::on(Engine::Sqlite)
    })
    .await;
    sends(&installed).await;
    bao.seal();
    is_not_ready(&installed).await;
    let mut said = said(&installed, "doctor").await;
    said += &self::said(&installed, "tenant create late").await;
    bao.unseal();
    let metrics = installed.metrics().await;
    assert_eq!(installed.stop().await.code(), Some(0), "{}", installed.log());

    installed.reconfigure(&machine, &by_token(TOKEN));
    installed.run().await;
    sends(&installed).await;
    bao.run(&["token", "revoke", TOKEN]);
    is_not_ready(&installed).await;
    installed.stop().await;

    for wrong in [by_token(WRONG_TOKEN), as_machine(&bao, WRONG_SECRET_ID)] {
        installed.reconfigure(&by_token(TOKEN), &wrong);
        said += &self::said(&installed, "serve").await;
        installed.reconfigure(&wrong, &by_token(TOKEN));
    }
    let canaries = [SECRET_ID, WRONG_SECRET_ID, TOKEN, WRONG_TOKEN].map(Canary::text);
    let log = installed.log();
    assert!(log.contains("sealed") && log.contains("was revoked"), "it is told why: {log}");
    Heard::of(log, &collector, metrics, said).await.lacks(&canaries);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pin_of_an_hsm_is_in_no_log_trace_or_metric() {
    let (collector, hsm) = (Collector::start().await, SoftHsm::new());
    hsm.token("canaries");
    let pin = format!("pin = \"{PIN}\"\n");
    let mut installed = Installed::start(Wanted {
        vault: Some(format!(
            "kind = \"pkcs11\"\nmodule = \"{}\"\ntoken = \"canaries\"\nkey = \"sealpost\"\n{pin}",
            module().display()
        )),
        sections: log_and_traces("json", &collector),
        variables: vec![(SETTINGS.to_owned(), hsm.settings().display().to_string())],
        ..Wanted::on(Engine::Postgres)
    })
    .await;
    sends(&installed).await;
    let tokens = hsm.settings().with_file_name("tokens");
    let elsewhere = tokens.with_file_name("elsewhere");
    fs::rename(&tokens, &elsewhere).unwrap();
    let mut said = said(&installed, "doctor").await;
    fs::rename(&elsewhere, &tokens).unwrap();
    let metrics = installed.metrics().await;
    installed.stop().await;
    installed.reconfigure(&pin, &format!("pin = \"{WRONG_PIN}\"\n"));
    let refused = self::said(&installed, "serve").await;
    assert!(refused.contains("does not take vault.pin"), "it is told why: {refused}");
    said += &refused;
    let canaries = [PIN, WRONG_PIN].map(Canary::text);
    Heard::of(installed.log(), &collector, metrics, said).await.lacks(&canaries);
}

/// A file goes up and comes down, for which keys are wrapped and unwrapped.
async fn sends(installed: &Installed) {
    let (api, content) = (installed.api(), Content::new(11, 10_000));
    let transfer = api.draft(&["anna@recipients.example"]).await;
    api.file(&transfer, "plan.bin", content).await;
    let delivery = api.open(&api.send(&transfer).await).await;
    assert_eq!(api.sha256(&delivery, 0).await, content.sha256());
}

async fn is_not_ready(installed: &Installed) {
    eventually("it is not ready", async || {
        let asked = installed.api().request(Method::GET, "/readyz").send().await.unwrap();
        (!asked.status().is_success()).then_some(())
    })
    .await;
}

/// What a command says that must fail.
async fn said(installed: &Installed, words: &str) -> String {
    let ended = run(&mut installed.command(words)).await;
    assert_eq!(ended.code, Some(1), "{words}: {ended:?}");
    ended.stdout + &ended.stderr
}
