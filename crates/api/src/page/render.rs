//! From what is to be shown to HTML. The template escapes whatever is put into it.

use std::sync::LazyLock;

use minijinja::{Environment, UndefinedBehavior, value::Serde};
use sealpost_auth::{End, LinkOpening, MailStage, ProviderChoice, Step};
use sealpost_domain::{CodeChannel, Language, Timestamp};
use sealpost_transfer::Delivery;
use sealpost_wording::{moment, size};
use serde::Serialize;

use super::{
    Access, Refusal, STYLE_PATH,
    brand::BrandView,
    catalogue::{Texts, filled, text, texts, waiting},
    kind,
    switch::Way,
};
use crate::{error::Code, signin::oidc};

/// Links to the page in other languages; of all plain pages.
pub(super) const LANGUAGES: &str = include_str!("../../templates/languages.html");

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    // A misspelt name is an error, and a test meets it, rather than a hole in the page.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .add_template("layout.html", include_str!("../../templates/layout.html"))
        .expect("the template is part of the binary, and a test reads it");
    environment
        .add_template("languages.html", LANGUAGES)
        .expect("the template is part of the binary, and a test reads it");
    environment
        .add_template("page.html", include_str!("../../templates/page.html"))
        .expect("the template is part of the binary, and a test reads it");
    environment
        .add_template("report.html", include_str!("../../templates/report.html"))
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
    Account(Vec<Provider>),
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
struct Provider {
    label: String,
    path: String,
}

impl StepView {
    /// What has to be shown next for the link with this token.
    pub(super) fn new(opening: &LinkOpening, token: &str, now: Timestamp) -> Self {
        let channel = opening.protection.code().unwrap_or(CodeChannel::Email);
        let kind = match &opening.next {
            Some(Step::Account(choices)) => {
                let way = |choice: &ProviderChoice| Provider {
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
            Some(Step::Password | Step::Proof) => StepKind::Password,
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
#[derive(Default, Serialize)]
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
    /// Where it is said that this should not have been sent.
    report: Option<String>,
    /// Where the form for chosen files goes.
    choose: String,
    /// Whether it came without any.
    unchosen: bool,
    languages: Vec<Way>,
}

#[derive(Serialize)]
struct FormView<'a> {
    /// `address`, `look`, `open`, `send`, `code` or `password`.
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
    /// Whether he has sent it in from outside, and has not shown that the address is his.
    sender_unproved: bool,
    subject: Option<String>,
    message: Option<String>,
    expires: String,
    downloads_left: Option<u64>,
    fetchable: bool,
    /// Whether there is a button with which it is answered.
    takes_replies: bool,
    files: Vec<FileView>,
    total: String,
    archive_size: String,
}

#[derive(Serialize)]
struct FileView {
    id: String,
    name: String,
    size: String,
    /// What it is, in words.
    kind: String,
    crc32: String,
}

#[derive(Serialize)]
struct Context<'a> {
    language: &'static str,
    style: String,
    t: &'static Texts,
    view: &'a View<'a>,
    languages: &'a [Way],
    brand: Option<&'a BrandView>,
}

impl<'a> View<'a> {
    /// The same with what there is below the page with this path: the form for chosen files, and the way to report it.
    #[must_use]
    pub(super) fn below(self, path: &str) -> Self {
        Self { choose: format!("{path}/zip"), report: Some(format!("{path}/report")), ..self }
    }

    /// The same with the ways to it in other languages.
    #[must_use]
    pub(super) fn with_languages(self, languages: Vec<Way>) -> Self {
        Self { languages, ..self }
    }

    /// The same, which says whether nothing was chosen for a ZIP.
    #[must_use]
    pub(super) fn unchosen(self, unchosen: bool) -> Self {
        Self { unchosen, ..self }
    }

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
            delivery: Some(DeliveryView::new(language, delivery, access == Access::Granted)),
            remembered: remembered_until.map(|until| remembered(language, until)),
            ..Self::default()
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
                let way = |way: &Provider| {
                    let label = filled(language, "sign_in_at", &[("provider", &way.label)]);
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
                    wait => filled(language, "resend_later", &[("wait", &waiting(language, *wait))]),
                };
                let remember = (step.remember_days > 0)
                    .then(|| filled(language, "remember", &[("days", &step.remember_days.to_string())]));
                let form =
                    FormView { remember, resend: Some(resend), ..FormView::new("code", words("continue")) };
                (filled(language, sent, &[("hint", hint)]), Some(form))
            }
            StepKind::Open => {
                (words("nothing_more").to_owned(), Some(FormView::new("open", words("show_downloads"))))
            }
            StepKind::Password => {
                (words("password_hint").to_owned(), Some(FormView::new("password", words("open"))))
            }
        };
        let alert = refused.map(|refused| alert(language, refused));
        let remembered = step.remembered_until.map(|until| remembered(language, until));
        Self { heading: words("heading"), alert, hint: Some(hint), form, ways, remembered, ..Self::default() }
    }

    /// The form for the address to which a mail was sent; `refused` says why the last try was none.
    pub(super) fn address(language: Language, refused: Option<Refusal>) -> Self {
        Self {
            heading: text(language, "heading"),
            alert: refused.map(|refused| alert(language, refused)),
            hint: Some(text(language, "address_hint").to_owned()),
            form: Some(FormView::new("address", text(language, "continue"))),
            ..Self::default()
        }
    }

    /// That what goes with a mail is not there yet.
    pub(super) fn unreleased(language: Language, stage: MailStage) -> Self {
        let hint = if stage == MailStage::Sealed { "unreleased_checked" } else { "unreleased_hint" };
        Self {
            heading: text(language, "unreleased_heading"),
            hint: Some(text(language, hint).to_owned()),
            form: Some(FormView::new("look", text(language, "look_again"))),
            ..Self::default()
        }
    }

    /// That the link was changed on its way here; it leads on to `link`, which is as it was.
    pub(super) fn rewritten(language: Language, link: &str) -> Self {
        Self {
            heading: text(language, "rewritten_heading"),
            hint: Some(text(language, "rewritten_hint").to_owned()),
            ways: vec![(link.to_owned(), text(language, "rewritten_go").to_owned())],
            ..Self::default()
        }
    }

    /// How it ended.
    pub(super) fn ended(language: Language, end: End) -> Self {
        let (heading, sentence, at) = match end {
            End::Blocked => ("end_blocked_heading", "end_blocked", None),
            End::Deleted(at) => ("end_deleted_heading", "end_deleted", Some(at)),
            End::Expired(at) => ("end_heading", "end_expired", Some(at)),
            End::Gone => ("end_heading", "end_gone", None),
            End::Purged(at) => ("end_heading", "end_purged", Some(at)),
        };
        let date = at.map_or_else(String::new, |at| moment(language, at));
        let hint = if end == End::Blocked { "end_blocked_hint" } else { "end_hint" };
        let hint = format!("{} {}", filled(language, sentence, &[("date", &date)]), text(language, hint));
        Self { heading: text(language, heading), hint: Some(hint), ..Self::default() }
    }

    /// What went wrong.
    pub(super) fn error(language: Language, code: Code) -> Self {
        let key = error_key(code);
        Self {
            heading: text(language, "error_heading"),
            alert: Some(text(language, key).to_owned()),
            hint: hint_key(key).map(|key| text(language, key).to_owned()),
            ..Self::default()
        }
    }
}

