//! Browsers that are remembered: whoever has shown a code in one need not show another for a while.

use std::{fmt, time::Duration};

use data_encoding::BASE64URL_NOPAD;
use sealpost_db::{AuditEvent, Delivery, RememberedDevice};
use sealpost_domain::{CodeChannel, DeviceId, Timestamp};
use sealpost_sealed::random_bytes;
use serde_json::json;

use crate::{
    Auth, AuthError, Carried, LinkToken,
    carried::{challenge_name, device_name, grant_name, proof_name},
    link::protection,
};

/// A browser that is remembered from now on.
#[derive(Clone)]
pub struct NewDevice {
    /// What its cookie is called.
    pub name: String,
    /// What it holds.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A browser that is remembered no more.
#[derive(Debug, Clone)]
pub struct ForgottenDevice {
    /// What the cookies are called that it shall forget: with those of the delivery, for whoever comes next to it.
    pub cookies: Vec<String>,
}

impl fmt::Debug for NewDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewDevice").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Auth {
    /// Whether a code was shown in this browser before, to the same address and number, in the same tenant, and not
    /// longer ago than the tenant allows now.
    pub(crate) async fn is_remembered(
        &self,
        delivery: &Delivery,
        channel: CodeChannel,
        carried: &Carried,
    ) -> Result<bool, AuthError> {
        Ok(self.device(delivery, channel, carried).await?.is_some())
    }

    /// Until when this browser needs no code for the link, if it is remembered.
    pub(crate) async fn remembered_until(
        &self,
        delivery: &Delivery,
        carried: &Carried,
    ) -> Result<Option<Timestamp>, AuthError> {
        let Some(channel) = protection(delivery).code() else {
            return Ok(None);
        };
        let longest = Duration::from_secs(delivery.policy.remember_seconds);
        let known = self.device(delivery, channel, carried).await?;
        Ok(known.map(|known| known.expires_at.min(known.created_at + longest)))
    }

    /// Forgets the browser that carries this: the next link to the same address asks for a code again. Done by a person's
    /// POST. Where it was not remembered, its cookies go all the same.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`].
    pub async fn forget_device(&self, token: &str, carried: &Carried) -> Result<ForgottenDevice, AuthError> {
        let delivery = self.delivery(token).await?;
        let (transfer, recipient) = (&delivery.transfer, delivery.recipient.id);
        let mut cookies = vec![challenge_name(recipient), proof_name(recipient), grant_name(recipient)];
        let Some(channel) = protection(&delivery).code() else {
            return Ok(ForgottenDevice { cookies });
        };
        cookies.push(device_name(transfer.tenant_id, &delivery.recipient.address_hmac, channel));
        if let Some(known) = self.device(&delivery, channel, carried).await? {
            let mut tx = self.db.write().await?;
            if tx.forget_device(known.id).await? {
                let payload = json!({ "recipient": recipient, "by": "recipient" });
                let event = AuditEvent {
                    at: self.now(),
                    kind: "device.forgotten",
                    transfer_id: Some(transfer.id),
                    payload: &payload,
                    sealed: None,
                };
                tx.append_audit(transfer.tenant_id, &[event]).await?;
            }
            tx.commit().await?;
        }
        Ok(ForgottenDevice { cookies })
    }

    /// The row of the browser that carries this, if it counts for the link.
    async fn device(
        &self,
        delivery: &Delivery,
        channel: CodeChannel,
        carried: &Carried,
    ) -> Result<Option<RememberedDevice>, AuthError> {
        let longest = Duration::from_secs(delivery.policy.remember_seconds);
        let (tenant, address) = (delivery.transfer.tenant_id, &delivery.recipient.address_hmac);
        let token = carried.cookie(&device_name(tenant, address, channel)).and_then(|text| text.parse().ok());
        let Some(token): Option<LinkToken> = token.filter(|_| !longest.is_zero()) else {
            return Ok(None);
        };
        let Some(known) = self.db.read().await?.remembered_device(token.hash().as_bytes()).await? else {
            return Ok(None);
        };
        let now = self.now();
        let in_time = now < known.expires_at && now < known.created_at + longest && known.created_at <= now;
        let same = known.tenant_id == tenant && known.address_hmac == *address && known.channel == channel;
        let counts = in_time && same && known.phone_hmac == self.phone_hmac(delivery, channel).await?;
        Ok(Some(known).filter(|_| counts))
    }

    /// Remembers the browser in which a code was shown, if the tenant allows it.
    pub(crate) async fn remember(
        &self,
        delivery: &Delivery,
        channel: CodeChannel,
    ) -> Result<Option<NewDevice>, AuthError> {
        let seconds = delivery.policy.remember_seconds;
        if seconds == 0 {
            return Ok(None);
        }
        let (tenant_id, address_hmac) = (delivery.transfer.tenant_id, delivery.recipient.address_hmac);
        let (token, now) = (LinkToken::generate(&*self.random), self.now());
        let expires_at = now + Duration::from_secs(seconds);
        let device = RememberedDevice {
            id: DeviceId::new(now, random_bytes(&*self.random)),
            tenant_id,
            address_hmac,
            channel,
            phone_hmac: self.phone_hmac(delivery, channel).await?,
            token_hash: *token.hash().as_bytes(),
            created_at: now,
            expires_at,
        };
        let mut tx = self.db.write().await?;
        tx.insert_remembered_device(&device).await?;
        tx.commit().await?;
        let name = device_name(tenant_id, &address_hmac, channel);
        Ok(Some(NewDevice { name, token: BASE64URL_NOPAD.encode(token.as_bytes()), expires_at }))
    }

    /// What the recipient's number is known by, if the code goes there.
    async fn phone_hmac(
        &self,
        delivery: &Delivery,
        channel: CodeChannel,
    ) -> Result<Option<[u8; 32]>, AuthError> {
        match channel {
            CodeChannel::Email => Ok(None),
            CodeChannel::Sms => {
                let phone = self.phone(delivery).await?;
                let key = self.keys.tenant_key(delivery.transfer.tenant_id, &delivery.tenant_key).await?;
                Ok(phone.map(|phone| key.lookup_hmac("recipients.phone", phone.as_str().as_bytes())))
            }
        }
    }
}
