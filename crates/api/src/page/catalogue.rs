//! The words of the page.

use std::collections::BTreeMap;

use sealpost_domain::Language;
use sealpost_wording::{Catalogue, Part, fill};

/// Keys and texts of one language.
pub(crate) type Texts = BTreeMap<String, String>;

/// The texts of a language.
pub(crate) fn texts(language: Language) -> &'static Texts {
    Catalogue::of(language, Part::Recipients).all()
}

/// The text under `key`; the key itself where there is none.
pub(crate) fn text(language: Language, key: &str) -> &str {
    Catalogue::of(language, Part::Recipients).text(key).unwrap_or(key)
}

/// The same with what stands in its places; as it is if one of them has nothing.
pub(crate) fn filled(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    put(text(language, key), values)
}

/// A time to wait in words: seconds, or minutes from a minute and a half on.
pub(crate) fn waiting(language: Language, seconds: u64) -> String {
    let (key, count) = match seconds {
        ..=90 => ("format.seconds", seconds),
        _ => ("format.minutes", seconds.div_ceil(60)),
    };
    let text = Catalogue::of(language, Part::Recipients).counted(key, count).unwrap_or(key);
    put(text, &[("count", &count.to_string())])
}

/// A text with what stands in its places; as it is if one of them has nothing.
pub(crate) fn put(text: &str, values: &[(&str, &str)]) -> String {
    let value =
        |place: &str| values.iter().find(|(name, _)| *name == place).map(|(_, value)| (*value).to_owned());
    fill(text, value).unwrap_or_else(|_| text.to_owned())
}
