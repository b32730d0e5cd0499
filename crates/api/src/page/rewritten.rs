//! Links whose second part has come along in the address.
//!
//! What programs put around links of mails, to look at them when they are clicked, may write `%23` for `#` (Safe Links was seen to). A browser
//! then sends what should have stayed with it. That has happened when the page is asked for: it says so, and leads on.

use super::{Page, Shown};

/// Characters of a link's token, and of its second part: 32 bytes in base64url.
const LENGTH: usize = 43;

/// The page for a token behind which there is a second part, however it was written; nothing for any other token. `below` is where such
/// links lead: `/t/` or `/m/`.
pub(super) fn whole_link(below: &str, token: &str) -> Option<Shown> {
    let (first, second) = token.split_once('#').or_else(|| token.split_once("%23"))?;
    let is_sound = |part: &str| part.len() == LENGTH && part.bytes().all(is_letter);
    (is_sound(first) && is_sound(second))
        .then(|| Shown { page: Page::Rewritten(format!("{below}{first}#{second}")), branding: None })
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
