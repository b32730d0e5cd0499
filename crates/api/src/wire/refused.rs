//! Why rules refuse a file, as the API's description has it: with every word there is, for pages that say them in languages.

use sealpost_domain::rules::{FileKind, NameTrick, TypeRule};
use utoipa::openapi::schema::{AnyOfBuilder, Object, ObjectBuilder, Schema, Type};

/// The rule.
pub(crate) fn rule() -> Object {
    text()
        .enum_values(Some(TypeRule::ALL.iter().map(|rule| rule.as_str())))
        .description(Some(
            "Where the rule stands in the tenant's policy, below `types`; `not_listed` if it is in none of its lists of what \
             may be sent, `not_asked_for` if whoever asks for files has asked for others.",
        ))
        .build()
}

/// What the rule does not allow.
pub(crate) fn what() -> Schema {
    let kinds = text().enum_values(Some(FileKind::ALL.iter().map(|kind| kind.as_str())));
    let tricks = text().enum_values(Some(NameTrick::ALL.iter().map(|trick| trick.as_str())));
    let what = AnyOfBuilder::new()
        .item(kinds.description(Some("What the file is.")))
        .item(tricks.description(Some("How its name deceives.")))
        .item(text().description(Some("An extension, a number, or a sentence in English.")))
        .description(Some("What the rule does not allow."));
    Schema::AnyOf(what.build())
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}
