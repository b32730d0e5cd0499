//! Every key that the tests' own sender makes.

use data_encoding::BASE64URL_NOPAD;
use sealpost_test_support::sealing::Sealing;

use crate::looking::{Secret, derived};

/// Every key that the sender's program has made or derived so far, and never tells.
pub(super) fn keys_of_draft(draft: &Sealing) -> Vec<Secret> {
    let generated = draft.random.keys();
    assert!(generated.len() >= 2, "fragment secret and content key at least");
    let mut keys: Vec<Secret> = generated
        .iter()
        .enumerate()
        .map(|(number, key)| (format!("key {number} of its sender"), key.to_vec()))
        .collect();
    let fragment = draft.fragment.to_fragment();
    keys.push(("the fragment's text".to_owned(), fragment.as_bytes().to_vec()));
    let password = draft.password_key().map(|key| key.expose_secret().to_vec()).unwrap_or_default();
    let half = draft.half_bytes();
    let ikm = [&BASE64URL_NOPAD.decode(fragment.as_bytes()).unwrap()[..], &half, &password].concat();
    assert!(keys.iter().any(|(_, key)| ikm.starts_with(key)), "the fragment secret is among them");
    let proof = derived(draft.place, &ikm, "sealpost/access-proof/1");
    assert_eq!(
        proof,
        draft.access().proof.expose_secret().as_slice(),
        "it is derived as docs/file-format.md says"
    );
    keys.push(("the access key".to_owned(), derived(draft.place, &ikm, "sealpost/access-key/1")));
    if !password.is_empty() {
        keys.push(("the password key".to_owned(), password));
    }
    keys
}
