//! What each crate's errors become.

use sealpost_auth::{AuthError, LicenceRefused};
use sealpost_domain::{
    FileId,
    rules::{ModeSaying, ModeSource, TypeRule},
};
use sealpost_tenancy::{LogoError, TenancyError};
use sealpost_transfer::{Refusal, TransferError};

use super::{ApiError, Code, ModeRule, RefusedFile, RefusedRecipient, too_many_requests, unauthorized};
use crate::wire::Protection;

/// How long to wait for room, in seconds: somebody has to make it.
const FULL_RETRY: u16 = 60;
/// How long to wait for a tenant that is suspended, in seconds: nothing brings it back in a moment.
const SUSPENDED_RETRY: u16 = 3_600;

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::AccountNeeded => Self::new(Code::AccountNeeded),
            AuthError::CodeNeeded => Self::new(Code::CodeNeeded),
            AuthError::NoSuchCode => Self::new(Code::StateConflict).detail("the link asks for no such code"),
            AuthError::WrongCode => Self::new(Code::WrongCode),
            AuthError::Busy => Self::new(Code::Unavailable).retry_after(2),
            AuthError::CredentialsWrong => Self::new(Code::CredentialsWrong),
            AuthError::Exists => Self::new(Code::AlreadyExists),
            AuthError::Forbidden => Self::new(Code::Forbidden),
            AuthError::Internal(source) => Self::because(Code::Internal, source),
            AuthError::Invalid(why) => Self::invalid(why),
            AuthError::KeyChanged => Self::new(Code::KeyChanged),
            AuthError::KeyReused => Self::new(Code::KeyReused),
            AuthError::LicenceExpired => Self::new(Code::LicenceExpired),
            AuthError::LicenceMissing => Self::new(Code::LicenceMissing),
            AuthError::LinkUnavailable => Self::new(Code::LinkUnavailable),
            AuthError::NoSeat => Self::new(Code::NoSeat),
            AuthError::NotFound => Self::new(Code::NotFound),
            AuthError::PairingOver => Self::new(Code::PairingOver),
            AuthError::PairingPending => Self::new(Code::PairingPending),
            AuthError::PasswordNeeded => Self::new(Code::PasswordNeeded),
            AuthError::RequestClosed(why) => Self::new(Code::RequestClosed).detail(why),
            AuthError::SealedBySender => Self::new(Code::SealedBySender)
                .detail("the password is not shown to the service: only the proof that is made with it"),
            AuthError::SendingSuspended => Self::new(Code::SendingSuspended),
            AuthError::StepUpNeeded => Self::new(Code::StepUpNeeded),
            AuthError::Suspended => not_available_now(),
            AuthError::TooMany(seconds) => too_many_requests(seconds),
            AuthError::Unauthorized => unauthorized(),
            AuthError::Unavailable(source) => Self::because(Code::Unavailable, source).retry_after(5),
            AuthError::WeakPassword(why) => Self::new(Code::PasswordWeak).detail(why.to_string()),
            AuthError::WrongAddress => Self::new(Code::WrongAddress),
            AuthError::WrongPassword => Self::new(Code::WrongPassword),
            AuthError::WrongProof => Self::new(Code::WrongProof),
            other => Self::internal(other),
        }
    }
}

