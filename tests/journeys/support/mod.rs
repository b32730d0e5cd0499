//! What the journeys need: the binary, its HTTP interface, and bytes to send.

mod api;
mod binary;
mod bytes;
mod cloud;
mod collector;
mod configured;
mod dice;
mod installed;
mod listing;
mod proxy;
mod service;
mod tools;

pub(crate) use api::{Api, Delivery, body, link_token, number};
pub(crate) use binary::{Ended, binary, run, run_ok, sealpost};
pub(crate) use bytes::{Content, sha256};
pub(crate) use cloud::Cloud;
pub(crate) use collector::{Collector, Span};
pub(crate) use configured::Configured;
pub(crate) use dice::Dice;
pub(crate) use installed::{Installed, Wanted};
pub(crate) use listing::hostile_listing;
pub(crate) use proxy::Proxy;
pub(crate) use service::{Service, eventually, files_below, own_port};
pub(crate) use tools::{node, python};
