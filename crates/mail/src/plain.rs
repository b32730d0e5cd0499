//! Messages that are a heading and some lines: one template words all of them.

use minijinja::Value;
use sealpost_domain::RecoveryStep;

use crate::{
    AbuseReported, MailError, Message, Refusal, Requester, SubmissionReceipt, TransferRefused, UploadRequest,
    line::one_line,
    templates::{
        MAX_FILE_NAME_CHARS, MAX_FILE_NAMES, MAX_LABEL_CHARS, MAX_LINE_CHARS, MAX_NAME_CHARS, Translated,
        person, subject_line,
    },
};

/// Longest line of a notice of an incident, in characters: as long as a notice may be.
const MAX_NOTICE_CHARS: usize = 16 << 10;
/// Longest description of a browser, in characters.
const MAX_AGENT_CHARS: usize = 120;
/// Longest name of what a scanner has found.
const MAX_FINDING_CHARS: usize = 120;

/// Who asks for files, in one line.
fn requester(requester: &Requester) -> String {
    match requester {
        Requester::Person { address, name } => person(name, address),
        Requester::Organisation(name) => one_line(name, MAX_NAME_CHARS),
    }
}

/// What the template of plain messages is filled with; empty is left out.
#[derive(Debug, Default)]
struct Plain {
    subject: String,
    heading: String,
    code: String,
    lines: Vec<String>,
    facts: Vec<(String, String)>,
    link: String,
    action: String,
    advice: String,
}

impl From<Plain> for Value {
    fn from(plain: Plain) -> Self {
        let fact = |(label, value)| minijinja::context! { label => label, value => value };
        let facts: Vec<Self> = plain.facts.into_iter().map(fact).collect();
        minijinja::context! {
            subject => plain.subject,
            heading => plain.heading,
            code => plain.code,
            lines => plain.lines,
            facts => facts,
            link => plain.link,
            action => plain.action,
            advice => plain.advice,
        }
    }
}

impl Translated {
    fn refused(&self, refused: &TransferRefused) -> Result<Plain, MailError> {
        let section = match &refused.sender {
            Some(_) if refused.came_in => "submission_refused",
            Some(_) => "admin_transfer_refused",
            None => "transfer_refused",
        };
        let sender = refused.sender.as_ref().map(ToString::to_string).unwrap_or_default();
        let (finding, said): (_, &[&str]) = match &refused.why {
            Refusal::Found(finding) => (one_line(finding, MAX_FINDING_CHARS), &["intro", "found"]),
            Refusal::Listed => (String::new(), &["listed"]),
            Refusal::TooBig => (String::new(), &["intro", "too_big"]),
        };
        let values = [("sender", sender), ("at", self.moment(refused.at))];
        let mut facts =
            vec![(self.text("transfer_locked.transfer_label", None)?, refused.transfer.to_string())];
        let subject = subject_line(refused.subject.as_deref());
        if !subject.is_empty() {
            facts.push((self.text("common.subject_label", None)?, subject));
        }
        if !finding.is_empty() {
            facts.push((self.text("transfer_refused.finding_label", None)?, finding));
        }
        Ok(Plain { facts, ..self.lines(section, said, &values)? })
    }

    fn submitted(&self, receipt: &SubmissionReceipt) -> Result<Plain, MailError> {
        let requester = requester(&receipt.requester);
        let values = [("requester", requester), ("at", self.moment(receipt.at))];
        let mut plain = self.lines("submission_receipt", &["intro"], &values)?;
        let title = subject_line(receipt.title.as_deref());
        if !title.is_empty() {
            plain.facts.push((self.text("common.subject_label", None)?, title));
        }
        let count = receipt.file_names.len() as u64;
        if count > 0 {
            plain.facts.push((self.text("common.files_label", None)?, count.to_string()));
        }
        let names = receipt.file_names.iter().take(MAX_FILE_NAMES);
        plain.lines.extend(names.map(|name| one_line(name, MAX_FILE_NAME_CHARS)));
        let more = count.saturating_sub(MAX_FILE_NAMES as u64);
        if more > 0 {
            plain.lines.push(self.text("common.more", Some(more))?);
        }
        Ok(plain)
    }

    fn asked(&self, request: &UploadRequest) -> Result<Plain, MailError> {
        let requester = person(&request.requester_name, &request.requester);
        let values = [("requester", requester), ("title", subject_line(Some(&request.title)))];
        let mut plain = self.lines("upload_request", &["intro"], &values)?;
        let said: Vec<_> = request.text.lines().map(|line| one_line(line, MAX_LINE_CHARS)).collect();
        if said.iter().any(|line| !line.is_empty()) {
            plain.lines.push(self.filled("upload_request.says", &values)?);
            plain.lines.extend(said.into_iter().filter(|line| !line.is_empty()));
        }
        plain.facts.push((self.text("common.subject_label", None)?, subject_line(Some(&request.title))));
        plain.facts.push((self.text("common.expires_label", None)?, self.moment(request.expires_at)));
        if request.asks_code {
            let advice = [self.filled("upload_request.code", &values)?, plain.advice];
            plain.advice = advice.join(" ");
        }
        Ok(Plain { link: request.link.clone(), action: self.text("upload_request.action", None)?, ..plain })
    }

