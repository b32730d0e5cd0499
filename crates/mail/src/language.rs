//! The catalogues of the languages: one JSON file each, in the form that i18next reads.

use std::collections::BTreeMap;

use sealpost_domain::Language;

const fn json(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../../../locales/en/mail.json"),
        Language::German => include_str!("../../../locales/de/mail.json"),
        Language::Dutch => include_str!("../../../locales/nl/mail.json"),
    }
}

/// The texts of one language by their keys, such as `transfer_notice.subject`.
#[derive(Debug)]
pub(crate) struct Catalogue(BTreeMap<String, String>);

impl Catalogue {
    pub(crate) fn of(language: Language) -> Self {
        let sections: BTreeMap<String, BTreeMap<String, String>> =
            serde_json::from_str(json(language)).expect("a test reads every catalogue");
        let texts = sections.into_iter().flat_map(|(section, texts)| {
            texts.into_iter().map(move |(key, text)| (format!("{section}.{key}"), text))
        });
        Self(texts.collect())
    }

    /// The text under `key`. Given a number, the form for it: `key_one` for 1, `key_other` for all else (right for
    /// each language that there is).
    pub(crate) fn text(&self, key: &str, count: Option<u64>) -> Option<&str> {
        match count {
            None => self.0.get(key),
            Some(1) => self.0.get(&format!("{key}_one")),
            Some(_) => self.0.get(&format!("{key}_other")),
        }
        .map(String::as_str)
    }
}

/// Puts values in the places of `{{name}}`, in one pass: a value that itself holds `{{…}}` stays as it is.
///
/// # Errors
/// The name of the first place for which there is no value.
pub(crate) fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").ok_or_else(|| "an open {{".to_owned())?;
        filled.push_str(before);
        filled.push_str(&value(name).ok_or_else(|| name.to_owned())?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn places(text: &str) -> BTreeSet<String> {
        text.split("{{")
            .skip(1)
            .filter_map(|rest| rest.split_once("}}"))
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    #[test]
    fn all_languages_have_the_same_keys_and_places() {
        let english = Catalogue::of(Language::English).0;
        for language in Language::ALL {
            let other = Catalogue::of(language).0;
            assert!(english.keys().eq(other.keys()), "{language}: the keys differ from those of English");
            for (key, text) in &other {
                assert_eq!(places(text), places(&english[key]), "{language}: {key}");
                assert!(!text.trim().is_empty(), "{language}: {key}");
            }
        }
    }

    #[test]
    fn a_value_that_looks_like_a_place_is_not_filled() {
        let filled = fill("{{a}} and {{b}}", |name| Some(format!("<{{{{{name}}}}}>")));
        assert_eq!(filled.unwrap(), "<{{a}}> and <{{b}}>");
        assert_eq!(fill("{{a}}", |_| None), Err("a".to_owned()));
    }
}
