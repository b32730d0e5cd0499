//! What documents say of the bytes of their scripts and styles.

use std::fs;

use aws_lc_rs::digest::{SHA384, digest};
use data_encoding::BASE64;
use sealpost_test_support::tools::web;

const DOCUMENTS: [&str; 4] = ["pages/index.html", "admin/index.html", "pane/pane.html", "pane/commands.html"];

/// The value of an attribute of a tag.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

#[test]
fn documents_name_the_hash_of_every_script_and_style_that_they_load() {
    for document in DOCUMENTS {
        let (app, _) = document.split_once('/').unwrap();
        let dist = web().join("dist");
        let html = fs::read_to_string(dist.join(document)).unwrap();
        let mut found = 0;
        for tag in html.split('<').filter(|tag| tag.starts_with("script") || tag.starts_with("link")) {
            let name = attribute(tag, "src").or_else(|| attribute(tag, "href")).unwrap();
            if !name.starts_with("/web/") || name.ends_with(".svg") {
                // The icon, and Office.js, which changes by itself.
                assert!(
                    name.ends_with(".svg") || name.starts_with("https://appsforoffice.microsoft.com/"),
                    "{tag}"
                );
                continue;
            }
            let bytes = fs::read(dist.join(app).join(&name[1..])).unwrap();
            let hash = BASE64.encode(digest(&SHA384, &bytes).as_ref());
            assert_eq!(
                attribute(tag, "integrity"),
                Some(format!("sha384-{hash}").as_str()),
                "{document}: {tag}"
            );
            // Without it a browser compares nothing.
            assert!(tag.contains(" crossorigin"), "{document}: {tag}");
            found += 1;
        }
        assert!(found >= 2, "{document}: {html}");
    }
}
