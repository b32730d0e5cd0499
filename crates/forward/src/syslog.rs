//! Messages of syslog (RFC 5424), framed by their length (RFC 5425, section 4.3).

use std::fmt::Write as _;

use data_encoding::HEXLOWER;
use sealpost_domain::TenantId;

use crate::{Event, json::moment};

/// The number under which our structured data are named. 32473 is the one that RFC 5612 keeps for documentation: until one
/// is assigned.
const ENTERPRISE: u32 = 32_473;
/// Longest message in bytes. Receivers should take 8192 (RFC 5425, section 4.3.1), and rsyslog's default is as much.
const MAX_MESSAGE_BYTES: usize = 8_192;
/// Longest of each personal value, and most of them.
const MAX_VALUE_BYTES: usize = 320;
const MAX_VALUES: usize = 10;
/// Facility 13, log audit.
const FACILITY: u8 = 13;
const INFORMATIONAL: u8 = 6;
const WARNING: u8 = 4;

/// A message with its length before it.
pub(crate) fn frame(tenant: TenantId, host: &str, event: &Event) -> Vec<u8> {
    let message = message(tenant, host, event);
    let mut frame = format!("{} ", message.len()).into_bytes();
    frame.extend_from_slice(message.as_bytes());
    frame
}

/// `<PRI>1 TIME HOST sealpost - KIND [structured data] BOM payload`.
fn message(tenant: TenantId, host: &str, event: &Event) -> String {
    let head = format!(
        "<{}>1 {} {} sealpost - {} ",
        FACILITY * 8 + severity(&event.kind),
        moment(event.at),
        name(host, 255),
        name(&event.kind, 32),
    );
    let (mut data, personal) = (element(tenant, event), personal(event));
    let mut payload = event.payload.as_str();
    if head.len() + data.len() + personal.len() + 4 + payload.len() > MAX_MESSAGE_BYTES {
        // Half of a JSON text would be none; the number and the hash lead to the whole one.
        data.pop();
        let _ = write!(data, " omitted=\"{}\"]", payload.len());
        payload = "{}";
    }
    data.push_str(&personal);
    format!("{head}{data} \u{feff}{payload}")
}

fn severity(kind: &str) -> u8 {
    let alarming = ["refused", "locked", "damaged", "unreachable", "skipped"];
    if alarming.iter().any(|word| kind.ends_with(word)) { WARNING } else { INFORMATIONAL }
}

fn element(tenant: TenantId, event: &Event) -> String {
    let mut text = format!("[sealpost@{ENTERPRISE} tenant=\"{tenant}\" seq=\"{}\"", event.seq);
    if let Some(transfer) = event.transfer {
        let _ = write!(text, " transfer=\"{transfer}\"");
    }
    let (prev, hash) = (HEXLOWER.encode(&event.prev_hash), HEXLOWER.encode(&event.hash));
    let _ = write!(text, " prev_hash=\"{prev}\" hash=\"{hash}\"]");
    text
}

/// People and where they came from; a parameter for each value.
fn personal(event: &Event) -> String {
    let values =
        event.personal.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
    let mut text = String::new();
    for (parameter, value) in values.take(MAX_VALUES) {
        let _ = write!(text, " {}=\"{}\"", name(parameter, 32), escaped(value));
    }
    if text.is_empty() { text } else { format!("[personal@{ENTERPRISE}{text}]") }
}

/// Printable ASCII without what structured data give a meaning to; `-` for nothing.
fn name(text: &str, most: usize) -> String {
    let plain = |c: &char| c.is_ascii_graphic() && !"=]\"".contains(*c);
    let name: String = text.chars().filter(plain).take(most).collect();
    if name.is_empty() { "-".to_owned() } else { name }
}

/// A parameter's value (RFC 5424, section 6.3.3). Control characters would begin a new line in a receiver's file.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        if text.len() >= MAX_VALUE_BYTES {
            break;
        }
        match c {
            '"' | '\\' | ']' => text.extend(['\\', c]),
            c if c.is_control() => text.push('\u{fffd}'),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use sealpost_domain::Timestamp;

    use super::*;

    const NIL: &str = "00000000-0000-0000-0000-000000000000";

    fn event(payload: &str, personal: &[(&str, &str)]) -> Event {
        let at = Timestamp::from_unix_millis(1_800_000_000_123);
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in personal {
            values.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        Event {
            seq: 7,
            at,
            kind: "delivery.refused".to_owned(),
            transfer: Some(NIL.parse().unwrap()),
            payload: payload.to_owned(),
            prev_hash: [1; 32],
            hash: [2; 32],
            personal: values,
        }
    }

    #[test]
    fn a_message_is_what_the_rfc_says() {
        let event = event(r#"{"by":"recipient"}"#, &[("address", "a\"b]c\\d\n@x"), ("address", "b@x")]);
        let text = message(NIL.parse().unwrap(), "send.example.org", &event);
        let (one, two) = ("01".repeat(32), "02".repeat(32));
        assert_eq!(
            text,
            format!(
                "<108>1 2027-01-15T08:00:00.123Z send.example.org sealpost - delivery.refused \
                 [sealpost@32473 tenant=\"{NIL}\" seq=\"7\" transfer=\"{NIL}\" prev_hash=\"{one}\" hash=\"{two}\"]\
                 [personal@32473 address=\"a\\\"b\\]c\\\\d\u{fffd}@x\" address=\"b@x\"] \u{feff}{{\"by\":\"recipient\"}}"
            )
        );
        let framed = frame(NIL.parse().unwrap(), "send.example.org", &event);
        assert_eq!(framed, format!("{} {text}", text.len()).into_bytes());
    }

    proptest! {
        #[test]
        fn no_value_leaves_its_place_and_no_message_is_too_long(
            value in any::<String>(), name in any::<String>(), host in any::<String>(), length in 0_usize..20_000
        ) {
            let many: Vec<_> = (0..50).map(|_| (name.as_str(), value.as_str())).collect();
            let event = event(&format!("{{\"x\":\"{}\"}}", "y".repeat(length)), &many);
            let text = message(NIL.parse().unwrap(), &host, &event);
            prop_assert!(text.len() <= MAX_MESSAGE_BYTES);
            let (head, payload) = text.split_once('\u{feff}').unwrap();
            prop_assert!(serde_json::from_str::<serde_json::Value>(payload).is_ok());
            prop_assert!(!head.chars().any(char::is_control));
            // Unescaped, there are as many quotes as brackets want, and the element ends where the message begins.
            let plain = head.replace("\\\\", "").replace("\\\"", "").replace("\\]", "");
            prop_assert_eq!(plain.matches('"').count() % 2, 0);
            prop_assert!(plain.ends_with("] "));
            prop_assert_eq!(plain.matches(']').count(), plain.matches('[').count() - bare_openings(&plain));
        }
    }

    /// `[` needs no escape inside of a value.
    fn bare_openings(plain: &str) -> usize {
        plain.matches('[').count() - plain.matches("[sealpost@").count() - plain.matches("[personal@").count()
    }
}
