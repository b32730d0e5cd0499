//! `/api/v1/addin`: what the Outlook add-in asks for beside what every client does.

pub(crate) mod bootstrap;
pub(crate) mod events;
pub(crate) mod pairing;
pub(crate) mod signin;
pub(crate) mod token;
