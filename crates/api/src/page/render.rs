//! From what is to be shown to HTML. The template escapes whatever is put into it.

use std::sync::LazyLock;

use minijinja::{Environment, UndefinedBehavior, value::Serde};
use sealpost_auth::{LinkOpening, ProviderChoice, Step};
use sealpost_domain::{CodeChannel, Timestamp};
use sealpost_transfer::Delivery;
use serde::Serialize;

use super::{
    Access, Refusal, STYLE_PATH,
    catalogue::{Texts, text, texts},
    format,
    language::Language,
};
use crate::{error::Code, signin::oidc};

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    // A misspelt name is an error, and a test meets it, rather than a hole in the page.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .add_template("page.html", include_str!("../../templates/page.html"))
        .expect("the template is part of the binary, and a test reads it");
    environment
});

/// What has to be shown next, as far as the page needs to know it.
pub(super) struct StepView {
    kind: StepKind,
    /// Days for which the browser can be remembered; 0: not at all.
    remember_days: u64,
    /// Until when this browser needs no code, if it is remembered.
    remembered_until: Option<Timestamp>,
}

enum StepKind {
    /// With the providers at which the recipient can sign in.
    Account(Vec<Way>),
    /// No code was asked for in this browser, or it counts no more.
    SendCode(CodeChannel),
    /// One was, and went where the hint says; seconds until another can be asked for.
    EnterCode {
        channel: CodeChannel,
        hint: String,
        wait: u64,
    },
    Password,
    /// Everything was shown before; a click gets the right to fetch.
    Open,
}

/// A provider, and where a browser goes to sign in there.
struct Way {
    label: String,
    path: String,
}

impl StepView {
    /// What has to be shown next for the link with this token.
    pub(super) fn new(opening: &LinkOpening, token: &str, now: Timestamp) -> Self {
        let channel = opening.protection.code().unwrap_or(CodeChannel::Email);
        let kind = match &opening.next {
            Some(Step::Account(choices)) => {
                let way = |choice: &ProviderChoice| Way {
                    label: choice.label.clone(),
                    path: oidc::path_for_link(choice.id, token),
                };
                StepKind::Account(choices.iter().map(way).collect())
            }
            Some(Step::Code(None)) => StepKind::SendCode(channel),
            Some(Step::Code(Some(sent))) => StepKind::EnterCode {
                channel: sent.channel,
                hint: sent.hint.clone(),
                wait: sent.resend_at.since(now).as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX),
            },
            Some(Step::Password) => StepKind::Password,
            None => StepKind::Open,
        };
        Self {
            kind,
            remember_days: opening.remember_seconds / 86_400,
            remembered_until: opening.remembered_until,
        }
    }

    /// Whether an account is asked for.
    pub(super) const fn is_account(&self) -> bool {
        matches!(self.kind, StepKind::Account(_))
    }
}

/// What the template is filled with.
#[derive(Serialize)]
pub(super) struct View<'a> {
    heading: &'a str,
    /// Something went wrong, in a sentence or two.
    alert: Option<String>,
    /// What to do about it, or what this page is.
    hint: Option<String>,
    form: Option<FormView<'a>>,
    /// Where to go to sign in: addresses, and what stands on them.
    ways: Vec<(String, String)>,
    delivery: Option<DeliveryView>,
    /// What is said beside the button with which this browser is forgotten.
    remembered: Option<String>,
}

#[derive(Serialize)]
struct FormView<'a> {
    /// `open`, `send`, `code` or `password`.
    kind: &'static str,
    button: &'a str,
    /// The check box for a browser that shall be remembered.
    remember: Option<String>,
    /// What is said beside the button for another code.
    resend: Option<String>,
}

impl<'a> FormView<'a> {
    const fn new(kind: &'static str, button: &'a str) -> Self {
        Self { kind, button, remember: None, resend: None }
    }
}

#[derive(Serialize)]
struct DeliveryView {
    id: String,
    sender_name: String,
    sender_email: String,
    subject: Option<String>,
    message: Option<String>,
    expires: String,
    downloads_left: Option<u64>,
    fetchable: bool,
    files: Vec<FileView>,
    total: String,
    archive_size: String,
}

#[derive(Serialize)]
struct FileView {
    id: String,
    name: String,
    size: String,
    crc32: String,
}

#[derive(Serialize)]
struct Context<'a> {
    language: &'static str,
    style: String,
    t: &'static Texts,
    view: &'a View<'a>,
}

