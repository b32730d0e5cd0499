//! The addresses of databases, which have a password in them, and a configuration that cannot be read.

use reqwest::Method;

use super::{forms::Canary, people::MAIL_PASSWORD};
use crate::support::{Installed, eventually, run};

/// Of a user whom the server lets in without; what it would be asked for makes no difference to where it may stand.
pub(super) const PASSWORD: &str = "alcedo-atthis-4740-eisvogel";
const ELSEWHERE: &str = "upupa-epops-4741-wiedehopf";

pub(super) fn canaries() -> Vec<Canary> {
    vec![Canary::text(PASSWORD), Canary::text(ELSEWHERE)]
}

/// PostgreSQL lets nobody in for a while. Gives what commands said.
pub(super) async fn goes_away_and_comes_back(installed: &Installed) -> String {
    let api = installed.api();
    let status = async |path| api.request(Method::GET, path).send().await.unwrap().status().as_u16();
    installed.set_databases_away(true);
    for path in ["/readyz", "/api/v1/transfers"] {
        eventually(path, async || (status(path).await == 503).then_some(())).await;
    }
    let doctor = run(&mut installed.command("doctor")).await;
    assert_eq!(doctor.code, Some(1), "{doctor:?}");
    installed.set_databases_away(false);
    eventually("it is back", async || (status("/readyz").await == 200).then_some(())).await;
    doctor.stdout + &doctor.stderr
}

/// Addresses that lead nowhere or are none, and a file that is no TOML where a password stands. Gives what commands said.
pub(super) async fn cannot_be_read(installed: &Installed) -> String {
    let mut said = String::new();
    for url in [
        format!("postgres://sealpost:{ELSEWHERE}@127.0.0.1:9/nowhere"),
        format!("postgres://sealpost:{ELSEWHERE}@127.0.0.1:port/nowhere"),
        format!("postgres://sealpost:{ELSEWHERE}@[::1/nowhere"),
        format!("mysql://sealpost:{ELSEWHERE}@127.0.0.1/nowhere"),
    ] {
        let mut command = installed.command("doctor");
        let refused = run(command.env("SEALPOST_DATABASE_URL", &url)).await;
        assert!(matches!(refused.code, Some(1 | 2)), "{url}: {refused:?}");
        said += &(refused.stdout + &refused.stderr);
    }
    let right = format!("password = \"{MAIL_PASSWORD}\"");
    for wrong in [
        format!("password = \"{MAIL_PASSWORD}"),
        format!("password = [\"{MAIL_PASSWORD}\"]"),
        format!("pasword = \"{MAIL_PASSWORD}\""),
    ] {
        let refused = run(&mut installed.command_with("config check", &right, &wrong)).await;
        assert!(matches!(refused.code, Some(1 | 2)), "{wrong}: {refused:?}");
        said += &(refused.stdout + &refused.stderr);
    }
    said
}
