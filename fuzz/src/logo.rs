use sealpost_logo::{LogoKind, MAX_KEPT_BYTES, clean};

/// What is read as a PNG is written as one of three kinds of chunks, and stays as it is.
pub fn logo_png(data: &[u8]) {
    let Ok(kept) = clean(LogoKind::Png, data) else {
        return;
    };
    assert!(kept.len() <= MAX_KEPT_BYTES && kept.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert_eq!(clean(LogoKind::Png, &kept).expect("it is a PNG"), kept);
}

/// What is read as an SVG has nothing in it that runs or reaches out, and stays as it is.
pub fn logo_svg(data: &[u8]) {
    let Ok(kept) = clean(LogoKind::Svg, data) else {
        return;
    };
    let text = std::str::from_utf8(&kept).expect("it is text");
    // Neither texts nor values have angle brackets or, but for names of attributes, equals signs.
    for tag in text.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let tag = tag.to_lowercase();
        for word in ["script", "style", "image", "use", "a ", "foreign", "!", "?"] {
            assert!(!tag.starts_with(word), "{text}");
        }
        let names = tag.split('=').filter_map(|part| part.rsplit(' ').next());
        assert!(
            names
                .clone()
                .all(|name| !name.starts_with("on") && name != "style"),
            "{text}"
        );
        assert!(
            tag.match_indices("url(")
                .all(|(place, _)| tag[place + 4..].starts_with('#')),
            "{text}"
        );
    }
    assert_eq!(clean(LogoKind::Svg, &kept).expect("it is an SVG"), kept);
}
