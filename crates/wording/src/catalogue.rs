//! Catalogues: one JSON file for each part and language, in the form that i18next reads.

use std::{collections::BTreeMap, sync::LazyLock};

use sealpost_domain::Language;
use serde_json::Value;

/// What texts are for. Each part is a file in the folder of each language, besides what all parts share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The plain pages of people who have an account, and what the add-in says before anything else.
    Account,
    /// Mails and SMS.
    Mail,
    /// The page of recipients.
    Recipients,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 3] = [Self::Account, Self::Mail, Self::Recipients];
}

/// The texts of one part in one language, by their keys.
#[derive(Debug)]
pub struct Catalogue(BTreeMap<String, String>);

macro_rules! files {
    ($language:literal, $part:expr) => {
        [
            include_str!(concat!("../../../locales/", $language, "/formats.json")),
            include_str!(concat!("../../../locales/", $language, "/ui.json")),
            match $part {
                Part::Account => include_str!(concat!("../../../locales/", $language, "/account.json")),
                Part::Mail => include_str!(concat!("../../../locales/", $language, "/mail.json")),
                Part::Recipients => include_str!(concat!("../../../locales/", $language, "/recipients.json")),
            },
        ]
    };
}

const fn files(language: Language, part: Part) -> [&'static str; 3] {
    match language {
        Language::English => files!("en", part),
        Language::German => files!("de", part),
        Language::Dutch => files!("nl", part),
    }
}

static CATALOGUES: LazyLock<Vec<(Language, Part, Catalogue)>> = LazyLock::new(|| {
    let all = Language::ALL.into_iter().flat_map(|language| Part::ALL.map(|part| (language, part)));
    all.map(|(language, part)| (language, part, Catalogue::read(files(language, part)))).collect()
});

impl Catalogue {
    /// The texts of a part in a language.
    pub fn of(language: Language, part: Part) -> &'static Self {
        let found = CATALOGUES.iter().find(|(spoken, of, _)| (*spoken, *of) == (language, part));
        &found.expect("there is one of every part in every language").2
    }

    /// The text under `key`.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// The text under `key` for a number: `key_one` for 1, `key_other` for all else (right for each language that there
    /// is). `{{count}}` stands where the number goes.
    pub fn counted(&self, key: &str, count: u64) -> Option<&str> {
        self.text(&format!("{key}{}", if count == 1 { "_one" } else { "_other" }))
    }

    /// All texts, by their keys.
    pub const fn all(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    fn read(files: [&str; 3]) -> Self {
        let mut texts = BTreeMap::new();
        for file in files {
            let file: BTreeMap<String, Value> =
                serde_json::from_str(file).expect("it is part of the binary, and a test reads it");
            for (key, value) in file {
                let found = match value {
                    Value::Object(section) => {
                        section.into_iter().map(|(name, text)| (format!("{key}.{name}"), text)).collect()
                    }
                    text => vec![(key, text)],
                };
                texts.extend(
                    found.into_iter().filter_map(|(key, text)| Some((key, text.as_str()?.to_owned()))),
                );
            }
        }
        Self(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<&str> {
        let mut places: Vec<_> =
            text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name).collect();
        places.sort_unstable();
        places
    }

    #[test]
    fn every_language_has_every_text_with_the_same_places() {
        for part in Part::ALL {
            let english = Catalogue::of(Language::English, part).all();
            for language in Language::ALL {
                let texts = Catalogue::of(language, part).all();
                assert!(english.keys().eq(texts.keys()), "{language} {part:?}: the keys differ from English");
                for (key, text) in texts {
                    assert_eq!(places(text), places(&english[key]), "{language} {part:?}: {key}");
                    assert_eq!(text.trim(), text, "{language} {part:?}: {key}");
                    assert!(!text.is_empty(), "{language} {part:?}: {key}");
                }
            }
        }
    }

    #[test]
    fn no_text_hides_one_of_the_same_name_that_all_share() {
        for language in Language::ALL {
            for part in Part::ALL {
                let each = files(language, part).map(|file| Catalogue::read([file, "{}", "{}"]).0.len());
                assert_eq!(
                    each.iter().sum::<usize>(),
                    Catalogue::of(language, part).0.len(),
                    "{language} {part:?}"
                );
            }
        }
    }

    #[test]
    fn a_number_chooses_the_form() {
        let english = Catalogue::of(Language::English, Part::Mail);
        assert_eq!(english.counted("format.minutes", 1), Some("{{count}} minute"));
        assert_eq!(english.counted("format.minutes", 0), Some("{{count}} minutes"));
        assert_eq!(english.text("format.minutes"), None);
    }
}
