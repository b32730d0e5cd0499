//! What a mail carries of the transfer that goes with it: the link, for everybody it goes to, and the ticket, for the window in
//! which it is written. `docs/adr/0020` says why there are two.

mod ticket;
mod visit;

pub use ticket::{MailGrant, MailTicket, TICKET_LIFE};
pub use visit::{MailStage, MailVisit};