impl From<TenancyError> for ApiError {
    fn from(error: TenancyError) -> Self {
        match error {
            TenancyError::AlreadyExists => Self::new(Code::AlreadyExists),
            TenancyError::Auth(error) => error.into(),
            TenancyError::Forbidden => Self::new(Code::Forbidden),
            TenancyError::Invalid(why) => Self::invalid(why),
            TenancyError::LastOwner => {
                Self::new(Code::StateConflict).detail("a tenant has at least one owner who is not disabled")
            }
            TenancyError::Licence(why) => Self::new(refused_licence(why)).detail(why.to_string()),
            TenancyError::Logo(LogoError::TooLarge) => {
                Self::new(Code::TooLarge).detail(LogoError::TooLarge.to_string())
            }
            TenancyError::Logo(why) => Self::invalid(why.to_string()),
            TenancyError::Manifest(why) => Self::new(Code::StateConflict).detail(why.to_string()),
            TenancyError::NotFound => Self::new(Code::NotFound),
            TenancyError::Document(why) => Self::invalid(why.to_string()),
            TenancyError::Stale(version) => Self::new(Code::PreconditionFailed)
                .detail(format!("version {version} of the policy counts now")),
            error if error.is_passing() => Self::because(Code::Unavailable, error.into()).retry_after(5),
            other => Self::internal(other),
        }
    }
}

impl From<TransferError> for ApiError {
    fn from(error: TransferError) -> Self {
        match error {
            TransferError::BodyBroken => Self::new(Code::IncompleteBody),
            TransferError::ChecksumMismatch => Self::new(Code::ChecksumMismatch),
            TransferError::CodeUsed => Self::new(Code::WrongCode),
            TransferError::ContentRequires(text, protections) => {
                let words: Vec<_> = protections.iter().map(|protection| protection.as_str()).collect();
                Self::new(Code::ProtectionRequired).detail(format!("{text} ({})", words.join(", ")))
            }
            TransferError::Damaged => Self::internal(TransferError::Damaged),
            TransferError::DownloadsUsedUp => Self::new(Code::DownloadsUsedUp),
            TransferError::Exists => Self::new(Code::AlreadyExists),
            TransferError::FileName(why) => Self::invalid(why.to_string()),
            TransferError::Forbidden => Self::new(Code::Forbidden),
            TransferError::Gone => Self::new(Code::Gone),
            TransferError::Internal(source) => Self::because(Code::Internal, source),
            TransferError::Invalid(why) => Self::invalid(why),
            TransferError::KeyChanged => Self::new(Code::KeyChanged),
            TransferError::KeyReused => Self::new(Code::KeyReused),
            TransferError::LengthDeclared => {
                Self::new(Code::StateConflict).detail("the length was declared before and cannot change")
            }
            TransferError::Locked(choice) => Self::new(Code::ChoiceLocked).detail(choice.as_str()),
            TransferError::ModeLocked => Self::new(Code::ChoiceLocked).detail("mode"),
            TransferError::ModeRefused(refusal) => Self::new(Code::ModeRefused)
                .detail("mode")
                .rules(refusal.sayings.into_iter().map(ModeRule::from)),
            error @ TransferError::NoSuchFile(_) => Self::new(Code::NotFound).detail(error.to_string()),
            TransferError::NotFound => Self::new(Code::NotFound),
            lost @ TransferError::PartsLost(_) => Self::internal(lost),
            TransferError::NotReady(why) => Self::new(Code::StateConflict).detail(why),
            TransferError::NotSealed(why) => Self::new(Code::NotSealed).detail(why),
            TransferError::NotSealedYet(why) => Self::new(Code::NotSealedYet).detail(why),
            TransferError::OffsetMismatch(stored) => {
                Self::new(Code::OffsetMismatch).detail(format!("the upload stands at {stored}"))
            }
            TransferError::Protection(why) => {
                Self::invalid(format!("the tenant does not allow the protection {why}"))
            }
            TransferError::ProtectionRequired(address, protections) => Self::new(Code::ProtectionRequired)
                .recipients([RefusedRecipient {
                    email: address.to_string(),
                    reason: None,
                    protections: protections.into_iter().map(Protection::from).collect(),
                }]),
            TransferError::QuotaUsedUp(whose) => {
                Self::new(Code::QuotaUsedUp).detail(format!("it is {whose}"))
            }
            TransferError::Refused(refusals) => {
                let refused = |refusal: Refusal| RefusedRecipient {
                    email: refusal.address.to_string(),
                    reason: Some(refusal.reason),
                    protections: Vec::new(),
                };
                Self::new(Code::RecipientRefused).recipients(refusals.into_iter().map(refused))
            }
            TransferError::RequestUsedUp => Self::new(Code::LinkUnavailable),
            TransferError::ReplicaBehind => Self::new(Code::Unavailable).retry_after(30),
            TransferError::SealedBySender(why) => Self::new(Code::SealedBySender).detail(why),
            TransferError::StatementMissing(file) => {
                Self::new(Code::StatementMissing).detail(of_file("`stated` is missing", file))
            }
            TransferError::StatementOutdated(file) => {
                Self::new(Code::StatementOutdated).detail(of_file("`stated` is of an earlier version", file))
            }
            TransferError::Scanner(source) => Self::because(Code::Unavailable, source).retry_after(60),
            TransferError::WeakPassword(why) => Self::new(Code::PasswordWeak).detail(why.to_string()),
            TransferError::Retention(why) => Self::invalid(why.to_string()),
            TransferError::State(why) => {
                Self::new(Code::StateConflict).detail(format!("the transfer is {}", why.state))
            }
            TransferError::TooManyDrafts => Self::new(Code::TooManyRequests)
                .detail("too many have begun here and not handed over")
                .retry_after(600),
            TransferError::Suspended => not_available_now(),
            TransferError::StorageFull => Self::new(Code::StorageFull).retry_after(FULL_RETRY),
            TransferError::TooLarge(most) => {
                Self::new(Code::TooLarge).detail(format!("at most {most} bytes"))
            }
            TransferError::TooMany(seconds) => too_many_requests(seconds),
            TransferError::TooManyFiles(most) => {
                Self::new(Code::LimitReached).detail(format!("at most {most} files"))
            }
            TransferError::TooManyRecipients(most) => {
                Self::new(Code::LimitReached).detail(format!("at most {most} recipients"))
            }
            TransferError::TypeRefused(refusal) => {
                let text = refusal.to_string();
                let why = refusal.why;
                Self::new(Code::TypeRefused).detail(text).file(RefusedFile {
                    name: refusal.name.as_ref().map(ToString::to_string),
                    rule: why.rule.as_str(),
                    what: why.what,
                    inside: why.inside,
                })
            }
            TransferError::Unavailable(source) => Self::because(Code::Unavailable, source).retry_after(5),
            TransferError::UploadFinal => Self::new(Code::Forbidden).detail("a final upload takes no bytes"),
            TransferError::UploadLocked => Self::new(Code::UploadLocked).retry_after(1),
            other => Self::internal(other),
        }
    }
}

