//! What no log line, no trace and no metric may hold, at any level: looked for after a journey in which all of it went
//! through the service. The list is in docs/operations.md.

use std::{fs, process::Stdio};

use reqwest::{Client, Method};
use sealpost_test_support::engines::Engine;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Child,
};

use crate::support::{
    Api, Collector, Installed, Wanted, eventually, files_below, link_token, python, run, run_ok,
};

/// Ours at the finest level, and those of others as fine as the documents allow.
const FILTER: &str = "debug,sealpost=trace";

const ADDRESS: &str = "wilhelmina.kranenburg@clinic-of-canaries.example";
/// The mail server answers these with texts that quote them.
const REFUSED: &str = "unknown@refusing-canaries.example";
const DELAYED: &str = "busy@delaying-canaries.example";
const NOBODY: &str = "nobody.known@unknown-canaries.example";
const NAME: &str = "Ottoline Canaryvale";
const SUBJECT: &str = "Befund der Kanarienklinik";
const MESSAGE: &str = "Sehr geehrte Frau Zilpzalp, anbei";
const FILE: &str = "zilpzalp-laborwerte-2026.pdf";
const PASSWORD: &str = "turdus-merula-4711-zeisig";
const WRONG_PASSWORD: &str = "erithacus-rubecula-4712";
const ACCOUNT_PASSWORD: &str = "Sylvia-atricapilla-4713-girlitz";
const WRONG_CODE: &str = "918273";
const MAIL_PASSWORD: &str = "luscinia-megarhynchos-4714";
const SMS_SECRET: &str = "Bearer carduelis-carduelis-4715";
const SMS_PATH: &str = "gateway-path-parus-major-4716";
const TRACES_SECRET: &str = "Bearer troglodytes-4717-zaunkoenig";
const MADE_UP_TOKEN: &str = "motacilla-alba-made-up-bearer-4718";
const MADE_UP_COOKIE: &str = "cyanistes-caeruleus-cookie-4719";
const MADE_UP_LINK: &str = "fringilla-coelebs-made-up-link-4720-bachstelze";
const IN_QUERY: &str = "regulus-ignicapilla-in-a-query-4721";
const CONTENT: &str = "Phoenicurus ochruros 4722: what stands in the file itself";
const NETWORK: &str = "203.0.113.77";

/// Every form in which bytes end up in a text.
fn forms(secret: &[u8]) -> Vec<String> {
    let mut forms = vec![
        data_encoding::HEXLOWER.encode(secret),
        data_encoding::HEXUPPER.encode(secret),
        secret.iter().map(|byte| format!("{byte}, ")).collect::<String>().trim_end_matches(", ").to_owned(),
    ];
    // Percent encoding, as pages and as the strictest of programs write it.
    let percent = |kept: &dyn Fn(u8) -> bool| -> String {
        secret
            .iter()
            .map(|b| if kept(*b) { char::from(*b).to_string() } else { format!("%{b:02X}") })
            .collect()
    };
    forms.push(percent(&|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)));
    forms.push(percent(&|_| false));
    forms.extend(std::str::from_utf8(secret).map(str::to_owned));
    // In base64 it looks differently by where it begins; what its neighbours have a part in is left out.
    for before in 0..3 {
        let shifted = [&vec![0; before][..], secret].concat();
        for encoding in [data_encoding::BASE64, data_encoding::BASE64URL] {
            let text = encoding.encode(&shifted);
            let first = if before == 0 { 0 } else { 4 };
            forms.extend(text.get(first..text.len() - 4).map(str::to_owned));
        }
    }
    forms.retain(|form| form.len() >= 6);
    forms.sort();
    forms.dedup();
    forms
}

