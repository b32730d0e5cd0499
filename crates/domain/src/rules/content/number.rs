//! Numbers that check themselves: of cards, of bank accounts, of people.

use serde::{Deserialize, Serialize};

use super::groups;

/// A kind of number that checks itself, so that a row of digits is rarely taken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberKind {
    /// Of a payment card: 13 to 19 digits, ISO/IEC 7812 (Luhn).
    PaymentCard,
    /// Of a bank account: ISO 13616, with the length of its country.
    Iban,
    /// Austria, Sozialversicherungsnummer: 10 digits, weighted sum modulo 11.
    AtSocialSecurity,
    /// Belgium, rijksregisternummer: 11 digits, modulo 97, for both centuries.
    BeNational,
    /// Switzerland, AHV-Nummer: 13 digits from 756, as EAN-13.
    ChSocialSecurity,
    /// Germany, steuerliche Identifikationsnummer: 11 digits, ISO 7064 modulo 11, 10, and how often its digits repeat.
    DeTax,
    /// Spain, DNI and NIE: 8 digits, or a letter and 7, and a check letter modulo 23.
    EsNational,
    /// France, numéro de sécurité sociale: 15 places, modulo 97; Corsica has a letter in it.
    FrSocialSecurity,
    /// Netherlands, burgerservicenummer: 9 digits, weighted sum modulo 11.
    NlCitizen,
    /// Poland, PESEL: 11 digits, weighted sum modulo 10.
    PlNational,
    /// United Kingdom, NHS number: 10 digits, weighted sum modulo 11.
    UkHealth,
    /// United States, social security number: 9 digits in groups of 3, 2 and 4. It has no check digit, so that only the way it
    /// is written tells it.
    UsSocialSecurity,
}

impl NumberKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::PaymentCard,
        Self::Iban,
        Self::AtSocialSecurity,
        Self::BeNational,
        Self::ChSocialSecurity,
        Self::DeTax,
        Self::EsNational,
        Self::FrSocialSecurity,
        Self::NlCitizen,
        Self::PlNational,
        Self::UkHealth,
        Self::UsSocialSecurity,
    ];

    /// How many of them a searchable text has.
    pub(super) fn count(self, text: &str) -> u64 {
        if self == Self::UsSocialSecurity {
            return us_shapes(text);
        }
        groups::count(text, |joined| self.is_one(joined))
    }

    /// Whether these digits and letters are one.
    fn is_one(self, text: &str) -> bool {
        if self == Self::Iban {
            return is_iban(text);
        }
        if self == Self::EsNational {
            return is_es_national(text);
        }
        if self == Self::FrSocialSecurity {
            return is_fr_social_security(text);
        }
        let Some(digits) = digits(text) else {
            return false;
        };
        match self {
            Self::PaymentCard => is_card(&digits),
            Self::AtSocialSecurity => is_at(&digits),
            Self::BeNational => is_be(&digits),
            Self::ChSocialSecurity => is_ch(&digits),
            Self::DeTax => is_de_tax(&digits),
            Self::NlCitizen => is_nl(&digits),
            Self::PlNational => is_pl(&digits),
            Self::UkHealth => is_uk(&digits),
            Self::Iban | Self::EsNational | Self::FrSocialSecurity | Self::UsSocialSecurity => false,
        }
    }
}

fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|c| c.to_digit(10)).collect()
}

fn number(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(*digit))
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

fn all_same(digits: &[u32]) -> bool {
    digits.windows(2).all(|two| two[0] == two[1])
}

fn is_card(digits: &[u32]) -> bool {
    let luhn = |sum: u32, (place, digit): (usize, &u32)| {
        let doubled = digit * 2;
        sum + if place % 2 == 0 { *digit } else { doubled - if doubled > 9 { 9 } else { 0 } }
    };
    let first = digits.first().copied().unwrap_or_default();
    (13..=19).contains(&digits.len())
        && (2..=6).contains(&first)
        && digits.iter().rev().enumerate().fold(0, luhn) % 10 == 0
}

/// Lengths by country, of the registry (SWIFT, release 99).
const IBAN_LENGTHS: &str = "ad24 ae23 al28 at20 az28 ba20 be16 bg22 bh22 bi27 br29 by28 ch21 cr22 cy28 cz24 de22 dj27 dk18 do28 \
    ee20 eg29 es24 fi18 fk18 fo18 fr27 gb22 ge22 gi23 gl18 gr27 gt28 hn28 hr21 hu28 ie22 il23 iq23 is26 it27 jo30 kw30 kz20 lb28 \
    lc32 li21 lt20 lu20 lv21 ly25 mc27 md24 me22 mk19 mn20 mr27 mt31 mu30 ni28 nl18 no15 om23 pk24 pl28 ps29 pt25 qa29 ro24 rs22 \
    ru33 sa24 sc31 sd18 se24 si19 sk24 sm27 so23 st25 sv28 tl23 tn24 tr26 ua29 va22 vg24 xk20 ye30";