/// Which file it is about, if it is not the one that was asked about.
fn of_file(text: &str, file: Option<FileId>) -> String {
    file.map_or_else(|| text.to_owned(), |file| format!("{text}: file {file}"))
}

impl From<ModeSaying> for ModeRule {
    fn from(saying: ModeSaying) -> Self {
        let says = saying.word;
        let (about, rule, kind) = match saying.source {
            ModeSource::Address { name, .. } => ("address", Some(name), None),
            ModeSource::Kind(kind) => {
                ("type", Some(TypeRule::of_mode(says).as_str().to_owned()), Some(kind.as_str()))
            }
            ModeSource::Setting => ("setting", None, None),
        };
        Self { says, about, rule, kind }
    }
}

/// Each reason has a code of its own: whoever installs a licence is told by it what to do.
const fn refused_licence(why: LicenceRefused) -> Code {
    match why {
        LicenceRefused::Ended => Code::LicenceRefusedEnded,
        LicenceRefused::Future => Code::LicenceRefusedFuture,
        LicenceRefused::NotAsked => Code::LicenceRefusedNotAsked,
        LicenceRefused::NotGenuine => Code::LicenceRefusedNotGenuine,
        LicenceRefused::Older => Code::LicenceRefusedOlder,
        LicenceRefused::OtherTenant => Code::LicenceRefusedOtherTenant,
    }
}

