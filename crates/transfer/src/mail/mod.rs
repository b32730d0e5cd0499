//! Transfers that go with a mail that their sender writes himself.
//!
//! The mail carries one link for all whom it goes to, which leads each of them on to his own. The window in which it is written has
//! a ticket, with which the mail's sending makes the transfer available to those whom the mail goes to.

mod abandon;
mod align;
mod lead;
mod link;
mod send;

pub(crate) use align::Alignment;
pub use lead::Led;
pub use link::MailLinkView;
pub use send::SentWithMail;
