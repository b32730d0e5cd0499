use crate::metadata::{metadata, production_dependencies};

/// The arrows: each crate and the crates of ours that it may use. `docs/architecture.md` has the picture.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("sealed", &[]),
    ("metrics", &[]),
    ("wording", &["domain"]),
    ("vault", &["domain", "sealed"]),
    ("blob", &["domain", "sealed"]),
    ("db", &["domain"]),
    ("mail", &["domain", "wording"]),
    ("inspect", &["domain"]),
    ("reach", &["domain"]),
    ("oidc", &["domain", "reach"]),
    ("forward", &["domain", "reach"]),
    ("scim", &[]),
    ("archive", &[]),
    ("logo", &[]),
    ("manifest", &["domain"]),
    ("certificate", &["domain", "sealed"]),
    ("keys", &["domain", "sealed", "vault", "db"]),
    ("auth", &["domain", "sealed", "metrics", "db", "keys", "oidc"]),
    ("policy", &["domain", "sealed", "db", "auth"]),
    (
        "transfer",
        &[
            "domain",
            "sealed",
            "metrics",
            "archive",
            "certificate",
            "blob",
            "db",
            "inspect",
            "keys",
            "auth",
            "policy",
        ],
    ),
    (
        "tenancy",
        &[
            "domain",
            "sealed",
            "certificate",
            "blob",
            "db",
            "forward",
            "keys",
            "auth",
            "logo",
            "manifest",
            "policy",
            "scim",
        ],
    ),
    ("jobs", &["domain", "metrics", "db", "mail", "auth", "transfer", "tenancy"]),
    (
        "api",
        &["domain", "metrics", "scim", "archive", "certificate", "wording", "auth", "transfer", "tenancy"],
    ),
    ("client", &["domain", "sealed"]),
];

/// Crates that see everything: the binary, and what is for development only.
const SEE_ALL: &[&str] = &["server", "test-support", "benches", "fuzz", "tests"];

/// Outside crates that only some of ours may name, so that a decision about them stays in one place.
const NAMED_BY: &[(&str, &[&str])] = &[
    ("sqlx", &["db"]),
    ("object_store", &["blob"]),
    ("aes-gcm", &["sealed", "benches"]),
    ("aws-lc-rs", &["sealed", "benches"]),
    ("chacha20poly1305", &["sealed"]),
    ("argon2", &["sealed"]),
    ("hpke", &["sealed"]),
    ("actix-web", &["api", "server", "benches"]),
    ("lettre", &["mail"]),
    ("file-format", &["inspect"]),
    ("jsonwebtoken", &["oidc"]),
    ("png", &["logo"]),
    ("roxmltree", &["logo"]),
    ("webauthn-rs", &["auth"]),
    ("reqwest", &["client", "forward", "mail", "oidc", "reach", "vault", "benches", "test-support"]),
    ("azure_core", &["vault"]),
    ("azure_identity", &["vault"]),
    ("azure_security_keyvault_keys", &["vault"]),
    ("cryptoki", &["vault"]),
    ("prometheus-client", &["metrics"]),
    ("prometheus-client", &["metrics"]),
    ("tokio-cron-scheduler", &["jobs"]),
];

#[test]
fn every_arrow_points_down() {
    for (package, dependencies) in production_dependencies(&metadata()) {
        let package = package.strip_prefix("sealpost-").expect("our packages carry our name");
        if SEE_ALL.contains(&package) {
            continue;
        }
        let (_, allowed) = ARROWS
            .iter()
            .find(|(name, _)| *name == package)
            .unwrap_or_else(|| panic!("{package} has no floor"));
        for used in dependencies.iter().filter_map(|name| name.strip_prefix("sealpost-")) {
            assert!(allowed.contains(&used), "{package} may not use {used}");
        }
    }
}

#[test]
fn grants_without_credentials_are_for_tests_only() {
    for package in metadata()["packages"].as_array().expect("packages") {
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        let dangerous = dependencies.iter().any(|dependency| {
            dependency["name"] == "sealpost-auth"
                && dependency["features"].as_array().is_some_and(|on| on.iter().any(|name| name == "danger"))
        });
        assert!(!dangerous || package["name"] == "sealpost-test-support", "{}", package["name"]);
    }
}

#[test]
fn an_outside_crate_is_named_where_it_belongs() {
    for (package, dependencies) in production_dependencies(&metadata()) {
        let package = package.strip_prefix("sealpost-").expect("our packages carry our name");
        for (outside, owners) in NAMED_BY {
            let named = dependencies.iter().any(|name| name == outside);
            assert!(!named || owners.contains(&package), "{package} may not name {outside}");
        }
    }
}