/// The tenant is suspended, which is nobody's business but its own: that it will be there again is all that is said.
fn not_available_now() -> ApiError {
    ApiError::new(Code::NotAvailableNow).retry_after(SUSPENDED_RETRY)
}

#[cfg(test)]
mod tests {
    use actix_web::{ResponseError as _, body::to_bytes, http::header};
    use sealpost_domain::{FileNameError, RetentionError, TransferEvent, TransferState};

    use super::*;

    const SECRET: &str = "db password is hunter2";

    fn anna() -> sealpost_domain::EmailAddress {
        "anna@acme.example".parse().unwrap()
    }

    fn refused_file() -> sealpost_transfer::FileRefusal {
        let name: sealpost_domain::FileName = "a.exe".parse().unwrap();
        let why = sealpost_domain::rules::TypeRules::default().decide("a.exe", None).refusal().unwrap();
        sealpost_transfer::FileRefusal { name: Some(name), why }
    }

    fn refused_mode() -> sealpost_transfer::ModeRefusal {
        let source = ModeSource::Kind(sealpost_domain::rules::FileKind::Pdf);
        let sayings = vec![ModeSaying { word: sealpost_domain::rules::ModeWord::Require, source }];
        sealpost_transfer::ModeRefusal { mode: sealpost_domain::TransferMode::Standard, sayings }
    }

    fn transfer_errors() -> Vec<(TransferError, u16, Code)> {
        use TransferError as E;
        let state = TransferState::Purged.after(TransferEvent::Block).unwrap_err();
        vec![
            (E::BodyBroken, 400, Code::IncompleteBody),
            (E::ChecksumMismatch, 460, Code::ChecksumMismatch),
            (E::CodeUsed, 403, Code::WrongCode),
            (E::ContentRequires("x".into(), Vec::new()), 400, Code::ProtectionRequired),
            (E::Damaged, 500, Code::Internal),
            (E::DownloadsUsedUp, 403, Code::DownloadsUsedUp),
            (E::FileName(FileNameError::Path), 400, Code::InvalidRequest),
            (E::Forbidden, 403, Code::Forbidden),
            (E::Gone, 410, Code::Gone),
            (E::Internal(SECRET.into()), 500, Code::Internal),
            (E::Invalid("x"), 400, Code::InvalidRequest),
            (E::KeyChanged, 409, Code::KeyChanged),
            (E::KeyReused, 409, Code::KeyReused),
            (E::LengthDeclared, 409, Code::StateConflict),
            (E::ModeLocked, 403, Code::ChoiceLocked),
            (E::ModeRefused(Box::new(refused_mode())), 403, Code::ModeRefused),
            (E::StatementMissing(None), 422, Code::StatementMissing),
            (E::StatementOutdated(None), 409, Code::StatementOutdated),
            (E::NoSuchFile(uuid::Uuid::nil().into()), 404, Code::NotFound),
            (E::NotFound, 404, Code::NotFound),
            (E::NotReady("x"), 409, Code::StateConflict),
            (E::NotSealed("x"), 422, Code::NotSealed),
            (E::NotSealedYet("x"), 409, Code::NotSealedYet),
            (E::OffsetMismatch(7), 409, Code::OffsetMismatch),
            (E::Protection(sealpost_domain::Protection::None), 400, Code::InvalidRequest),
            (E::ProtectionRequired(anna(), Vec::new()), 400, Code::ProtectionRequired),
            (E::QuotaUsedUp("yours"), 409, Code::QuotaUsedUp),
            (E::Refused(vec![Refusal { address: anna(), reason: "x".into() }]), 403, Code::RecipientRefused),
            (E::Locked(sealpost_domain::SenderChoice::Expiry), 403, Code::ChoiceLocked),
            (E::WeakPassword(sealpost_auth::Weakness::TooShort(8)), 400, Code::PasswordWeak),
            (E::Retention(RetentionError { maximum_hours: 1 }), 400, Code::InvalidRequest),
            (E::RequestUsedUp, 404, Code::LinkUnavailable),
            (E::ReplicaBehind, 503, Code::Unavailable),
            (E::SealedBySender("x"), 422, Code::SealedBySender),
            (E::Scanner(SECRET.into()), 503, Code::Unavailable),
            (E::State(state), 409, Code::StateConflict),
            (E::StorageFull, 507, Code::StorageFull),
            (E::Suspended, 503, Code::NotAvailableNow),
            (E::TooManyDrafts, 429, Code::TooManyRequests),
            (E::TooLarge(7), 413, Code::TooLarge),
            (E::TooMany(7), 429, Code::TooManyRequests),
            (E::TooManyFiles(7), 409, Code::LimitReached),
            (E::TooManyRecipients(7), 409, Code::LimitReached),
            (E::TypeRefused(Box::new(refused_file())), 403, Code::TypeRefused),
            (E::Unavailable(SECRET.into()), 503, Code::Unavailable),
            (E::UploadFinal, 403, Code::Forbidden),
            (E::UploadLocked, 423, Code::UploadLocked),
        ]
    }

