//! `/api/v1/signin`

mod forgotten;
mod methods;
mod passkey;
mod password;
mod reset;
mod second_factor;
