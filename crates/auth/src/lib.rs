//! Turns credentials into grants.
//!
//! A grant is proof that a request may do one thing. Grants have private fields and are made in this crate only, so
//! that a use case which takes one cannot be called without authorisation.
#![warn(missing_docs)]

mod accounts;
mod api_client;
mod caller;
mod carried;
mod client_credentials;
mod code;
mod device;
mod error;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod grant;
mod half;
mod in_time;
mod incident;
mod issue_token;
mod licence;
mod limits;
mod link;
mod low_priority;
mod mail;
mod mailbox_columns;
mod opening;
mod pairing;
mod password_pool;
mod personal;
mod portal_columns;
mod proof;
mod prove;
mod provider;
mod recipient_columns;
mod request_columns;
mod sealed_grant;
mod service;
mod session;
mod strength;
mod submission;
mod support;
mod sweep;
mod throttle;
mod token;
mod transfer_columns;
mod user_columns;
mod verify;

pub use accounts::{
    AccountNotice, AccountView, Advanced, Ceremony, Enrolled, Enrolment, KeyPairView, MemberKey,
    MemberKeyView, NewKeyPair, NewTeamKeyPair, OfferedApp, OwnKeyPairs, PasskeyKeyView, PasskeyView,
    PassphraseSealed, PasswordChanged, Proof, ResetLink, ResetNotice, SecondFactor, SignInMethods,
    TeamKeyPairView, TeamKeyPairs, TeamMember, UserReset,
};
pub use api_client::{ApiClientView, IssuedClient, LONGEST_OVERLAP, NewApiClient};
pub use caller::{Carrier, KnownCaller};
pub use carried::{Carried, challenge_name, device_name, proof_name};
pub use client_credentials::IssuedAccess;
pub use code::{CodeRequest, SentCode};
pub use device::{ForgottenDevice, NewDevice};
pub use error::AuthError;
pub use grant::{
    AccountSession, Actor, AddGrant, AdminSession, AuditorSession, BootstrapGrant, DirectoryGrant,
    DownloadGrant, KeyReader, ManageGrant, OperatorGrant, OwnerSession, PendingSession, ReadGrant,
    ReportGrant, SendGrant, SenderSession, SteppedUp, SubmitGrant, TenantReader, UploadGrant,
};
pub use half::HalfTold;
pub use incident::{IncidentColumns, IncidentGrant};
pub use issue_token::{IssuedToken, NewToken, OwnToken};
pub use licence::{
    LicenceKeys, LicenceRefused, LicenceStanding, NewLicence, Seat, issue_licence, licence_key_id,
    peek_licence, read_licence_key, read_public_key, write_licence_key, write_public_key,
};
pub use limits::{LimitKey, Limits, Rate, Rates};
pub use link::{LinkOpening, Step};
pub use mail::{MailGrant, MailStage, MailTicket, MailVisit, TICKET_LIFE};
pub use mailbox_columns::MailboxColumns;
pub use opening::{End, Ended, KeptOpening};
pub use pairing::{BegunPairing, PAIRING_INTERVAL, PairingView};
pub use personal::{
    ForgottenValues, LogEntry, PersonalKey, PersonalValues, forget_personal, network_value, open_personal,
};
pub use portal_columns::PortalColumns;
pub use proof::Proven;
pub use provider::{
    AddinClient, AddinSignIn, BeginSignIn, BegunSignIn, CallbackPath, CameBack, FinishedSignIn, IdentityLink,
    IdentityProviderChange, IdentityProviderView, NewIdentityProvider, NoReturn, ProviderChoice, ReturnTo,
};
pub use recipient_columns::RecipientColumns;
pub use request_columns::RequestColumns;
pub use service::{Auth, AuthLimits};
pub use session::{Authenticated, NewSession, SessionView, WhoAmI};
pub use strength::{Hint, Strength, Weakness};
pub use submission::{
    BeginGrant, BeginKey, Beginner, Beginning, BegunSubmission, Entrance, Hindrance, NewSubmission,
    PortalPage, ReplyGrant, RequestLink, SUBMISSION_PREFIX, SealedSubmission, SentSubmissionCode,
    SubmissionCodeWish, Uploader,
};
pub use support::{SupportColumns, SupportToken};
pub use throttle::Throttle;
pub use token::{LinkToken, NotAToken, TokenHash};
pub use transfer_columns::TransferColumns;
pub use user_columns::UserColumns;
pub use verify::{Shown, Verification, Verified};
