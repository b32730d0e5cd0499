//! Recovery codes: what lets in who has lost his second factor. Each counts once.

use sealpost_domain::UserId;
use sealpost_sealed::{Random, TenantKey};

/// How many a user gets.
pub(crate) const CODES: usize = 10;
/// Characters of a code, 5 random bits each: 60 bits.
const CHARS: usize = 12;
/// Crockford's base 32: nothing in it is taken for something else.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery code in its one spelling.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RecoveryCode([u8; CHARS]);

impl RecoveryCode {
    /// A new one.
    pub(crate) fn generate(random: &dyn Random) -> Self {
        let mut bytes = [0; CHARS];
        random.fill(&mut bytes);
        Self(bytes.map(|byte| ALPHABET[usize::from(byte % 32)]))
    }

    /// What somebody has typed; `None` if it cannot be a code. Hyphens, blanks and case do not matter.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() > 64 {
            return None;
        }
        let typed = text.chars().filter(|c| !matches!(c, '-' | ' '));
        let chars: Option<Vec<u8>> = typed.map(plain).collect();
        chars?.try_into().ok().map(Self)
    }

    /// As it is shown: three groups of four.
    pub(crate) fn to_text(&self) -> String {
        let groups: Vec<_> = self.0.chunks(4).map(String::from_utf8_lossy).collect();
        groups.join("-")
    }

    /// What is stored of it: under the tenant key, and worth nothing for another user.
    pub(crate) fn hmac(&self, key: &TenantKey, user: UserId) -> [u8; 32] {
        key.lookup_hmac("recovery_codes.code", &[user.into_bytes().as_slice(), &self.0].concat())
    }
}

/// The character of the alphabet that was meant.
fn plain(typed: char) -> Option<u8> {
    let upper = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        upper => upper,
    };
    u8::try_from(upper).ok().filter(|byte| ALPHABET.contains(byte))
}

#[cfg(test)]
mod tests {
    use sealpost_domain::Timestamp;
    use sealpost_sealed::SystemRandom;

    use super::*;

    #[test]
    fn a_code_is_understood_however_it_is_typed() {
        let code = RecoveryCode([b'1'; CHARS]);
        assert_eq!(code.to_text(), "1111-1111-1111");
        for typed in ["1111-1111-1111", "111111111111", "iiii LLLL 1l1I", " 1111 1111 1111 "] {
            assert!(RecoveryCode::parse(typed) == Some(code.clone()), "{typed}");
        }
        let code = RecoveryCode::generate(&SystemRandom);
        assert!(RecoveryCode::parse(&code.to_text().to_lowercase()) == Some(code.clone()));
        assert!(code != RecoveryCode::generate(&SystemRandom));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let long = "1".repeat(10_000);
        for typed in
            ["", "1111-1111-111", "1111-1111-11111", "1111-1111-111U", "١١١١-1111-1111", "123456", &long]
        {
            assert!(RecoveryCode::parse(typed).is_none(), "{typed}");
        }
    }

    #[test]
    fn what_is_stored_counts_for_one_user_of_one_tenant() {
        let now = Timestamp::from_unix_millis(1_800_000_000_000);
        let (anna, otto) = (UserId::new(now, [1; 10]), UserId::new(now, [2; 10]));
        let (acme, globex) = (TenantKey::generate(&SystemRandom), TenantKey::generate(&SystemRandom));
        let code = RecoveryCode::generate(&SystemRandom);
        assert_eq!(code.hmac(&acme, anna), code.clone().hmac(&acme, anna));
        assert_ne!(code.hmac(&acme, anna), code.hmac(&acme, otto));
        assert_ne!(code.hmac(&acme, anna), code.hmac(&globex, anna));
    }
}
