//! Everything that can be wanted of the service, ready to be asked for.

use std::{
    str::FromStr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use sealpost_domain::{Clock as _, Job, Policy, SystemClock, TransferId};
use sealpost_test_support::{
    app::{Answer, App, Client, HOUR, Method, Options, Sent, Visit},
    clamd::TestClamd,
};
use serde_json::json;

use crate::{
    links::code::{ask, protected},
    people::{PASSWORD, set_password, sign_in},
    requests::{asked, begin},
    signin::place::{Place, begun, come_back},
    support::from_now,
};

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is done.
    GoesOn,
    /// It is refused with 503 and `Retry-After`.
    Refused,
    /// It is accepted and not done yet.
    Waits,
    /// There is nothing that could do it.
    Absent,
}

impl FromStr for Outcome {
    type Err = String;

    fn from_str(cell: &str) -> Result<Self, Self::Err> {
        match cell {
            "goes on" => Ok(Self::GoesOn),
            "503" => Ok(Self::Refused),
            "waits" => Ok(Self::Waits),
            "–" => Ok(Self::Absent),
            _ => Err(format!("no outcome: {cell}")),
        }
    }
}

impl Outcome {
    /// Fails the test for an answer that is none of them.
    fn of(answer: &Answer) -> Self {
        match answer.status {
            200..400 => Self::GoesOn,
            503 => {
                assert!(answer.header("retry-after").is_some(), "{}", answer.asked);
                Self::Refused
            }
            _ => panic!("{}: {} {}", answer.asked, answer.status, answer.text()),
        }
    }

    const fn done(is_done: bool) -> Self {
        if is_done { Self::GoesOn } else { Self::Waits }
    }
}

/// One object for each row of the table, so that none is used up by another.
pub(super) struct World<'a> {
    pub(super) app: &'a App,
    owner: Client,
    provider: Place,
    draft: String,
    ready: String,
    upload: String,
    sent: Sent,
    visit: Visit,
    request: String,
    blocked: Sent,
    deleted: Sent,
    coded: Sent,
    expired: Sent,
    scanned: Sent,
    told: String,
    sign_ins: AtomicU32,
}

impl<'a> World<'a> {
    pub(super) fn options() -> Options {
        let daemon = Arc::new(Mutex::new(TestClamd::start()));
        // What was shown before the outage counts in it.
        let policy = Policy { step_up_seconds: 3_600, ..Policy::default() };
        Options { scanner: Some((daemon, 5 << 20)), policy, ..Options::default() }
    }

    /// With copies of all containers.
    pub(super) fn with_copies() -> Options {
        Options { copies: true, ..Self::options() }
    }

    pub(super) async fn prepare(app: &'a App) -> Self {
        // Globex looks into files, and Acme does not.
        app.set_scan_rules(json!({"mode": "off"})).await;
        set_password(app, &app.acme, &app.otto, PASSWORD).await;
        let provider = Place::new(app, json!({})).await;
        provider.account("alice", "anna@acme.example", true).await;
        let anna = &app.anna;
        let ready = anna.draft().await;
        anna.put(&ready, "a", b"ready").await;
        let draft = anna.draft().await;
        let upload = anna.upload(&draft, "half", 4).await;
        anna.patch(&upload, 0, "ab").await.expect(204);
        let sent = anna.sent(&[("a", b"sent")]).await;
        let visit = sent.link().enter().await;
        let (_, request) = asked(app, &json!({"max_uses": 2})).await;
        let coded = protected(app, "email_code").await;
        let soon = json!({"recipients": [{"email": "bert@example.org"}], "expires_at": from_now(app, HOUR)});
        let expired = anna.sent_as(&soon, &[("a", b"expired")]).await;
        let (blocked, deleted) = (anna.sent(&[("a", b"a")]).await, anna.sent(&[("a", b"a")]).await);
        // Mails of all that has been sent go out, and it is copied; what follows waits for both.
        app.run(Job::Replicate).await;
        let told = json!({"recipients": [{"email": "told@example.org"}]});
        let told = anna.sent_as(&told, &[("a", b"a")]).await.id;
        let scanned = app.gina.sent(&[("a", b"a")]).await;
        app.clock.advance(HOUR / 2);
        let owner = app.signed_in(&app.admin).await;
        Self {
            app,
            owner,
            provider,
            draft,
            ready,
            upload,
            sent,
            visit,
            request,
            blocked,
            deleted,
            coded,
            expired,
            scanned,
            told,
            sign_ins: AtomicU32::new(0),
        }
    }

    pub(super) async fn set_provider_away(&self, is_away: bool) {
        let all = ["/.well-known/openid-configuration", "/token", "/jwks"];
        self.provider.process.break_paths(if is_away { &all } else { &[] }).await;
    }

