//! The one text of a JSON value.

use std::fmt;

use serde_json::Value as Json;

/// A number in what is to have one text is no integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number in the JSON is no integer")]
pub struct NotInteger;

/// The one text of a JSON value (RFC 8785): no blanks, names sorted by their UTF-16 code units, whatever order
/// the map has. What is hashed or signed is this.
///
/// # Errors
/// [`NotInteger`] for floating-point numbers: their texts differ between writers.
pub fn canonical_json(json: &Json) -> Result<String, NotInteger> {
    let mut text = String::new();
    write_canonical(json, &mut text).map_err(|_| NotInteger)?;
    Ok(text)
}

fn write_canonical(json: &Json, text: &mut String) -> fmt::Result {
    use fmt::Write;
    match json {
        Json::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                text.push(if i == 0 { '[' } else { ',' });
                write_canonical(item, text)?;
            }
            text.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Json::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            for (i, (name, value)) in fields.iter().enumerate() {
                text.push(if i == 0 { '{' } else { ',' });
                write!(text, "{}:", Json::from(name.as_str()))?;
                write_canonical(value, text)?;
            }
            text.push_str(if fields.is_empty() { "{}" } else { "}" });
        }
        Json::Number(number) if number.is_f64() => return Err(fmt::Error),
        Json::Bool(_) | Json::Null | Json::Number(_) | Json::String(_) => write!(text, "{json}")?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_has_one_text() {
        let payload = json!({"b": [1, -2, true, null], "a": {"ü": "\u{1}\"\n", "A": {}}, "": []});
        assert_eq!(
            canonical_json(&payload).unwrap(),
            r#"{"":[],"a":{"A":{},"ü":"\u0001\"\n"},"b":[1,-2,true,null]}"#
        );
        assert!(canonical_json(&json!({"a": 0.5})).is_err());
    }

    #[test]
    fn names_sort_by_utf_16_and_not_by_utf_8() {
        let payload = json!({"\u{e000}": 1, "\u{10000}": 2});
        assert_eq!(canonical_json(&payload).unwrap(), "{\"\u{10000}\":2,\"\u{e000}\":1}");
    }
}
