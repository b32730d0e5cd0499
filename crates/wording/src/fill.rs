//! What stands in the places of a text.

/// A place of a text for which there is no value, by its name.
#[derive(Debug, PartialEq, Eq)]
pub struct Missing(pub String);

/// Puts values in the places of `{{name}}`, in one pass: a value that itself holds `{{…}}` stays as it is.
///
/// # Errors
/// The first place for which there is no value.
pub fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, Missing> {
    let mut filled = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").ok_or_else(|| Missing("an open {{".to_owned()))?;
        filled.push_str(before);
        filled.push_str(&value(name).ok_or_else(|| Missing(name.to_owned()))?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_looks_like_a_place_is_not_filled() {
        let filled = fill("{{a}} and {{b}}", |name| Some(format!("<{{{{{name}}}}}>")));
        assert_eq!(filled.unwrap(), "<{{a}}> and <{{b}}>");
    }

    #[test]
    fn a_place_without_a_value_is_named() {
        assert_eq!(fill("{{a}}", |_| None), Err(Missing("a".to_owned())));
        assert!(fill("{{a", |_| Some(String::new())).is_err());
    }
}
