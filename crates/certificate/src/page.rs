//! A certificate on pages for people.

use chrono::{DateTime, Days, NaiveDate};
use sealpost_domain::{Epoch, Language, Timestamp};

use crate::{
    Certificate, CertificateError, Checked, SignedCertificate, Statement, TenantRemoved, TransferPurged,
    pdf::{Pdf, Style},
    words::{self, Text, say},
};

/// The certificate as PDF, which carries the signed document along as `certificate.json`.
///
/// # Errors
/// [`CertificateError`] unless it verifies: no page says what nobody has signed.
pub fn to_pdf(signed: &SignedCertificate, language: Language) -> Result<Vec<u8>, CertificateError> {
    let certificate = signed.verify()?;
    let title = say(&words::TITLE, language);
    let mut page = Page { pdf: Pdf::new(), language };
    page.pdf.text(Style::Title, title);
    page.pdf.gap(8.0);
    let tenant = &certificate.tenant;
    page.pair(&words::TENANT, &format!("{} ({}, {})", tenant.name, tenant.slug, tenant.id));
    page.pair(&words::ISSUED, &moment(certificate.issued_at));
    match &certificate.about {
        Statement::Transfer(purged) => page.transfer(purged),
        Statement::Tenant(removed) => page.tenant(removed),
    }
    page.checked(certificate.checked.as_ref());
    page.log(&certificate);
    page.heading(&words::MEANING);
    page.text(&words::PROVES);
    page.text(&words::COPIES);
    page.heading(&words::SIGNATURE);
    page.text(&words::HOW);
    page.pdf.text(Style::Fixed, &signed.signer()?.to_string());
    page.pdf.text(Style::Fixed, signed.signature());
    let attachment = signed.to_text();
    Ok(page.pdf.finish(title, language.as_str(), ("certificate.json", &attachment)))
}

struct Page {
    pdf: Pdf,
    language: Language,
}

impl Page {
    fn say(&self, text: &Text) -> &'static str {
        say(text, self.language)
    }

    fn pair(&mut self, name: &Text, value: &str) {
        let name = self.say(name);
        self.pdf.pair(name, value);
    }

    fn heading(&mut self, text: &Text) {
        self.pdf.gap(10.0);
        let text = self.say(text);
        self.pdf.text(Style::Heading, text);
    }

    fn text(&mut self, text: &Text) {
        let text = self.say(text);
        self.pdf.text(Style::Body, text);
    }

    fn transfer(&mut self, purged: &TransferPurged) {
        self.heading(&words::TRANSFER);
        self.pair(&words::TRANSFER, &purged.transfer.to_string());
        self.pair(&words::SENDER, &purged.sender.to_string());
        let reason = if purged.reason == "expired" { &words::EXPIRED } else { &words::DELETED };
        let reason = self.say(reason);
        self.pair(&words::REASON, reason);
        self.pair(&words::EXPIRY, &moment(purged.expires_at));
        self.pair(&words::PURGED, &moment(purged.purged_at));
        let counts = [
            (purged.files, &words::FILES),
            (purged.objects, &words::OBJECTS),
            (purged.bytes, &words::BYTES),
            (purged.recipients, &words::RECIPIENTS),
        ];
        let counts: Vec<_> =
            counts.iter().map(|(count, what)| format!("{}: {count}", self.say(what))).collect();
        self.pair(&words::CONTENT, &counts.join(", "));
        let key = purged.epoch_key;
        let what = self.say(if key.destroyed { &words::DESTROYED } else { &words::NOT_DESTROYED });
        self.pair(&words::KEY_OF, &format!("{}: {what}", day(key.day)));
    }

    fn tenant(&mut self, removed: &TenantRemoved) {
        self.heading(&words::TENANT);
        self.pair(&words::TERMINATED, &moment(removed.terminated_at));
        self.pair(&words::BEGAN, &moment(removed.began_at));
        self.pair(&words::REMOVED, &moment(removed.removed_at));
        self.pair(&words::CONTAINER, &removed.container);
        self.pair(&words::EPOCH_KEYS, &removed.epoch_keys.to_string());
        let rows: Vec<_> = removed.rows.iter().map(|(table, count)| format!("{table}: {count}")).collect();
        self.pair(&words::ROWS, &rows.join(", "));
    }

    fn checked(&mut self, checked: Option<&Checked>) {
        self.heading(&words::CHECKED);
        let Some(checked) = checked else {
            return self.text(&words::NOT_CHECKED);
        };
        self.pair(&words::CHECKED_AT, &moment(checked.at));
        for store in &checked.stores {
            let left = self.say(&words::LEFT);
            self.pdf.pair(&store.store, &format!("{} {left} ({})", store.left, store.looked_for));
        }
    }

    fn log(&mut self, certificate: &Certificate) {
        self.heading(&words::LOG);
        for entry in &certificate.entries {
            let name = format!("{} {}", self.say(&words::ENTRY), entry.seq);
            self.pdf.pair(&name, &format!("{}, {}", entry.kind, moment(entry.at)));
            self.pdf.text(Style::Fixed, &entry.hash);
        }
        match &certificate.checkpoint {
            Some(note) => {
                self.text(&words::CHECKPOINT);
                self.pdf.text(Style::Fixed, note);
            }
            None => self.text(&words::NO_CHECKPOINT),
        }
    }
}

fn moment(time: Timestamp) -> String {
    let time = DateTime::from_timestamp_millis(time.unix_millis()).unwrap_or_default();
    time.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn day(epoch: Epoch) -> String {
    let days = Days::new(epoch.days().unsigned_abs());
    NaiveDate::default().checked_add_days(days).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signed::tests::signed;

    fn pdf(language: Language) -> String {
        String::from_utf8_lossy(&to_pdf(&signed(), language).unwrap()).into_owned()
    }

    #[test]
    fn the_page_says_in_every_language_what_the_certificate_says() {
        for (language, title) in [
            (Language::English, "(Certificate of deletion)"),
            (Language::German, "(Bescheinigung \\374ber die L\\366schung)"),
            (Language::Dutch, "(Verklaring van verwijdering)"),
        ] {
            let text = pdf(language);
            for part in
                [title, "2024-10-04", "2026-12-05 14:00:00 UTC", "00000000-0000-0000-0000-000000000002"]
            {
                assert!(text.contains(part), "{language}: {part}");
            }
        }
    }

    #[test]
    fn it_carries_the_signed_document_along() {
        let text = pdf(Language::English);
        let document = text.split_once("stream\n").unwrap().1.split_once("\nendstream").unwrap().0;
        assert_eq!(SignedCertificate::parse(document).unwrap(), signed());
    }

    #[test]
    fn what_was_changed_gets_no_page() {
        let changed = signed().to_text().replace("\"files\": 2", "\"files\": 3");
        let changed = SignedCertificate::parse(&changed).unwrap();
        assert_eq!(to_pdf(&changed, Language::English), Err(CertificateError::Signature));
    }
}
