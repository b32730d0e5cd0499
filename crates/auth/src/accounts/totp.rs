//! One-time codes of authenticator apps: RFC 6238 with SHA-1, six digits, steps of 30 seconds, as all apps know them.

use std::fmt;

use sealpost_domain::{TenantId, Timestamp, UserId};
use sealpost_sealed::{Column, Random, TenantKey, Zeroizing};
use totp_rs::{Algorithm, Builder, Totp};

use crate::AuthError;

/// RFC 4226, section 4: 160 bits are recommended.
const LENGTH: usize = 20;
const STEP_SECONDS: u64 = 30;
/// Steps before and after the present one whose codes count, for clocks that differ.
const SKEW: u16 = 1;
/// What apps show as the service.
const ISSUER: &str = "Sealpost";

/// The secret that an app and the service share.
pub(super) struct TotpSecret(Zeroizing<[u8; LENGTH]>);

impl TotpSecret {
    pub(super) fn generate(random: &dyn Random) -> Self {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        random.fill(bytes.as_mut_slice());
        Self(bytes)
    }

    /// The step whose code this is, if it is one that counts now and comes after `last`, the last one that was used: a
    /// code counts once, and so do those before it.
    pub(super) fn check(&self, code: &str, now: Timestamp, last: Option<u64>) -> Option<u64> {
        let digits = digits(code)?;
        let seconds = u64::try_from(now.unix_millis()).unwrap_or(0) / 1_000;
        self.totp("").check(&digits, seconds).filter(|step| last.is_none_or(|last| *step > last))
    }

    /// For typing into an app: base 32 in groups of four.
    pub(super) fn to_text(&self) -> String {
        let text = self.totp("").secret().to_base32();
        text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
    }

    /// For scanning: the `otpauth` URI of the account with this address.
    pub(super) fn to_uri(&self, account: &str) -> String {
        // The colon ends the issuer. No address that anybody uses has one.
        let account = account.replace(':', " ");
        self.totp(&account).to_url().unwrap_or_default()
    }

    /// The URI as a picture.
    pub(super) fn to_svg(&self, account: &str) -> String {
        svg(&self.to_uri(account))
    }

    /// As it is stored in the user's row.
    pub(super) fn seal(
        &self,
        key: &TenantKey,
        tenant: TenantId,
        user: UserId,
        random: &dyn Random,
    ) -> Vec<u8> {
        key.seal_column(place(tenant, user), self.0.as_slice(), random)
    }

    /// From the user's row.
    pub(super) fn open(
        key: &TenantKey,
        tenant: TenantId,
        user: UserId,
        sealed: &[u8],
    ) -> Result<Self, AuthError> {
        let bytes = key
            .open_column(place(tenant, user), sealed)
            .map_err(|error| AuthError::Internal(error.into()))?;
        let secret =
            bytes.as_slice().try_into().map_err(|_| AuthError::Internal("no secret of an app".into()))?;
        Ok(Self(Zeroizing::new(secret)))
    }

    fn totp(&self, account: &str) -> Totp {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(SKEW)
            .with_step_duration(STEP_SECONDS)
            .with_secret(self.0.to_vec())
            .with_issuer(Some(ISSUER))
            .with_account_name(account)
            .build()
            .expect("six digits of 160 bits, and no colon in a name")
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

/// The six digits of what somebody has typed; apps show them in groups.
fn digits(typed: &str) -> Option<String> {
    if typed.len() > 32 {
        return None;
    }
    let digits: String = typed.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).collect();
    (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// A QR code of medium error correction with the quiet zone of four modules around it (ISO/IEC 18004).
fn svg(text: &str) -> String {
    use std::fmt::Write as _;
    const QUIET: i32 = 4;
    let Ok(code) = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Medium) else {
        return String::new(); // longer than any address
    };
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing to a string does not fail.
            let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    let size = code.size() + 2 * QUIET;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges"><path fill="#fff" d="M0,0h{size}v{size}h-{size}z"/><path fill="#000" d="{path}"/></svg>"##
    )
}

const fn place(tenant: TenantId, user: UserId) -> Column {
    Column { tenant: tenant.into_bytes(), row: user.into_bytes(), name: "users.totp" }
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::SystemRandom;

    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn rfc() -> TotpSecret {
        TotpSecret(Zeroizing::new(*b"12345678901234567890"))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_millis(seconds * 1_000)
    }

    #[test]
    fn the_values_of_rfc_6238_hold() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = u64::try_from(seconds).unwrap() / 30;
            assert_eq!(rfc().check(code, at(seconds), None), Some(step), "{code}");
        }
    }

    #[test]
    fn a_code_counts_one_step_early_and_one_late_and_no_more() {
        let code = "287082"; // step 1
        for (seconds, counts) in [(0, true), (29, true), (30, true), (89, true), (90, false), (120, false)] {
            assert_eq!(rfc().check(code, at(seconds), None).is_some(), counts, "{seconds}");
        }
    }

    #[test]
    fn a_code_counts_once_and_so_do_those_before_it() {
        assert_eq!(rfc().check("287082", at(59), Some(0)), Some(1));
        assert_eq!(rfc().check("287082", at(59), Some(1)), None);
        assert_eq!(rfc().check("287082", at(59), Some(2)), None);
    }

    #[test]
    fn what_is_no_code_is_wrong() {
        let long = "287082".repeat(10_000);
        for code in ["", "28708", "2870820", "28708x", "-287082-1", "２８７０８２", long.as_str()] {
            assert_eq!(rfc().check(code, at(59), None), None, "{code}");
        }
        assert_eq!(rfc().check(" 287 082 ", at(59), None), Some(1), "as apps show it");
    }

    #[test]
    fn an_app_is_told_everything_by_the_uri_and_the_picture() {
        let uri = rfc().to_uri("anna:berg+x@acme.example");
        assert!(uri.starts_with("otpauth://totp/Sealpost:anna"), "{uri}");
        assert!(
            uri.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") && uri.contains("issuer=Sealpost"),
            "{uri}"
        );
        assert_eq!(rfc().to_text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let svg = rfc().to_svg("anna@acme.example");
        assert!(svg.starts_with("<svg ") && svg.len() > 5_000, "{}", svg.len());
        assert!(!svg.contains("GEZD") && !svg.contains("style"));
    }

    #[test]
    fn a_secret_opens_in_its_row_only() {
        let key = TenantKey::generate(&SystemRandom);
        let now = at(1);
        let (tenant, user) = (TenantId::new(now, [1; 10]), UserId::new(now, [2; 10]));
        let secret = TotpSecret::generate(&SystemRandom);
        let sealed = secret.seal(&key, tenant, user, &SystemRandom);
        assert_eq!(TotpSecret::open(&key, tenant, user, &sealed).unwrap().to_text(), secret.to_text());
        assert!(TotpSecret::open(&key, tenant, UserId::new(now, [3; 10]), &sealed).is_err());
        assert_eq!(format!("{secret:?}"), "TotpSecret(..)");
    }
}
