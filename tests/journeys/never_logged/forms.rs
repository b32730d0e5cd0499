//! What is looked for in texts.

use crate::looking::forms;

/// Something that nobody may find.
pub(super) struct Canary {
    /// What it is, for a test that finds it.
    what: String,
    secret: Vec<u8>,
    /// Few digits stand in longer numbers, too: they count as a word of their own alone.
    is_word: bool,
}

impl Canary {
    pub(super) fn new(what: impl Into<String>, secret: impl Into<Vec<u8>>) -> Self {
        Self { what: what.into(), secret: secret.into(), is_word: false }
    }

    /// A text that says by itself what it is.
    pub(super) fn text(secret: &str) -> Self {
        Self::new(secret, secret)
    }

    /// Digits that were sent to somebody.
    pub(super) fn digits(what: &str, secret: &str) -> Self {
        Self { is_word: true, ..Self::new(what, secret) }
    }

    /// A token, which is base64 of something: neither the text nor what it stands for.
    pub(super) fn token(what: &str, secret: &str) -> Vec<Self> {
        let bare =
            secret.split_once('_').filter(|(kind, _)| kind.len() <= 4).map_or(secret, |(_, bare)| bare);
        let bytes = data_encoding::BASE64URL_NOPAD.decode(bare.as_bytes());
        let bytes = bytes.map(|bytes| Self::new(format!("bytes of {what}"), bytes));
        bytes.into_iter().chain([Self::new(what, secret)]).collect()
    }

    /// Fails the test if it is in the text, which is that of a place.
    pub(super) fn must_not_be_in(&self, place: &str, text: &str) {
        for form in forms(&self.secret) {
            let Some(at) = found(text, &form, self.is_word) else { continue };
            let line = text[..at].rfind('\n').map_or(0, |start| start + 1);
            let line: String = text[line..].lines().next().unwrap_or_default().chars().take(600).collect();
            panic!("{} is in {place}, as {form}:\n{line}", self.what);
        }
    }
}

/// Where the form stands first.
fn found(text: &str, form: &str, is_word: bool) -> Option<usize> {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "-_.".contains(c));
    let stands_alone = |at: usize| {
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + form.len()..].chars().next())
    };
    text.match_indices(form).map(|(at, _)| at).find(|at| !is_word || stands_alone(*at))
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
        assert!(forms(secret).iter().any(|form| found(&text, form, false).is_some()), "{text}");
    }
}

#[test]
fn digits_are_found_by_themselves_and_not_in_moments_and_longer_numbers() {
    for text in ["code=\"918273\"", "{\"code\":918273}", "918273", "text: 918273, which"] {
        assert!(found(text, "918273", true).is_some(), "{text}");
    }
    for text in ["2026-11-23T08:00:00.918273Z", "bytes=19182736", "0.918273", "a918273"] {
        assert_eq!(found(text, "918273", true), None, "{text}");
    }
    let two = "at .918273Z the code 918273 went";
    assert_eq!(found(two, "918273", true), Some(21));
}
