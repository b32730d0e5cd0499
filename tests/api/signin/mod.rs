//! `/signin` and `/api/v1/signin`

mod forgotten;
mod methods;
mod oidc;
mod passkey;
mod password;
pub(crate) mod place;
mod providers;
mod reset;
mod second_factor;
mod step_up;
