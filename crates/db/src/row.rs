//! Rows on their way out of a statement.
//!
//! Columns are read by place, so that a join is the lists of its rows one behind the other; debug builds, and
//! so all tests, check every column's name against the field's.

use sealpost_domain::{
    AbuseReportId, AddinId, ApiClientId, ApiTokenId, BlockedFileId, CodeChannel, CodeId, DeviceId, Epoch,
    FileId, ForwardingTargetId, GroupId, IdentityProviderId, IncidentContactId, IncidentId, JobId, KeyPairId,
    Language, MailDomains, MailboxId, PairingId, PairingState, PasskeyId, PasswordResetId, Policy, PortalId,
    PortalName, Protection, ProviderKind, RecipientId, RecoveryId, Role, Scopes, SessionId, SessionKind,
    SessionStage, SignIn, SupportGrantId, TenantId, TenantSlug, Timestamp, TransferId, TransferMode,
    TransferState, UploadId, UploadRequestId, UserId, VisitId, WarningId,
    rules::{FileKinds, RuleEffect, RuleKind},
};
use sqlx::{Column as _, FromRow, Row, error::BoxDynError, postgres::PgRow, sqlite::SqliteRow};
use uuid::Uuid;

/// A row of either engine.
pub(crate) trait Columns {
    fn name(&self, place: usize) -> &str;
    fn bigint(&self, place: usize) -> sqlx::Result<Option<i64>>;
    fn boolean(&self, place: usize) -> sqlx::Result<Option<bool>>;
    fn bytes(&self, place: usize) -> sqlx::Result<Option<Vec<u8>>>;
    fn text(&self, place: usize) -> sqlx::Result<Option<String>>;
    fn uuid(&self, place: usize) -> sqlx::Result<Option<Uuid>>;
}

macro_rules! columns {
    ($($row:ty),+) => {$(
        impl Columns for $row {
            fn name(&self, place: usize) -> &str {
                self.column(place).name()
            }

            fn bigint(&self, place: usize) -> sqlx::Result<Option<i64>> {
                self.try_get(place)
            }

            fn boolean(&self, place: usize) -> sqlx::Result<Option<bool>> {
                self.try_get(place)
            }

            fn bytes(&self, place: usize) -> sqlx::Result<Option<Vec<u8>>> {
                self.try_get(place)
            }

            fn text(&self, place: usize) -> sqlx::Result<Option<String>> {
                self.try_get(place)
            }

            fn uuid(&self, place: usize) -> sqlx::Result<Option<Uuid>> {
                self.try_get(place)
            }
        }
    )+};
}
columns!(PgRow, SqliteRow);

/// Where reading a row has got to.
pub(crate) struct Cursor<'r, R> {
    row: &'r R,
    next: usize,
}

impl<R: Columns> Cursor<'_, R> {
    /// The next field: one column, or as many as a row in a row has.
    pub(crate) fn take<T: FromColumns>(&mut self, field: &'static str) -> sqlx::Result<T> {
        T::from_columns(self, field)
    }

    fn column(&mut self, field: &'static str) -> (&R, usize) {
        let place = self.next;
        self.next += 1;
        debug_assert_eq!(self.row.name(place), field, "column {place} is not what the row expects there");
        (self.row, place)
    }
}

/// What can be read from a row's next columns.
pub(crate) trait FromColumns: Sized {
    fn from_columns<R: Columns>(cursor: &mut Cursor<'_, R>, field: &'static str) -> sqlx::Result<Self>;
}

/// What one column holds.
pub(crate) trait Column: Sized {
    type Stored;

    fn stored<R: Columns>(row: &R, place: usize) -> sqlx::Result<Option<Self::Stored>>;
    fn loaded(stored: Self::Stored) -> Result<Self, BoxDynError>;
}

fn load<T: Column>(stored: T::Stored, field: &'static str) -> sqlx::Result<T> {
    T::loaded(stored).map_err(|source| sqlx::Error::ColumnDecode { index: field.to_owned(), source })
}

impl<T: Column> FromColumns for T {
    fn from_columns<R: Columns>(cursor: &mut Cursor<'_, R>, field: &'static str) -> sqlx::Result<Self> {
        let (row, place) = cursor.column(field);
        let stored = T::stored(row, place)?.ok_or_else(|| sqlx::Error::ColumnDecode {
            index: field.to_owned(),
            source: "the column is NULL".into(),
        })?;
        load(stored, field)
    }
}

impl<T: Column> FromColumns for Option<T> {
    fn from_columns<R: Columns>(cursor: &mut Cursor<'_, R>, field: &'static str) -> sqlx::Result<Self> {
        let (row, place) = cursor.column(field);
        T::stored(row, place)?.map(|stored| load(stored, field)).transpose()
    }
}

/// A whole row.
pub(crate) struct Whole<T>(pub(crate) T);

impl<'r, T: FromColumns, R: Columns + Row> FromRow<'r, R> for Whole<T> {
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        // The name of a row of one column is whatever the statement calls it.
        T::from_columns(&mut Cursor { row, next: 0 }, "value").map(Self)
    }
}

