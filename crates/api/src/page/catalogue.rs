//! The words of the page, one JSON file for each language.

use std::{collections::BTreeMap, sync::LazyLock};

use super::language::Language;

/// Keys and texts of one language.
pub(crate) type Texts = BTreeMap<String, String>;

static CATALOGUES: LazyLock<[Texts; 3]> = LazyLock::new(|| {
    [
        parse(include_str!("../../../../locales/de/recipients.json")),
        parse(include_str!("../../../../locales/en/recipients.json")),
        parse(include_str!("../../../../locales/nl/recipients.json")),
    ]
});

/// The texts of a language.
pub(crate) fn texts(language: Language) -> &'static Texts {
    let [german, english, dutch] = &*CATALOGUES;
    match language {
        Language::Dutch => dutch,
        Language::English => english,
        Language::German => german,
    }
}

/// The text under `key`; the key itself where there is none.
pub(crate) fn text(language: Language, key: &str) -> &str {
    texts(language).get(key).map_or(key, String::as_str)
}

fn parse(json: &str) -> Texts {
    serde_json::from_str(json).expect("the catalogues are part of the binary, and a test reads them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_languages_have_the_same_keys_and_no_empty_text() {
        let keys = |language| texts(language).keys().collect::<Vec<_>>();
        for language in Language::ALL {
            assert_eq!(keys(language), keys(Language::English), "{language:?}");
            for (key, text) in texts(language) {
                assert!(!text.trim().is_empty(), "{language:?} {key}");
            }
        }
    }

    #[test]
    fn all_languages_fill_in_the_same_places() {
        let places = |text: &str| {
            let mut places: Vec<_> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}'))
                .map(|(name, _)| name.to_owned())
                .collect();
            places.sort();
            places
        };
        for language in Language::ALL {
            for (key, text) in texts(language) {
                assert_eq!(places(text), places(super::text(Language::English, key)), "{language:?} {key}");
            }
        }
    }
}