/// aiosmtpd, which wants a login and writes down nothing that we read.
async fn mail_server() -> (Child, u16) {
    let mut command = python("../../crates/mail/tests/smtp_server.py");
    command.args(["--login", &format!("sealpost:{MAIL_PASSWORD}")]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.next_line().await.unwrap().unwrap();
    // Whoever stops reading stops the server.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    (child, ready.strip_prefix("ready ").unwrap().parse().unwrap())
}

/// All that a person and a stranger do, with what must stay between them and the service. Gives what was found out on the way.
async fn journey(installed: &Installed) -> Vec<(&'static str, String)> {
    let (api, anybody) = (installed.api(), Client::builder().no_proxy().build().unwrap());
    let base = format!("http://127.0.0.1:{}", installed.port);
    let mut secrets = vec![("API token", installed.token().to_owned())];
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned();

    let draft = json!({
        "recipients": [{"email": ADDRESS}, {"email": REFUSED}, {"email": DELAYED}],
        "subject": SUBJECT, "message": MESSAGE, "protection": "password", "password": PASSWORD,
    });
    let id = text(&api.post("/api/v1/transfers", &draft).await["id"]);
    let response = api.creation(&id, FILE, CONTENT.len() as u64);
    let response =
        response.header("Content-Type", "application/offset+octet-stream").body(CONTENT).send().await;
    assert_eq!(response.unwrap().status(), 201);
    for (_, link) in api.send_to_all(&id).await {
        secrets.push(("link", link_token(&link).to_owned()));
    }
    let token = secrets[1].1.clone();
    let page = format!("{base}/t/{token}");
    anybody.get(&page).header("x-forwarded-for", NETWORK).send().await.unwrap();
    for password in [WRONG_PASSWORD, PASSWORD] {
        anybody
            .post(&page)
            .header("origin", &base)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("password={password}"))
            .send()
            .await
            .unwrap();
    }
    api.request(Method::POST, "/api/v1/links/verify")
        .json(&json!({"token": token, "password": WRONG_PASSWORD}))
        .send()
        .await
        .unwrap();
    api.request(Method::POST, "/api/v1/links/verify")
        .json(&json!({"token": token, "password": PASSWORD, "code": WRONG_CODE}))
        .send()
        .await
        .unwrap();
    let opened = api.post("/api/v1/links/verify", &json!({"token": token, "password": PASSWORD})).await;
    let (grant, delivery) = (text(&opened["grant"]), &opened["delivery"]);
    let (of, file) = (text(&delivery["id"]), text(&delivery["files"][0]["id"]));
    let got = api.fetch(&grant, &format!("/api/v1/deliveries/{of}/files/{file}/content"), 0).await.unwrap();
    assert_eq!(got.text().await.unwrap(), CONTENT);
    secrets.push(("grant", grant));
    api.transfer(&id).await;

    let mut person = installed.command("user create ottoline@acme.example --tenant acme");
    run_ok(person.args(["--name", NAME])).await;

    // An account: a link that sets a password, a wrong one, the right one, what comes of it.
    let reset = installed.command_ok("user password-reset owner@acme.example --tenant acme").await;
    let reset = link_token(reset.trim()).to_owned();
    let nobody = Api::new(&base, MADE_UP_TOKEN);
    let set = nobody
        .request(Method::POST, "/api/v1/signin/reset")
        .json(&json!({"token": reset, "password": ACCOUNT_PASSWORD}));
    assert_eq!(set.send().await.unwrap().status(), 204);
    secrets.push(("link of a new password", reset));
    for (email, password) in [(NOBODY, WRONG_PASSWORD), ("owner@acme.example", WRONG_PASSWORD)] {
        let shown = json!({"tenant": "acme", "email": email, "password": password});
        nobody.request(Method::POST, "/api/v1/signin").json(&shown).send().await.unwrap();
    }
    let shown = json!({"tenant": "acme", "email": "owner@acme.example", "password": ACCOUNT_PASSWORD});
    let session = text(&nobody.post("/api/v1/signin", &shown).await["session"]);
    let owner = Api::new(&base, &session);
    for path in ["/api/v1/session", "/api/v1/account", "/api/v1/admin/users", "/api/v1/admin/transfers"] {
        owner.request(Method::GET, path).send().await.unwrap();
    }
    secrets.push(("session", session));

    // A request for files, and a stranger who answers it.
    let request = json!({"title": SUBJECT, "message": MESSAGE, "address": ADDRESS});
    let made = api
        .request(Method::POST, "/api/v1/requests")
        .json(&request)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    if let Ok(made) = serde_json::from_str::<Value>(&made)
        && let Some(link) = made["url"].as_str().or_else(|| made["link"].as_str())
    {
        secrets.push(("link of a request", link_token(link).to_owned()));
        anybody.get(format!("{base}/r/{}", link_token(link))).send().await.unwrap();
    }

    // What strangers bring along.
    for path in [
        format!("/t/{MADE_UP_LINK}"),
        format!("/m/{MADE_UP_LINK}"),
        format!("/nowhere/{MADE_UP_LINK}"),
        format!("/?q={IN_QUERY}"),
        format!("/signin?return_to=/{IN_QUERY}&tenant={IN_QUERY}"),
    ] {
        let asked = anybody.get(format!("{base}{path}")).bearer_auth(MADE_UP_TOKEN);
        asked
            .header("cookie", format!("sealpost_session={MADE_UP_COOKIE}; sealpost_grant={MADE_UP_COOKIE}"))
            .send()
            .await
            .unwrap();
    }
    let broken = format!("{{\"token\": \"{MADE_UP_LINK}\", \"password\": {WRONG_PASSWORD}");
    nobody
        .request(Method::POST, "/api/v1/links/verify")
        .header("content-type", "application/json")
        .body(broken)
        .send()
        .await
        .unwrap();
    secrets
}

