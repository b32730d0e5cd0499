use crate::metadata::{built, metadata};

/// What may never be built in, and why.
const BANNED: &[(&str, &str)] = &[
    ("ring", "one TLS and AEAD provider: aws-lc-rs"),
    ("openssl-sys", "rustls only: no system library in the trusted base"),
    ("native-tls", "rustls only"),
    (
        "h2@0.3",
        "actix-http pins it, with an unfixed denial of service; HTTP/2 comes from a front proxy. Clients have a later one",
    ),
    ("azure_storage_blobs", "unmaintained, with open advisories"),
    ("openidconnect", "pulls ring and an rsa with a timing leak"),
    ("actix-governor", "GPL"),
];

/// Licences that a service under Apache-2.0 can carry.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    // Copyleft of single files, which we do not change: webauthn-rs.
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

#[test]
fn nothing_banned_is_built_in() {
    let built = built();
    assert!(built.iter().any(|built| built.starts_with("rustls@")), "cargo tree lists what is built");
    for (name, why) in BANNED {
        let is_banned = |built: &&String| {
            built.strip_prefix(name).is_some_and(|rest| rest.starts_with('@') || rest.starts_with('.'))
        };
        let found = built.iter().find(is_banned);
        assert!(found.is_none(), "{found:?}: {why}");
    }
}

#[test]
fn every_licence_is_one_that_we_can_carry() {
    let metadata = metadata();
    for package in metadata["packages"].as_array().expect("packages") {
        let (name, licence) = (package["name"].as_str(), package["license"].as_str().unwrap_or("none"));
        // "A OR B" lets us choose; "A AND B" binds us to both.
        let carried = licence.replace('/', " OR ").split(" AND ").all(|all| {
            all.split(" OR ").any(|one| {
                let one = one.trim_matches(|c: char| c == '(' || c == ')' || c.is_whitespace());
                LICENCES.contains(&one.trim_end_matches(" WITH LLVM-exception"))
            })
        });
        assert!(carried, "{name:?}: {licence}");
    }
}