    fn reported(&self, reported: &AbuseReported) -> Result<Plain, MailError> {
        let values =
            [("at", self.moment(reported.at)), ("tenant", one_line(&reported.tenant, MAX_NAME_CHARS))];
        let section = if reported.told.is_some() { "abuse_reported" } else { "operator_abuse_reported" };
        let mut plain = self.lines(section, &["intro"], &values)?;
        let label = |key: &str| self.text(&format!("abuse_reported.{key}_label"), None);
        let reason = self.text(&format!("abuse_reported.{}", reported.reason), None)?;
        plain.facts.push((self.text("transfer_locked.transfer_label", None)?, reported.transfer.to_string()));
        plain.facts.push((label("reason")?, reason));
        if let Some(told) = &reported.told {
            plain.facts.push((label("sender")?, told.sender.to_string()));
            plain.facts.push((label("recipient")?, told.recipient.to_string()));
            let text = one_line(&told.text, MAX_LINE_CHARS);
            if !text.is_empty() {
                plain.facts.push((label("text")?, text));
            }
        }
        Ok(plain)
    }

    /// The messages that are a heading and some lines.
    pub(crate) fn plain(&self, message: &Message) -> Result<Value, MailError> {
        let plain = match message {
            Message::AdminTransferLocked(locked) => {
                let values = [("sender", locked.sender.to_string()), ("at", self.moment(locked.locked_at))];
                let label = self.text("transfer_locked.transfer_label", None)?;
                let facts = vec![(label, locked.transfer.to_string())];
                Plain { facts, ..self.lines("admin_transfer_locked", &["intro"], &values)? }
            }
            Message::TransferRefused(refused) => self.refused(refused)?,
            Message::ForwardingFails(fails) => {
                let label = one_line(&fails.label, MAX_LABEL_CHARS);
                let values = [("label", label), ("at", self.moment(fails.since))];
                self.lines("forwarding_fails", &["intro"], &values)?
            }
            Message::LinkCode(code) => {
                let sender = person(&code.sender_name, &code.sender);
                let values = [("sender", sender), ("minutes", code.minutes.to_string())];
                Plain { code: code.code.clone(), ..self.lines("link_code", &["intro", "valid"], &values)? }
            }
            Message::RequestCode(code) => {
                let requester = requester(&code.requester);
                let values = [("requester", requester), ("minutes", code.minutes.to_string())];
                Plain { code: code.code.clone(), ..self.lines("request_code", &["intro", "valid"], &values)? }
            }
            Message::UploadRequest(request) => self.asked(request)?,
            Message::SubmissionReceipt(receipt) => self.submitted(receipt)?,
            Message::AccountLocked(locked) => {
                let values = [("account", locked.account.to_string()), ("at", self.moment(locked.locked_at))];
                self.lines("account_locked", &["intro"], &values)?
            }
            Message::PasswordReset(reset) => {
                let values = [("account", reset.account.to_string()), ("minutes", reset.minutes.to_string())];
                let action = self.text("password_reset.action", None)?;
                let lines = self.lines("password_reset", &["intro", "valid"], &values)?;
                Plain { link: reset.link.clone(), action, ..lines }
            }
            Message::NewSignIn(sign_in) => {
                let values = [("account", sign_in.account.to_string()), ("at", self.moment(sign_in.at))];
                let agent = one_line(&sign_in.agent, MAX_AGENT_CHARS);
                let label = self.text("new_sign_in.agent_label", None)?;
                let facts = if agent.is_empty() { Vec::new() } else { vec![(label, agent)] };
                Plain { facts, ..self.lines("new_sign_in", &["intro"], &values)? }
            }
            Message::AccountChanged(changed) => {
                let values = [("account", changed.account.to_string()), ("at", self.moment(changed.at))];
                self.lines("account_changed", &[changed.change.key()], &values)?
            }
            Message::RecoveryTold(told) => {
                let values = [("by", told.by.to_string()), ("at", self.moment(told.at))];
                let is_key = matches!(told.step, RecoveryStep::KeySet | RecoveryStep::KeyRemoved);
                let label = if is_key { "fingerprint_label" } else { "transfer_label" };
                let label = self.text(&format!("recovery_told.{label}"), None)?;
                let facts = vec![(label, told.about.clone())];
                Plain { facts, ..self.lines("recovery_told", &[told.step.as_str()], &values)? }
            }
            Message::AbuseReported(reported) => self.reported(reported)?,
            Message::UserWarned(warned) => {
                let mut plain = self.lines("user_warned", &["intro"], &[("at", self.moment(warned.at))])?;
                let said = warned.text.lines().map(|line| one_line(line, MAX_LINE_CHARS));
                plain.lines.extend(said.filter(|line| !line.is_empty()));
                plain
            }
            Message::IncidentNotice(notice) => {
                let values = [("subject", subject_line(Some(&notice.subject)))];
                let (section, action) = if notice.reminder {
                    ("incident_reminder", "incident_notice.action")
                } else {
                    ("incident_notice", "incident_notice.action")
                };
                let mut plain = self.lines(section, &["intro"], &values)?;
                let said = notice.text.lines().map(|line| one_line(line, MAX_NOTICE_CHARS));
                plain.lines.extend(said.filter(|line| !line.is_empty()));
                Plain { link: notice.link.clone(), action: self.text(action, None)?, ..plain }
            }
            // They have templates of their own.
            Message::TransferNotice(_)
            | Message::ExpiryReminder(_)
            | Message::DownloadReceipt(_)
            | Message::TransferLocked(_)
            | Message::UsageReport(_) => return Err(MailError::Compose("no plain message".to_owned())),
        };
        Ok(plain.into())
    }

    /// Subject, heading, advice and these lines of a section of the catalogue.
    fn lines(&self, section: &str, lines: &[&str], values: &[(&str, String)]) -> Result<Plain, MailError> {
        let text = |key: &str| self.filled(&format!("{section}.{key}"), values);
        Ok(Plain {
            subject: text("subject")?,
            heading: text("heading")?,
            lines: lines.iter().map(|line| text(line)).collect::<Result<_, _>>()?,
            advice: text("advice")?,
            ..Plain::default()
        })
    }
}
