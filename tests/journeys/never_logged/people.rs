//! All that people and strangers do, with what must stay between them and the service.

use std::{
    process::Stdio,
    sync::{Arc, Mutex},
};

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Child,
};

use super::forms::Canary;
use crate::support::{Api, Collector, Installed, eventually, link_token, python, run_ok};

pub(super) const ADDRESS: &str = "wilhelmina.kranenburg@clinic-of-canaries.example";
/// The mail server answers these with texts that quote them.
const REFUSED: &str = "unknown@refusing-canaries.example";
const DELAYED: &str = "busy@delaying-canaries.example";
const NOBODY: &str = "nobody.known@unknown-canaries.example";
const PHONE: &str = "+4915123987654";
const NAME: &str = "Ottoline Canaryvale";
const SUBJECT: &str = "Befund der Kanarienklinik";
const MESSAGE: &str = "Sehr geehrte Frau Zilpzalp, anbei";
const FILE: &str = "zilpzalp-laborwerte-2026.pdf";
const PASSWORD: &str = "turdus-merula-4711-zeisig";
const WRONG_PASSWORD: &str = "erithacus-rubecula-4712";
const ACCOUNT_PASSWORD: &str = "Sylvia-atricapilla-4713-girlitz";
const WRONG_CODE: &str = "918273";
pub(super) const MAIL_PASSWORD: &str = "luscinia-megarhynchos-4714";
pub(super) const SMS_SECRET: &str = "Bearer carduelis-carduelis-4715";
pub(super) const SMS_PATH: &str = "gateway-path-parus-major-4716";
pub(super) const TRACES_SECRET: &str = "Bearer troglodytes-4717-zaunkoenig";
const MADE_UP_TOKEN: &str = "motacilla-alba-made-up-bearer-4718";
const MADE_UP_COOKIE: &str = "cyanistes-caeruleus-cookie-4719";
const MADE_UP_LINK: &str = "fringilla-coelebs-made-up-link-4720-bachstelze";
const IN_QUERY: &str = "regulus-ignicapilla-in-a-query-4721";
pub(super) const CONTENT: &str = "Phoenicurus ochruros 4722: what stands in the file itself";
const NETWORK: &str = "203.0.113.77";

/// What was known before any of it.
pub(super) fn canaries() -> Vec<Canary> {
    let texts = [
        ADDRESS,
        REFUSED,
        DELAYED,
        NOBODY,
        PHONE,
        // As others write it.
        &PHONE[1..],
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
    ];
    let texts = texts.iter().map(|secret| Canary::text(secret));
    texts.chain([Canary::digits("a wrong code", WRONG_CODE)]).collect()
}

/// aiosmtpd, which wants a login, and the texts of the mails that it has taken.
pub(super) struct MailServer {
    pub(super) port: u16,
    texts: Arc<Mutex<Vec<String>>>,
    _process: Child,
}

impl MailServer {
    pub(super) async fn start() -> Self {
        let mut command = python("../../crates/mail/tests/smtp_server.py");
        command.args(["--login", &format!("sealpost:{MAIL_PASSWORD}")]);
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let ready = lines.next_line().await.unwrap().unwrap();
        let texts = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&texts);
        // Whoever stops reading stops the server.
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let mail: Value = serde_json::from_str(&line).unwrap();
                kept.lock().unwrap().push(mail["text"].as_str().unwrap_or_default().to_owned());
            }
        });
        Self { port: ready.strip_prefix("ready ").unwrap().parse().unwrap(), texts, _process: process }
    }

    fn texts(&self) -> Vec<String> {
        self.texts.lock().unwrap().clone()
    }
}

/// What the gateway was asked to send.
fn messages(gateway: &Collector) -> Vec<String> {
    let bodies = gateway.bodies();
    let asked = serde_json::Deserializer::from_slice(&bodies).into_iter::<Value>();
    asked.map(|asked| asked.unwrap()["text"].as_str().unwrap().to_owned()).collect()
}

