//! Sizes and moments as people write them in each language.

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use sealpost_domain::{Language, Timestamp};

use crate::{Catalogue, Part, fill};

/// A size in decimal units (ISO 80000-13) with one decimal, as file managers and browsers show it.
pub fn size(language: Language, bytes: u64) -> String {
    if bytes < 1_000 {
        return put(shared(language).counted("format.bytes", bytes), &[("count", bytes.to_string())]);
    }
    // In tenths of the unit, rounded; on to the next unit as long as rounding fills this one.
    let tenths = |divisor: u128| (u128::from(bytes) + divisor / 2) / divisor;
    let (mut unit, mut divisor) = ("kB", 100);
    for larger in ["MB", "GB", "TB", "PB", "EB"] {
        if tenths(divisor) < 10_000 {
            break;
        }
        (unit, divisor) = (larger, divisor * 1_000);
    }
    let mark = put(shared(language).text("format.decimal_mark"), &[]);
    format!("{}{mark}{} {unit}", tenths(divisor) / 10, tenths(divisor) % 10)
}

/// Day and time in UTC: the service does not know where the reader is. Beyond the years of a calendar, its first or last
/// moment.
pub fn moment(language: Language, at: Timestamp) -> String {
    let end = if at.unix_millis() < 0 { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
    let at = DateTime::from_timestamp_millis(at.unix_millis()).unwrap_or(end);
    let month = put(shared(language).text(&format!("format.month_{}", at.month())), &[]);
    let values = [
        ("day", at.day().to_string()),
        ("month", month),
        ("year", at.year().to_string()),
        ("time", format!("{:02}:{:02}", at.hour(), at.minute())),
    ];
    put(shared(language).text("format.moment"), &values)
}

/// Any part has what all share.
fn shared(language: Language) -> &'static Catalogue {
    Catalogue::of(language, Part::Mail)
}

fn put(text: Option<&str>, values: &[(&str, String)]) -> String {
    let value = |place: &str| values.iter().find(|(name, _)| *name == place).map(|(_, value)| value.clone());
    fill(text.expect("a test formats every language"), value).expect("a test formats every language")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_are_read_at_a_glance() {
        for (bytes, english, german) in [
            (0, "0 bytes", "0 Bytes"),
            (1, "1 byte", "1 Byte"),
            (999, "999 bytes", "999 Bytes"),
            (1_000, "1.0 kB", "1,0 kB"),
            (1_949, "1.9 kB", "1,9 kB"),
            (999_949, "999.9 kB", "999,9 kB"),
            (999_950, "1.0 MB", "1,0 MB"),
            (10 << 30, "10.7 GB", "10,7 GB"),
            (u64::MAX, "18.4 EB", "18,4 EB"),
        ] {
            assert_eq!(size(Language::English, bytes), english);
            assert_eq!(size(Language::German, bytes), german);
        }
    }

    #[test]
    fn moments_are_written_out_in_utc() {
        let at = Timestamp::from_unix_millis(1_796_479_200_000);
        assert_eq!(moment(Language::English, at), "5 December 2026, 14:00 UTC");
        assert_eq!(moment(Language::German, at), "5. Dezember 2026, 14:00 Uhr (UTC)");
        assert_eq!(moment(Language::Dutch, at), "5 december 2026, 14:00 uur (UTC)");
    }

    proptest! {
        #[test]
        fn every_size_and_moment_has_a_text(bytes in any::<u64>(), millis in any::<i64>()) {
            for language in Language::ALL {
                prop_assert!(!size(language, bytes).is_empty());
                prop_assert!(moment(language, Timestamp::from_unix_millis(millis)).contains("UTC"));
            }
        }
    }
}
