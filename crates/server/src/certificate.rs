//! What must be known of a certificate: when it ends, and which names it has.

use anyhow::{Context as _, ensure};
use chrono::NaiveDateTime;
use rustls::{
    client::verify_server_name,
    pki_types::{CertificateDer, ServerName},
    server::ParsedCertificate,
};

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// When it ends, in seconds since 1970 (RFC 5280, 4.1.2.5).
pub(crate) fn ends_at(certificate: &CertificateDer<'_>) -> anyhow::Result<i64> {
    walk(certificate).context("the certificate cannot be read")
}

/// Whether browsers take it for this host.
pub(crate) fn covers(certificate: &CertificateDer<'_>, host: &str) -> anyhow::Result<bool> {
    let parsed = ParsedCertificate::try_from(certificate).context("the certificate cannot be read")?;
    let name = ServerName::try_from(host.trim_start_matches('[').trim_end_matches(']').to_owned())?;
    Ok(verify_server_name(&parsed, &name).is_ok())
}

fn walk(certificate: &[u8]) -> anyhow::Result<i64> {
    let mut outer = Der(certificate);
    let mut certificate = Der(outer.expect(SEQUENCE)?);
    let mut signed = Der(certificate.expect(SEQUENCE)?);
    let (tag, _) = signed.next()?;
    if tag == VERSION {
        signed.next()?; // the serial number
    }
    signed.expect(SEQUENCE)?; // the algorithm
    signed.expect(SEQUENCE)?; // the issuer
    let mut validity = Der(signed.expect(SEQUENCE)?);
    validity.next()?;
    let (tag, time) = validity.next()?;
    let time = std::str::from_utf8(time)?;
    let full = match tag {
        UTC_TIME => {
            let year: u8 = time.get(..2).context("a year")?.parse()?;
            format!("{}{time}", if year < 50 { "20" } else { "19" })
        }
        GENERALIZED_TIME => time.to_owned(),
        _ => anyhow::bail!("a time of an unknown kind"),
    };
    Ok(NaiveDateTime::parse_from_str(&full, "%Y%m%d%H%M%SZ")?.and_utc().timestamp())
}

/// What is left of some DER.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The next value: its tag and its bytes.
    fn next(&mut self) -> anyhow::Result<(u8, &'a [u8])> {
        let [tag, first, rest @ ..] = self.0 else { anyhow::bail!("it ends too early") };
        let (length, rest) = match first {
            short @ 0..=0x7f => (usize::from(*short), rest),
            long @ 0x81..=0x83 => {
                let count = usize::from(long - 0x80);
                let bytes = rest.get(..count).context("it ends too early")?;
                (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), &rest[count..])
            }
            _ => anyhow::bail!("a length that no certificate has"),
        };
        ensure!(rest.len() >= length, "it ends too early");
        let (value, rest) = rest.split_at(length);
        self.0 = rest;
        Ok((*tag, value))
    }

    fn expect(&mut self, wanted: u8) -> anyhow::Result<&'a [u8]> {
        let (tag, value) = self.next()?;
        ensure!(tag == wanted, "another value than a certificate has");
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(name: &str, not_after: (i32, u8, u8)) -> CertificateDer<'static> {
        let mut wanted = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        wanted.not_after = rcgen::date_time_ymd(not_after.0, not_after.1, not_after.2);
        let key = rcgen::KeyPair::generate().unwrap();
        wanted.self_signed(&key).unwrap().der().clone()
    }

    #[test]
    fn the_end_is_read_in_both_forms_of_time() {
        for (year, seconds) in [(2030, 1_893_456_000), (2049, 2_493_072_000), (2055, 2_682_374_400)] {
            assert_eq!(ends_at(&made("files.example.org", (year, 1, 1))).unwrap(), seconds, "{year}");
        }
    }

    #[test]
    fn a_name_is_covered_or_it_is_not() {
        let one = made("files.example.org", (2030, 1, 1));
        assert!(covers(&one, "files.example.org").unwrap());
        assert!(!covers(&one, "example.org").unwrap());
        assert!(covers(&made("*.example.org", (2030, 1, 1)), "files.example.org").unwrap());
        assert!(covers(&made("127.0.0.1", (2030, 1, 1)), "127.0.0.1").unwrap());
    }

    #[test]
    fn what_is_no_certificate_is_an_error_wherever_it_ends() {
        let whole = made("files.example.org", (2030, 1, 1));
        for length in 0..whole.len().min(140) {
            assert!(walk(&whole[..length]).is_err(), "{length}");
        }
        assert!(walk(b"\x30\x84\xff\xff\xff\xff").is_err());
    }
}
