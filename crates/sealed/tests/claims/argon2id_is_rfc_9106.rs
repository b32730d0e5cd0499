use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use data_encoding::HEXLOWER;
use sealpost_sealed::{PasswordKey, PasswordParameters};

#[test]
fn the_vector_of_section_5_3_holds() {
    let parameters = ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .data(AssociatedData::new(&[4; 12]).unwrap())
        .build()
        .unwrap();
    let mut tag = [0; 32];
    Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, parameters)
        .unwrap()
        .hash_password_into(&[1; 32], &[2; 16], &mut tag)
        .unwrap();
    assert_eq!(HEXLOWER.encode(&tag), "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
}

/// The answers are those of the reference implementation in C (argon2-cffi), for the password in NFC.
#[test]
fn password_keys_are_those_of_the_reference_implementation() {
    let salt = std::array::from_fn(|index| u8::try_from(index).unwrap());
    for (memory_mib, passes, lanes, key) in [
        (64, 3, 1, "4812e57c1f2a4ecd2fec698898a461ebfa6abf5a6530114d47d0d0aa5d7982e0"),
        (19, 1, 1, "b0bf67ac11e3908997a6c9a28b2fc1de63045717e2207fae2858f2f346b2b817"),
        (19, 2, 4, "4dc4c8af3c80f2bd5e87249cfc27d8d3e982f07b5e97f66ae6d91e22a4daa521"),
    ] {
        let parameters = PasswordParameters::new(salt, memory_mib * 1024, passes, lanes);
        let derived = PasswordKey::derive("Straße e\u{301}té 🔑", &parameters).unwrap();
        assert_eq!(HEXLOWER.encode(derived.expose_secret()), key, "{parameters:?}");
    }
}