    fn auth_errors() -> Vec<(AuthError, u16, Code)> {
        use AuthError as E;
        vec![
            (E::AccountNeeded, 403, Code::AccountNeeded),
            (E::CodeNeeded, 403, Code::CodeNeeded),
            (E::NoSuchCode, 409, Code::StateConflict),
            (E::WrongCode, 403, Code::WrongCode),
            (E::Busy, 503, Code::Unavailable),
            (E::TooMany(7), 429, Code::TooManyRequests),
            (E::Forbidden, 403, Code::Forbidden),
            (E::Internal(SECRET.into()), 500, Code::Internal),
            (E::KeyChanged, 409, Code::KeyChanged),
            (E::KeyReused, 409, Code::KeyReused),
            (E::LicenceExpired, 403, Code::LicenceExpired),
            (E::LicenceMissing, 403, Code::LicenceMissing),
            (E::LinkUnavailable, 404, Code::LinkUnavailable),
            (E::NoSeat, 403, Code::NoSeat),
            (E::Suspended, 503, Code::NotAvailableNow),
            (E::CredentialsWrong, 401, Code::CredentialsWrong),
            (E::NotFound, 404, Code::NotFound),
            (E::PairingOver, 404, Code::PairingOver),
            (E::PairingPending, 409, Code::PairingPending),
            (E::PasswordNeeded, 403, Code::PasswordNeeded),
            (E::RequestClosed("x"), 403, Code::RequestClosed),
            (E::WrongAddress, 403, Code::WrongAddress),
            (E::SealedBySender, 422, Code::SealedBySender),
            (E::SendingSuspended, 403, Code::SendingSuspended),
            (E::StepUpNeeded, 403, Code::StepUpNeeded),
            (E::Unauthorized, 401, Code::Unauthorized),
            (E::Unavailable(SECRET.into()), 503, Code::Unavailable),
            (E::WrongPassword, 403, Code::WrongPassword),
            (E::WrongProof, 403, Code::WrongProof),
            (E::Exists, 409, Code::AlreadyExists),
            (E::Invalid("x"), 400, Code::InvalidRequest),
            (E::WeakPassword(sealpost_auth::Weakness::Common), 400, Code::PasswordWeak),
        ]
    }

