//! A tenant's users: made, found, changed.

mod change;
mod create;
mod list;
mod view;
mod warn;

pub(crate) use create::check_name;

pub use change::UserChange;
pub use list::UserPage;
pub use view::{SecondFactorView, UserView};
pub use warn::{WarningNotice, WarningView};
