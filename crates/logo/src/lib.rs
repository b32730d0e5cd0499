//! Logos: pictures that tenants hand in and others' browsers show.
//!
//! Nothing of what was handed in is handed out: a PNG is written anew from its pixels, an SVG from the elements and
//! attributes of a list. What would look otherwise without what is not on the list is refused, and the answer names it.
#![warn(missing_docs)]

mod png;
mod svg;

/// Most bytes of a logo, as it is handed in.
pub const MAX_BYTES: usize = 256 << 10;
/// Most bytes of a logo, as it is kept: pixels that are written anew may take more than before.
pub const MAX_KEPT_BYTES: usize = 512 << 10;
/// Most pixels from left to right.
pub const MAX_WIDTH: u32 = 1024;
/// Most pixels from top to bottom.
pub const MAX_HEIGHT: u32 = 512;

/// What a logo may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoKind {
    /// Pixels (W3C PNG).
    Png,
    /// Shapes (W3C SVG 1.1 and 2).
    Svg,
}

impl LogoKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Png, Self::Svg];

    /// As `Content-Type` has it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml",
        }
    }

    /// The kind with this media type; parameters do not count.
    pub fn of_media_type(text: &str) -> Option<Self> {
        let essence = text.split(';').next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|kind| kind.media_type().eq_ignore_ascii_case(essence))
    }
}

/// Why a logo is refused, in words for whoever has handed it in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// Over [`MAX_BYTES`], or [`MAX_KEPT_BYTES`] when it was written anew.
    #[error("a logo has at most 256 KiB, and 512 KiB when its pixels are written anew")]
    TooLarge,
    /// Over [`MAX_WIDTH`] or [`MAX_HEIGHT`], or nothing at all.
    #[error("a logo has at most 1024 by 512 pixels, and at least one")]
    Dimensions,
    /// It cannot be read as what it is said to be.
    #[error("the logo is no {0} that can be read: {1}")]
    Unreadable(&'static str, String),
    /// It holds what a logo may not.
    #[error("the SVG has {0}, which a logo may not have")]
    Forbidden(String),
    /// Too many elements, or too deep.
    #[error("the SVG has more than {0}")]
    TooMuch(&'static str),
}

/// The logo as it is kept and handed out.
///
/// # Errors
/// [`LogoError`] with the first thing that is wrong.
pub fn clean(kind: LogoKind, bytes: &[u8]) -> Result<Vec<u8>, LogoError> {
    if bytes.len() > MAX_BYTES {
        return Err(LogoError::TooLarge);
    }
    let kept = match kind {
        LogoKind::Png => png::clean(bytes)?,
        LogoKind::Svg => svg::clean(bytes)?.into_bytes(),
    };
    if kept.len() > MAX_KEPT_BYTES { Err(LogoError::TooLarge) } else { Ok(kept) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_go_by_their_media_types() {
        for (text, kind) in [
            ("image/png", Some(LogoKind::Png)),
            ("IMAGE/PNG", Some(LogoKind::Png)),
            ("image/svg+xml; charset=utf-8", Some(LogoKind::Svg)),
            ("image/svg", None),
            ("text/html", None),
            ("", None),
        ] {
            assert_eq!(LogoKind::of_media_type(text), kind, "{text}");
        }
    }

    #[test]
    fn what_is_too_large_is_not_read() {
        for kind in LogoKind::ALL {
            assert_eq!(clean(kind, &vec![b' '; MAX_BYTES + 1]), Err(LogoError::TooLarge));
        }
    }
}
