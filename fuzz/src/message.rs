use sealpost_sealed::{Aes256Gcm, AwsLc, FileKey, Manifest, ManifestContext, Portable, Salt, message};

use crate::input::{Constant, Input, plaintext};

const KEY: [u8; 32] = [1; 32];

/// No input is a message, nor a sealed manifest: that would be a forgery.
pub fn message_open(data: &[u8]) {
    assert!(message::open_with::<AwsLc>(&KEY, b"here", data).is_err());
    assert!(message::open_with::<Portable>(&KEY, b"here", data).is_err());
    let place = ManifestContext {
        tenant: [1; 16],
        transfer: [2; 16],
        file: [3; 16],
    };
    assert!(Manifest::open(&FileKey::generate(&Constant(1)), place, data).is_err());
}

/// A damaged message opens on neither cipher, an undamaged one on both.
pub fn message_damaged(data: &[u8]) {
    let mut input = Input(data);
    let plaintext = plaintext(input.up_to(40_000));
    let sealed = message::seal_with::<AwsLc>(&KEY, b"here", &plaintext, Salt::from_bytes([7; 24]));
    let mut damaged = sealed.clone();
    input.damage(&mut damaged);
    opens::<AwsLc>(&damaged, (sealed == damaged).then_some(&plaintext));
    opens::<Portable>(&damaged, (sealed == damaged).then_some(&plaintext));
}

fn opens<A: Aes256Gcm>(sealed: &[u8], expected: Option<&Vec<u8>>) {
    let opened = message::open_with::<A>(&KEY, b"here", sealed).ok();
    assert!(opened.as_deref() == expected);
}
