//! Sizes and dates as people write them in each language.

use chrono::{Datelike as _, Timelike as _};
use sealpost_domain::Timestamp;

use super::{catalogue::text, language::Language};
use crate::wire::utc;

/// A size in decimal units, as file managers and browsers show it.
pub(crate) fn size(language: Language, bytes: u64) -> String {
    if bytes < 1000 {
        return format!("{bytes} {}", text(language, if bytes == 1 { "byte" } else { "bytes" }));
    }
    let mark = match language {
        Language::English => '.',
        Language::Dutch | Language::German => ',',
    };
    // In tenths of the unit, rounded; on to the next unit as long as rounding fills this one.
    let tenths = |divisor: u128| (u128::from(bytes) + divisor / 2) / divisor;
    let (mut unit, mut divisor) = ("kB", 100);
    for larger in ["MB", "GB", "TB", "PB", "EB"] {
        if tenths(divisor) < 10_000 {
            break;
        }
        (unit, divisor) = (larger, divisor * 1000);
    }
    format!("{}{mark}{} {unit}", tenths(divisor) / 10, tenths(divisor) % 10)
}

/// Day and time in UTC: the server does not know where the reader is.
pub(crate) fn date(language: Language, time: Timestamp) -> String {
    let time = utc(time);
    text(language, "date")
        .replace("{day}", &time.day().to_string())
        .replace("{month}", text(language, &format!("month_{}", time.month())))
        .replace("{year}", &time.year().to_string())
        .replace("{time}", &format!("{:02}:{:02}", time.hour(), time.minute()))
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
    fn dates_are_written_out() {
        let time = Timestamp::from_unix_millis(1_796_479_200_000);
        assert_eq!(date(Language::English, time), "5 December 2026, 14:00 UTC");
        assert_eq!(date(Language::German, time), "5. Dezember 2026, 14:00 Uhr UTC");
        assert_eq!(date(Language::Dutch, time), "5 december 2026, 14:00 uur UTC");
    }

    proptest! {
        #[test]
        fn every_size_and_time_has_a_text(bytes in any::<u64>(), millis in any::<i64>()) {
            for language in Language::ALL {
                prop_assert!(!size(language, bytes).is_empty());
                let date = date(language, Timestamp::from_unix_millis(millis));
                prop_assert!(date.ends_with("UTC") && !date.contains("month"));
            }
        }
    }
}
