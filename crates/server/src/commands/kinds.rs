//! Kinds of files, as they are typed.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use sealpost_domain::rules::FileKind;

/// Their words; whoever types another is told all of them.
pub(super) fn words() -> impl TypedValueParser<Value = FileKind> {
    let words = FileKind::ALL.iter().map(|kind| kind.as_str());
    PossibleValuesParser::new(words).map(|word| word.parse::<FileKind>().expect("it is one of the words"))
}
