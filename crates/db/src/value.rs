//! Domain values on their way into a statement.

use sealpost_domain::{
    AbuseReportId, AddinId, ApiClientId, ApiTokenId, BlockedFileId, CodeChannel, CodeId, DeviceId, Epoch,
    FileId, ForwardingTargetId, GroupId, IdentityProviderId, IncidentContactId, IncidentId, JobId, KeyPairId,
    Language, MailDomains, MailboxId, PairingId, PairingState, PasskeyId, PasswordResetId, Policy, PortalId,
    PortalName, Protection, ProviderKind, RecipientId, RecoveryId, Role, Scopes, SessionId, SessionKind,
    SessionStage, SignIn, SupportGrantId, TenantId, TenantSlug, Timestamp, TransferId, TransferMode,
    TransferState, UploadId, UploadRequestId, UserId, VisitId, WarningId,
    rules::{FileKinds, RuleEffect, RuleKind},
};
use sqlx::{Arguments, postgres::PgArguments, sqlite::SqliteArguments};
use uuid::Uuid;

use crate::error::DbError;

/// One of the five types that columns have. NULL keeps its type: PostgreSQL prepares by it.
#[derive(Debug)]
pub(crate) enum Value<'q> {
    BigInt(Option<i64>),
    Boolean(Option<bool>),
    Bytes(Option<&'q [u8]>),
    OutOfRange,
    OwnedText(String),
    Text(Option<&'q str>),
    Uuid(Option<Uuid>),
}

/// What can be bound to a parameter.
pub(crate) trait Bind<'q>: Sized {
    const NULL: Value<'q>;

    fn value(self) -> Value<'q>;
}

/// The values of a statement's parameters, in order.
macro_rules! binds {
    ($($value:expr),* $(,)?) => { &[$(crate::value::Bind::value($value)),*] };
}
pub(crate) use binds;

/// Both engines' arguments, made by the same lines.
macro_rules! arguments {
    ($($name:ident -> $arguments:ty),+) => {$(
        pub(crate) fn $name(values: &[Value<'_>]) -> Result<$arguments, DbError> {
            let mut arguments = <$arguments>::default();
            for value in values {
                match value {
                    Value::BigInt(number) => arguments.add(*number),
                    Value::Boolean(truth) => arguments.add(*truth),
                    Value::Bytes(bytes) => arguments.add(*bytes),
                    Value::OutOfRange => Err("the number is larger than a BIGINT".into()),
                    Value::OwnedText(text) => arguments.add(text.as_str()),
                    Value::Text(text) => arguments.add(*text),
                    Value::Uuid(uuid) => arguments.add(*uuid),
                }
                .map_err(DbError::Corrupt)?;
            }
            Ok(arguments)
        }
    )+};
}
arguments!(sqlite_arguments -> SqliteArguments, postgres_arguments -> PgArguments);

impl<'q, T: Bind<'q>> Bind<'q> for Option<T> {
    const NULL: Value<'q> = T::NULL;

    fn value(self) -> Value<'q> {
        self.map_or(T::NULL, T::value)
    }
}

macro_rules! bind {
    ($($ty:ty => $variant:ident, |$value:ident| $bound:expr;)+) => {$(
        impl<'q> Bind<'q> for $ty {
            const NULL: Value<'q> = bind!(@null $variant);

            fn value(self) -> Value<'q> {
                let $value = self;
                $bound
            }
        }
    )+};
    (@null $variant:ident) => { Value::$variant(None) };
}

bind! {
    &'q [u8] => Bytes, |bytes| Value::Bytes(Some(bytes));
    &'q [u8; 24] => Bytes, |bytes| Value::Bytes(Some(bytes));
    &'q [u8; 32] => Bytes, |bytes| Value::Bytes(Some(bytes));
    &'q Vec<u8> => Bytes, |bytes| Value::Bytes(Some(bytes));
    &'q str => Text, |text| Value::Text(Some(text));
    &'q String => Text, |text| Value::Text(Some(text));
    &'q TenantSlug => Text, |slug| Value::Text(Some(slug.as_str()));
    Role => Text, |role| Value::Text(Some(role.as_str()));
    SessionKind => Text, |kind| Value::Text(Some(kind.as_str()));
    SessionStage => Text, |stage| Value::Text(Some(stage.as_str()));
    SignIn => Text, |method| Value::Text(Some(method.as_str()));
    TransferMode => Text, |mode| Value::Text(Some(mode.as_str()));
    TransferState => Text, |state| Value::Text(Some(state.as_str()));
    ProviderKind => Text, |kind| Value::Text(Some(kind.as_str()));
    &'q PortalName => Text, |name| Value::Text(Some(name.as_str()));
    &'q FileKinds => Text, |kinds| Value::OwnedText(kinds.to_string());
    &'q MailDomains => Text, |domains| Value::OwnedText(domains.to_string());
    &'q Scopes => Text, |scopes| Value::OwnedText(scopes.to_string());
    &'q Policy => Text, |policy| Value::OwnedText(policy_text(policy));
    bool => Boolean, |truth| Value::Boolean(Some(truth));
    i64 => BigInt, |number| Value::BigInt(Some(number));
    u32 => BigInt, |number| Value::BigInt(Some(i64::from(number)));
    u64 => BigInt, |number| i64::try_from(number).map_or(Value::OutOfRange, |number| Value::BigInt(Some(number)));
    Timestamp => BigInt, |time| Value::BigInt(Some(time.unix_millis()));
    Epoch => BigInt, |epoch| Value::BigInt(Some(epoch.days()));
    Uuid => Uuid, |uuid| Value::Uuid(Some(uuid));
    AddinId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    ApiClientId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    ApiTokenId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    ForwardingTargetId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    GroupId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    MailboxId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    CodeId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    DeviceId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    RuleEffect => Text, |effect| Value::Text(Some(effect.as_str()));
    RuleKind => Text, |kind| Value::Text(Some(kind.as_str()));
    CodeChannel => Text, |channel| Value::Text(Some(channel.as_str()));
    Language => Text, |language| Value::Text(Some(language.as_str()));
    Protection => Text, |protection| Value::Text(Some(protection.as_str()));
    FileId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    IdentityProviderId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    JobId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    PairingId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    PairingState => Text, |state| Value::Text(Some(state.as_str()));
    RecoveryId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    KeyPairId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    PasskeyId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    PortalId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    PasswordResetId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    RecipientId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    IncidentId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    IncidentContactId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    SupportGrantId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    AbuseReportId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    BlockedFileId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    WarningId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    SessionId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    TenantId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    TransferId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    UploadId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    UserId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    UploadRequestId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
    VisitId => Uuid, |id| Value::Uuid(Some(id.as_uuid()));
}

fn policy_text(policy: &Policy) -> String {
    serde_json::to_string(policy).expect("numbers, booleans, words and fixed field names always become JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_beyond_bigint_is_an_error_and_not_another_number() {
        assert!(sqlite_arguments(binds![u64::MAX]).is_err());
        assert!(postgres_arguments(binds![u64::MAX]).is_err());
        assert!(postgres_arguments(binds![i64::MAX as u64, None::<u64>]).is_ok());
    }
}
