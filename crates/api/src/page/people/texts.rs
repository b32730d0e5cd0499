//! The words of these pages.

use std::{collections::BTreeMap, sync::LazyLock};

use sealpost_auth::Weakness;
use sealpost_domain::Policy;

use super::super::language::Language;
use crate::error::Code;

/// Keys and texts of one language.
pub(super) type Texts = BTreeMap<String, String>;

static CATALOGUES: LazyLock<[Texts; 3]> = LazyLock::new(|| {
    let parse =
        |json: &str| serde_json::from_str(json).expect("they are part of the binary, and a test reads them");
    [
        parse(include_str!("../../../../../locales/de/account.json")),
        parse(include_str!("../../../../../locales/en/account.json")),
        parse(include_str!("../../../../../locales/nl/account.json")),
    ]
});

/// The texts of a language.
pub(super) fn texts(language: Language) -> &'static Texts {
    let [german, english, dutch] = &*CATALOGUES;
    match language {
        Language::Dutch => dutch,
        Language::English => english,
        Language::German => german,
    }
}

/// The text under `key`; the key itself where there is none.
pub(super) fn text(language: Language, key: &str) -> String {
    texts(language).get(key).map_or(key, String::as_str).to_owned()
}

/// The sentence for a refusal or failure.
pub(super) const fn refusal(code: Code) -> &'static str {
    match code {
        Code::CredentialsWrong => "error_credentials",
        Code::Forbidden => "error_forbidden",
        Code::StepUpNeeded => "error_step_up",
        Code::TooManyRequests => "error_too_many",
        Code::Unavailable => "error_busy",
        Code::InvalidRequest | Code::RequestTimeout | Code::TooLarge => "error_invalid",
        Code::AlreadyExists | Code::NotFound | Code::StateConflict => "error_state",
        _ => "error_internal",
    }
}

/// What a new password of an account needs.
pub(super) fn password_rules(language: Language, policy: &Policy) -> String {
    let fewest =
        text(language, "password_fewest").replace("{n}", &policy.account_password_min_chars.to_string());
    format!("{fewest} {}", text(language, "password_hint"))
}

/// Why a password is not good enough, and what makes it better.
pub(super) fn weakness(language: Language, weak: &Weakness) -> String {
    match weak {
        Weakness::Common => text(language, "weak_common"),
        Weakness::Guessable(hints) => {
            let hints = hints.iter().map(|hint| text(language, &format!("hint_{}", hint.as_str())));
            std::iter::once(text(language, "weak_guessable")).chain(hints).collect::<Vec<_>>().join(" ")
        }
        Weakness::Same => text(language, "weak_same"),
        Weakness::TooLong => text(language, "weak_too_long"),
        Weakness::TooShort(least) => text(language, "weak_too_short").replace("{n}", &least.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use sealpost_auth::Hint;

    use super::*;

    #[test]
    fn all_languages_have_the_same_keys_and_no_empty_text() {
        for language in Language::ALL {
            let keys = |language| texts(language).keys().collect::<Vec<_>>();
            assert_eq!(keys(language), keys(Language::English), "{language:?}");
            assert!(texts(language).values().all(|text| !text.trim().is_empty()));
        }
    }

    #[test]
    fn every_refusal_and_every_hint_has_its_sentence() {
        for language in Language::ALL {
            for code in Code::ALL {
                assert!(texts(language).contains_key(refusal(*code)), "{code:?}");
            }
            let all = Weakness::Guessable(Hint::ALL.to_vec());
            for weak in [all, Weakness::Common, Weakness::Same, Weakness::TooLong, Weakness::TooShort(12)] {
                let said = weakness(language, &weak);
                assert!(!said.contains("hint_") && !said.contains("weak_") && !said.contains('{'), "{said}");
            }
        }
    }
}
