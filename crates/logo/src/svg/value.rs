//! Values of attributes: letters, numbers, and functions of a list.

use super::{allowed::Attribute, forbidden, shown};
use crate::LogoError;

/// What may stand before a parenthesis, besides `url(#…)`.
const FUNCTIONS: &[&str] =
    &["rgb", "rgba", "hsl", "hsla", "matrix", "translate", "scale", "rotate", "skewx", "skewy"];
const MAX_ID: usize = 128;

/// The value as it is written, white space as single spaces.
pub(super) fn checked(attribute: Attribute, value: &str) -> Result<String, LogoError> {
    let value = value.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    let name = attribute.as_str();
    let refused = || forbidden(&format!("a value of {name} that is not understood"));
    match name {
        "id" => return if is_id(&value) { Ok(value) } else { Err(refused()) },
        "font-family" => {
            let plain = |c: char| c.is_alphanumeric() || " ,-_'\"".contains(c);
            return if value.chars().all(plain) { Ok(value) } else { Err(refused()) };
        }
        _ => {}
    }
    check_functions(&value)?;
    let value = if value.contains("url(") { value.replace(['"', '\''], "") } else { value };
    // No backslash, so that nothing is spelt otherwise than it reads; no slash, colon or quote.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b" #.,()%+-_".contains(&byte);
    if value.bytes().all(plain) { Ok(value) } else { Err(refused()) }
}

/// What can be referred to.
pub(super) fn is_id(text: &str) -> bool {
    let start = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    start && text.len() <= MAX_ID && text.bytes().all(plain)
}

/// Whether every function in it is on the list, and refers to nothing outside.
pub(super) fn check_functions(value: &str) -> Result<(), LogoError> {
    if value.contains('\\') {
        return Err(forbidden("a backslash in a value"));
    }
    for (place, _) in value.match_indices('(') {
        let before = value[..place].trim_end();
        let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
        let function = name.to_ascii_lowercase();
        if function == "url" {
            let target = value[place + 1..].split_once(')').map_or("", |(target, _)| target).trim();
            let target = target.trim_matches(['"', '\'']);
            if !target.strip_prefix('#').is_some_and(is_id) {
                return Err(forbidden("a reference to something outside of it"));
            }
        } else if !FUNCTIONS.contains(&function.as_str()) {
            return Err(forbidden(&format!("the function {}", shown(&function))));
        }
    }
    Ok(())
}
