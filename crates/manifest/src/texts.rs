//! What buttons are called and what stands beside them: `locales/*/manifest.json`.

use std::{collections::HashMap, sync::LazyLock};

/// The text of a place, such as `pane.label.de`.
pub(crate) fn texts(place: &str) -> Option<&'static str> {
    static TEXTS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
        let languages = [
            ("en", include_str!("../../../locales/en/manifest.json")),
            ("de", include_str!("../../../locales/de/manifest.json")),
            ("nl", include_str!("../../../locales/nl/manifest.json")),
        ];
        let read = |(language, catalogue)| {
            let texts: HashMap<String, String> = serde_json::from_str(catalogue)
                .expect("a catalogue is an object of texts; a test reads each");
            texts.into_iter().map(move |(key, text)| (format!("{key}.{language}"), text))
        };
        languages.into_iter().flat_map(read).collect()
    });
    TEXTS.get(place).map(String::as_str)
}
