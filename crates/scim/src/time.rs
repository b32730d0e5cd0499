//! Times as they stand in attributes: RFC 3339 (XML Schema's dateTime with an offset).

/// Milliseconds since 1970; `None` if the text is no time.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    let (clock, rest) = rest.strip_prefix(['T', 't'])?.split_at_checked(8)?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    let fits =
        (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
    let (millis, zone) = fraction(rest)?;
    let offset = offset(zone)?;
    fits.then(|| {
        let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60;
        seconds * 1_000 + millis
    })
}

/// Three numbers of these lengths.
fn numbers(text: &str, between: char, lengths: [usize; 3]) -> Option<[i64; 3]> {
    let mut found = [0; 3];
    let mut parts = text.split(between);
    for (number, length) in found.iter_mut().zip(lengths) {
        *number = digits(parts.next()?, length)?;
    }
    parts.next().is_none().then_some(found)
}

fn digits(text: &str, length: usize) -> Option<i64> {
    let fits = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok())?
}

/// The milliseconds, and what follows them.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let Some(rest) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let end = rest.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0)?;
    let (fraction, zone) = rest.split_at(end);
    let millis =
        fraction.bytes().chain(*b"00").take(3).fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Some((millis, zone))
}

/// Minutes before UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = zone.split_at_checked(1)?;
    let sign = match sign {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Days since 1970 of a day in the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms").
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_moments() {
        for (text, millis) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2011-05-13T04:42:34Z", 1_305_261_754_000),
            ("2011-05-13T06:42:34.5+02:00", 1_305_261_754_500),
            ("2026-02-28T23:59:59.123456Z", 1_772_323_199_123),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2000-02-29t00:00:00z", 951_782_400_000),
        ] {
            assert_eq!(parse(text), Some(millis), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "2011",
            "2011-05-13",
            "2011-05-13T04:42:34",
            "2011-13-13T04:42:34Z",
            "2011-05-13T24:42:34Z",
            "2011-05-13T04:42:34.Z",
            "2011-05-13T04:42:34+2",
            "2011-05-1éT04:42:34Z",
            "+011-05-13T04:42:34Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