impl<'a> View<'a> {
    /// What is inside; on request, a button gets the right to fetch.
    pub(super) fn delivery(
        language: Language,
        delivery: &Delivery,
        access: Access,
        remembered_until: Option<Timestamp>,
    ) -> Self {
        let button = FormView::new("open", text(language, "show_downloads"));
        let used_up = access == Access::UsedUp;
        Self {
            heading: text(language, "heading"),
            alert: used_up.then(|| text(language, error_key(Code::DownloadsUsedUp)).to_owned()),
            hint: used_up.then(|| text(language, "ask_sender").to_owned()),
            form: (access == Access::OnRequest).then_some(button),
            ways: Vec::new(),
            delivery: Some(DeliveryView::new(language, delivery, access == Access::Granted)),
            remembered: remembered_until.map(|until| remembered(language, until)),
        }
    }

    /// The form for what has to be shown next; `refused` says why the last try was none.
    pub(super) fn step(language: Language, step: &StepView, refused: Option<Refusal>) -> Self {
        let words = |key| text(language, key);
        let mut ways = Vec::new();
        let (hint, form) = match &step.kind {
            StepKind::Account(none) if none.is_empty() => (words("account_nowhere").to_owned(), None),
            StepKind::Account(providers) => {
                // A provider that lets him in again as the same person is of no use after that one was refused.
                let anew = if refused.is_some() { "&anew=true" } else { "" };
                let way = |way: &Way| {
                    let label = words("sign_in_at").replace("{provider}", &way.label);
                    (format!("{}{anew}", way.path), label)
                };
                ways = providers.iter().map(way).collect();
                (words("account_hint").to_owned(), None)
            }
            StepKind::SendCode(channel) => {
                let hint = match channel {
                    CodeChannel::Email => "code_hint_email",
                    CodeChannel::Sms => "code_hint_sms",
                };
                (words(hint).to_owned(), Some(FormView::new("send", words("send_code"))))
            }
            StepKind::EnterCode { channel, hint, wait } => {
                let sent = match channel {
                    CodeChannel::Email => "code_sent_email",
                    CodeChannel::Sms => "code_sent_sms",
                };
                let resend = match wait {
                    0 => words("resend_now").to_owned(),
                    wait => words("resend_later").replace("{wait}", &waiting(language, *wait)),
                };
                let remember = (step.remember_days > 0)
                    .then(|| words("remember").replace("{days}", &step.remember_days.to_string()));
                let form =
                    FormView { remember, resend: Some(resend), ..FormView::new("code", words("continue")) };
                (words(sent).replace("{hint}", hint), Some(form))
            }
            StepKind::Open => {
                (words("nothing_more").to_owned(), Some(FormView::new("open", words("show_downloads"))))
            }
            StepKind::Password => {
                (words("password_hint").to_owned(), Some(FormView::new("password", words("open"))))
            }
        };
        let alert = refused.map(|refused| {
            let sentence = words(error_key(refused.code));
            match refused.wait {
                Some(wait) => {
                    format!("{sentence} {}", words("wait").replace("{wait}", &waiting(language, wait)))
                }
                None => sentence.to_owned(),
            }
        });
        let remembered = step.remembered_until.map(|until| remembered(language, until));
        Self { heading: words("heading"), alert, hint: Some(hint), form, ways, delivery: None, remembered }
    }

    /// What went wrong.
    pub(super) fn error(language: Language, code: Code) -> Self {
        let key = error_key(code);
        Self {
            heading: text(language, "error_heading"),
            alert: Some(text(language, key).to_owned()),
            hint: hint_key(key).map(|key| text(language, key).to_owned()),
            form: None,
            ways: Vec::new(),
            delivery: None,
            remembered: None,
        }
    }
}

impl DeliveryView {
    fn new(language: Language, delivery: &Delivery, fetchable: bool) -> Self {
        let file = |file: &sealpost_transfer::DeliveryFile| FileView {
            id: file.id.to_string(),
            name: file.name.as_str().to_owned(),
            size: format::size(language, file.size),
            crc32: format!("{:08X}", file.crc32),
        };
        Self {
            id: delivery.recipient_id.to_string(),
            sender_name: delivery.sender_name.clone(),
            sender_email: delivery.sender.as_str().to_owned(),
            subject: delivery.subject.clone(),
            message: delivery.message.clone(),
            expires: format::date(language, delivery.expires_at),
            downloads_left: delivery.downloads_left,
            fetchable,
            files: delivery.files.iter().map(file).collect(),
            total: format::size(language, delivery.byte_count),
            archive_size: format::size(language, delivery.archive_size),
        }
    }
}

/// The whole page.
pub(super) fn page(language: Language, view: &View<'_>) -> Result<String, minijinja::Error> {
    TEMPLATES.get_template("page.html")?.render(Serde(Context {
        language: language.as_str(),
        style: format!("{STYLE_PATH}?v={}", env!("CARGO_PKG_VERSION")),
        t: texts(language),
        view,
    }))
}

/// What is said where a browser is remembered.
fn remembered(language: Language, until: Timestamp) -> String {
    text(language, "remembered").replace("{date}", &format::date(language, until))
}

