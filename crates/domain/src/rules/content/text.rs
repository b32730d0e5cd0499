//! Texts as rules look at them.

use unicode_normalization::UnicodeNormalization as _;

/// A text in the one spelling in which it is searched: compatibility forms taken apart and put together again (NFKC), lower
/// case, every run of blanks as one, and without characters that nobody sees, with which words are hidden from a search.
pub(super) fn searchable(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 1);
    for c in text.nfkc().flat_map(char::to_lowercase).filter(|c| !is_unseen(*c)) {
        if !c.is_whitespace() {
            plain.push(c);
        } else if !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain
}

/// Soft hyphens, joiners, marks of direction, variation selectors, the byte order mark.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_searched_the_same() {
        for (text, plain) in [
            ("Hello  World", "hello world"),
            ("ＣＯＮＦＩＤＥＮＴＩＡＬ", "confidential"),
            ("con\u{ad}fi\u{200b}dential", "confidential"),
            ("4111\u{a0}1111\t\n1111", "4111 1111 1111"),
            ("ﬁle", "file"),
            ("e\u{301}tat", "état"),
            ("\u{202e}abc", "abc"),
            ("", ""),
        ] {
            assert_eq!(searchable(text), plain, "{text:?}");
        }
    }
}
