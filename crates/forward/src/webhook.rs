//! Posting a batch.

use std::time::Duration;

use reqwest::{Certificate, Client, header, redirect};
use sealpost_domain::{Timestamp, is_loopback};
use sealpost_reach::Reach;
use url::Url;

use crate::{Batch, ForwardError, Webhook, json, pem, signature};

/// Longest time for a whole exchange, as Standard Webhooks has it at most.
const PATIENCE: Duration = Duration::from_secs(30);

/// Posts the batch, signed with every secret that counts. Any 2xx is success; nothing else of the answer is read.
pub(crate) async fn deliver(
    webhook: &Webhook,
    reach: Reach,
    batch: &Batch,
    now: Timestamp,
) -> Result<(), ForwardError> {
    let url = webhook.url(reach)?;
    let body = json::body(batch);
    let seconds = now.unix_millis().div_euclid(1_000);
    let secrets = webhook.secrets.iter().filter(|secret| secret.counts_at(now));
    let signatures: Vec<_> = secrets
        .filter_map(|secret| signature::sign(&secret.value, &batch.id, seconds, body.as_bytes()))
        .collect();
    if signatures.is_empty() {
        return Err(ForwardError::Invalid("there is no secret to sign with"));
    }
    let request = client(webhook, &url, reach)?
        .post(url)
        .header(header::CONTENT_TYPE, "application/json")
        .header("webhook-id", &batch.id)
        .header("webhook-timestamp", seconds)
        .header("webhook-signature", signatures.join(" "))
        .body(body);
    let answer = request.send().await.map_err(|error| {
        if error.is_timeout() {
            ForwardError::Timeout
        } else {
            ForwardError::unreachable(&error.without_url())
        }
    })?;
    let status = answer.status();
    if status.is_success() { Ok(()) } else { Err(ForwardError::Status(status.as_u16())) }
}

fn client(webhook: &Webhook, url: &Url, reach: Reach) -> Result<Client, ForwardError> {
    const UNUSABLE: ForwardError = ForwardError::Invalid("TLS cannot be set up with these certificates");
    let mut client = Client::builder()
        .user_agent(concat!("sealpost/", env!("CARGO_PKG_VERSION")))
        // A redirect would lead to an address that nobody has looked at.
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .https_only(true)
        .connect_timeout(PATIENCE / 3)
        .timeout(PATIENCE);
    if let Some(resolver) = reach.resolver() {
        client = client.dns_resolver(resolver);
    }
    if url.host_str().is_some_and(is_loopback) {
        client = client.no_proxy();
    }
    if let Some(ca) = &webhook.ca {
        let trusted = pem::certificates(ca)?
            .iter()
            .map(|der| Certificate::from_der(der))
            .collect::<Result<Vec<_>, _>>();
        client = client.tls_certs_only(trusted.map_err(|_| UNUSABLE)?);
    }
    client.build().map_err(|_| UNUSABLE)
}
