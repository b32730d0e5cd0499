//! The header `Range` (RFC 9110, section 14.2).

use std::ops::Range;

use actix_web::http::header::{self, HeaderMap};

/// What a request asks for of something that has a length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// These bytes: within the length, and at least one.
    Part(Range<u64>),
    /// Bytes that there are not.
    Unsatisfiable,
    /// All of it: no range, one that is malformed, another unit, or several ranges.
    ///
    /// A server may ignore any `Range`. With several it does, because nobody who resumes a download asks for them, and
    /// many small overlapping ones are an old way to make a server work for nothing.
    Whole,
}

/// Reads `Range` against a length in bytes.
pub(crate) fn asked(headers: &HeaderMap, length: u64) -> Asked {
    let mut lines = headers.get_all(header::RANGE);
    match (lines.next().map(|line| line.to_str()), lines.next()) {
        (Some(Ok(text)), None) => read(text, length).unwrap_or(Asked::Whole),
        _ => Asked::Whole,
    }
}

/// `None` if it is nothing that must be honoured.
fn read(text: &str, length: u64) -> Option<Asked> {
    let (unit, set) = text.split_once('=')?;
    let set = set.trim_matches([' ', '\t']);
    if !unit.eq_ignore_ascii_case("bytes") || set.contains(',') {
        return None;
    }
    let (first, last) = set.split_once('-')?;
    match (first, last) {
        ("", suffix) => Some(of_suffix(number(suffix)?, length)),
        (first, "") => Some(of_range(number(first)?, u64::MAX, length)),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then(|| of_range(first, last, length))
        }
    }
}

fn of_range(first: u64, last: u64, length: u64) -> Asked {
    if first < length { Asked::Part(first..last.saturating_add(1).min(length)) } else { Asked::Unsatisfiable }
}

fn of_suffix(suffix: u64, length: u64) -> Asked {
    match (suffix, length) {
        (0, _) => Asked::Unsatisfiable,
        // Satisfiable, and all of nothing: there is no Content-Range that could say so.
        (_, 0) => Asked::Whole,
        _ => Asked::Part(length.saturating_sub(suffix)..length),
    }
}

/// Digits; what is too large for any file counts as the largest number.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn ask(text: &str, length: u64) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_str(text).unwrap());
        asked(&headers, length)
    }

    #[test]
    fn every_shape_of_rfc_9110_is_answered() {
        use Asked::{Part, Unsatisfiable, Whole};
        for (text, length, answer) in [
            ("bytes=0-0", 10, Part(0..1)),
            ("bytes=0-9", 10, Part(0..10)),
            ("bytes=0-", 10, Part(0..10)),
            ("bytes=9-", 10, Part(9..10)),
            ("bytes=5-99", 10, Part(5..10)),
            ("bytes=-3", 10, Part(7..10)),
            ("bytes=-99", 10, Part(0..10)),
            ("BYTES=2-3", 10, Part(2..4)),
            ("bytes= 2-3 ", 10, Part(2..4)),
            ("bytes=0-99999999999999999999999", 10, Part(0..10)),
            ("bytes=-99999999999999999999999", 10, Part(0..10)),
            ("bytes=10-", 10, Unsatisfiable),
            ("bytes=10-20", 10, Unsatisfiable),
            ("bytes=99999999999999999999999-", 10, Unsatisfiable),
            ("bytes=-0", 10, Unsatisfiable),
            ("bytes=0-", 0, Unsatisfiable),
            ("bytes=0-0", 0, Unsatisfiable),
            ("bytes=-5", 0, Whole),
            ("bytes=0-1,3-4", 10, Whole),
            ("bytes=0-1,", 10, Whole),
            ("bytes=5-2", 10, Whole),
            ("bytes=a-b", 10, Whole),
            ("bytes=+1-2", 10, Whole),
            ("bytes=1 - 2", 10, Whole),
            ("bytes=--1", 10, Whole),
            ("bytes=-", 10, Whole),
            ("bytes=", 10, Whole),
            ("bytes", 10, Whole),
            ("0-1", 10, Whole),
            ("items=0-1", 10, Whole),
            ("bytes =0-1", 10, Whole),
            ("", 10, Whole),
        ] {
            assert_eq!(ask(text, length), answer, "{text:?} of {length}");
        }
    }

    #[test]
    fn two_lines_are_several_ranges() {
        let mut headers = HeaderMap::new();
        headers.append(header::RANGE, HeaderValue::from_static("bytes=0-1"));
        headers.append(header::RANGE, HeaderValue::from_static("bytes=3-4"));
        assert_eq!(asked(&headers, 10), Asked::Whole);
        assert_eq!(asked(&HeaderMap::new(), 10), Asked::Whole);
    }

    proptest! {
        #[test]
        fn a_part_is_never_empty_and_never_beyond_the_end(text in "bytes=[-0-9, ]{0,12}", length in 0_u64..50) {
            if let Asked::Part(range) = ask(text.trim_end(), length) {
                prop_assert!(range.start < range.end && range.end <= length);
            }
        }

        #[test]
        fn a_range_within_the_length_is_what_was_asked(a in 0_u64..1000, b in 0_u64..1000, more in 1_u64..1000) {
            let (first, last) = (a.min(b), a.max(b));
            prop_assert_eq!(ask(&format!("bytes={first}-{last}"), last + more), Asked::Part(first..last + 1));
        }

        #[test]
        fn no_text_panics(text in "[ -~]{0,40}", length in any::<u64>()) {
            ask(text.trim(), length);
        }
    }
}