async fn nothing_of_it_is_logged_traced_or_counted(engine: Engine, format: &str) {
    let collector = Collector::start().await;
    let (_mail, mail_port) = mail_server().await;
    let mut installed = Installed::prepare(Wanted {
        mail: Some(format!(
            "[mail.smtp]\nhost = \"127.0.0.1\"\nport = {mail_port}\nsecurity = \"none\"\nusername = \"sealpost\"\npassword = \"{MAIL_PASSWORD}\"\n"
        )),
        keys: "trusted_proxies = [\"127.0.0.1\"]".to_owned(),
        sections: format!(
            "[log]\nformat = \"{format}\"\nfilter = \"{FILTER}\"\n\
             [traces]\notlp = \"http://127.0.0.1:{}\"\nratio = 1.0\nsecret = \"{TRACES_SECRET}\"\n\
             [sms]\nurl = \"http://127.0.0.1:9/{SMS_PATH}\"\nsecret = \"{SMS_SECRET}\"\n",
            collector.port
        ),
        ..Wanted::on(engine)
    })
    .await;
    installed.run().await;
    let found_out = journey(&installed).await;
    eventually("a mail is handed over, one refused, one delayed", async || {
        let log = installed.log();
        let all =
            log.contains("mail handed over") && log.contains("job given up") && log.contains("job failed");
        all.then_some(())
    })
    .await;
    eventually("traces", async || (collector.spans().len() > 20).then_some(())).await;
    let metrics = installed.metrics().await;
    let doctor = run(&mut installed.command("doctor")).await;
    let doctor = doctor.stdout + &doctor.stderr;
    assert!(doctor.contains("FAULT"), "a job was given up: {doctor}");
    assert_eq!(installed.stop().await.code(), Some(0), "{}", installed.log());

    let log = installed.log();
    assert!(log.contains("DEBUG") && log.contains("answered"), "the journey was logged");
    let mut secrets: Vec<(String, Vec<u8>)> = [
        ADDRESS,
        REFUSED,
        DELAYED,
        NOBODY,
        NAME,
        SUBJECT,
        MESSAGE,
        FILE,
        PASSWORD,
        WRONG_PASSWORD,
        ACCOUNT_PASSWORD,
        MAIL_PASSWORD,
        SMS_SECRET,
        SMS_PATH,
        TRACES_SECRET,
        MADE_UP_TOKEN,
        MADE_UP_COOKIE,
        MADE_UP_LINK,
        IN_QUERY,
        CONTENT,
        NETWORK,
        "owner@acme.example",
    ]
    .iter()
    .map(|secret| ((*secret).to_owned(), secret.as_bytes().to_vec()))
    .collect();
    for (what, secret) in found_out {
        // Tokens are base64 of something: neither the text nor what it stands for.
        let bare =
            secret.split_once('_').filter(|(kind, _)| kind.len() <= 4).map_or(&*secret, |(_, bare)| bare);
        if let Ok(bytes) = data_encoding::BASE64URL_NOPAD.decode(bare.as_bytes()) {
            secrets.push((format!("bytes of {what}"), bytes));
        }
        secrets.push((what.to_owned(), secret.into_bytes()));
    }
    let keys = files_below(&installed.home().join("vault"));
    assert!(!keys.is_empty());
    for key in keys {
        secrets.push((key.display().to_string(), fs::read(&key).unwrap()));
    }
    let traces = String::from_utf8_lossy(&collector.bodies()).into_owned();
    for (what, secret) in &secrets {
        for form in forms(secret) {
            for (place, text) in [
                ("the log", &log),
                ("traces", &traces),
                ("metrics", &metrics),
                ("what the doctor says", &doctor),
            ] {
                let Some(at) = text.find(&form) else { continue };
                let line = text[..at].rfind('\n').map_or(0, |start| start + 1);
                let line: String =
                    text[line..].lines().next().unwrap_or_default().chars().take(600).collect();
                panic!("{what} is in {place}, as {form}:\n{line}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_secret_or_personal_is_in_a_log_of_text_a_trace_or_a_metric() {
    nothing_of_it_is_logged_traced_or_counted(Engine::Sqlite, "text").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_secret_or_personal_is_in_a_log_of_json_a_trace_or_a_metric() {
    nothing_of_it_is_logged_traced_or_counted(Engine::Postgres, "json").await;
}

/// A search that finds nothing because it cannot would prove nothing.
#[test]
fn what_is_there_is_found_in_whatever_form() {
    let secret = b"Befund der Kanarienklinik";
    let around = |text: String| format!("2026 INFO x: {text} y");
    for text in [
        String::from_utf8(secret.to_vec()).unwrap(),
        data_encoding::HEXLOWER.encode(secret),
        format!("{secret:?}"),
        data_encoding::BASE64.encode(&[&b"subject="[..], secret, b"&more"].concat()),
        data_encoding::BASE64URL_NOPAD.encode(&[&b"s="[..], secret].concat()),
        data_encoding::BASE64.encode(&[&b"x"[..], secret].concat()),
        "Befund%20der%20Kanarienklinik".to_owned(),
    ] {
        let text = around(text);
        assert!(forms(secret).iter().any(|form| text.contains(form)), "{text}");
    }
}
