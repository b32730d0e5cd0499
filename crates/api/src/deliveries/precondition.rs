//! Conditional requests (RFC 9110, section 13) for something that never changes.

use std::time::SystemTime;

use actix_web::http::header::{self, HeaderMap, HeaderName, HttpDate};

/// What the preconditions come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// 412: the caller means another version.
    Failed,
    /// 304: the caller has it already.
    NotModified,
    /// All hold, or there are none.
    Proceed,
}

/// Evaluates the preconditions of a GET or HEAD in the order of section 13.2.2.
///
/// `etag` is strong and quoted; `modified` is cut to whole seconds.
pub(super) fn evaluate(headers: &HeaderMap, etag: &str, modified: SystemTime) -> Outcome {
    if headers.contains_key(header::IF_MATCH) {
        if !names(headers, &header::IF_MATCH, etag, Comparison::Strong) {
            return Outcome::Failed;
        }
    } else if date(headers, &header::IF_UNMODIFIED_SINCE).is_some_and(|date| modified > date) {
        return Outcome::Failed;
    }
    if headers.contains_key(header::IF_NONE_MATCH) {
        if is_known(headers, etag) {
            return Outcome::NotModified;
        }
    } else if date(headers, &header::IF_MODIFIED_SINCE).is_some_and(|date| modified <= date) {
        return Outcome::NotModified;
    }
    Outcome::Proceed
}

/// Whether `If-None-Match` says that the caller has it already.
pub(crate) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    names(headers, &header::IF_NONE_MATCH, etag, Comparison::Weak)
}

/// Whether `If-Range` lets the range be honoured: absent, the same ETag by strong comparison, or exactly the date.
pub(crate) fn range_holds(headers: &HeaderMap, etag: &str, modified: SystemTime) -> bool {
    let mut lines = headers.get_all(header::IF_RANGE);
    match (lines.next().map(|line| line.to_str()), lines.next()) {
        (None, _) => true,
        (Some(Ok(text)), None) => {
            let text = text.trim();
            text == etag || text.parse::<HttpDate>().is_ok_and(|date| SystemTime::from(date) == modified)
        }
        _ => false,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Strong,
    Weak,
}

/// Whether a list of entity tags is `*` or holds `etag`.
fn names(headers: &HeaderMap, name: &HeaderName, etag: &str, comparison: Comparison) -> bool {
    headers.get_all(name).filter_map(|line| line.to_str().ok()).any(|line| {
        line.trim() == "*"
            || tags(line).any(|(weak, tag)| tag == etag && (comparison == Comparison::Weak || !weak))
    })
}

/// The entity tags of a list, with whether each is weak. A comma may stand within quotes.
fn tags(mut rest: &str) -> impl Iterator<Item = (bool, &str)> {
    std::iter::from_fn(move || {
        let trimmed = rest.trim_start_matches([' ', '\t', ',']);
        let (weak, quoted) = trimmed.strip_prefix("W/").map_or((false, trimmed), |quoted| (true, quoted));
        let end = quoted.strip_prefix('"')?.find('"')? + 2;
        let (tag, after) = quoted.split_at(end);
        rest = after;
        Some((weak, tag))
    })
}

/// A date; one that is malformed is as good as none.
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    headers.get(name)?.to_str().ok()?.parse::<HttpDate>().ok().map(SystemTime::from)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use actix_web::http::header::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    const ETAG: &str = "\"abc\"";
    const AT: &str = "Sat, 05 Dec 2026 14:00:00 GMT";
    const LATER: &str = "Sat, 05 Dec 2026 14:00:01 GMT";
    const EARLIER: &str = "Sat, 05 Dec 2026 13:59:59 GMT";

    fn modified() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_796_479_200)
    }

    fn map(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (k.clone(), HeaderValue::from_str(v).unwrap())).collect()
    }

    #[test]
    fn preconditions_are_evaluated_in_order() {
        use Outcome::{Failed, NotModified, Proceed};
        use header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE};
        for (pairs, outcome) in [
            (vec![], Proceed),
            (vec![(IF_MATCH, ETAG)], Proceed),
            (vec![(IF_MATCH, "*")], Proceed),
            (vec![(IF_MATCH, "\"x\", \"abc\"")], Proceed),
            (vec![(IF_MATCH, "\"x\"")], Failed),
            (vec![(IF_MATCH, "W/\"abc\"")], Failed),
            (vec![(IF_MATCH, "")], Failed),
            (vec![(IF_NONE_MATCH, ETAG)], NotModified),
            (vec![(IF_NONE_MATCH, "W/\"abc\"")], NotModified),
            (vec![(IF_NONE_MATCH, "\"a,b\",\"abc\"")], NotModified),
            (vec![(IF_NONE_MATCH, "*")], NotModified),
            (vec![(IF_NONE_MATCH, "\"x\"")], Proceed),
            (vec![(IF_NONE_MATCH, "abc")], Proceed),
            (vec![(IF_MATCH, "\"x\""), (IF_NONE_MATCH, ETAG)], Failed),
            (vec![(IF_MODIFIED_SINCE, AT)], NotModified),
            (vec![(IF_MODIFIED_SINCE, EARLIER)], Proceed),
            (vec![(IF_MODIFIED_SINCE, "yesterday")], Proceed),
            (vec![(IF_NONE_MATCH, "\"x\""), (IF_MODIFIED_SINCE, LATER)], Proceed),
            (vec![(IF_UNMODIFIED_SINCE, AT)], Proceed),
            (vec![(IF_UNMODIFIED_SINCE, EARLIER)], Failed),
            (vec![(IF_MATCH, ETAG), (IF_UNMODIFIED_SINCE, EARLIER)], Proceed),
        ] {
            assert_eq!(evaluate(&map(&pairs), ETAG, modified()), outcome, "{pairs:?}");
        }
    }

    #[test]
    fn a_range_is_honoured_for_exactly_this_version() {
        let holds = |text: &str| range_holds(&map(&[(header::IF_RANGE, text)]), ETAG, modified());
        assert!(range_holds(&HeaderMap::new(), ETAG, modified()));
        assert!(holds(ETAG));
        assert!(holds(AT));
        for text in ["W/\"abc\"", "\"x\"", "abc", "*", EARLIER, LATER, "", "\"abc\", \"x\""] {
            assert!(!holds(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_list_of_tags_panics_or_never_ends(text in "[ -~]{0,60}") {
            prop_assert!(tags(&text).count() <= text.len());
        }
    }
}
