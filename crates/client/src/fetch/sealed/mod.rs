//! What a sender has sealed: shown that one can open it, opened, and read as it comes.

mod access;
mod delivery;
mod opening;
mod received;

pub(crate) use self::{
    access::{Way, prove},
    delivery::SealedFile,
    opening::{Opening, Shut, Spot},
    received::receive,
};
