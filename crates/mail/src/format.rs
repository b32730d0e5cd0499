//! Numbers, times and foreign text as a reader sees them.

use chrono::{DateTime, Datelike, Timelike};
use sealpost_domain::Timestamp;

/// Decimal units (ISO 80000-13), as operating systems show file sizes to people.
const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];

/// A size with at most one decimal: `999 bytes` is for the catalogue (`None` here), then `1.5 GB`.
pub(crate) fn size(bytes: u64, decimal_mark: &str) -> Option<String> {
    if bytes < 1_000 {
        return None;
    }
    // In tenths of the unit, rounded; a size that rounds to 1000.0 is 1 of the next unit.
    let mut unit = 0;
    let mut scale = 1_000_u64;
    while unit + 1 < UNITS.len() && bytes / scale >= 1_000 || rounds_to_1000(bytes, scale, unit) {
        unit += 1;
        scale *= 1_000;
    }
    let tenths = tenths(bytes, scale);
    let (whole, tenth) = (tenths / 10, tenths % 10);
    let number =
        if tenth == 0 || whole >= 100 { whole.to_string() } else { format!("{whole}{decimal_mark}{tenth}") };
    Some(format!("{number} {}", UNITS[unit]))
}

fn tenths(bytes: u64, scale: u64) -> u64 {
    bytes.saturating_add(scale / 20) / (scale / 10)
}

fn rounds_to_1000(bytes: u64, scale: u64, unit: usize) -> bool {
    unit + 1 < UNITS.len() && tenths(bytes, scale) >= 10_000
}

/// The pieces of a moment in UTC, for the catalogue to put in order.
pub(crate) struct Moment {
    pub(crate) day: String,
    /// 1 to 12.
    pub(crate) month: u32,
    pub(crate) year: String,
    /// Hours and minutes, 24-hour clock.
    pub(crate) time: String,
}

impl Moment {
    /// `None` past the years that a calendar has.
    pub(crate) fn new(at: Timestamp) -> Option<Self> {
        let at = DateTime::from_timestamp_millis(at.unix_millis())?;
        Some(Self {
            day: at.day().to_string(),
            month: at.month(),
            year: at.year().to_string(),
            time: format!("{:02}:{:02}", at.hour(), at.minute()),
        })
    }
}

/// Foreign text in one line: control characters and line ends become blanks, characters that turn text around are
/// left out, and what is longer than `max_chars` ends in an ellipsis.
///
/// Without this a subject could add lines to a plain text mail that read as if we had written them.
pub(crate) fn one_line(text: &str, max_chars: usize) -> String {
    let shown = text.chars().filter(|c| !is_invisible(*c));
    let mut line = String::new();
    let mut chars = 0;
    for c in shown.map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c }) {
        if c == ' ' && (line.is_empty() || line.ends_with(' ')) {
            continue;
        }
        if chars == max_chars {
            line.truncate(line.trim_end().len());
            line.push('…');
            return line;
        }
        line.push(c);
        chars += 1;
    }
    line.truncate(line.trim_end().len());
    line
}

/// Directional and invisible format characters (Unicode TR 36) and tags.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_to_three_digits_or_so() {
        for (bytes, text) in [
            (1_000, "1 kB"),
            (1_049, "1 kB"),
            (1_050, "1.1 kB"),
            (99_949, "99.9 kB"),
            (123_456, "123 kB"),
            (999_949, "999 kB"),
            (999_950, "1 MB"),
            (10_737_418_240, "10.7 GB"),
            (u64::MAX / 2, "9.2 EB"),
        ] {
            assert_eq!(size(bytes, ".").as_deref(), Some(text), "{bytes}");
        }
        assert_eq!(size(999, "."), None);
        assert_eq!(size(1_500_000, ",").as_deref(), Some("1,5 MB"));
    }

    #[test]
    fn the_largest_size_does_not_overflow() {
        assert_eq!(size(u64::MAX - 1_000_000_000_000_000_000, ".").as_deref(), Some("17.4 EB"));
        assert!(size(u64::MAX, ".").is_some());
    }

    #[test]
    fn moments_are_utc() {
        let moment = Moment::new(Timestamp::from_unix_millis(1_795_262_700_000)).unwrap();
        assert_eq!(
            (moment.day.as_str(), moment.month, moment.year.as_str(), moment.time.as_str()),
            ("21", 11, "2026", "12:05")
        );
        assert!(Moment::new(Timestamp::from_unix_millis(i64::MAX)).is_none());
    }

    #[test]
    fn foreign_text_stays_in_its_line() {
        assert_eq!(
            one_line(" Report\r\nBcc: eve@example.org\u{2028}x\t\ty ", 100),
            "Report Bcc: eve@example.org x y"
        );
        assert_eq!(one_line("exe.\u{202e}gpj", 100), "exe.gpj");
        assert_eq!(one_line("\0\u{7f}\n", 100), "");
        assert_eq!(one_line("abc def", 4), "abc…");
        assert_eq!(one_line("äöüß", 4), "äöüß");
        assert_eq!(one_line("äöüß!", 4), "äöüß…");
    }
}
