use proptest::prelude::*;

use super::*;

fn svg(inside: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">{inside}</svg>"#
    )
}

fn cleaned(inside: &str) -> Result<String, String> {
    let written = clean(svg(inside).as_bytes()).map_err(|error| error.to_string())?;
    let inner = written.strip_prefix(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">"#);
    Ok(inner.and_then(|rest| rest.strip_suffix("</svg>\n")).unwrap().to_owned())
}

#[test]
fn what_is_on_the_list_is_kept() {
    for (inside, expected) in [
        (r##"<path d="M0 0L10,10z" fill="#0b5cad"/>"##, r##"<path d="M0 0L10,10z" fill="#0b5cad"></path>"##),
        (
            r#"<g transform="translate(1 2) rotate( 3 )"/>"#,
            r#"<g transform="translate(1 2) rotate( 3 )"></g>"#,
        ),
        (
            r#"<rect style="fill:red;stroke : rgb(1,2,3)"/>"#,
            r#"<rect fill="red" stroke="rgb(1,2,3)"></rect>"#,
        ),
        (r#"<rect style="fill:red" fill="blue"/>"#, r#"<rect fill="red"></rect>"#),
        (r#"<title>A &amp; B</title>"#, "<title>A &amp; B</title>"),
        (r#"<text x="1">A<tspan>&lt;b></tspan></text>"#, r#"<text x="1">A<tspan>&lt;b&gt;</tspan></text>"#),
        ("<text><![CDATA[<script>]]></text>", "<text>&lt;script&gt;</text>"),
        (
            r##"<linearGradient id="a" xlink:href="#b"/>"##,
            r##"<linearGradient id="a" href="#b"></linearGradient>"##,
        ),
        (r##"<rect fill="url('#a')"/>"##, r##"<rect fill="url(#a)"></rect>"##),
        (r#"<text font-family="'Bücher', serif"/>"#, "<text font-family=\"&#39;Bücher&#39;, serif\"></text>"),
    ] {
        assert_eq!(cleaned(inside).as_deref(), Ok(expected), "{inside}");
    }
}

#[test]
fn what_nobody_sees_is_left_out() {
    for inside in [
        "<!-- <script> -->",
        "<?xml-stylesheet href='http://evil.example/x.css'?>",
        "<metadata><rdf xmlns='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>Anna</rdf></metadata>",
        "<x:namedview xmlns:x='http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd' onload='x'/>",
        "stray text",
    ] {
        assert_eq!(cleaned(inside).as_deref(), Ok(""), "{inside}");
    }
    let kept = cleaned(
        r#"<rect class="a" data-x="1" xml:base="http://evil.example/" tabindex="0" style="-inkscape-x:1;behavior:none"/>"#,
    );
    assert_eq!(kept.as_deref(), Ok("<rect></rect>"));
}

#[test]
fn what_runs_moves_or_reaches_out_is_refused() {
    for inside in [
        "<script>alert(1)</script>",
        "<script href='http://evil.example/x.js'/>",
        "<s:script xmlns:s='http://www.w3.org/2000/svg'>alert(1)</s:script>",
        "<g xmlns:h='http://www.w3.org/1999/xhtml'><h:script>alert(1)</h:script></g>",
        "<iframe xmlns='http://www.w3.org/1999/xhtml' src='http://evil.example/'/>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
        "<rect onclick='alert(1)'/>",
        "<g ONLOAD='alert(1)'/>",
        "<rect x:onclick='a' xmlns:x='urn:x'/>",
        "<a href='javascript:alert(1)'><rect/></a>",
        "<a xlink:href='https://evil.example/'><rect/></a>",
        "<image href='http://evil.example/p.png'/>",
        "<image href='data:image/svg+xml;base64,PHN2Zz4='/>",
        "<feImage href='http://evil.example/p.png'/>",
        "<use href='http://evil.example/x.svg#a'/>",
        "<use href='#a'/>",
        "<pattern id='a'/>",
        "<filter id='a'/>",
        "<style>@import 'http://evil.example/x.css';</style>",
        "<style>rect{fill:url(http://evil.example/x)}</style>",
        "<animate attributeName='href' to='javascript:alert(1)'/>",
        "<set attributeName='onmouseover' to='alert(1)'/>",
        "<animateTransform/>",
        "<handler/>",
        "<discard/>",
        "<svg width='1' height='1'/>",
        "<rect fill='url(http://evil.example/x)'/>",
        "<rect fill='url(//evil.example/x)'/>",
        "<rect fill='URL( \"http://evil.example/x#a\" )'/>",
        "<rect fill='url(#a) url(http://evil.example/)'/>",
        "<rect fill='u\\72l(http://evil.example/x)'/>",
        "<rect fill='url(#a'/>",
        "<rect style='fill:url(http://evil.example/x)'/>",
        "<rect style='background:url(http://evil.example/x)'/>",
        "<rect style='cursor:u\\72 l(http://evil.example/x)'/>",
        "<rect style='fill:expression(alert(1))'/>",
        "<rect fill='image-set(http://evil.example/x)'/>",
        "<rect fill='var(--x)'/>",
        "<rect fill='\"red'/>",
        "<rect fill='red;x:1'/>",
        "<rect id='a b'/>",
        "<rect id='a\"onload=\"x'/>",
        "<text font-family='a;b:url(x)'/>",
        "<linearGradient href='http://evil.example/#a'/>",
        "<linearGradient xlink:href='x.svg#a'/>",
        "<rect mask='url(x.svg#m)'/>",
        "<rect clip-path='url(data:image/svg+xml,x#m)'/>",
    ] {
        assert!(cleaned(inside).is_err(), "{inside} became {:?}", cleaned(inside));
    }
}

#[test]
fn what_is_no_svg_is_refused() {
    for text in [
        "",
        "<",
        "<svg",
        "<html/>",
        "<svg viewBox='0 0 1 1'/>",
        "<svg xmlns='http://www.w3.org/1999/xhtml' viewBox='0 0 1 1'/>",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 0 1'/>",
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 NaN 1'/>",
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 inf 1'/>",
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1e300 1'/>",
        "<svg xmlns='http://www.w3.org/2000/svg' width='2000' height='10'/>",
        "<svg xmlns='http://www.w3.org/2000/svg' width='10%' height='10'/>",
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/><svg/>",
        "<!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>",
        "<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><text>&a;</text></svg>",
        "<!DOCTYPE svg [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'>&b;</svg>",
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><text>&unknown;</text></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><text>&#0;</text></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' viewBox='0 0 1 1'/>",
    ] {
        assert!(clean(text.as_bytes()).is_err(), "{text}");
    }
    assert!(clean(b"\xff\xfe<\0s\0v\0g\0").is_err());
    let sized = "<svg xmlns='http://www.w3.org/2000/svg' width='20px' height='10'/>";
    let written = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 20 10\"></svg>\n";
    assert_eq!(clean(sized.as_bytes()).as_deref(), Ok(written));
}

#[test]
fn what_is_deep_or_wide_is_refused_at_once() {
    let deep = |levels: usize| format!("{}{}", "<g>".repeat(levels), "</g>".repeat(levels));
    assert!(cleaned(&deep(MAX_DEPTH - 1)).is_ok());
    assert!(cleaned(&deep(MAX_DEPTH + 1)).is_err());
    assert!(cleaned(&deep(36_000)).is_err());
    assert!(cleaned(&"<g>".repeat(80_000)).is_err());
    assert!(cleaned(&"<g/>".repeat(MAX_NODES as usize)).is_err());
    assert!(
        cleaned(&format!("<g{}/>", (0..20_000).map(|n| format!(" a{n}=''")).collect::<String>())).is_err()
    );
    assert!(cleaned(&(0..9_000).map(|n| format!("<a xmlns:b='{n}'>")).collect::<String>()).is_err());
}

/// Pieces from which nasty files are made.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "<",
        ">",
        "/>",
        "</g>",
        "<g",
        "<g>",
        "<rect ",
        "fill='",
        "style=\"",
        "url(",
        "#a)",
        "'",
        "\"",
        "&lt;",
        "&#60;",
        "script",
        "<script>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        " onload=",
        "href=",
        "xlink:href='",
        "javascript:",
        "xmlns:x='",
        "x:",
        "=",
        ";",
        ":",
        "\\",
        "\u{202e}",
        "id='",
        "<text>",
        "</text>",
        "<title>",
        "</title>",
        "1",
        " ",
        "\n",
        "<?x ",
        "?>",
    ];
    proptest::sample::select(words.to_vec()).prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_is_written_is_harmless_and_stays_as_it_is(pieces in proptest::collection::vec(piece(), 0..24)) {
        let inside = pieces.concat();
        if let Ok(written) = clean(svg(&inside).as_bytes()) {
            assert_harmless(&written);
            prop_assert_eq!(clean(written.as_bytes()), Ok(written));
        }
    }

    #[test]
    fn values_are_harmless_however_they_are_spelt(value in "[ -~é\u{202e}]{0,40}", name in "(fill|style|id|font-family|d)") {
        let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        if let Ok(written) = clean(svg(&format!("<rect {name}=\"{value}\"/>")).as_bytes()) {
            assert_harmless(&written);
            prop_assert_eq!(clean(written.as_bytes()), Ok(written));
        }
    }
}

/// By another look at what was written than the one that wrote it.
fn assert_harmless(written: &str) {
    let document = Document::parse(written).expect("what is written is XML");
    for node in document.descendants() {
        assert!(!node.is_comment() && !node.is_pi(), "{written}");
        if node.is_element() {
            assert_eq!(node.tag_name().namespace(), Some(SVG), "{written}");
            assert!(Element::of(node.tag_name().name()).is_some(), "{written}");
        }
        for attribute in node.attributes() {
            let value = attribute.value().to_lowercase();
            assert!(!attribute.name().starts_with("on") && attribute.name() != "style", "{written}");
            assert!(attribute.name() != "href" || value.starts_with('#'), "{written}");
            assert!(!value.contains('\\') && !value.contains(':') && !value.contains('/'), "{written}");
            assert!(value.match_indices("url(").all(|(at, _)| value[at + 4..].starts_with('#')), "{written}");
        }
    }
}
