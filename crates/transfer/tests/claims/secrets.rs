//! What is shown of secrets where a value is written to a log.

use sealpost_transfer::{NewPassword, NewRecipient, NewTransfer, Notification, RecipientLink};

const SECRET: &str = "hunter2";

#[test]
fn debug_shows_no_password_and_no_link() {
    let address: sealpost_domain::EmailAddress = "bert@example.org".parse().unwrap();
    let new = NewTransfer {
        recipients: vec![NewRecipient {
            password: Some(NewPassword::Own(SECRET.to_owned())),
            ..address.clone().into()
        }],
        message: Some(SECRET.to_owned()),
        password: Some(NewPassword::Own(SECRET.to_owned())),
        ..NewTransfer::default()
    };
    let link = RecipientLink {
        recipient_id: "0190a000-0000-7000-8000-000000000001".parse().unwrap(),
        email: address.clone(),
        url: SECRET.to_owned(),
    };
    let mail = Notification {
        to: address.clone(),
        sender: address,
        sender_name: String::new(),
        sender_proved: Some(false),
        subject: None,
        url: SECRET.to_owned(),
        file_count: 1,
        byte_count: 1,
        expires_at: sealpost_domain::Timestamp::from_unix_millis(0),
        password_needed: true,
        sealed_by_sender: false,
        sealed_to_key: false,
    };
    for shown in [format!("{new:?}"), format!("{link:?}"), format!("{mail:?}")] {
        assert!(!shown.contains(SECRET) && !shown.contains("bert@"), "{shown}");
    }
}
