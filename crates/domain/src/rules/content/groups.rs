//! Numbers as people write them: groups of digits and letters with single separators between.

/// Longest number that anybody looks for, without its separators.
const LONGEST: usize = 34;

/// Calls `is_one` with whatever could be a number: neighbouring whole groups put together, longest first from each place. What
/// is one is counted, and the search goes on behind it. Takes time in proportion to the text.
pub(super) fn count(text: &str, is_one: impl Fn(&str) -> bool) -> u64 {
    let mut count = 0;
    for run in runs(text) {
        let mut from = 0;
        while from < run.len() {
            from += match longest(&run[from..], &is_one) {
                Some(groups) => {
                    count += 1;
                    groups
                }
                None => 1,
            };
        }
    }
    count
}

/// How many of the first groups together are one.
fn longest(groups: &[&str], is_one: &impl Fn(&str) -> bool) -> Option<usize> {
    let (mut joined, mut ends) = (String::new(), Vec::new());
    for group in groups {
        if joined.len() + group.len() > LONGEST {
            break;
        }
        joined.push_str(group);
        ends.push(joined.len());
    }
    ends.iter().rposition(|end| is_one(&joined[..*end])).map(|last| last + 1)
}

/// Runs of groups with one separator between: a blank, a hyphen, a dot or a slash.
fn runs(text: &str) -> Vec<Vec<&str>> {
    let mut runs: Vec<Vec<&str>> = Vec::new();
    let (mut begun, mut end): (Option<usize>, Option<usize>) = (None, None);
    let mut push = |from: usize, to: usize, end: &mut Option<usize>| {
        let separator = end.map(|end| &text[end..from]);
        let goes_on = separator.is_some_and(|between| matches!(between, " " | "-" | "." | "/"));
        match runs.last_mut().filter(|_| goes_on) {
            Some(run) => run.push(&text[from..to]),
            None => runs.push(vec![&text[from..to]]),
        }
        *end = Some(to);
    };
    for (at, c) in text.char_indices() {
        match (begun, c.is_ascii_alphanumeric()) {
            (None, true) => begun = Some(at),
            (Some(from), false) => {
                push(from, at, &mut end);
                begun = None;
            }
            _ => {}
        }
    }
    if let Some(from) = begun {
        push(from, text.len(), &mut end);
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_belong_together_across_one_separator() {
        assert_eq!(runs("12-34 ab, 5 - 6"), [vec!["12", "34", "ab"], vec!["5"], vec!["6"]]);
        assert_eq!(runs("é1"), [vec!["1"]]);
        assert!(runs(" .- ").is_empty());
    }

    #[test]
    fn the_longest_from_the_left_counts() {
        let is_one = |text: &str| ["1234", "123456", "56"].contains(&text);
        for (text, found) in [
            ("1234", 1),
            ("12 34", 1),
            ("12 34 56", 1),
            ("0 12 34", 1),
            ("01234", 0),
            ("12345", 0),
            ("56 56", 2),
        ] {
            assert_eq!(count(text, is_one), found, "{text}");
        }
    }

    #[test]
    fn what_is_endless_is_looked_at_in_pieces() {
        let text = "1 ".repeat(50_000);
        assert_eq!(count(&text, |text| text.len() == 34), 50_000 / 34);
    }
}
