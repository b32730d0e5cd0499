//! The HTTP client of the command line: sends files over tus, fetches links.
//!
//! Three verbs, and the upload requests of a [`Server`]. [`send`] creates a transfer, uploads files and folders and sends it; [`submit`] sends in what
//! somebody has asked for; [`fetch`] opens a link and writes its files into a directory. All may be dropped at any moment: called again with the same arguments they
//! go on where they were. Nothing here prints or asks; progress goes to [`Events`], passwords come from
//! [`AskPassword`].
#![warn(missing_docs)]

use std::num::NonZeroUsize;

mod access;
mod api;
mod backoff;
mod error;
mod events;
mod fetch;
mod health;
mod keys;
mod pages;
mod portals;
mod private;
mod recovery;
mod requests;
mod secret;
mod send;
mod server;
pub mod wire;

pub use backoff::Retry;
pub use error::{Error, Problem};
pub use events::{Event, Events};
pub use fetch::{AskPassword, FetchOptions, Fetched, FetchedFile, Link, NoPassword, fetch};
pub use health::{Health, health};
pub use pages::Served;
pub use portals::{Bound, PortalChange, PortalOrder};
pub use recovery::{Recovered, recover};
pub use requests::{Asked, RequestOrder};
pub use secret::Secret;
pub use send::{
    Look, RequestLink, SendOptions, SendOrder, Sent, SubmitOrder, Submitted, WhoSeals, send, submit,
};
pub use server::{Connection, Server, printable};

/// Requests at once unless told otherwise.
pub const CONNECTIONS: NonZeroUsize = NonZeroUsize::new(4).expect("four is not zero");
