//! Words and phrases in a text, all of them in one pass.

use aho_corasick::{AhoCorasick, MatchKind};

use super::text::searchable;

/// Words, ready to be looked for.
#[derive(Debug)]
pub(super) struct Words {
    search: AhoCorasick,
    /// Of each word: whether anything may stand right before it, and right behind it.
    open: Vec<(bool, bool)>,
}

impl Words {
    /// `None` for words that a search cannot be made of; validated ones can.
    pub(super) fn new(words: &[String]) -> Option<Self> {
        let stems: Vec<String> = words.iter().map(|word| stem(word)).collect();
        let open = words.iter().map(|word| (word.starts_with('*'), word.ends_with('*'))).collect();
        let search = AhoCorasick::builder().match_kind(MatchKind::Standard).build(stems).ok()?;
        Some(Self { search, open })
    }

    /// How many places of a searchable text have one of them. Where several are in one place it is counted once.
    pub(super) fn count(&self, text: &str) -> u64 {
        let (mut count, mut last_end) = (0, 0);
        for found in self.search.find_overlapping_iter(text) {
            let (before, behind) = self.open[found.pattern().as_usize()];
            let starts = before || !text[..found.start()].ends_with(char::is_alphanumeric);
            let ends = behind || !text[found.end()..].starts_with(char::is_alphanumeric);
            if starts && ends && found.start() >= last_end {
                count += 1;
                last_end = found.end();
            }
        }
        count
    }
}

/// A word as it stands in searchable texts.
pub(super) fn stem(word: &str) -> String {
    searchable(word.trim_matches('*')).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_found_and_parts_only_where_a_star_says_so() {
        for (words, text, count) in [
            ("secret", "a Secret!", 1),
            ("secret", "secretary", 0),
            ("secret*", "secretary", 1),
            ("*secret", "topsecret", 1),
            ("*secret", "topsecrets", 0),
            ("*secret*", "topsecrets", 1),
            ("secret", "top-secret, secret", 2),
            ("secret", "secret_2", 1),
            ("secret", "secret2", 0),
            ("top secret", "TOP \n  SECRET", 1),
            ("geheim", "„geheim“", 1),
            ("größe", "GRÖSSE größe Größe", 2),
            ("a,ab", "a ab aba", 2),
            ("secret,top secret", "top secret", 1),
            ("x", "", 0),
        ] {
            let words: Vec<String> = words.split(',').map(str::to_owned).collect();
            let found = Words::new(&words).unwrap().count(&searchable(text));
            assert_eq!(found, count, "{words:?} in {text:?}");
        }
    }
}
