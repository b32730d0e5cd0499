use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::{Duration, UNIX_EPOCH},
};

use sealpost_api::{
    BaseUrl, Network,
    fuzzing::{
        Answer, Created, caller, content_disposition, content_type, if_range_holds, range, tus_append,
        tus_creation,
    },
};

use crate::input::{Input, text};

/// What tus headers ask for lies within the bounds of a file; a final upload has parts.
pub fn tus_headers(data: &[u8]) {
    const NAMES: [&str; 7] = [
        "upload-length",
        "upload-defer-length",
        "upload-concat",
        "upload-metadata",
        "upload-checksum",
        "upload-offset",
        "content-length",
    ];
    // A line a header: which one, and its value.
    let lines = data.split(|byte| *byte == b'\n').take(16);
    // HTTP lets no control characters through.
    let passes = |byte: &u8| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f);
    let named = lines
        .filter_map(|line| line.split_first())
        .filter(|(_, value)| value.iter().all(passes));
    let mut headers: Vec<(&str, &[u8])> = named
        .map(|(name, value)| (NAMES[usize::from(*name) % NAMES.len()], value))
        .collect();
    let base_url: BaseUrl = "https://files.example.org".parse().expect("an address");
    let most = i64::MAX as u64;
    let occurs = |name: &str| headers.iter().filter(|(is, _)| *is == name).count();
    match tus_creation(&headers, &base_url) {
        Some(Created::Begin(new)) => {
            assert_eq!(new.length.is_some(), occurs("upload-defer-length") == 0);
            assert_eq!(new.length.is_some(), occurs("upload-length") == 1);
            assert!(new.length.is_none_or(|length| length <= most));
            assert!(new.body_length.is_none_or(|length| length <= most));
        }
        Some(Created::Join(parts, _)) => {
            assert!(!parts.is_empty() && parts.len() * 36 <= data.len());
            assert_eq!(occurs("upload-length") + occurs("upload-defer-length"), 0);
        }
        None => {}
    }
    headers.push(("content-type", b"application/offset+octet-stream"));
    if let Some(append) = tus_append(&headers) {
        assert_eq!(headers.iter().filter(|(is, _)| *is == "upload-offset").count(), 1);
        assert!(append.offset <= most && append.length.is_none_or(|length| length <= most));
    }
}

/// A part that is served lies within the file and is never empty; asking for exactly it gives it.
pub fn range_headers(data: &[u8]) {
    let mut input = Input(data);
    let length = input.u64();
    if let Answer::Part(part) = range(input.0, length) {
        assert!(part.start < part.end && part.end <= length);
        let again = format!("bytes={}-{}", part.start, part.end - 1);
        assert_eq!(range(again.as_bytes(), length), Answer::Part(part));
    }
    let modified = UNIX_EPOCH + Duration::from_secs(1_796_479_200);
    // What HTTP does not let through is as good as no header, and without one the range holds.
    let passes = input.0.iter().all(|byte| matches!(byte, b' '..=b'~'));
    if passes && if_range_holds(input.0, "\"abc\"", modified) {
        let text = text(input.0).expect("ASCII is text").trim();
        assert!(text == "\"abc\"" || text.contains("2026") || text.contains("-26-") || text.contains("-26 "));
    }
}

/// The header is one line that nobody can read two ways, and holds the whole name; no type runs in a browser.
pub fn content_disposition_header(data: &[u8]) {
    let Some(name) = text(data) else { return };
    let header = content_disposition(name);
    assert!(header.iter().all(|byte| matches!(byte, b' '..=b'~')));
    let header = std::str::from_utf8(&header).expect("ASCII");
    let rest = header.strip_prefix("attachment; filename=\"").expect("a name");
    let (plain, extended) = rest.split_once("\"; filename*=UTF-8''").expect("two names");
    assert!(!plain.contains(['"', '\\', '%']) && !plain.is_empty());
    let base = name.rsplit(['/', '\\']).next().filter(|base| !base.is_empty());
    assert_eq!(decoded(extended), base.unwrap_or("file").as_bytes());

    let kind = content_type(name);
    assert!(kind == name || kind == "application/octet-stream");
    // XML types (WHATWG MIME Sniffing, section 4.6) and HTML.
    assert!(!kind.ends_with("+xml") && !matches!(kind, "text/html" | "text/xml" | "application/xml"));
}

/// An address of the service is an origin in one spelling, over TLS unless it stays on this machine.
pub fn base_url(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let Ok(url) = text.parse::<BaseUrl>() else { return };
    let shown = url.as_str();
    assert_eq!(shown.parse().as_ref(), Ok(&url));
    let (scheme, authority) = shown.split_once("://").expect("a scheme");
    assert_eq!(scheme, if url.is_https() { "https" } else { "http" });
    assert!(!authority.is_empty() && !authority.contains(['/', '?', '#', '@', '\\', ' ']));
    assert!(authority.is_ascii() && !authority.contains(|c: char| c.is_control()));
    if !url.is_https() {
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let here = host.starts_with("127.") || matches!(host, "[::1]" | "[:" | "localhost");
        assert!(here || host.ends_with(".localhost"), "{shown}");
    }
}

/// Nobody is believed whom no trusted proxy has seen; a network holds its own address.
pub fn forwarded_for(data: &[u8]) {
    let mut input = Input(data);
    let peer = if input.array::<1>()[0].is_multiple_of(2) {
        IpAddr::from(Ipv4Addr::from(input.u32()))
    } else {
        IpAddr::from(Ipv6Addr::from(input.array::<16>()))
    };
    let Some(text) = text(input.0) else { return };
    let (networks, hops) = text.split_once('\n').unwrap_or((text, ""));
    let mut trusted = Vec::new();
    for network in networks.split(',').take(8) {
        if let Ok(parsed) = network.parse::<Network>() {
            let address: IpAddr = network
                .split('/')
                .next()
                .and_then(|it| it.parse().ok())
                .expect("an address");
            // One that is mapped counts as IPv4, and no IPv6 network holds it.
            assert!(parsed.contains(address) || address.to_canonical() != address);
            trusted.push(parsed);
        }
    }
    let hops: Vec<_> = hops.split(',').collect();
    assert_eq!(caller(peer, &hops, &[]), peer.to_canonical());
    let believed = caller(peer, &hops, &trusted);
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    // Whoever it is: the peer and all hops behind him are trusted, and he himself is the first that need not be.
    let mut chain = vec![peer.to_canonical()];
    chain.extend(
        hops.iter()
            .rev()
            .map_while(|hop| hop.trim().parse().ok().map(|it: IpAddr| it.to_canonical())),
    );
    let at = chain
        .iter()
        .position(|address| !is_trusted(*address))
        .unwrap_or(chain.len() - 1);
    assert_eq!(believed, chain[at]);
}

fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().expect("a digit"), rest.next().expect("a digit")];
            let digits = std::str::from_utf8(&digits).expect("ASCII");
            bytes.push(u8::from_str_radix(digits, 16).expect("hexadecimal"));
        } else {
            bytes.push(byte);
        }
    }
    bytes
}