    fn tenancy_errors() -> Vec<(TenancyError, u16, Code)> {
        use TenancyError as E;
        vec![
            (E::AlreadyExists, 409, Code::AlreadyExists),
            (E::Auth(AuthError::StepUpNeeded), 403, Code::StepUpNeeded),
            (E::Forbidden, 403, Code::Forbidden),
            (E::Invalid("x"), 400, Code::InvalidRequest),
            (E::LastOwner, 409, Code::StateConflict),
            (E::Licence(LicenceRefused::Ended), 422, Code::LicenceRefusedEnded),
            (E::Licence(LicenceRefused::Future), 422, Code::LicenceRefusedFuture),
            (E::Licence(LicenceRefused::NotAsked), 422, Code::LicenceRefusedNotAsked),
            (E::Licence(LicenceRefused::NotGenuine), 422, Code::LicenceRefusedNotGenuine),
            (E::Licence(LicenceRefused::Older), 422, Code::LicenceRefusedOlder),
            (E::Licence(LicenceRefused::OtherTenant), 422, Code::LicenceRefusedOtherTenant),
            (E::Logo(LogoError::Dimensions), 400, Code::InvalidRequest),
            (E::Logo(LogoError::TooLarge), 413, Code::TooLarge),
            (E::NotFound, 404, Code::NotFound),
            (E::Document(sealpost_domain::PolicyError("x").into()), 400, Code::InvalidRequest),
            (E::Stale(7), 412, Code::PreconditionFailed),
        ]
    }

    fn all() -> Vec<(ApiError, u16, Code)> {
        let transfer = transfer_errors().into_iter().map(|(e, status, code)| (e.into(), status, code));
        let auth = auth_errors().into_iter().map(|(e, status, code)| (e.into(), status, code));
        let tenancy = tenancy_errors().into_iter().map(|(e, status, code)| (e.into(), status, code));
        transfer.chain(auth).chain(tenancy).collect()
    }

    async fn body(error: &ApiError) -> String {
        let bytes = to_bytes(error.error_response().into_body()).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn every_error_has_its_status_and_code() {
        for (error, status, code) in all() {
            assert_eq!(error.code(), code, "{error}");
            assert_eq!(error.status_code().as_u16(), status, "{error}");
        }
    }

    #[actix_web::test]
    async fn causes_are_logged_and_never_answered() {
        for (error, status, _) in all() {
            let body = body(&error).await;
            assert!(!body.contains("hunter2"), "{body}");
            assert_eq!(
                error.cause().is_some(),
                status == 500 || body.contains("busy") && error.source.is_some()
            );
        }
        let cause = ApiError::from(TransferError::Internal(SECRET.into())).cause().unwrap();
        assert!(cause.contains(SECRET), "{cause}");
    }

    #[actix_web::test]
    async fn a_problem_has_the_members_of_rfc_9457() {
        let error = ApiError::from(TransferError::OffsetMismatch(7));
        let response = error.error_response();
        assert_eq!(response.headers().get(header::CONTENT_TYPE).unwrap(), "application/problem+json");
        let problem: serde_json::Value = serde_json::from_str(&body(&error).await).unwrap();
        assert_eq!(
            problem,
            serde_json::json!({
                "type": "urn:sealpost:problem:offset_mismatch",
                "title": "The offset is not what is stored",
                "status": 409,
                "code": "offset_mismatch",
                "detail": "the upload stands at 7",
            })
        );
    }

    #[test]
    fn words_are_the_codes_in_snake_case_and_occur_once() {
        let mut words: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert_eq!(code.status().as_u16(), code.number());
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Code::ALL.len());
    }

    #[test]
    fn every_code_is_documented_with_its_status() {
        let docs = include_str!("../../../../docs/api.md");
        for code in Code::ALL {
            let row = format!("| `{}` | {} |", code.as_str(), code.number());
            assert!(docs.contains(&row), "docs/api.md lacks {row}");
        }
    }

    #[test]
    fn who_shall_come_back_is_told_when() {
        for error in [
            ApiError::from(AuthError::Busy),
            TransferError::UploadLocked.into(),
            TransferError::StorageFull.into(),
            too_many_requests(3),
        ] {
            assert!(error.headers().iter().any(|(name, _)| name == header::RETRY_AFTER), "{error}");
        }
    }
}
