//! Extractors that yield grants: what a handler takes is proof of what it may do.

mod bearer;
mod recipient;
pub(crate) mod session_cookie;
mod submission;
mod user;

pub(crate) use recipient::{
    Recipient, carried, challenge_cookie, cookie_has_place, device_cookie, from_cookie, grant_cookie,
    proof_cookie,
};
pub(crate) use session_cookie::{agent, forget as forget_session};
pub(crate) use submission::{Adding, Submitting, Uploader};
pub(crate) use user::{
    Account, Admin, Auditor, Bootstrapping, Keys, Owner, Pending, Sender, Sending, SteppedAccount,
    SteppedAdmin, SteppedOwner, directory,
};