/// Declares structs of rows; their fields have the names and the order of the columns.
macro_rules! rows {
    ($(
        $(#[$doc:meta])*
        pub struct $name:ident { $( $(#[$field_doc:meta])* pub $field:ident: $ty:ty, )+ }
    )+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name { $( $(#[$field_doc])* pub $field: $ty, )+ }

        impl crate::row::FromColumns for $name {
            fn from_columns<R: crate::row::Columns>(
                cursor: &mut crate::row::Cursor<'_, R>,
                _: &'static str,
            ) -> sqlx::Result<Self> {
                Ok(Self { $($field: cursor.take(stringify!($field))?,)+ })
            }
        }
    )+};
}
pub(crate) use rows;

/// Declares what a type's column holds and how it is read.
macro_rules! column {
    ($($ty:ty => $method:ident -> $stored:ty, |$value:ident| $loaded:expr;)+) => {$(
        impl crate::row::Column for $ty {
            type Stored = $stored;

            fn stored<R: crate::row::Columns>(row: &R, place: usize) -> sqlx::Result<Option<$stored>> {
                row.$method(place)
            }

            fn loaded($value: $stored) -> Result<Self, sqlx::error::BoxDynError> {
                $loaded
            }
        }
    )+};
}
pub(crate) use column;

column! {
    bool => boolean -> bool, |truth| Ok(truth);
    i64 => bigint -> i64, |number| Ok(number);
    u32 => bigint -> i64, |number| Ok(number.try_into()?);
    u64 => bigint -> i64, |number| Ok(number.try_into()?);
    Timestamp => bigint -> i64, |millis| Ok(Self::from_unix_millis(millis));
    Epoch => bigint -> i64, |days| Ok(Self::from_days(days));
    String => text -> String, |text| Ok(text);
    Role => text -> String, |word| Ok(word.parse()?);
    PortalName => text -> String, |text| Ok(text.parse()?);
    FileKinds => text -> String, |words| Ok(words.parse()?);
    MailDomains => text -> String, |words| Ok(words.parse()?);
    ProviderKind => text -> String, |word| Ok(word.parse()?);
    SessionKind => text -> String, |word| Ok(word.parse()?);
    SessionStage => text -> String, |word| Ok(word.parse()?);
    SignIn => text -> String, |word| Ok(word.parse()?);
    Scopes => text -> String, |words| Ok(words.parse()?);
    TenantSlug => text -> String, |text| Ok(text.parse()?);
    TransferMode => text -> String, |word| Ok(word.parse()?);
    TransferState => text -> String, |word| Ok(word.parse()?);
    Policy => text -> String, |json| Ok(serde_json::from_str(&json)?);
    Vec<u8> => bytes -> Vec<u8>, |bytes| Ok(bytes);
    [u8; 24] => bytes -> Vec<u8>, |bytes| bytes.try_into().map_err(|_| "not 24 bytes".into());
    [u8; 32] => bytes -> Vec<u8>, |bytes| bytes.try_into().map_err(|_| "not 32 bytes".into());
    Uuid => uuid -> Uuid, |uuid| Ok(uuid);
    ApiClientId => uuid -> Uuid, |uuid| Ok(uuid.into());
    ApiTokenId => uuid -> Uuid, |uuid| Ok(uuid.into());
    ForwardingTargetId => uuid -> Uuid, |uuid| Ok(uuid.into());
    GroupId => uuid -> Uuid, |uuid| Ok(uuid.into());
    MailboxId => uuid -> Uuid, |uuid| Ok(uuid.into());
    CodeId => uuid -> Uuid, |uuid| Ok(uuid.into());
    DeviceId => uuid -> Uuid, |uuid| Ok(uuid.into());
    RuleEffect => text -> String, |word| Ok(word.parse()?);
    RuleKind => text -> String, |word| Ok(word.parse()?);
    CodeChannel => text -> String, |word| Ok(word.parse()?);
    Language => text -> String, |tag| Ok(tag.parse()?);
    Protection => text -> String, |word| Ok(word.parse()?);
    FileId => uuid -> Uuid, |uuid| Ok(uuid.into());
    IdentityProviderId => uuid -> Uuid, |uuid| Ok(uuid.into());
    JobId => uuid -> Uuid, |uuid| Ok(uuid.into());
    PairingId => uuid -> Uuid, |uuid| Ok(uuid.into());
    PairingState => text -> String, |word| Ok(word.parse()?);
    RecoveryId => uuid -> Uuid, |uuid| Ok(uuid.into());
    KeyPairId => uuid -> Uuid, |uuid| Ok(uuid.into());
    PasskeyId => uuid -> Uuid, |uuid| Ok(uuid.into());
    PortalId => uuid -> Uuid, |uuid| Ok(uuid.into());
    PasswordResetId => uuid -> Uuid, |uuid| Ok(uuid.into());
    RecipientId => uuid -> Uuid, |uuid| Ok(uuid.into());
    SupportGrantId => uuid -> Uuid, |uuid| Ok(uuid.into());
    AbuseReportId => uuid -> Uuid, |uuid| Ok(uuid.into());
    AddinId => uuid -> Uuid, |uuid| Ok(uuid.into());
    BlockedFileId => uuid -> Uuid, |uuid| Ok(uuid.into());
    WarningId => uuid -> Uuid, |uuid| Ok(uuid.into());
    IncidentId => uuid -> Uuid, |uuid| Ok(uuid.into());
    IncidentContactId => uuid -> Uuid, |uuid| Ok(uuid.into());
    SessionId => uuid -> Uuid, |uuid| Ok(uuid.into());
    TenantId => uuid -> Uuid, |uuid| Ok(uuid.into());
    TransferId => uuid -> Uuid, |uuid| Ok(uuid.into());
    UploadId => uuid -> Uuid, |uuid| Ok(uuid.into());
    UserId => uuid -> Uuid, |uuid| Ok(uuid.into());
    UploadRequestId => uuid -> Uuid, |uuid| Ok(uuid.into());
    VisitId => uuid -> Uuid, |uuid| Ok(uuid.into());
}