fn is_iban(text: &str) -> bool {
    let Some((country, rest)) = text.split_at_checked(2) else {
        return false;
    };
    let known = IBAN_LENGTHS.split_whitespace().find_map(|entry| entry.strip_prefix(country));
    let Some(length) = known.and_then(|length| length.parse::<usize>().ok()) else {
        return false;
    };
    let checked = rest.bytes().take(2).all(|byte| byte.is_ascii_digit());
    // The country and the check digits go to the end, letters count from 10.
    let turned = text[4.min(text.len())..].chars().chain(text.chars().take(4));
    text.len() == length
        && checked
        && turned.filter_map(|c| c.to_digit(36)).fold(0, |rest, value| {
            if value > 9 { (rest * 100 + value) % 97 } else { (rest * 10 + value) % 97 }
        }) == 1
}

fn is_at(digits: &[u32]) -> bool {
    let &[a, b, c, check, ..] = digits else { return false };
    let (Some(day), Some(month)) = (digits.get(4..6), digits.get(6..8)) else {
        return false;
    };
    let weights = [3, 7, 9, 0, 5, 8, 4, 2, 1, 6];
    digits.len() == 10
        && a > 0
        && (a, b, c) != (0, 0, 0)
        && (1..=31).contains(&number(day))
        && (1..=15).contains(&number(month))
        && weighted(digits, &weights) % 11 == check
}

fn is_be(digits: &[u32]) -> bool {
    if digits.len() != 11 || number(&digits[2..4]) > 72 || number(&digits[4..6]) > 31 {
        return false;
    }
    let (first, check) = (number(&digits[..9]), number(&digits[9..]));
    let fits = |first: u64| 97 - first % 97 == check;
    fits(first) || fits(2_000_000_000 + first)
}

fn is_ch(digits: &[u32]) -> bool {
    let weights = [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1];
    digits.len() == 13 && digits.starts_with(&[7, 5, 6]) && weighted(digits, &weights).is_multiple_of(10)
}

fn is_de_tax(digits: &[u32]) -> bool {
    if digits.len() != 11 || digits[0] == 0 {
        return false;
    }
    let mut times = [0; 10];
    for digit in &digits[..10] {
        times[*digit as usize] += 1;
    }
    // One digit twice or three times, all others at most once.
    let repeated: Vec<_> = times.into_iter().filter(|times| *times > 1).collect();
    let product = digits[..10].iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        2 * if sum == 0 { 10 } else { sum } % 11
    });
    matches!(repeated[..], [2 | 3]) && (11 - product) % 10 == digits[10]
}

fn is_es_national(text: &str) -> bool {
    const LETTERS: &[u8; 23] = b"trwagmyfpdxbnjzsqvhlcke";
    let (Some((body, check)), 9) = (text.split_at_checked(8), text.len()) else {
        return false;
    };
    let body = match body.as_bytes()[0] {
        b'x' => format!("0{}", &body[1..]),
        b'y' => format!("1{}", &body[1..]),
        b'z' => format!("2{}", &body[1..]),
        _ => body.to_owned(),
    };
    let Some(digits) = digits(&body) else {
        return false;
    };
    check.as_bytes()[0] == LETTERS[(number(&digits) % 23) as usize]
}

fn is_fr_social_security(text: &str) -> bool {
    if text.len() != 15 || !text.is_ascii() {
        return false;
    }
    let (body, check) = text.split_at(13);
    // The two departments of Corsica have letters.
    let department = match &body[5..7] {
        "2a" => "19",
        "2b" => "18",
        other => other,
    };
    let body = format!("{}{department}{}", &body[..5], &body[7..]);
    let (Some(body), Some(check)) = (digits(&body), digits(check)) else {
        return false;
    };
    let month = number(&body[3..5]);
    matches!(body[0], 1 | 2 | 3 | 4 | 7 | 8)
        && ((1..=12).contains(&month) || (20..=42).contains(&month) || (50..=99).contains(&month))
        && 97 - number(&body) % 97 == number(&check)
}

fn is_nl(digits: &[u32]) -> bool {
    let positive = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]);
    digits.len() == 9 && !all_same(digits) && positive % 11 == digits[8] && number(digits) >= 10_000_000
}

fn is_pl(digits: &[u32]) -> bool {
    let weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1];
    digits.len() == 11
        && !all_same(digits)
        && (1..=12).contains(&(number(&digits[2..4]) % 20))
        && (1..=31).contains(&number(&digits[4..6]))
        && weighted(digits, &weights).is_multiple_of(10)
}

fn is_uk(digits: &[u32]) -> bool {
    if digits.len() != 10 || all_same(digits) {
        return false;
    }
    let check = 11 - weighted(digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    check % 11 == digits[9] && check != 10
}

/// `123-45-6789`, with hyphens or blanks: without them it is any row of nine digits.
fn us_shapes(text: &str) -> u64 {
    let plain = |piece: &&str| {
        let piece = piece.replace(' ', "-");
        let groups: Vec<&str> = piece.split('-').collect();
        let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
        let area: u32 = groups[0].parse().unwrap_or_default();
        lengths == [3, 2, 4]
            && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()))
            && (1..900).contains(&area)
            && area != 666
            && groups[1] != "00"
            && groups[2] != "0000"
    };
    let bytes = text.as_bytes();
    let (mut count, mut at) = (0, 0);
    while at + 11 <= bytes.len() {
        let alone = (at == 0 || !bytes[at - 1].is_ascii_alphanumeric())
            && bytes.get(at + 11).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if alone && text.get(at..at + 11).filter(plain).is_some() {
            count += 1;
            at += 11;
        } else {
            at += 1;
        }
    }
    count
}
