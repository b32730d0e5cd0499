//! Wording: templates and catalogues, compiled in.

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, syntax::SyntaxConfig, value::Kwargs,
};
use sealpost_domain::{EmailAddress, Timestamp};
use sealpost_wording::{Catalogue, Missing, Part, fill, moment, size};

use crate::{
    Branding, DownloadReceipt, ExpiryReminder, Language, LinkCode, Mail, MailError, Message, TransferLocked,
    TransferNotice, line::one_line,
};

/// Longest subject of a sender that is repeated, in characters.
const MAX_SUBJECT_CHARS: usize = 150;
/// Longest name of a person, in characters.
pub(crate) const MAX_NAME_CHARS: usize = 60;
/// Longest file name that is shown, in characters.
pub(crate) const MAX_FILE_NAME_CHARS: usize = 120;
/// Most file names that are listed.
pub(crate) const MAX_FILE_NAMES: usize = 20;

macro_rules! templates {
    ($($name:literal)+) => {
        &[$(($name, include_str!(concat!("../templates/", $name)))),+]
    };
}

const TEMPLATES: &[(&str, &str)] = templates! {
    "layout.html" "layout.txt" "offer.html" "offer.txt"
    "transfer_notice/subject.txt" "transfer_notice/body.txt" "transfer_notice/body.html"
    "expiry_reminder/subject.txt" "expiry_reminder/body.txt" "expiry_reminder/body.html"
    "download_receipt/subject.txt" "download_receipt/body.txt" "download_receipt/body.html"
    "transfer_locked/subject.txt" "transfer_locked/body.txt" "transfer_locked/body.html"
    "report/subject.txt" "report/body.txt" "report/body.html"
    "plain/subject.txt" "plain/body.txt" "plain/body.html"
};

/// Longest line of a text that admins have written.
pub(crate) const MAX_LINE_CHARS: usize = 2_000;
/// Of what people call a place.
pub(crate) const MAX_LABEL_CHARS: usize = 100;
/// Longest address of a sender in an SMS, in characters.
const MAX_SMS_SENDER_CHARS: usize = 60;

/// A message in words.
#[derive(Debug)]
pub(crate) struct Wording {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) reply_to: Option<EmailAddress>,
}

/// All templates, once a language.
#[derive(Debug)]
pub(crate) struct Templates(Vec<(Language, Translated)>);

#[derive(Debug)]
pub(crate) struct Translated {
    language: Language,
    catalogue: &'static Catalogue,
    environment: Environment<'static>,
}

impl Templates {
    pub(crate) fn new() -> Self {
        Self(Language::ALL.map(|language| (language, Translated::new(language))).into())
    }

    pub(crate) fn word(&self, mail: &Mail) -> Result<Wording, MailError> {
        let (_, translated) = self
            .0
            .iter()
            .find(|(known, _)| *known == mail.language)
            .expect("there is one for every language");
        translated.word(&mail.message, &mail.branding, &logo_id(mail))
    }

    /// A code as an SMS: one line, and short.
    pub(crate) fn sms(&self, language: Language, code: &LinkCode) -> Result<String, MailError> {
        let (_, translated) =
            self.0.iter().find(|(known, _)| *known == language).expect("there is one for every language");
        let values = [
            ("code", code.code.clone()),
            ("sender", one_line(code.sender.as_str(), MAX_SMS_SENDER_CHARS)),
            ("minutes", code.minutes.to_string()),
        ];
        translated.filled("link_code.sms", &values)
    }
}

/// By which name a mail's text knows the logo that it carries (RFC 2392).
pub(crate) fn logo_id(mail: &Mail) -> String {
    format!("logo@{}", mail.id)
}

impl Translated {
    fn new(language: Language) -> Self {
        let catalogue = Catalogue::of(language, Part::Mail);
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax =
            SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
        environment.set_syntax(syntax.expect("the usual delimiters differ from each other"));
        environment.set_auto_escape_callback(|name| {
            if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
        });
        environment.add_global("language", language.as_str());
        environment.add_filter("href", href);
        environment.add_function("t", move |key: &str, values: Kwargs| translate(catalogue, key, &values));
        for (name, source) in TEMPLATES {
            environment.add_template(name, source).expect("a test parses every template");
        }
        Self { language, catalogue, environment }
    }

    fn word(&self, message: &Message, branding: &Branding, logo_id: &str) -> Result<Wording, MailError> {
        let (folder, values, reply_to) = match message {
            Message::TransferNotice(notice) => {
                ("transfer_notice", self.notice(notice)?, Some(notice.sender.clone()))
            }
            Message::ExpiryReminder(reminder) => {
                ("expiry_reminder", self.reminder(reminder)?, Some(reminder.sender.clone()))
            }
            Message::DownloadReceipt(receipt) => ("download_receipt", self.receipt(receipt)?, None),
            Message::TransferLocked(locked) => ("transfer_locked", self.locked(locked)?, None),
            Message::UsageReport(report) => ("report", self.report(report)?, None),
            Message::UploadRequest(request) => {
                ("plain", self.plain(message)?, Some(request.requester.clone()))
            }
            plain => ("plain", self.plain(plain)?, None),
        };
        let footer: Vec<_> = branding
            .footer
            .lines()
            .map(|line| one_line(line, MAX_LINE_CHARS))
            .filter(|line| !line.is_empty())
            .collect();
        let values = minijinja::context! {
            brand_name => one_line(&branding.name, MAX_LABEL_CHARS),
            brand_footer => footer,
            brand_logo => branding.logo.as_ref().map(|_| format!("cid:{logo_id}")),
            ..values
        };
        let render = |name: &str| {
            let template = self.environment.get_template(&format!("{folder}/{name}"));
            template
                .and_then(|template| template.render(values.clone()))
                .map_err(|error| compose_error(&error))
        };
        Ok(Wording {
            // The last word on headers: whatever a template does, a subject has one line.
            subject: one_line(&render("subject.txt")?, 2 * MAX_SUBJECT_CHARS),
            text: render("body.txt")?,
            html: render("body.html")?,
            reply_to,
        })
    }

