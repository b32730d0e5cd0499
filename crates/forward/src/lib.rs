//! Sending entries of an audit log on to where a tenant wants them: syslog (RFC 5424) over TLS (RFC 5425), and webhooks
//! that are signed as Standard Webhooks are.
//!
//! [`Forwarder::send`] hands one [`Batch`] to one [`Destination`], and returns when the other side has it. What is sent
//! when, again after a failure, and from where on, is for others to say. `docs/forwarding.md` specifies what is sent.
#![warn(missing_docs)]

mod destination;
mod error;
mod event;
mod forwarder;
mod json;
mod pem;
mod signature;
mod syslog;
mod tls;
mod webhook;

pub use destination::{Destination, Syslog, Webhook, WebhookSecret};
pub use error::ForwardError;
pub use event::{Batch, Event};
pub use forwarder::Forwarder;
