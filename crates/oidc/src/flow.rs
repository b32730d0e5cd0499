//! A browser's sign-in: there with a request, back with a code (OpenID Connect Core 1.0, section 3.1; RFC 7636).

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::Timestamp;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{
    Identity, Kind, Oidc, OidcError, Provider, TokenFault,
    claims::Claims,
    discovery::{ClientAuth, Description},
    http::{Answer, Basic},
};

/// What is asked for: who it is, his address and his name.
const SCOPE: &str = "openid email profile";
/// Longest code that is passed on.
const MAX_CODE: usize = 4_096;

/// Where somebody is sent to sign in. State, nonce and verifier are drawn for this one sign-in.
#[derive(Debug, Clone, Copy)]
pub struct Authorization<'a> {
    /// Where he is to be sent back.
    pub redirect_uri: &'a str,
    /// What he brings back unchanged.
    pub state: &'a str,
    /// What his ID token will hold.
    pub nonce: &'a str,
    /// What the code can be redeemed with.
    pub verifier: &'a Verifier,
    /// Who it will probably be.
    pub login_hint: Option<&'a str>,
    /// Whether he is to show himself anew, also if the provider knows his browser.
    pub anew: bool,
}

/// With what somebody has come back.
#[derive(Debug, Clone, Copy)]
pub struct Redemption<'a> {
    /// The code.
    pub code: &'a str,
    /// Who says that he sends it (RFC 9207), if somebody says so.
    pub issuer: Option<&'a str>,
    /// As in the request.
    pub redirect_uri: &'a str,
    /// As in the request.
    pub nonce: &'a str,
    /// As in the request.
    pub verifier: &'a Verifier,
}

/// The secret of one sign-in: the request shows its hash, the redemption itself (RFC 7636, section 4).
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier(String);

impl Verifier {
    /// Of 32 random bytes.
    pub fn new(random: &[u8; 32]) -> Self {
        Self(BASE64URL_NOPAD.encode(random))
    }

    fn challenge(&self) -> String {
        BASE64URL_NOPAD.encode(&Sha256::digest(self.0.as_bytes()))
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verifier(…)")
    }
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Oidc {
    /// Where to send a browser.
    ///
    /// # Errors
    /// [`OidcError::Unavailable`] and [`OidcError::Description`], if the provider's description cannot be had.
    pub async fn authorization_url(
        &self,
        provider: &Provider,
        request: Authorization<'_>,
        now: Timestamp,
    ) -> Result<Url, OidcError> {
        let description = self.description(provider, now).await?;
        let mut url = description.authorization.clone();
        let challenge = request.verifier.challenge();
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &provider.client_id),
            ("redirect_uri", request.redirect_uri),
            ("scope", SCOPE),
            ("state", request.state),
            ("nonce", request.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        if let Some(hint) = request.login_hint {
            url.query_pairs_mut().append_pair("login_hint", hint);
        }
        if request.anew {
            // Some providers know one of them only, and some the other.
            url.query_pairs_mut().extend_pairs([("prompt", "login"), ("max_age", "0")]);
        }
        Ok(url)
    }

    /// Who has come back with this code.
    ///
    /// # Errors
    /// [`OidcError::Denied`] if the provider does not take the code, [`OidcError::Token`] if what it gives for it is not
    /// acceptable, and those of [`Self::authorization_url`].
    pub async fn redeem(
        &self,
        provider: &Provider,
        back: Redemption<'_>,
        now: Timestamp,
    ) -> Result<Identity, OidcError> {
        let description = self.description(provider, now).await?;
        check_sender(provider, &description, back.issuer)?;
        if back.code.is_empty() || back.code.len() > MAX_CODE {
            return Err(OidcError::Denied("invalid_grant".to_owned()));
        }
        let answer = self.exchange(provider, &description, back).await?;
        if answer.status != 200 {
            return Err(refused(&answer));
        }
        let tokens: Tokens = answer.json()?;
        let identity = self.verify_id_token(provider, &tokens.id_token, back.nonce, now).await?;
        self.complete(provider, &description, identity, tokens.access_token.as_deref()).await
    }

    async fn exchange(
        &self,
        provider: &Provider,
        description: &Description,
        back: Redemption<'_>,
    ) -> Result<Answer, OidcError> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", back.code),
            ("redirect_uri", back.redirect_uri),
            ("code_verifier", back.verifier.0.as_str()),
        ];
        let id = provider.client_id.as_str();
        let basic = match (&provider.client_secret, description.client_auth) {
            (Some(secret), ClientAuth::Basic) => Some(Basic { id, secret }),
            (Some(secret), ClientAuth::Post) => {
                form.extend([("client_id", id), ("client_secret", secret.expose())]);
                None
            }
            (None, _) => {
                form.push(("client_id", id));
                None
            }
        };
        self.http().post(&description.token, &form, basic).await
    }

    /// Asks for the address where the ID token leaves it out, as most do (OpenID Connect Core 1.0, section 5.4).
    async fn complete(
        &self,
        provider: &Provider,
        description: &Description,
        identity: Identity,
        access_token: Option<&str>,
    ) -> Result<Identity, OidcError> {
        let (Kind::OpenId, None) = (provider.kind, &identity.verified_email) else {
            return Ok(identity);
        };
        let (Some(url), Some(token)) = (&description.user_info, access_token) else {
            return Ok(identity);
        };
        let claims: Claims = match self.http().get(url, Some(token)).await {
            Ok(claims) => claims,
            // Who it is, is known; whoever needs the address will miss it.
            Err(error) => {
                tracing::warn!(issuer = %provider.issuer, %error, "a provider's user info cannot be had");
                return Ok(identity);
            }
        };
        let asked = Identity::of(&claims, provider.kind)?;
        // Section 5.3.2: or else it is about somebody else.
        if asked.subject != identity.subject {
            return Err(TokenFault::Subject.into());
        }
        Ok(Identity { verified_email: asked.verified_email, name: identity.name.or(asked.name), ..identity })
    }
}

/// Fails if somebody else has sent the browser back: whoever began at one provider cannot end with a code of another
/// (RFC 9207, section 2.4).
fn check_sender(
    provider: &Provider,
    description: &Description,
    sender: Option<&str>,
) -> Result<(), OidcError> {
    let issuer = provider.token_issuer();
    let fits = match sender {
        Some(sender) => sender == issuer.as_str(),
        None => !description.names_itself,
    };
    if fits { Ok(()) } else { Err(TokenFault::Issuer.into()) }
}

/// The provider's word for it, if it has one that a log can bear.
fn refused(answer: &Answer) -> OidcError {
    let word = answer.json::<Refusal>().map(|refusal| refusal.error).unwrap_or_default();
    let plain = (1..=64).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    match (plain, answer.status) {
        (true, 400..500) => OidcError::Denied(word),
        (_, status) => OidcError::Unavailable(format!("the token endpoint answers {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_specification() {
        // RFC 7636, appendix B.
        let verifier = Verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(Verifier::new(&[7; 32]).0.len(), 43);
    }
}