/// A time to wait, in words.
fn waiting(language: Language, seconds: u64) -> String {
    let (number, unit) = match seconds {
        1 => (1, "second"),
        ..=90 => (seconds, "seconds"),
        _ => (seconds.div_ceil(60), "minutes"),
    };
    format!("{number} {}", text(language, unit))
}

/// The sentence for a refusal or failure.
const fn error_key(code: Code) -> &'static str {
    match code {
        Code::AccountNeeded => "error_account_needed",
        Code::CodeNeeded => "error_code_needed",
        Code::WrongCode => "error_wrong_code",
        Code::CredentialsWrong => "error_credentials",
        Code::DownloadsUsedUp => "error_downloads_used_up",
        Code::Forbidden => "error_other_site",
        Code::IncompleteBody
        | Code::InvalidRequest
        | Code::RequestTimeout
        | Code::TooLarge
        | Code::UnsupportedMediaType => "error_invalid",
        Code::Gone | Code::LinkUnavailable | Code::NotFound => "error_link_unavailable",
        Code::NotAvailableNow => "error_not_now",
        Code::PasswordNeeded => "error_password_needed",
        Code::TooManyRequests => "error_too_many",
        Code::Unavailable => "error_busy",
        Code::WrongPassword => "error_wrong_password",
        _ => "error_internal",
    }
}