/// Six digits that stand alone in a message.
fn code_in(text: &str) -> Option<&str> {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.find(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whoever comes to an installation, with a token and without.
struct People<'a> {
    installed: &'a Installed,
    base: String,
    api: Api,
    nobody: Api,
    anybody: Client,
    found_out: Vec<Canary>,
}

/// Everything; gives what was found out on the way.
pub(super) async fn journey(installed: &Installed, mails: &MailServer, gateway: Collector) -> Vec<Canary> {
    let base = format!("http://127.0.0.1:{}", installed.port);
    let mut people = People {
        installed,
        api: installed.api(),
        nobody: Api::new(&base, MADE_UP_TOKEN),
        anybody: Client::builder().no_proxy().build().unwrap(),
        found_out: Canary::token("API token", installed.token()),
        base,
    };
    people.send_and_fetch().await;
    people.sign_in().await;
    people.ask_for_files().await;
    people.come_from_nowhere().await;
    people.show_codes(mails, gateway).await;
    people.found_out
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

impl People<'_> {
    fn found(&mut self, what: &str, secret: &str) {
        self.found_out.extend(Canary::token(what, secret));
    }

    /// A transfer for the wanted and for those whom the mail server does not take; gives the first one's token.
    async fn send(&mut self, draft: &Value) -> (String, String) {
        let id = text(&self.api.post("/api/v1/transfers", draft).await["id"]);
        let response = self.api.creation(&id, FILE, CONTENT.len() as u64);
        let response =
            response.header("Content-Type", "application/offset+octet-stream").body(CONTENT).send().await;
        assert_eq!(response.unwrap().status(), 201);
        let links = self.api.send_to_all(&id).await;
        for (_, link) in &links {
            self.found("link", link_token(link));
        }
        (id, link_token(&links[0].1).to_owned())
    }

    fn shows(&self, what: &Value) -> RequestBuilder {
        self.api.request(Method::POST, "/api/v1/links/verify").json(what)
    }

    async fn send_and_fetch(&mut self) {
        let draft = json!({
            "recipients": [{"email": ADDRESS}, {"email": REFUSED}, {"email": DELAYED}],
            "subject": SUBJECT, "message": MESSAGE, "protection": "password", "password": PASSWORD,
        });
        let (id, token) = self.send(&draft).await;
        let page = format!("{}/t/{token}", self.base);
        self.anybody.get(&page).header("x-forwarded-for", NETWORK).send().await.unwrap();
        for password in [WRONG_PASSWORD, PASSWORD] {
            self.anybody
                .post(&page)
                .header("origin", &self.base)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(format!("password={password}"))
                .send()
                .await
                .unwrap();
        }
        self.shows(&json!({"token": token, "password": WRONG_PASSWORD})).send().await.unwrap();
        let with_code = json!({"token": token, "password": PASSWORD, "code": WRONG_CODE});
        self.shows(&with_code).send().await.unwrap();
        let opened =
            self.api.post("/api/v1/links/verify", &json!({"token": token, "password": PASSWORD})).await;
        let (grant, delivery) = (text(&opened["grant"]), &opened["delivery"]);
        let (of, file) = (text(&delivery["id"]), text(&delivery["files"][0]["id"]));
        let content = format!("/api/v1/deliveries/{of}/files/{file}/content");
        assert_eq!(self.api.fetch(&grant, &content, 0).await.unwrap().text().await.unwrap(), CONTENT);
        self.found("grant", &grant);
        self.api.transfer(&id).await;
    }

    /// A link that sets a password, a wrong one, the right one, what comes of it.
    async fn sign_in(&mut self) {
        let mut person = self.installed.command("user create ottoline@acme.example --tenant acme");
        run_ok(person.args(["--name", NAME])).await;
        let reset = self.installed.command_ok("user password-reset owner@acme.example --tenant acme").await;
        let reset = link_token(reset.trim()).to_owned();
        let set = json!({"token": reset, "password": ACCOUNT_PASSWORD});
        let set = self.nobody.request(Method::POST, "/api/v1/signin/reset").json(&set);
        assert_eq!(set.send().await.unwrap().status(), 204);
        self.found("link of a new password", &reset);
        for (email, password) in [(NOBODY, WRONG_PASSWORD), ("owner@acme.example", WRONG_PASSWORD)] {
            let shown = json!({"tenant": "acme", "email": email, "password": password});
            self.nobody.request(Method::POST, "/api/v1/signin").json(&shown).send().await.unwrap();
        }
        let shown = json!({"tenant": "acme", "email": "owner@acme.example", "password": ACCOUNT_PASSWORD});
        let session = text(&self.nobody.post("/api/v1/signin", &shown).await["session"]);
        let owner = Api::new(&self.base, &session);
        for path in ["/api/v1/session", "/api/v1/account", "/api/v1/admin/users", "/api/v1/admin/transfers"] {
            owner.request(Method::GET, path).send().await.unwrap();
        }
        self.found("session", &session);
    }

    /// A request for files, and a stranger who looks at it.
    async fn ask_for_files(&mut self) {
        let request = json!({"title": SUBJECT, "message": MESSAGE, "address": ADDRESS});
        let made = self.api.request(Method::POST, "/api/v1/requests").json(&request).send().await;
        let made = made.unwrap().text().await.unwrap();
        if let Ok(made) = serde_json::from_str::<Value>(&made)
            && let Some(link) = made["url"].as_str().or_else(|| made["link"].as_str())
        {
            let token = link_token(link);
            self.found("link of a request", token);
            self.anybody.get(format!("{}/r/{token}", self.base)).send().await.unwrap();
        }
    }

    /// What strangers bring along.
    async fn come_from_nowhere(&self) {
        for path in [
            format!("/t/{MADE_UP_LINK}"),
            format!("/m/{MADE_UP_LINK}"),
            format!("/nowhere/{MADE_UP_LINK}"),
            format!("/?q={IN_QUERY}"),
            format!("/signin?return_to=/{IN_QUERY}&tenant={IN_QUERY}"),
        ] {
            let asked = self.anybody.get(format!("{}{path}", self.base)).bearer_auth(MADE_UP_TOKEN);
            asked
                .header(
                    "cookie",
                    format!("sealpost_session={MADE_UP_COOKIE}; sealpost_grant={MADE_UP_COOKIE}"),
                )
                .send()
                .await
                .unwrap();
        }
        let broken = format!("{{\"token\": \"{MADE_UP_LINK}\", \"password\": {WRONG_PASSWORD}");
        self.nobody
            .request(Method::POST, "/api/v1/links/verify")
            .header("content-type", "application/json")
            .body(broken)
            .send()
            .await
            .unwrap();
    }

    /// Codes that really come, by mail and SMS, are shown wrong and right; and one for which the gateway is away.
    async fn show_codes(&mut self, mails: &MailServer, gateway: Collector) {
        for protection in ["email_code", "sms_code"] {
            let (token, challenge) = self.asked_for_code(protection).await;
            let code = eventually(protection, async || {
                let texts = if protection == "email_code" { mails.texts() } else { messages(&gateway) };
                texts.iter().find_map(|text| code_in(text).map(str::to_owned))
            })
            .await;
            let wrong = json!({"token": token, "code": WRONG_CODE, "challenge": challenge});
            assert_eq!(self.shows(&wrong).send().await.unwrap().status(), StatusCode::FORBIDDEN);
            let shown = json!({"token": token, "code": code, "challenge": challenge});
            let opened = self.api.post("/api/v1/links/verify", &shown).await;
            self.found("grant of a code", &text(&opened["grant"]));
            self.found_out.push(Canary::digits(protection, &code));
        }
        drop(gateway);
        self.asked_for_code("sms_code").await;
        let delayed = "sealpost_texts_total{outcome=\"delayed\"}";
        eventually("a text is delayed", async || (self.installed.metric(delayed).await > 0.0).then_some(()))
            .await;
    }

    /// A transfer that asks for a code, and a code for it; gives the link's token and what the code counts with.
    async fn asked_for_code(&mut self, protection: &str) -> (String, String) {
        let draft = json!({
            "recipients": [{"email": ADDRESS, "phone": PHONE}], "subject": SUBJECT, "protection": protection,
        });
        let (_, token) = self.send(&draft).await;
        let asked = self.api.post("/api/v1/links/code", &json!({"token": token})).await;
        let challenge = text(&asked["challenge"]);
        self.found("challenge of a code", &challenge);
        (token, challenge)
    }
}
