//! A small writer of PDF 1.7: text on pages of A4, in the fonts that every reader has, and one file that is carried
//! along. Text stays text: it can be selected, searched and read aloud.

use std::fmt::Write as _;

/// A4, in points.
const PAGE: (f32, f32) = (595.0, 842.0);
/// What is left free around the text, in points.
const MARGIN: f32 = 56.0;
/// Widths of Helvetica's characters from the blank on, in thousandths of the size (Adobe's font metrics).
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// The heading of the document.
    Title,
    /// The heading of a paragraph.
    Heading,
    /// Text.
    Body,
    /// Keys, hashes and notes: every character equally wide.
    Fixed,
}

impl Style {
    /// Which font, and its size in points.
    const fn font(self) -> (&'static str, f32) {
        match self {
            Self::Title => ("B", 20.0),
            Self::Heading => ("B", 11.0),
            Self::Body => ("R", 10.0),
            Self::Fixed => ("C", 8.0),
        }
    }

    /// How wide a character is, in points.
    fn width(self, byte: u8) -> f32 {
        let (font, size) = self.font();
        let thousandths = match font {
            "C" => 600,
            // No letter with an accent is wider than this, and bold ones are little wider than others.
            _ => {
                byte.checked_sub(32).and_then(|place| WIDTHS.get(usize::from(place))).copied().unwrap_or(722)
                    + if font == "B" { 40 } else { 0 }
            }
        };
        f32::from(thousandths) * size / 1_000.0
    }
}

/// A document that grows downwards.
#[derive(Debug)]
pub(crate) struct Pdf {
    pages: Vec<String>,
    /// Where the last line stands, from the bottom of its page.
    y: f32,
}

impl Pdf {
    pub(crate) const fn new() -> Self {
        Self { pages: Vec::new(), y: 0.0 }
    }

    /// Adds a text, broken into lines where it is too long for one.
    pub(crate) fn text(&mut self, style: Style, text: &str) {
        let width = PAGE.0 - 2.0 * MARGIN;
        for line in text.lines() {
            for broken in broken(style, &encoded(line), width) {
                self.line(style, MARGIN, &broken);
            }
        }
    }

    /// Adds what something is called, and beside it what it is.
    pub(crate) fn pair(&mut self, name: &str, value: &str) {
        let (indent, style) = (170.0, Style::Body);
        let lines = broken(style, &encoded(value), PAGE.0 - 2.0 * MARGIN - indent);
        for (number, line) in lines.iter().enumerate() {
            self.line(style, MARGIN + indent, line);
            if number == 0 {
                let (font, size) = style.font();
                self.put(font, size, MARGIN, &encoded(name));
            }
        }
    }

    /// Leaves room.
    pub(crate) fn gap(&mut self, points: f32) {
        self.y -= points;
    }

    fn line(&mut self, style: Style, x: f32, line: &[u8]) {
        let (font, size) = style.font();
        if self.pages.is_empty() || self.y - size * 1.4 < MARGIN {
            self.pages.push(String::new());
            self.y = PAGE.1 - MARGIN;
        }
        self.y -= size * 1.4;
        self.put(font, size, x, line);
    }

    fn put(&mut self, font: &str, size: f32, x: f32, line: &[u8]) {
        let y = self.y;
        if let Some(page) = self.pages.last_mut() {
            _ = writeln!(page, "BT /{font} {size} Tf {x:.1} {y:.1} Td {} Tj ET", literal(line));
        }
    }

    /// The bytes of the file. `attachment` is carried along under its name, which is of ASCII.
    pub(crate) fn finish(self, title: &str, language: &str, attachment: (&str, &str)) -> Vec<u8> {
        let (name, content) = (literal(&encoded(attachment.0)), attachment.1.as_bytes());
        let pages = self.pages.len();
        // 1 catalogue, 2 pages, 3 to 5 fonts, 6 information, 7 and 8 the file, then page and content in turns.
        let kids: Vec<_> = (0..pages).map(|page| format!("{} 0 R", 9 + 2 * page)).collect();
        let mut out = Objects::new();
        out.object(&format!(
            "<< /Type /Catalog /Pages 2 0 R /Lang ({language}) /Names << /EmbeddedFiles << /Names [ {name} 7 0 R ] >> >> \
             /ViewerPreferences << /DisplayDocTitle true >> >>"
        ));
        out.object(&format!("<< /Type /Pages /Kids [ {} ] /Count {pages} >>", kids.join(" ")));
        for font in ["Helvetica", "Helvetica-Bold", "Courier"] {
            out.object(&format!(
                "<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>"
            ));
        }
        out.object(&format!("<< /Title {} /Producer (Sealpost) >>", literal(&encoded(title))));
        out.object(&format!("<< /Type /Filespec /F {name} /UF {name} /EF << /F 8 0 R >> >>"));
        out.stream("/Type /EmbeddedFile /Subtype /application#2Fjson", content);
        for (number, page) in self.pages.iter().enumerate() {
            out.object(&format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 {} {} ] /Contents {} 0 R \
                 /Resources << /Font << /R 3 0 R /B 4 0 R /C 5 0 R >> >> >>",
                PAGE.0,
                PAGE.1,
                10 + 2 * number
            ));
            out.stream("", page.as_bytes());
        }
        out.finish()
    }
}

