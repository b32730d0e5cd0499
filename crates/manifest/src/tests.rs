use std::{collections::BTreeMap, path::Path};

use super::*;

/// `web/packages/addin-manifest` makes the same of these values, and checks what comes of them by Microsoft's schemas.
const SAMPLE: &str = include_str!("../../../addin-manifest/sample/values.json");
const RENEW: &str = "SEALPOST_RENEW_MANIFESTS";

fn sample() -> Manifest {
    let values: BTreeMap<String, String> = serde_json::from_str(SAMPLE).unwrap();
    Manifest {
        addin_id: values["addin_id"].parse().unwrap(),
        app_id: values["app_id"].clone(),
        base_url: values["base_url"].clone(),
        provider_name: values["provider_name"].clone(),
        send_mode: SendMode::SoftBlock,
        version: Version((1 << 16) + 2),
        website_url: values["website_url"].clone(),
        privacy_url: values["privacy_url"].clone(),
        terms_url: values["terms_url"].clone(),
        support_url: values["support_url"].clone(),
    }
}

#[test]
fn the_sample_has_the_values_that_its_file_says() {
    let values: BTreeMap<String, String> = serde_json::from_str(SAMPLE).unwrap();
    for (place, value) in values {
        assert_eq!(sample().value(&place), Ok(value), "{place}");
    }
}

#[test]
fn what_is_made_of_the_sample_is_what_lies_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../addin-manifest/sample");
    let mut made = vec![("manifest.xml", sample().xml().unwrap())];
    made.extend(sample().unified().unwrap());
    for (name, text) in made {
        if std::env::var_os(RENEW).is_some() {
            std::fs::write(folder.join(name), &text).unwrap();
        }
        let kept = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            kept == text,
            "addin-manifest/sample/{name} is not what is rendered. If the change is meant, renew it and commit it:\n\
             {RENEW}=1 cargo test -p sealpost-manifest"
        );
    }
}

#[test]
fn versions_rise_one_by_one() {
    for (number, text) in [
        (0, "1.0.0.0"),
        (1, "1.0.1.0"),
        (65_535, "1.0.65535.0"),
        (65_536, "1.1.0.0"),
        (u32::MAX, "1.65535.65535.0"),
    ] {
        assert_eq!(Version(number).to_string(), text);
    }
}

#[test]
fn what_does_not_fit_is_refused_and_named() {
    let named = |name: &str| Manifest { provider_name: name.to_owned(), ..sample() }.xml().map(drop);
    assert_eq!(named(&"x".repeat(32)), Ok(()));
    for name in ["", " ", "a\nb", "a\u{202e}b", "a\u{200b}b", &"x".repeat(33), &"😀".repeat(17)] {
        assert_eq!(named(name), Err(ManifestError::Provider), "{name:?}");
    }
    let helped = |link: &str| Manifest { support_url: link.to_owned(), ..sample() }.xml().map(drop);
    assert_eq!(helped(&format!("https://{}", "x".repeat(2040))), Ok(()));
    for link in
        ["", "http://st-anna.example", "https://st-anna.example/ü", &format!("https://{}", "x".repeat(2041))]
    {
        assert_eq!(helped(link), Err(ManifestError::Link("support_url")), "{link}");
    }
    let tried = "http://127.0.0.1:8080".to_owned();
    let tried = Manifest { support_url: tried.clone(), base_url: tried, ..sample() };
    assert!(tried.xml().is_ok(), "a service that is only tried out leads to itself");
}

#[test]
fn the_host_is_the_origin_without_scheme_and_port() {
    for (origin, found) in [
        ("https://a.example", "a.example"),
        ("https://a.example:8443", "a.example"),
        ("http://[::1]:8080", "[::1]"),
        ("https://127.0.0.1:1", "127.0.0.1"),
    ] {
        assert_eq!(host(origin), found);
    }
}

#[test]
fn the_package_is_a_zip_that_others_open() {
    let package = sample().package().unwrap();
    let file = std::env::temp_dir().join(format!("sealpost-manifest-{}.zip", std::process::id()));
    std::fs::write(&file, &package).unwrap();
    let script = "import json, sys, zipfile\n\
                  with zipfile.ZipFile(sys.argv[1]) as opened:\n\
                  \u{20}   assert opened.testzip() is None\n\
                  \u{20}   print(*opened.namelist())\n\
                  \u{20}   print(json.loads(opened.read('manifest.json'))['id'])\n";
    let run = std::process::Command::new("python3").args(["-c", script]).arg(&file).output().unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(
        String::from_utf8_lossy(&run.stdout),
        format!("manifest.json de.json nl.json mark-192.png outline-32.png\n{}\n", sample().app_id)
    );
    assert_eq!(sample().package().unwrap(), package, "the same bytes each time");
}