/// What to do about it.
fn hint_key(error: &str) -> Option<&'static str> {
    match error {
        "error_link_unavailable" | "error_downloads_used_up" => Some("ask_sender"),
        "error_busy" | "error_internal" | "error_not_now" | "error_too_many" => Some("try_later"),
        "error_other_site" | "error_invalid" => Some("open_again"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use sealpost_domain::{FileId, RecipientId};
    use sealpost_transfer::DeliveryFile;

    use super::*;

    const EVIL: &str = "<script>alert(1)</script>\"' onload=x {{7*7}} &amp;";

    fn delivery(subject: &str, message: &str, name: &str) -> Delivery {
        let now = Timestamp::from_unix_millis(1_796_479_200_000);
        Delivery {
            recipient_id: RecipientId::new(now, [1; 10]),
            sender: "anna@example.org".parse().unwrap(),
            sender_name: subject.to_owned(),
            subject: Some(subject.to_owned()),
            message: Some(message.to_owned()),
            expires_at: now,
            downloads_left: Some(1),
            files: vec![DeliveryFile {
                id: FileId::new(now, [2; 10]),
                name: name.parse().unwrap(),
                media_type: "text/plain".to_owned().into(),
                size: 1_234_567,
                crc32: 0xcafe,
            }],
            byte_count: 1_234_567,
            archive_size: 1_234_789,
        }
    }

    fn step(kind: StepKind) -> StepView {
        StepView { kind, remember_days: 30, remembered_until: None }
    }

    fn entering(wait: u64) -> StepKind {
        StepKind::EnterCode { channel: CodeChannel::Email, hint: "<b>…@e….org".to_owned(), wait }
    }

    fn refused(code: Code) -> Refusal {
        Refusal { code, wait: None }
    }

    #[test]
    fn the_page_for_a_code_says_where_it_went_and_when_another_can_be_had() {
        for language in Language::ALL {
            for (wait, kind) in [(0, "resend_now"), (42, "resend_later"), (600, "resend_later")] {
                let html = page(language, &View::step(language, &step(entering(wait)), None)).unwrap();
                for part in [
                    "autocomplete=\"one-time-code\"",
                    "inputmode=\"numeric\"",
                    "name=\"remember\"",
                    "value=\"send\"",
                    "&lt;b&gt;…@e….org",
                    "30",
                ] {
                    assert!(html.contains(part), "{part}: {html}");
                }
                let sentence = text(language, kind).split("{wait}").next().unwrap();
                assert!(html.contains(sentence) && !html.contains("{wait}"), "{sentence}: {html}");
            }
            let never = StepView { kind: entering(1), remember_days: 0, remembered_until: None };
            assert!(
                !page(language, &View::step(language, &never, None)).unwrap().contains("name=\"remember\"")
            );
            let waits = Refusal { code: Code::TooManyRequests, wait: Some(130) };
            let html = page(language, &View::step(language, &step(entering(0)), Some(waits))).unwrap();
            assert!(html.contains(&format!("3 {}", text(language, "minutes"))), "{html}");
        }
    }

    #[test]
    fn an_account_is_shown_at_one_of_the_tenants_providers_anew_after_a_wrong_one() {
        let path = "/signin/oidc/1?return_to=/t/x";
        let ways = |labels: &[&str]| {
            let way = |label: &&str| Way { label: (*label).to_owned(), path: path.to_owned() };
            step(StepKind::Account(labels.iter().map(way).collect()))
        };
        for language in Language::ALL {
            let show =
                |step: &StepView, refused| page(language, &View::step(language, step, refused)).unwrap();
            let html = show(&ways(&["Acme", EVIL]), None);
            assert_eq!(html.matches("href=\"&#x2f;signin").count(), 2, "{html}");
            assert!(html.contains("Acme") && html.contains("{{7*7}}") && !html.contains("<script"), "{html}");
            assert!(!html.contains("anew") && !html.contains("{provider}"), "{html}");
            let html = show(&ways(&["Acme"]), Some(refused(Code::AccountNeeded)));
            assert!(html.contains("&amp;anew=true") && html.contains("role=\"alert\""), "{html}");
            assert!(html.contains(&format!("<title>{}: ", text(language, "error"))), "{html}");
            assert!(show(&ways(&[]), None).contains(text(language, "account_nowhere")));
        }
    }

    #[test]
    fn a_browser_that_is_remembered_can_be_forgotten_there_and_nowhere_else() {
        let plain = delivery("Scans", "Hello", "b.txt");
        for language in Language::ALL {
            for until in [None, Some(plain.expires_at)] {
                let inside = View::delivery(language, &plain, Access::Granted, until);
                let asked = StepView { remembered_until: until, ..step(StepKind::Password) };
                for view in [inside, View::step(language, &asked, None)] {
                    let html = page(language, &view).unwrap();
                    assert_eq!(html.contains("value=\"forget\""), until.is_some(), "{html}");
                    assert!(!html.contains("{date}"), "{html}");
                }
            }
        }
    }

    #[test]
    fn every_text_of_users_is_escaped() {
        let evil = delivery(EVIL, EVIL, "<img src=x onerror=alert(1)>&\"{{7*7}}.txt");
        for language in Language::ALL {
            for access in [Access::Granted, Access::OnRequest, Access::UsedUp] {
                let html = page(language, &View::delivery(language, &evil, access, None)).unwrap();
                assert!(!html.contains("<script"), "{html}");
                assert!(!html.contains("<img"), "{html}");
                assert!(html.contains("{{7*7}}") && !html.contains("49</"), "{html}");
                assert!(html.contains("&lt;script&gt;"), "{html}");
            }
        }
    }

    #[test]
    fn what_can_be_fetched_has_links_what_needs_a_request_a_button_and_what_is_used_up_neither() {
        let plain = delivery("Scans", "Hello", "a/b.txt");
        let (id, file) = (plain.recipient_id, plain.files[0].id);
        let link = format!("/api/v1/deliveries/{id}/files/{file}/content");
        let zip = format!("/api/v1/deliveries/{id}/archive.zip");
        let show = |access| {
            page(Language::English, &View::delivery(Language::English, &plain, access, None)).unwrap()
        };
        let html = show(Access::Granted);
        assert!(html.contains(&link) && html.contains(&zip) && !html.contains("<form"), "{html}");
        assert!(
            html.contains("1.2 MB") && html.contains("0000CAFE") && html.contains("5 December 2026"),
            "{html}"
        );
        let html = show(Access::OnRequest);
        assert!(!html.contains(&link) && !html.contains(&zip) && html.contains("<form"), "{html}");
        let html = show(Access::UsedUp);
        assert!(!html.contains(&link) && !html.contains(&zip) && !html.contains("<form"), "{html}");
        assert!(html.contains(text(Language::English, "error_downloads_used_up")), "{html}");
    }

    #[test]
    fn pages_hold_no_script_no_inline_style_and_nothing_from_elsewhere() {
        let plain = delivery("Scans", "Hello", "b.txt");
        let language = Language::German;
        for view in [
            View::delivery(language, &plain, Access::Granted, Some(plain.expires_at)),
            View::step(language, &step(StepKind::Password), Some(refused(Code::WrongPassword))),
            View::step(language, &step(StepKind::SendCode(CodeChannel::Sms)), None),
            View::step(language, &step(entering(7)), Some(refused(Code::WrongCode))),
            View::error(language, Code::LinkUnavailable),
        ] {
            let html = page(language, &view).unwrap();
            assert!(html.contains("<html lang=\"de\""), "{html}");
            for banned in ["<script", "<style", " style=", "http:", "https:", "javascript:", " on"] {
                let text = html.replace(" on ", " ");
                assert!(!text.contains(banned), "{banned}: {html}");
            }
        }
    }

    #[test]
    fn every_code_has_its_sentence_in_every_language() {
        for language in Language::ALL {
            for code in Code::ALL {
                let key = error_key(*code);
                assert!(texts(language).contains_key(key), "{language:?} {key}");
                assert!(hint_key(key).is_none_or(|hint| texts(language).contains_key(hint)), "{key}");
                assert!(page(language, &View::error(language, *code)).is_ok());
            }
        }
    }
}
