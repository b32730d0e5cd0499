//! Filling templates in: one pass, so that nothing in a value is taken for a place.
//! `web/packages/addin-manifest/src/render.ts` does the same, and one sample is rendered by both.

use crate::ManifestError;

type Value = Result<String, ManifestError>;

/// As text of an element or in an attribute: what XML does not know at all is left out.
pub(crate) fn xml(template: &str, value: impl Fn(&str) -> Value) -> Value {
    fill(template, value, |filled, value| {
        for c in value.chars() {
            match c {
                '&' | '<' | '>' | '"' | '\'' | '\t' | '\n' | '\r' => {
                    filled.push_str(&format!("&#{};", u32::from(c)));
                }
                // XML 1.0, 2.2 Char.
                '\0'..' ' | '\u{fffe}' | '\u{ffff}' => {}
                c => filled.push(c),
            }
        }
    })
}

/// Inside of a JSON string.
pub(crate) fn json(template: &str, value: impl Fn(&str) -> Value) -> Value {
    fill(template, value, |filled, value| {
        let quoted = serde_json::Value::from(value).to_string();
        filled.push_str(&quoted[1..quoted.len() - 1]);
    })
}

fn fill(template: &str, value: impl Fn(&str) -> Value, write: impl Fn(&mut String, &str)) -> Value {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, place)) = rest.split_once("{{") {
        let (place, after) = place.split_once("}}").ok_or(ManifestError::Place)?;
        filled.push_str(before);
        write(&mut filled, &value(place)?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_text_wherever_it_stands_and_no_place_of_its_own() {
        let value = "<x a=\"1\" b='2'>&amp;]]>{{b}}\n\u{7}\u{202e}\u{fffe}";
        let filled = xml("<a b=\"{{a}}\">{{a}}</a>", |_| Ok(value.to_owned())).unwrap();
        let escaped = "&#60;x a=&#34;1&#34; b=&#39;2&#39;&#62;&#38;amp;]]&#62;{{b}}&#10;\u{202e}";
        assert_eq!(filled, format!("<a b=\"{escaped}\">{escaped}</a>"));
        let filled = json("{\"a\": \"{{a}}\"}", |_| Ok(value.to_owned())).unwrap();
        let read: serde_json::Value = serde_json::from_str(&filled).unwrap();
        assert_eq!(read["a"], value);
    }

    #[test]
    fn a_place_that_nothing_belongs_to_is_an_error() {
        assert_eq!(xml("<a>{{b}}</a>", |_| Err(ManifestError::Place)), Err(ManifestError::Place));
        assert_eq!(xml("<a>{{b</a>", |_| Ok(String::new())), Err(ManifestError::Place));
    }
}
