//! Every form in which bytes end up in a text.

/// Every text that these bytes may be written as; those of few bytes are left out.
pub(crate) fn forms(secret: &[u8]) -> Vec<String> {
    let mut forms = vec![
        data_encoding::HEXLOWER.encode(secret),
        data_encoding::HEXUPPER.encode(secret),
        secret.iter().map(|byte| format!("{byte}, ")).collect::<String>().trim_end_matches(", ").to_owned(),
    ];
    // Percent encoding, as pages and as the strictest of programs write it.
    let percent = |kept: &dyn Fn(u8) -> bool| -> String {
        secret
            .iter()
            .map(|b| if kept(*b) { char::from(*b).to_string() } else { format!("%{b:02X}") })
            .collect()
    };
    forms.push(percent(&|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)));
    forms.push(percent(&|_| false));
    forms.extend(std::str::from_utf8(secret).map(str::to_owned));
    // In base64 it looks differently by where it begins; what its neighbours have a part in is left out.
    for before in 0..3 {
        let shifted = [&vec![0; before][..], secret].concat();
        for encoding in [data_encoding::BASE64, data_encoding::BASE64URL] {
            let text = encoding.encode(&shifted);
            let first = if before == 0 { 0 } else { 4 };
            forms.extend(text.get(first..text.len() - 4).map(str::to_owned));
        }
    }
    forms.retain(|form| form.len() >= 6);
    forms.sort();
    forms.dedup();
    forms
}
