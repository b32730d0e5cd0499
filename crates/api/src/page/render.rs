//! From what is to be shown to HTML. The template escapes whatever is put into it.

use std::sync::LazyLock;

use minijinja::{Environment, UndefinedBehavior, value::Serde};
use sealpost_transfer::Delivery;
use serde::Serialize;

use super::{
    Access, STYLE_PATH,
    catalogue::{Texts, text, texts},
    format,
    language::Language,
};
use crate::error::Code;

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    // A misspelt name is an error, and a test meets it, rather than a hole in the page.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .add_template("page.html", include_str!("../../templates/page.html"))
        .expect("the template is part of the binary, and a test reads it");
    environment
});

/// What the template is filled with.
#[derive(Serialize)]
pub(super) struct View<'a> {
    heading: &'a str,
    /// Something went wrong, in one sentence.
    alert: Option<&'a str>,
    /// What to do about it, or what this page is.
    hint: Option<&'a str>,
    form: Option<FormView<'a>>,
    delivery: Option<DeliveryView>,
}

#[derive(Serialize)]
struct FormView<'a> {
    password: bool,
    button: &'a str,
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
    pub(super) fn delivery(language: Language, delivery: &Delivery, access: Access) -> Self {
        let button = FormView { password: false, button: text(language, "show_downloads") };
        let used_up = access == Access::UsedUp;
        Self {
            heading: text(language, "heading"),
            alert: used_up.then(|| text(language, error_key(Code::DownloadsUsedUp))),
            hint: used_up.then(|| text(language, "ask_sender")),
            form: (access == Access::OnRequest).then_some(button),
            delivery: Some(DeliveryView::new(language, delivery, access == Access::Granted)),
        }
    }

    /// The form for the password; `refused` says why the last try was none.
    pub(super) fn password(language: Language, refused: Option<Code>) -> Self {
        Self {
            heading: text(language, "heading"),
            alert: refused.map(|code| text(language, error_key(code))),
            hint: Some(text(language, "password_hint")),
            form: Some(FormView { password: true, button: text(language, "open") }),
            delivery: None,
        }
    }

    /// What went wrong.
    pub(super) fn error(language: Language, code: Code) -> Self {
        let key = error_key(code);
        Self {
            heading: text(language, "error_heading"),
            alert: Some(text(language, key)),
            hint: hint_key(key).map(|key| text(language, key)),
            form: None,
            delivery: None,
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

/// The sentence for a refusal or failure.
const fn error_key(code: Code) -> &'static str {
    match code {
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
    use sealpost_domain::{FileId, RecipientId, Timestamp};
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

    #[test]
    fn every_text_of_users_is_escaped() {
        let evil = delivery(EVIL, EVIL, "<img src=x onerror=alert(1)>&\"{{7*7}}.txt");
        for language in Language::ALL {
            for access in [Access::Granted, Access::OnRequest, Access::UsedUp] {
                let html = page(language, &View::delivery(language, &evil, access)).unwrap();
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
        let show =
            |access| page(Language::English, &View::delivery(Language::English, &plain, access)).unwrap();
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
            View::delivery(language, &plain, Access::Granted),
            View::password(language, Some(Code::WrongPassword)),
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