    fn notice(&self, notice: &TransferNotice) -> Result<Value, MailError> {
        Ok(minijinja::context! {
            sender => person(&notice.sender_name, &notice.sender),
            reply_to => notice.sender.as_str(),
            subject => subject_line(notice.subject.as_deref()),
            link => notice.link.as_str(),
            files => self.text("common.files", Some(notice.file_count))?,
            size => self.size(notice.byte_count),
            expires => self.moment(notice.expires_at),
            password_needed => notice.password_needed,
            sealed_by_sender => notice.sealed_by_sender,
            sealed_to_key => notice.sealed_to_key,
            unproved => notice.unproved,
        })
    }

    /// A reminder tells the same facts as the notice.
    fn reminder(&self, reminder: &ExpiryReminder) -> Result<Value, MailError> {
        let reminder = reminder.clone();
        self.notice(&TransferNotice {
            sender: reminder.sender,
            sender_name: reminder.sender_name,
            unproved: reminder.unproved,
            subject: reminder.subject,
            link: reminder.link,
            file_count: reminder.file_count,
            byte_count: reminder.byte_count,
            expires_at: reminder.expires_at,
            password_needed: reminder.password_needed,
            sealed_by_sender: reminder.sealed_by_sender,
            sealed_to_key: reminder.sealed_to_key,
        })
    }

    fn receipt(&self, receipt: &DownloadReceipt) -> Result<Value, MailError> {
        let all = &receipt.file_names;
        let names: Vec<Value> = all
            .iter()
            .take(MAX_FILE_NAMES)
            .map(|name| Value::from(one_line(name, MAX_FILE_NAME_CHARS)))
            .collect();
        let more = all.len().saturating_sub(names.len()) as u64;
        Ok(minijinja::context! {
            recipient => receipt.recipient.as_str(),
            subject => subject_line(receipt.subject.as_deref()),
            files => self.text("common.files", Some(receipt.file_count))?,
            names => names,
            more => if more > 0 { self.text("common.more", Some(more))? } else { String::new() },
            at => self.moment(receipt.downloaded_at),
        })
    }

    fn locked(&self, locked: &TransferLocked) -> Result<Value, MailError> {
        Ok(minijinja::context! {
            transfer => locked.transfer.to_string(),
            subject => subject_line(locked.subject.as_deref()),
            at => self.moment(locked.locked_at),
        })
    }

    pub(crate) fn filled(&self, key: &str, values: &[(&str, String)]) -> Result<String, MailError> {
        let text = self.catalogue.text(key).ok_or_else(|| missing(key))?;
        let value =
            |place: &str| values.iter().find(|(name, _)| *name == place).map(|(_, value)| value.clone());
        fill(text, value).map_err(|Missing(place)| missing(&place))
    }

    pub(crate) fn size(&self, bytes: u64) -> String {
        size(self.language, bytes)
    }

    pub(crate) fn moment(&self, at: Timestamp) -> String {
        moment(self.language, at)
    }

    /// The text under `key`, for a number if there is one.
    pub(crate) fn text(&self, key: &str, count: Option<u64>) -> Result<String, MailError> {
        let found = match count {
            None => self.catalogue.text(key),
            Some(count) => self.catalogue.counted(key, count),
        };
        fill(found.ok_or_else(|| missing(key))?, |place| {
            count.filter(|_| place == "count").map(|count| count.to_string())
        })
        .map_err(|Missing(place)| missing(&place))
    }
}

/// A name is what somebody calls himself, so the address stands beside it.
pub(crate) fn person(name: &str, address: &EmailAddress) -> String {
    let name = one_line(name, MAX_NAME_CHARS);
    if name.is_empty() { address.to_string() } else { format!("{name} ({address})") }
}

/// An absent subject is an empty one: templates test it either way.
pub(crate) fn subject_line(subject: Option<&str>) -> String {
    one_line(subject.unwrap_or_default(), MAX_SUBJECT_CHARS)
}

/// `t("section.key", name=value, …)`: the text with its values. What it returns is escaped like any other text.
fn translate(catalogue: &Catalogue, key: &str, values: &Kwargs) -> Result<String, Error> {
    let unknown = || Error::new(ErrorKind::InvalidOperation, format!("no text {key}"));
    let text = catalogue.text(key).ok_or_else(unknown)?;
    let filled =
        fill(text, |name| values.get::<Option<Value>>(name).ok().flatten().map(|value| value.to_string()));
    let filled = filled
        .map_err(|Missing(name)| Error::new(ErrorKind::MissingArgument, format!("{name} for {key}")))?;
    values.assert_all_used()?;
    Ok(filled)
}

/// A link for an attribute: the characters that end or open something are escaped, slashes stay, because programs
/// that look for links in mails without reading HTML would lose them.
fn href(link: &str) -> Result<Value, Error> {
    if !link.starts_with("https://") && !link.starts_with("http://") {
        return Err(Error::new(ErrorKind::InvalidOperation, "a link is http or https"));
    }
    let escaped = link
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;");
    Ok(Value::from_safe_string(escaped))
}

fn missing(key: &str) -> MailError {
    MailError::Compose(format!("no text {key}"))
}

/// Keeps the kind and place of the fault; details might quote values.
fn compose_error(error: &Error) -> MailError {
    MailError::Compose(format!("template {}: {:?}", error.name().unwrap_or_default(), error.kind()))
}