/// Numbered objects, and where each begins.
struct Objects {
    bytes: Vec<u8>,
    places: Vec<usize>,
}

impl Objects {
    fn new() -> Self {
        // The second line tells programs that the file is not text.
        Self { bytes: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), places: Vec::new() }
    }

    fn object(&mut self, content: &str) {
        self.begin();
        self.bytes.extend_from_slice(content.as_bytes());
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    fn stream(&mut self, entries: &str, content: &[u8]) {
        self.begin();
        let head = format!("<< {entries} /Length {} >>\nstream\n", content.len());
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(content);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }

    fn begin(&mut self) {
        self.places.push(self.bytes.len());
        let number = self.places.len();
        self.bytes.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
    }

    fn finish(mut self) -> Vec<u8> {
        let (start, count) = (self.bytes.len(), self.places.len() + 1);
        let mut end = format!("xref\n0 {count}\n0000000000 65535 f \n");
        for place in &self.places {
            _ = writeln!(end, "{place:010} 00000 n ");
        }
        _ = write!(end, "trailer\n<< /Size {count} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{start}\n%%EOF\n");
        self.bytes.extend_from_slice(end.as_bytes());
        self.bytes
    }
}

/// The text in Windows' code page 1252, which the fonts have; what is not in it becomes a question mark.
fn encoded(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match c {
            ' '..='~' | '\u{a0}'..='\u{ff}' => c as u8,
            '€' => 0x80,
            '‘' => 0x91,
            '’' => 0x92,
            '“' => 0x93,
            '”' => 0x94,
            '–' => 0x96,
            '—' => 0x97,
            _ => b'?',
        })
        .collect()
}

/// As a string of PDF. In ASCII, so that a page's content is text to Rust, too.
fn literal(bytes: &[u8]) -> String {
    let mut out = String::from("(");
    for byte in bytes {
        match byte {
            b'(' | b')' | b'\\' => {
                out.push('\\');
                out.push(char::from(*byte));
            }
            b' '..=b'~' => out.push(char::from(*byte)),
            _ => _ = write!(out, "\\{byte:03o}"),
        }
    }
    out.push(')');
    out
}

/// Lines of at most this width: broken at blanks, and inside of words that are longer than a line.
fn broken(style: Style, text: &[u8], width: f32) -> Vec<Vec<u8>> {
    let (mut lines, mut line, mut used, mut blank) = (Vec::new(), Vec::new(), 0.0, None);
    for &byte in text {
        let wide = style.width(byte);
        while used + wide > width && !line.is_empty() {
            let at = blank.take().unwrap_or(line.len());
            let rest: Vec<u8> = line.split_off(at);
            lines.push(std::mem::replace(&mut line, rest.into_iter().skip_while(|b| *b == b' ').collect()));
            used = line.iter().map(|byte| style.width(*byte)).sum();
        }
        if byte == b' ' {
            blank = Some(line.len());
        }
        line.push(byte);
        used += wide;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn long(lines: usize) -> Vec<u8> {
        let mut pdf = Pdf::new();
        pdf.text(Style::Title, "Löschung (über alles) \\ ok");
        for number in 0..lines {
            pdf.pair("Name", &format!("value {number} {}", "x".repeat(200)));
        }
        pdf.finish("T", "de", ("a.json", "{\"a\": 1}"))
    }

    /// What programs need to find their way: every object where the table says.
    #[test]
    fn the_table_names_the_place_of_every_object() {
        for lines in [0, 1, 200] {
            let bytes = long(lines);
            let tail = String::from_utf8_lossy(&bytes[bytes.len() - 40..]).into_owned();
            let start: usize =
                tail.split("startxref\n").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
            let table = String::from_utf8(bytes[start..].to_vec()).unwrap();
            let mut entries = 0;
            for (number, entry) in table.lines().skip(3).take_while(|line| line.ends_with("n ")).enumerate() {
                let place: usize = entry[..10].parse().unwrap();
                assert!(bytes[place..].starts_with(format!("{} 0 obj", number + 1).as_bytes()));
                entries += 1;
            }
            assert!(entries >= 10, "{table}");
        }
        assert!(long(200).len() > long(1).len() + 20_000, "pages follow");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_it_may_be_and_nothing_is_lost(text in "[ -~ä]{0,300}") {
            let bytes = encoded(&text);
            let lines = broken(Style::Body, &bytes, 100.0);
            for line in &lines {
                let wide: f32 = line.iter().map(|byte| Style::Body.width(*byte)).sum();
                prop_assert!(wide <= 100.0 || line.len() == 1);
            }
            let kept = |bytes: &[u8]| bytes.iter().filter(|b| **b != b' ').copied().collect::<Vec<_>>();
            prop_assert_eq!(kept(&lines.concat()), kept(&bytes));
        }

        #[test]
        fn any_text_becomes_a_string_that_ends_where_it_should(text in ".*") {
            let string = literal(&encoded(&text));
            let inner = string.strip_prefix('(').unwrap().strip_suffix(')').unwrap();
            let unescaped = inner.replace("\\\\", "").replace("\\(", "").replace("\\)", "");
            prop_assert!(!unescaped.contains(['(', ')']));
        }
    }
}
