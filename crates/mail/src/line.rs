//! Foreign text as a reader sees it.

/// Foreign text in one line: control characters and line ends become blanks, characters that turn text around are
/// left out, and what is longer than `max_chars` ends in an ellipsis.
///
/// Without this a subject could add lines to a plain text mail that read as if we had written them.
pub(crate) fn one_line(text: &str, max_chars: usize) -> String {
    let shown = text.chars().filter(|c| !is_invisible(*c));
    let mut line = String::new();
    let mut chars = 0;
    for c in shown.map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c }) {
        if c == ' ' && (line.is_empty() || line.ends_with(' ')) {
            continue;
        }
        if chars == max_chars {
            line.truncate(line.trim_end().len());
            line.push('…');
            return line;
        }
        line.push(c);
        chars += 1;
    }
    line.truncate(line.trim_end().len());
    line
}

/// Directional and invisible format characters (Unicode TR 36) and tags.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_stays_in_its_line() {
        assert_eq!(
            one_line(" Report\r\nBcc: eve@example.org\u{2028}x\t\ty ", 100),
            "Report Bcc: eve@example.org x y"
        );
        assert_eq!(one_line("exe.\u{202e}gpj", 100), "exe.gpj");
        assert_eq!(one_line("\0\u{7f}\n", 100), "");
        assert_eq!(one_line("abc def", 4), "abc…");
        assert_eq!(one_line("äöüß", 4), "äöüß");
        assert_eq!(one_line("äöüß!", 4), "äöüß…");
    }
}
