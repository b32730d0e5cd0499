use sealpost_auth::fuzzing::{is_passkey, names_somebody};

/// SHA-256 of `sealpost.example.org`: what a device signs for this service and no other.
const RP_ID_HASH: [u8; 32] = [
    0x57, 0x47, 0x1f, 0x1c, 0xd7, 0x0a, 0xb1, 0x74, 0x34, 0xb0, 0xb3, 0x66, 0xfe, 0x88, 0xee, 0x4f, 0x8d,
    0xe9, 0x78, 0x3c, 0x72, 0xf8, 0x45, 0xe4, 0x4b, 0xed, 0x07, 0xce, 0xba, 0x7d, 0x96, 0xed,
];
/// The flag that says that the device has verified its user (WebAuthn Level 3, 6.1).
const VERIFIED: u8 = 0x04;

/// No passkey is taken that was made for another site, or without its user's having been verified; and no answer harms.
pub fn passkey_answers(data: &[u8]) {
    if is_passkey(data) {
        let places = data.windows(RP_ID_HASH.len() + 1);
        let ours = places.filter(|place| place[..RP_ID_HASH.len()] == RP_ID_HASH);
        assert!(
            ours.into_iter()
                .any(|place| place[RP_ID_HASH.len()] & VERIFIED != 0)
        );
    }
    if names_somebody(data) {
        let text = String::from_utf8_lossy(data);
        assert!(["rawId", "userHandle"].iter().all(|field| text.contains(field)));
    }
}
