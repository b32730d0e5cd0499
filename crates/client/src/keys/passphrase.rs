//! A private key out of the form in which the service keeps it: under its owner's passphrase, which is sent to nobody.

use sealpost_sealed::{PasswordParameters, PrivateKey, PrivateKeyContext, PublicKey};

use super::wire::{UnderPassphrase, bytes};
use crate::{AskPassword, Error, Server, access::password_key};

/// Wrong passphrases after which asking again ends. Nobody else counts them.
const MAX_ATTEMPTS: u32 = 3;

/// Asks for the passphrase until it opens the private key.
///
/// # Errors
/// [`Error::PassphraseNeeded`] if there is none to give, [`Error::WrongPassphrase`].
pub(super) async fn open(
    server: &Server,
    place: PrivateKeyContext,
    public: &PublicKey,
    under: &UnderPassphrase,
    ask: &dyn AskPassword,
) -> Result<PrivateKey, Error> {
    let parameters = bytes(&under.parameters).and_then(|bytes| PasswordParameters::decode(&bytes).ok());
    let sealed = bytes(under.private_key.expose());
    let (Some(parameters), Some(sealed)) = (parameters, sealed) else {
        return Err(server.protocol("a private key in a form that is none"));
    };
    let fingerprint = public.fingerprint().to_string();
    let mut refusal = Error::PassphraseNeeded { fingerprint: fingerprint.clone() };
    for attempt in 1..=MAX_ATTEMPTS {
        let Some(passphrase) = ask.passphrase(&fingerprint, attempt).await else {
            break;
        };
        let key = password_key(&passphrase, &parameters).await?;
        if let Ok(private) = key.open_private_key(place, public, &sealed) {
            return Ok(private);
        }
        refusal = Error::WrongPassphrase { fingerprint: fingerprint.clone() };
    }
    Err(refusal)
}
