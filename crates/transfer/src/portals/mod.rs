//! Portals, as outsiders meet them: standing pages of a tenant by which they send files in. Who runs them, and how they are
//! made, is `tenancy`'s.

mod begin;
mod open;

pub use begin::PortalWish;
pub use open::{PortalChoice, PortalOpening};
