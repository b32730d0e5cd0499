use sealpost_sealed::{
    Column, ContentKey, ContentKeyContext, EpochKey, GrantKey, PasswordKey, PasswordParameters, RootContext,
    RootKey, TransferKey, TransferKeyContext, UploadKeyContext,
};

use crate::input::Constant;

/// No input is a wrapped key, a sealed column or a grant; what is read as password parameters is within bounds.
pub fn small_things(data: &[u8]) {
    if let Ok(parameters) = PasswordParameters::decode(data) {
        assert!((19 * 1024..=256 * 1024).contains(&parameters.memory_kib()));
        assert_eq!(PasswordParameters::decode(&parameters.encode()), Ok(parameters));
    }
    let (tenant, transfer) = ([1; 16], [2; 16]);
    let transfer_key = TransferKey::generate(&Constant(1));
    let content = ContentKeyContext { tenant, transfer };
    assert!(transfer_key.unwrap_content_key(content, data).is_err());
    if let Ok(password) = PasswordKey::from_secret(&[3; 32]) {
        assert!(transfer_key.unlock_content_key(&password, content, data).is_err());
    }
    let epoch_key = EpochKey::generate(&Constant(1));
    assert!(
        epoch_key
            .unwrap_transfer_key(TransferKeyContext { tenant, transfer }, data)
            .is_err()
    );
    let content_key = ContentKey::generate(&Constant(1));
    let upload = UploadKeyContext {
        tenant,
        transfer,
        upload: [4; 16],
    };
    assert!(content_key.unwrap_upload_key(upload, data).is_err());
    let place = Column {
        tenant,
        row: transfer,
        name: "transfers.message",
    };
    assert!(content_key.open_text(place, data).is_err());
    assert!(
        RootKey::generate(&Constant(1))
            .unwrap(&RootContext::TenantKey { tenant }, data)
            .is_err()
    );
    assert!(GrantKey::generate(&Constant(1)).open("download", data).is_err());
}
