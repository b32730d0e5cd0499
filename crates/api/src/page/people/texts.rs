//! The words of these pages.

use std::collections::BTreeMap;

use sealpost_auth::Weakness;
use sealpost_domain::{Language, Policy};
use sealpost_wording::{Catalogue, Part};

use super::super::catalogue::put;
use crate::error::Code;

/// Keys and texts of one language.
pub(super) type Texts = BTreeMap<String, String>;

/// The texts of a language.
pub(super) fn texts(language: Language) -> &'static Texts {
    Catalogue::of(language, Part::Account).all()
}

/// The text under `key`; the key itself where there is none.
pub(super) fn text(language: Language, key: &str) -> String {
    filled(language, key, &[])
}

/// The same with what stands in its places; as it is if one of them has nothing.
pub(super) fn filled(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    put(Catalogue::of(language, Part::Account).text(key).unwrap_or(key), values)
}

/// The sentence for a refusal or failure.
pub(super) const fn refusal(code: Code) -> &'static str {
    match code {
        Code::CredentialsWrong => "error_credentials",
        Code::Forbidden => "problem.forbidden",
        Code::StepUpNeeded => "problem.step_up_needed",
        Code::TooManyRequests => "error_too_many",
        Code::Unavailable => "problem.unavailable",
        Code::InvalidRequest | Code::RequestTimeout | Code::TooLarge => "error_invalid",
        Code::AlreadyExists => "problem.already_exists",
        Code::NotFound => "problem.not_found",
        Code::StateConflict => "problem.state_conflict",
        _ => "error_internal",
    }
}

/// What a new password of an account needs.
pub(super) fn password_rules(language: Language, policy: &Policy) -> String {
    let fewest =
        filled(language, "password_fewest", &[("n", &policy.account_password_min_chars.to_string())]);
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
        Weakness::TooShort(least) => filled(language, "weak_too_short", &[("n", &least.to_string())]),
    }
}

#[cfg(test)]
mod tests {
    use sealpost_auth::Hint;

    use super::*;

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
