//! `/api/v1/addin`, and what Outlook fetches below `/addin`

mod bootstrap;
mod events;
mod manifest;
mod pages;
mod pairing;
mod send;
mod signin;
mod token;
