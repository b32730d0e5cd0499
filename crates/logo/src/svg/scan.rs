//! A look at the text before the tree is made: what costs a reader of XML the square of its length.

use crate::LogoError;

/// Attributes of an element: each is held against the others.
const MAX_ATTRIBUTES: usize = 200;
/// Declarations of namespaces in all: each element takes those around it along.
const MAX_NAMESPACES: usize = 64;

pub(super) fn check(text: &str) -> Result<(), LogoError> {
    if text.matches("xmlns").count() > MAX_NAMESPACES {
        return Err(LogoError::TooMuch("64 declarations of namespaces"));
    }
    let mut rest = text;
    while let Some((_, tag)) = rest.split_once('<') {
        rest = if let Some(comment) = tag.strip_prefix("!--") {
            after(comment, "-->")
        } else if let Some(data) = tag.strip_prefix("![CDATA[") {
            after(data, "]]>")
        } else if let Some(instruction) = tag.strip_prefix('?') {
            after(instruction, "?>")
        } else {
            after_tag(tag)?
        };
    }
    Ok(())
}

/// What stands after the first `end`; nothing if there is none, which the reader refuses.
fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

fn after_tag(tag: &str) -> Result<&str, LogoError> {
    let (mut quote, mut attributes) = (None, 0);
    for (place, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Ok(&tag[place + 1..]),
            (None, b'=') => attributes += 1,
            (None, _) => {}
        }
        if attributes > MAX_ATTRIBUTES {
            return Err(LogoError::TooMuch("200 attributes in one element"));
        }
    }
    Ok("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_counted_whatever_stands_before_them() {
        let many: String = (0..=MAX_ATTRIBUTES).map(|n| format!(" a{n}='>'")).collect();
        for before in ["", "<!-- ' -->", "<?x ' ?>", "<![CDATA[ ' ]]>", "<a b=\"'\"/>", "<a b='\"'>=\"=</a>"]
        {
            assert!(check(&format!("<r>{before}<x{many}/></r>")).is_err(), "{before}");
            assert!(check(&format!("<r>{before}<x a='1'/></r>")).is_ok(), "{before}");
        }
    }

    #[test]
    fn namespaces_are_counted() {
        assert!(check(&"<a xmlns:b=''>".repeat(MAX_NAMESPACES)).is_ok());
        assert!(check(&"<a xmlns:b=''>".repeat(MAX_NAMESPACES + 1)).is_err());
    }
}
