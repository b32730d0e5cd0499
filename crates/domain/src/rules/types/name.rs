//! What a file's name says, and what it hides.

use super::Extension;
use crate::{is_deceptive, words::words};

/// Blanks in a row that push an extension out of sight.
const HIDING_BLANKS: usize = 8;
/// Names that are devices on Windows, with any extension.
const DEVICES: &[&str] = &["AUX", "CLOCK$", "CON", "CONIN$", "CONOUT$", "NUL", "PRN"];

words! {
    /// How a name deceives whoever reads it, or harms whoever unpacks it.
    NameTrick {
        /// It has characters that turn it round, or cannot be seen.
        Deceptive = "deceptive_characters",
        /// It is a device on Windows: `con.txt`.
        Device = "device_name",
        /// What would run it stands behind what it pretends to be: `invoice.pdf.exe`.
        DoubleExtension = "double_extension",
        /// What would run it stands behind blanks, where nobody sees it.
        HiddenExtension = "hidden_extension",
        /// It goes into a stream beside a file on Windows: `a.txt:b.exe`.
        Stream = "stream_name",
        /// It leads out of the folder into which it is unpacked.
        Traversal = "path_traversal",
    }
}

/// What a file's name says, as Windows would read it: behind which trailing dots and blanks are as good as not there, and
/// `\` separates folders, too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameTraits {
    /// What stands behind the last dot, if that can be an extension.
    pub extension: Option<Extension>,
    /// The first trick that is found, if any is.
    pub trick: Option<NameTrick>,
}

impl NameTraits {
    /// What a name says, folders before it included. It may be anything: names in archives were refused nowhere.
    pub fn of(name: &str) -> Self {
        let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
        // `a.exe::$DATA` is `a.exe`, and of `a.txt:b.exe` both could be meant: what can run counts.
        let mut extensions = base.split(':').map(extension);
        let first = extensions.next().flatten();
        let active = extensions.flatten().find(Extension::is_active);
        let extension = active.filter(|_| !first.as_ref().is_some_and(Extension::is_active)).or(first);
        let trick = trick(name, base, extension.as_ref());
        Self { extension, trick }
    }
}

/// What stands behind the last dot.
fn extension(name: &str) -> Option<Extension> {
    end(name).rsplit_once('.').and_then(|(_, word)| word.trim().parse().ok())
}

/// A name without what Windows cuts off its end.
fn end(name: &str) -> &str {
    name.trim_end_matches(|c: char| c == '.' || c.is_whitespace() || c.is_control())
}

fn trick(name: &str, base: &str, extension: Option<&Extension>) -> Option<NameTrick> {
    if name.chars().any(|c| c.is_control() || is_deceptive(c)) {
        return Some(NameTrick::Deceptive);
    }
    let drive = name.as_bytes().get(1) == Some(&b':') && name.as_bytes()[0].is_ascii_alphabetic();
    let upwards = || name.split(['/', '\\']).any(|segment| segment.trim() == "..");
    if drive || name.starts_with(['/', '\\']) || upwards() {
        return Some(NameTrick::Traversal);
    }
    if base.contains(':') {
        return Some(NameTrick::Stream);
    }
    if name.split(['/', '\\']).any(is_device) {
        return Some(NameTrick::Device);
    }
    extension.filter(|extension| extension.is_active())?;
    let (stem, _) = end(base).rsplit_once('.')?;
    let blanks = " ".repeat(HIDING_BLANKS);
    let blank: String = base.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    if stem.ends_with(char::is_whitespace) && !stem.trim().is_empty() || blank.contains(&blanks) {
        return Some(NameTrick::HiddenExtension);
    }
    let before = self::extension(stem)?;
    let pretends = !before.kinds().is_empty() && !before.is_active();
    pretends.then_some(NameTrick::DoubleExtension)
}

/// `con`, `con.txt`, `com1`, and the same with blanks behind them.
fn is_device(segment: &str) -> bool {
    let stem = segment.split(['.', ':']).next().unwrap_or(segment).trim_end().to_uppercase();
    let port = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    let numbered = port.is_some_and(|number| {
        let mut digits = number.chars();
        // The small digits ¹²³ count as well.
        let digit = digits.next().is_some_and(|c| matches!(c, '1'..='9' | '\u{b9}' | '\u{b2}' | '\u{b3}'));
        digit && digits.next().is_none()
    });
    numbered || DEVICES.contains(&stem.as_str())
}