    /// Does what a row of the table says. With `frozen`, no job can be asked after.
    pub(super) async fn perform(&self, what: &str, frozen: bool) -> Outcome {
        let (app, anna) = (self.app, &self.app.anna);
        let answer = match what {
            "Whether the process lives is told" => app.anybody.get("/healthz").await,
            "A load balancer is told that the node is ready" => app.anybody.get("/readyz").await,
            "A user signs in with his password" => sign_in(app, "acme", app.otto.email(), PASSWORD).await,
            "A user lists what he has sent" => anna.get("/api/v1/transfers").await,
            "A transfer is begun" => {
                anna.create(&json!({"recipients": [{"email": "bert@example.org"}]})).await
            }
            "A file comes in" => self.go_on().await,
            "A transfer is sent" => anna.act(&self.ready, "send").await,
            "A recipient looks at his link" => self.sent.link().page().await,
            "A recipient shows who he is" => self.sent.link().verify().await,
            "A file is fetched" => self.visit.content(0).await,
            "Somebody from outside begins to send in" => begin(app, &self.request).await,
            "A transfer is blocked" => anna.act(&self.blocked.id, "block").await,
            "A transfer is deleted" => return self.delete().await,
            "An admin reads the log" => app.admin.get("/api/v1/admin/audit").await,
            "An admin changes the policy" => self.change_policy().await,
            "A user signs in by an identity provider" => self.sign_in_by_provider().await,
            "What was sent is copied" if self.app.copies.is_none() => return Outcome::Absent,
            _ if frozen => return Outcome::Waits,
            "A recipient is told by mail" => return self.tell().await,
            "A code is mailed" => return self.mail_code().await,
            "What has expired is purged" => return self.purge().await,
            "Files are shown to the malware scanner" => return self.scan().await,
            "What was sent is copied" => return self.copy().await,
            _ => panic!("a row that nothing does: {what}"),
        };
        Outcome::of(&answer)
    }

    async fn go_on(&self) -> Answer {
        let head = self.app.anna.status(&self.upload).await;
        if head.status == 200 {
            assert_eq!(head.number("upload-offset"), 2, "what was acknowledged, and nothing else");
        }
        self.app.anna.patch(&self.upload, 2, "cd").await
    }

    async fn delete(&self) -> Outcome {
        let answer = self.app.anna.purge(&self.deleted.id).await;
        // Refused for want of a store, it is unreadable all the same, and the rest follows by itself.
        if answer.status == 410 { Outcome::GoesOn } else { Outcome::of(&answer) }
    }

    async fn change_policy(&self) -> Answer {
        let change = json!({"settings": {"step_up_seconds": 3_000}});
        self.owner.request(Method::PATCH, "/api/v1/admin/policy").json(&change).await
    }

    async fn tell(&self) -> Outcome {
        self.app.run_jobs().await;
        let mails = self.app.mails_to("told@example.org").len();
        assert!(mails < 2, "nobody is told twice");
        Outcome::done(mails == 1)
    }

    async fn mail_code(&self) -> Outcome {
        let before = self.app.mails_to("bert@example.org").len();
        let asked = ask(self.app, self.coded.link()).await;
        if asked.status == 503 {
            return Outcome::of(&asked);
        }
        self.app.run_jobs().await;
        Outcome::done(self.app.mails_to("bert@example.org").len() > before)
    }

    async fn purge(&self) -> Outcome {
        self.app.run(Job::PurgeExpired).await;
        let refused = self.expired.link().verify().await;
        assert!([404, 503].contains(&refused.status), "{}: {}", refused.asked, refused.status);
        let id = self.expired.id.parse().unwrap();
        Outcome::done(self.app.db.read().await.unwrap().purge_of_any_tenant(id).await.unwrap().is_some())
    }

    async fn scan(&self) -> Outcome {
        self.app.run_jobs().await;
        let shown = self.app.gina.get(&format!("/api/v1/transfers/{}", self.scanned.id)).await;
        Outcome::done(shown.status == 200 && shown.json()["state"] == "available")
    }

    async fn copy(&self) -> Outcome {
        let copies = self.app.copies.as_ref().unwrap();
        self.app.run(Job::Replicate).await;
        let record: TransferId = self.told.parse().unwrap();
        let objects = copies.replica.objects(&self.app.acme).await;
        Outcome::done(objects.iter().any(|object| object.key.unwrap().upload == record.as_uuid().into()))
    }

    /// In the machine's time, as the provider's tokens have it, or a little later: what did not answer is not asked again at
    /// once.
    async fn sign_in_by_provider(&self) -> Answer {
        let app = self.app;
        let later = app.clock.now();
        let lag = Duration::from_secs(60) * self.sign_ins.fetch_add(1, Ordering::Relaxed);
        app.clock.set(SystemClock.now() + lag);
        let mut answer = app.anybody.get(&format!("/signin/oidc/{}", self.provider.id)).await;
        if answer.status != 503 {
            let begun = begun(answer);
            let back = self.provider.visit(app, &begun, "alice").await;
            app.clock.set(SystemClock.now() + lag);
            answer = come_back(app, &back, &begun.cookie).await;
        }
        app.clock.set(later);
        answer
    }

    /// Waits until what was put off is due again.
    pub(super) async fn settle(&self) {
        self.app.clock.advance(HOUR / 4);
    }

    /// What was there before the outage is there, byte for byte.
    pub(super) async fn is_whole(&self) {
        assert_eq!(self.sent.link().enter().await.fetch(0).await, "sent");
        let sent = self.app.anna.send(&self.draft).await;
        assert_eq!(sent.link().enter().await.fetch(0).await, "abcd");
        let sent = self.app.anna.send(&self.ready).await;
        assert_eq!(sent.link().enter().await.fetch(0).await, "ready");
        self.app.run_jobs().await;
    }
}
