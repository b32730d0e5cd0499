//! The fuzz targets, as functions: each states what holds for any input at all.
//!
//! Random bytes do not get past an authentication tag, so the targets on ciphertext come in pairs: one opens the
//! input itself, the other seals something, damages it as the input says, and opens that. Those on text start from
//! `seeds/`, which hold what good input looks like.

mod content;
mod grants;
mod headers;
mod input;
mod inspect;
mod licence;
mod logo;
mod manifest;
mod message;
mod metadata;
mod names;
mod oidc;
mod part;
mod passkey;
mod range;
mod record;
mod scim;
mod small;
mod stored;
mod zero_knowledge;

pub use content::content_rules;
pub use grants::sealed_grants;
pub use headers::{base_url, content_disposition_header, forwarded_for, range_headers, tus_headers};
pub use inspect::{file_content, type_rules};
pub use licence::licence_text;
pub use logo::{logo_png, logo_svg};
pub use manifest::manifest_decode;
pub use message::{message_damaged, message_open};
pub use metadata::upload_metadata;
pub use names::{email_address, file_name, words};
pub use oidc::{oidc_answers, oidc_token};
pub use part::part_damaged;
pub use passkey::passkey_answers;
pub use range::object_range;
pub use record::{archive_verify, audit_export, certificates, forwarding_destination, signed_notes};
pub use scim::{scim_filter, scim_patch};
pub use small::small_things;
pub use stored::stored_json;
pub use zero_knowledge::{
    fragment_secret, private_key_at_rest, recovery_key_file, sealed_to_key, sealed_upload,
};

/// The program of a target: libFuzzer's under `cargo fuzz`, elsewhere one that runs the files it is given, so that a
/// finding can be replayed with any compiler.
#[macro_export]
macro_rules! target {
    ($target:ident) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::$target(data));

        #[cfg(not(fuzzing))]
        fn main() {
            for path in std::env::args_os().skip(1) {
                $crate::$target(&std::fs::read(&path).expect("an input file"));
                println!("{}: holds", path.display());
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    type Target = (&'static str, fn(&[u8]));

    const TEXT: &[Target] = &[
        ("audit_export", audit_export),
        ("base_url", base_url),
        ("certificates", certificates),
        ("content_disposition_header", content_disposition_header),
        ("content_rules", content_rules),
        ("email_address", email_address),
        ("file_content", file_content),
        ("file_name", file_name),
        ("forwarded_for", forwarded_for),
        ("forwarding_destination", forwarding_destination),
        ("fragment_secret", fragment_secret),
        ("licence_text", licence_text),
        ("logo_png", logo_png),
        ("logo_svg", logo_svg),
        ("oidc_answers", oidc_answers),
        ("oidc_token", oidc_token),
        ("passkey_answers", passkey_answers),
        ("range_headers", range_headers),
        ("recovery_key_file", recovery_key_file),
        ("scim_filter", scim_filter),
        ("scim_patch", scim_patch),
        ("signed_notes", signed_notes),
        ("stored_json", stored_json),
        ("tus_headers", tus_headers),
        ("type_rules", type_rules),
        ("upload_metadata", upload_metadata),
        ("words", words),
    ];

    const SEALED: &[Target] = &[
        ("archive_verify", archive_verify),
        ("manifest_decode", manifest_decode),
        ("message_damaged", message_damaged),
        ("message_open", message_open),
        ("object_range", object_range),
        ("part_damaged", part_damaged),
        ("private_key_at_rest", private_key_at_rest),
        ("sealed_grants", sealed_grants),
        ("sealed_to_key", sealed_to_key),
        ("sealed_upload", sealed_upload),
        ("small_things", small_things),
    ];

    /// Not fuzzing, but it keeps the targets true: some thousand inputs, the same in every run.
    #[test]
    fn every_target_holds_for_many_inputs() {
        let mut state = 1_u64;
        let mut byte = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes()[0]
        };
        for length in (0..120).cycle().take(3_000) {
            let data: Vec<u8> = (0..length).map(|_| byte()).collect();
            for (_, target) in SEALED {
                target(&data);
            }
            // ASCII gets further where text is read.
            let ascii: Vec<u8> = data.iter().map(|byte| byte & 0x7f).collect();
            for (_, target) in TEXT {
                target(&data);
                target(&ascii);
            }
        }
    }

    #[test]
    fn every_target_holds_for_its_seeds_and_for_what_is_left_of_them() {
        for (name, target) in SEALED.iter().chain(TEXT) {
            let Ok(seeds) = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name))
            else {
                continue;
            };
            for seed in seeds {
                let seed = std::fs::read(seed.unwrap().path()).unwrap();
                for length in 0..=seed.len() {
                    target(&seed[..length]);
                }
            }
        }
    }

    #[test]
    fn the_seed_manifest_is_read() {
        let seed = include_bytes!("../seeds/manifest_decode/one-part");
        assert!(sealpost_sealed::Manifest::decode(seed).is_ok());
        manifest_decode(seed);
    }

    #[test]
    fn the_seeds_of_secrets_and_recovery_keys_are_read() {
        use sealpost_sealed::{FragmentSecret, RecoveryKeyFile};
        let fragment = include_str!("../seeds/fragment_secret/secret");
        assert!(FragmentSecret::parse(fragment).is_ok());
        for file in [
            include_str!("../seeds/recovery_key_file/private"),
            include_str!("../seeds/recovery_key_file/locked"),
            include_str!("../seeds/recovery_key_file/public"),
        ] {
            assert!(RecoveryKeyFile::parse(file).is_ok());
        }
    }

    #[test]
    fn the_seeds_of_passkeys_are_taken() {
        use sealpost_auth::fuzzing::{is_passkey, names_somebody};
        assert!(is_passkey(include_bytes!("../seeds/passkey_answers/attestation")));
        assert!(names_somebody(include_bytes!("../seeds/passkey_answers/sign-in")));
    }
}
