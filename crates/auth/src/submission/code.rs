//! Codes with which an uploader shows that his address is his. They count in the browser alone that asked.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sealpost_db::RequestCode;
use sealpost_domain::{CodeId, EmailAddress, Job, Language, SubmissionSource, Timestamp};
use sealpost_sealed::{TenantKey, random_bytes};
use subtle::ConstantTimeEq;

use super::Entrance;
use crate::{
    Auth, AuthError, LimitKey, LinkToken, Rate, RequestColumns,
    code::{CODE_LIFE, MOST_TRIES, PAUSE, six_digits, typed_digits},
    in_time::is_in_time,
};

/// Codes to one address in an hour.
const AN_HOUR: u32 = 5;
/// Codes of one request in an hour, to whatever addresses: it makes mails.
const AN_HOUR_OF_ALL: u32 = 30;
/// The same of one portal: whoever knows its address asks, and many do.
const AN_HOUR_AT_A_PORTAL: u32 = 300;
/// Codes of one portal in an hour that are asked for from one network.
const AN_HOUR_FROM_A_NETWORK: u32 = 20;

/// A wish for a code.
#[derive(Clone)]
pub struct SubmissionCodeWish {
    /// Where it shall go.
    pub email: EmailAddress,
    /// The language of whoever asks, if it is known.
    pub language: Option<Language>,
}

impl fmt::Debug for SubmissionCodeWish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubmissionCodeWish").finish_non_exhaustive()
    }
}

/// A code is on its way.
#[derive(Clone)]
pub struct SentSubmissionCode {
    /// What is shown together with the code; known to who has asked alone.
    pub challenge: String,
    /// When the code counts no more.
    pub expires_at: Timestamp,
    /// When another can be asked for.
    pub resend_at: Timestamp,
}

impl fmt::Debug for SentSubmissionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentSubmissionCode").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Auth {
    /// Sends a code to the address of somebody who has the link of a request. Done by a person's POST, never by a GET.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`], [`AuthError::NoSuchCode`] if the request asks for none, [`AuthError::WrongAddress`]
    /// if it is for another; [`AuthError::TooMany`].
    pub async fn send_request_code(
        &self,
        token: &str,
        wish: SubmissionCodeWish,
    ) -> Result<SentSubmissionCode, AuthError> {
        let link = self.request_link(token).await?;
        self.send_submission_code(&link, wish).await
    }

    /// The same for somebody at the page of a portal.
    ///
    /// # Errors
    /// As [`Self::send_request_code`], but that a portal is for no address alone.
    pub async fn send_portal_code(
        &self,
        (tenant, name): (&str, &str),
        wish: SubmissionCodeWish,
    ) -> Result<SentSubmissionCode, AuthError> {
        let page = self.portal_page(tenant, name).await?;
        if let Some(network) = self.network.filter(|_| page.asks_code) {
            let key = LimitKey::submission_from("portals.codes", page.tenant(), page.source(), network);
            self.limits.count([key.at(Rate::per_hour(AN_HOUR_FROM_A_NETWORK))]).await?;
        }
        self.send_submission_code(&page, wish).await
    }

    async fn send_submission_code(
        &self,
        entrance: &Entrance,
        wish: SubmissionCodeWish,
    ) -> Result<SentSubmissionCode, AuthError> {
        if !entrance.asks_code {
            return Err(AuthError::NoSuchCode);
        }
        let (tenant, source, key) = (entrance.tenant(), entrance.source, entrance.tenant_key());
        let of_all = match source {
            SubmissionSource::Request(_) => AN_HOUR_OF_ALL,
            SubmissionSource::Portal(_) => AN_HOUR_AT_A_PORTAL,
        };
        self.limits
            .count([
                LimitKey::submission("requests.codes", tenant, source).at(Rate::per_hour(of_all)),
                LimitKey::tenant("requests.codes", tenant),
            ])
            .await?;
        let hmac = RequestColumns::address_hmac(key, &wish.email);
        self.require_bound(entrance, &hmac).await?;
        let to = |what| LimitKey::hashed_address(what, tenant, &hmac);
        self.limits
            .count([
                to("requests.codes.pause").at(Rate::new(1, PAUSE)),
                to("requests.codes").at(Rate::per_hour(AN_HOUR)),
            ])
            .await?;
        let (random, now) = (&*self.random, self.now());
        let (digits, challenge) = (six_digits(random), LinkToken::generate(random));
        let id = CodeId::new(now, random_bytes(random));
        let expires_at = now + CODE_LIFE;
        let seal = |place, text: &str| key.seal_column(place, text.as_bytes(), random);
        let row = RequestCode {
            id,
            tenant_id: tenant,
            request_id: source.request(),
            portal_id: source.portal(),
            address: Some(seal(RequestColumns::code_address(tenant, id), wish.email.as_str())),
            address_hmac: hmac,
            language: wish.language,
            challenge_hash: *challenge.hash().as_bytes(),
            code_hmac: code_hmac(key, id, &digits),
            code: Some(seal(RequestColumns::code(tenant, id), &digits)),
            tries: 0,
            created_at: now,
            expires_at,
            used_at: None,
        };
        let mut tx = self.db.write().await?;
        tx.insert_request_code(&row).await?;
        self.enqueue(&mut tx, &Job::SendRequestCode { tenant, code: id }).await?;
        tx.commit().await?;
        let challenge = BASE64URL_NOPAD.encode(challenge.as_bytes());
        Ok(SentSubmissionCode { challenge, expires_at, resend_at: now + PAUSE })
    }

    /// The code that was asked for with this challenge, if the right one is shown for this address. Tries are counted before
    /// anything is compared; it is used up with what is begun by it.
    pub(super) async fn shown_submission_code(
        &self,
        entrance: &Entrance,
        hmac: &[u8; 32],
        (digits, challenge): (&str, Option<&str>),
    ) -> Result<Option<CodeId>, AuthError> {
        let challenge = challenge.and_then(|text| text.parse::<LinkToken>().ok());
        let found = match challenge {
            Some(challenge) => {
                self.db.read().await?.request_code_by_challenge(challenge.hash().as_bytes()).await?
            }
            None => None,
        };
        let now = self.now();
        let live = found.filter(|code| {
            let in_time = is_in_time(now, code.expires_at, CODE_LIFE);
            in_time
                && code.source() == Some(entrance.source)
                && code.address_hmac == *hmac
                && code.used_at.is_none()
        });
        let Some(code) = live else {
            return Ok(None);
        };
        let mut tx = self.db.write().await?;
        let counted = tx.count_request_code_try(code.id, MOST_TRIES).await?;
        tx.commit().await?;
        let shown = code_hmac(entrance.tenant_key(), code.id, &typed_digits(digits));
        let is_right = counted && bool::from(code.code_hmac.ct_eq(&shown));
        Ok(is_right.then_some(code.id))
    }
}

/// What a code is stored as: who has the database alone has nothing to try a million codes on.
fn code_hmac(key: &TenantKey, id: CodeId, digits: &str) -> [u8; 32] {
    let mut value = id.into_bytes().to_vec();
    value.extend_from_slice(digits.as_bytes());
    key.lookup_hmac("request_codes.code", &value)
}
