use sealpost_sealed::{
    ContentKey, ContentKeyContext, Error, PasswordKey, PasswordParameters, TransferKey, message,
};

use crate::support::Seeded;

const PLACE: ContentKeyContext = ContentKeyContext { tenant: [1; 16], transfer: [2; 16] };

fn password_key(byte: u8) -> PasswordKey {
    PasswordKey::from_secret(&[byte; 32]).unwrap()
}

#[test]
fn with_the_transfer_key_around_it() {
    let random = Seeded::new(1);
    let (transfer, content) = (TransferKey::generate(&random), ContentKey::generate(&random));
    let mut locked = transfer.lock_content_key(&content, &password_key(1), PLACE, &random);
    let unlock = |transfer: &TransferKey, password, place, locked: &[u8]| {
        transfer.unlock_content_key(&password_key(password), place, locked)
    };
    assert_eq!(unlock(&transfer, 1, PLACE, &locked), Ok(content));
    assert_eq!(unlock(&transfer, 2, PLACE, &locked), Err(Error::WrongPassword));
    let elsewhere = ContentKeyContext { transfer: [9; 16], ..PLACE };
    assert_eq!(unlock(&transfer, 1, elsewhere, &locked), Err(Error::Commitment));
    assert_eq!(unlock(&TransferKey::generate(&random), 1, PLACE, &locked), Err(Error::Commitment));
    // A locked key is no wrapped one.
    assert_eq!(transfer.unwrap_content_key(PLACE, &locked), Err(Error::Commitment));
    // Damage is not taken for a wrong password: it would be counted against the recipient.
    *locked.last_mut().unwrap() ^= 1;
    assert_eq!(unlock(&transfer, 1, PLACE, &locked), Err(Error::Chunk));
}

/// Without the transfer key, a stolen row gives no way to tell a right password from a wrong one.
#[test]
fn the_password_alone_opens_nothing() {
    let random = Seeded::new(1);
    let (transfer, content) = (TransferKey::generate(&random), ContentKey::generate(&random));
    let locked = transfer.lock_content_key(&content, &password_key(1), PLACE, &random);
    let context = [b"sealpost/password-content-key/1\0" as &[u8], &PLACE.tenant, &PLACE.transfer].concat();
    assert!(message::open(&[1; 32], &context, &locked).is_err());
}

#[test]
fn however_it_was_typed() {
    let parameters = PasswordParameters::new([7; 16], 0, 0, 0);
    let composed = PasswordKey::derive("Gru\u{308}ße", &parameters).unwrap();
    assert_eq!(composed, PasswordKey::derive("Grüße", &parameters).unwrap());
    assert_ne!(composed, PasswordKey::derive("Grüsse", &parameters).unwrap());
    let salted = PasswordParameters::new([8; 16], 0, 0, 0);
    assert_ne!(composed, PasswordKey::derive("Grüße", &salted).unwrap());
}

#[test]
fn at_costs_within_bounds_whatever_is_stored() {
    let stored = |memory: u32, passes: u32, lanes: u32| {
        [&[1][..], &[7; 16], &memory.to_be_bytes(), &passes.to_be_bytes(), &lanes.to_be_bytes()].concat()
    };
    let read = |memory, passes, lanes| PasswordParameters::decode(&stored(memory, passes, lanes)).unwrap();
    assert_eq!(read(0, 0, 0), PasswordParameters::new([7; 16], 19 * 1024, 1, 1));
    assert_eq!(read(u32::MAX, u32::MAX, u32::MAX), PasswordParameters::new([7; 16], 256 * 1024, 10, 4));
    assert_eq!(read(65_536, 3, 1).encode(), stored(65_536, 3, 1));
    assert_eq!(read(u32::MAX, 3, 1).memory_kib(), 256 * 1024);
}

#[test]
fn by_default_at_64_mib_3_passes_1_lane() {
    let parameters = PasswordParameters::generate(&Seeded::new(1));
    assert_eq!(parameters.encode()[17..], [0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1]);
    assert_eq!(PasswordParameters::decode(&parameters.encode()), Ok(parameters));
    assert_ne!(PasswordParameters::generate(&Seeded::new(1)), PasswordParameters::generate(&Seeded::new(2)));
}

#[test]
fn with_parameters_of_this_version_and_length() {
    let parameters = PasswordParameters::new([7; 16], 65_536, 3, 1).encode();
    for length in 0..parameters.len() {
        assert_eq!(PasswordParameters::decode(&parameters[..length]), Err(Error::PasswordParameters));
    }
    let longer = [&parameters[..], &[0]].concat();
    assert_eq!(PasswordParameters::decode(&longer), Err(Error::PasswordParameters));
    let mut newer = parameters;
    newer[0] = 2;
    assert_eq!(PasswordParameters::decode(&newer), Err(Error::PasswordParameters));
}