impl DeliveryView {
    fn new(language: Language, delivery: &Delivery, fetchable: bool) -> Self {
        let file = |file: &sealpost_transfer::DeliveryFile| FileView {
            id: file.id.to_string(),
            name: file.name.as_str().to_owned(),
            size: size(language, file.size),
            kind: kind::words(language, file.name.as_str(), file.media_type.as_str()),
            crc32: format!("{:08X}", file.crc32),
        };
        Self {
            id: delivery.recipient_id.to_string(),
            sender_name: delivery.sender_name.clone(),
            sender_email: delivery.sender.as_str().to_owned(),
            sender_unproved: delivery.sender_proved == Some(false),
            subject: delivery.subject.clone(),
            message: delivery.message.clone(),
            expires: moment(language, delivery.expires_at),
            downloads_left: delivery.downloads_left,
            fetchable,
            takes_replies: delivery.takes_replies,
            files: delivery.files.iter().map(file).collect(),
            total: size(language, delivery.byte_count),
            archive_size: size(language, delivery.archive_size),
        }
    }
}

/// The whole page.
pub(super) fn page(
    language: Language,
    view: &View<'_>,
    brand: Option<&BrandView>,
) -> Result<String, minijinja::Error> {
    TEMPLATES.get_template("page.html")?.render(Serde(Context {
        language: language.as_str(),
        style: format!("{STYLE_PATH}?v={}", env!("CARGO_PKG_VERSION")),
        t: texts(language),
        view,
        languages: &view.languages,
        brand,
    }))
}

/// The page on which something is reported.
pub(super) fn report(context: &impl Serialize) -> Result<String, minijinja::Error> {
    TEMPLATES.get_template("report.html")?.render(Serde(context))
}

/// Why a form was refused, and how long to wait.
fn alert(language: Language, refused: Refusal) -> String {
    let sentence = text(language, error_key(refused.code));
    match refused.wait {
        Some(wait) => {
            format!("{sentence} {}", filled(language, "wait", &[("wait", &waiting(language, wait))]))
        }
        None => sentence.to_owned(),
    }
}

/// What is said where a browser is remembered.
fn remembered(language: Language, until: Timestamp) -> String {
    filled(language, "remembered", &[("date", &moment(language, until))])
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
        Code::RequestClosed | Code::StateConflict => "error_no_reply",
        Code::TooManyRequests => "error_too_many",
        Code::Unavailable => "error_busy",
        Code::WrongAddress => "error_wrong_address",
        Code::WrongPassword => "error_wrong_password",
        _ => "error_internal",
    }
}

/// What to do about it.
fn hint_key(error: &str) -> Option<&'static str> {
    match error {
        "error_no_reply" => Some("no_reply_hint"),
        "error_link_unavailable" | "error_downloads_used_up" => Some("ask_sender"),
        "error_busy" | "error_internal" | "error_not_now" | "error_too_many" => Some("try_later"),
        "error_other_site" | "error_invalid" => Some("open_again"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
