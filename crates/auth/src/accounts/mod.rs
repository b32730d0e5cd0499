//! Local accounts: passwords, apps, recovery codes and passkeys, where there is no directory or beside one.
//!
//! The leaves (`password`, `passkey`, `recovery`, `totp`) know no database: they turn bytes into
//! other bytes and yes or no. What is done with them has a file for each deed.

mod apps;
mod change_password;
mod enrol;
mod guard;
mod holder;
mod key_pairs;
mod methods;
mod notice;
mod passkey;
mod passkeys;
mod password;
mod recovery;
mod recovery_codes;
mod reset;
mod reset_user;
mod second_factor;
mod sign_in;
mod step_up;
mod totp;

pub use apps::OfferedApp;
pub use change_password::PasswordChanged;
pub use enrol::{Enrolled, Enrolment};
pub use holder::AccountView;
pub use key_pairs::{
    KeyPairView, MemberKey, MemberKeyView, NewKeyPair, NewTeamKeyPair, OwnKeyPairs, PasskeyKeyView,
    PassphraseSealed, TeamKeyPairView, TeamKeyPairs, TeamMember,
};
pub use methods::SignInMethods;
pub use notice::{AccountNotice, ResetNotice};
pub use passkey::Ceremony;
pub(crate) use passkey::RelyingParty;
pub use passkeys::PasskeyView;
use password::{Checked, Verifier};
pub use reset::ResetLink;
pub use reset_user::UserReset;
pub use second_factor::{Advanced, SecondFactor};
pub use step_up::Proof;
