//! SMTP (RFC 5321) over nothing, STARTTLS (RFC 3207) or TLS from the first byte (RFC 8314).

use std::{
    fmt,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    address::Envelope,
    transport::smtp::{
        AsyncSmtpTransportBuilder, Error, PoolConfig,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};

use crate::{Letter, MailError, SetupError, letter::address};

const PEM_CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// How the connection is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for a server on the same machine.
    None,
    /// Upgraded before anything is said; a server that does not offer it is refused.
    #[default]
    StartTls,
    /// TLS from the first byte.
    Tls,
}

impl Security {
    /// The usual port.
    pub const fn default_port(self) -> u16 {
        match self {
            Self::None => 25,
            Self::StartTls => 587,
            Self::Tls => 465,
        }
    }
}

/// Our account at the mail server.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpCredentials {
    /// User name.
    pub username: String,
    /// Password.
    pub password: String,
}

impl fmt::Debug for SmtpCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpCredentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Which server, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpOptions {
    /// Name or address of the server. With TLS its certificate must be for it.
    pub host: String,
    /// Port; the usual one of [`SmtpOptions::security`] if `None`.
    pub port: Option<u16>,
    /// Protection of the connection.
    pub security: Security,
    /// Our account, if the server asks for one.
    pub credentials: Option<SmtpCredentials>,
    /// Longest time for handing over a message, connection and login included. Some filters take a minute to read.
    pub timeout: Duration,
    /// Most connections that are kept for the next message.
    pub pool_size: u32,
    /// Certificates (PEM) to trust beside those of the operating system.
    pub trusted_pem: Option<Vec<u8>>,
}

impl SmtpOptions {
    /// STARTTLS on port 587, no account, 2 minutes, 4 connections.
    pub fn new(host: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            port: None,
            security: Security::default(),
            credentials: None,
            timeout: Duration::from_secs(120),
            pool_size: 4,
            trusted_pem: None,
        }
    }

    fn is_on_this_machine(&self) -> bool {
        let address = self.host.trim_matches(['[', ']']).parse::<IpAddr>();
        match address {
            Ok(ip) => ip.is_loopback(),
            Err(_) => self.host.eq_ignore_ascii_case("localhost"),
        }
    }
}

/// Hands mails to an SMTP server; keeps connections open for a minute.
#[derive(Debug, Clone)]
pub struct SmtpTransport(Arc<Smtp>);

type Pool = AsyncSmtpTransport<Tokio1Executor>;

#[derive(Debug)]
struct Smtp {
    builder: AsyncSmtpTransportBuilder,
    timeout: Duration,
    /// The pool in use; the number tells it from the one that has taken its place.
    pool: Mutex<(u64, Pool)>,
}

impl SmtpTransport {
    /// Sets the transport up. Must be called, and later be dropped, within a tokio runtime. Nothing is connected
    /// yet: a server that is down at the start of the service is none of its business.
    ///
    /// # Errors
    /// [`SetupError::PlainCredentials`] for a password without TLS to another machine, [`SetupError::Tls`] for
    /// certificates that cannot be read.
    pub fn new(options: &SmtpOptions) -> Result<Self, SetupError> {
        if options.credentials.is_some()
            && options.security == Security::None
            && !options.is_on_this_machine()
        {
            return Err(SetupError::PlainCredentials);
        }
        let tls = match options.security {
            Security::None => Tls::None,
            Security::StartTls => Tls::Required(tls(options)?),
            Security::Tls => Tls::Wrapper(tls(options)?),
        };
        let mut builder = Pool::builder_dangerous(&options.host)
            .port(options.port.unwrap_or_else(|| options.security.default_port()))
            .tls(tls)
            .timeout(Some(options.timeout))
            .pool_config(PoolConfig::new().max_size(options.pool_size));
        if let Some(SmtpCredentials { username, password }) = &options.credentials {
            builder = builder.credentials(Credentials::new(username.clone(), password.clone()));
        }
        let pool = Mutex::new((0, builder.clone().build()));
        Ok(Self(Arc::new(Smtp { builder, timeout: options.timeout, pool })))
    }

    /// Connects and logs in as for a message, and takes leave without one.
    pub(crate) async fn check(&self) -> Result<(), MailError> {
        let (pool, timeout) = (self.0.builder.clone().build::<Tokio1Executor>(), self.0.timeout);
        let checked = tokio::time::timeout(timeout, pool.test_connection()).await;
        let _ = tokio::time::timeout(Duration::from_secs(1), pool.shutdown()).await;
        match checked {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(MailError::Unavailable("the server broke off".to_owned())),
            // Nothing was said to it yet that it could repeat.
            Ok(Err(error)) => Err(MailError::Unavailable(error.to_string())),
            Err(_) => Err(unanswered(timeout)),
        }
    }

    pub(crate) async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let envelope = Envelope::new(Some(address(&letter.from)?), vec![address(&letter.to)?])
            .map_err(|error| MailError::Compose(error.to_string()))?;
        let (smtp, bytes) = (Arc::clone(&self.0), letter.bytes.clone());
        // In a task of its own, which no caller can break off: a connection that goes back to the pool in the middle
        // of a conversation answers the next message with what belongs to this one.
        tokio::spawn(async move { smtp.send(&envelope, &bytes).await })
            .await
            .map_err(|error| MailError::Unavailable(error.to_string()))?
    }
}

impl Smtp {
    async fn send(&self, envelope: &Envelope, bytes: &[u8]) -> Result<(), MailError> {
        let (number, pool) = self.current();
        let mut sending = std::pin::pin!(pool.send_raw(envelope, bytes));
        if let Ok(sent) = tokio::time::timeout(self.timeout, &mut sending).await {
            return sent.map(drop).map_err(|error| mail_error(&error, envelope));
        }
        // The library bounds the connecting alone, so this is the only end that a server which has fallen silent
        // comes to. The pool goes before the connection does, because it would keep it for the next message.
        self.replace(number);
        let _ = tokio::time::timeout(Duration::from_secs(1), pool.shutdown()).await;
        Err(unanswered(self.timeout))
    }

    fn current(&self) -> (u64, Pool) {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, number: u64) {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.0 == number {
            *pool = (number + 1, self.builder.clone().build());
        }
    }
}

fn unanswered(timeout: Duration) -> MailError {
    MailError::Unavailable(format!("no answer within {} s", timeout.as_secs_f32()))
}

fn tls(options: &SmtpOptions) -> Result<TlsParameters, SetupError> {
    let failed = |error: Error| SetupError::Tls(error.to_string());
    let mut builder = TlsParameters::builder(options.host.clone());
    if let Some(pem) = &options.trusted_pem {
        // The library takes a text without a certificate for none, and the first mail would fail instead.
        if !pem.windows(PEM_CERTIFICATE.len()).any(|window| window == PEM_CERTIFICATE) {
            return Err(SetupError::Tls("no certificate in the PEM text".to_owned()));
        }
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(failed)?);
    }
    builder.build().map_err(failed)
}

/// Sorts what the library reports. The server's own words are left out: they like to repeat the address.
fn mail_error(error: &Error, envelope: &Envelope) -> MailError {
    let Some(status) = error.status().map(u16::from) else {
        let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
        if error.is_client() && !envelope.to().iter().chain(envelope.from()).all(is_ascii) {
            return MailError::Refused("the server takes ASCII addresses only".to_owned());
        }
        return MailError::Unavailable(error.to_string());
    };
    let said = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let enhanced = enhanced_code(&said);
    let words = match enhanced {
        Some(code) => format!("SMTP {status} {code}"),
        None => format!("SMTP {status}"),
    };
    if error.is_permanent() && enhanced.is_some_and(is_about_the_address) {
        MailError::Refused(words)
    } else {
        MailError::Unavailable(words)
    }
}

/// The enhanced status code (RFC 3463) that an answer begins with: it says who is to blame.
fn enhanced_code(said: &str) -> Option<&str> {
    let word = said.split_whitespace().next()?;
    let parts: Vec<_> = word.split('.').collect();
    let is_number =
        |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (parts.len() == 3 && parts.iter().all(is_number)).then_some(word)
}

/// Whether no setting of anybody's but another address can help: there is no such mailbox or domain, the address is not
/// one, the mailbox has moved, or its domain takes no mail. Every other refusal may be ours or the mail server's fault
/// (relaying denied, a list of bad senders, a wrong password), so that all mails wait until the operator has put it right.
fn is_about_the_address(code: &str) -> bool {
    matches!(code, "5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_leaves_the_machine_over_tls_only() {
        let credentials = SmtpCredentials { username: "u".into(), password: "p".into() };
        for (host, security, allowed) in [
            ("mail.example.org", Security::None, false),
            ("192.0.2.1", Security::None, false),
            ("localhost", Security::None, true),
            ("127.0.0.1", Security::None, true),
            ("::1", Security::None, true),
            ("mail.example.org", Security::StartTls, true),
            ("mail.example.org", Security::Tls, true),
        ] {
            let options =
                SmtpOptions { security, credentials: Some(credentials.clone()), ..SmtpOptions::new(host) };
            assert_eq!(SmtpTransport::new(&options).is_ok(), allowed, "{host} {security:?}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        let credentials = SmtpCredentials { username: "anna".into(), password: "s3cret".into() };
        let options = SmtpOptions { credentials: Some(credentials), ..SmtpOptions::new("localhost") };
        assert!(!format!("{options:?}").contains("s3cret"));
    }

    #[test]
    fn only_what_is_said_of_the_address_is_for_good() {
        for (said, code, permanent) in [
            ("5.1.1 <x> no such user", Some("5.1.1"), true),
            ("5.1.10 null MX", Some("5.1.10"), true),
            ("5.1.8 sender refused", Some("5.1.8"), false),
            ("5.7.1 relaying denied", Some("5.7.1"), false),
            ("no such user", None, false),
            ("5.1.1.1 x", None, false),
            ("5..1 x", None, false),
            ("192.0.2.1 is on a list", None, false),
            ("", None, false),
        ] {
            assert_eq!(enhanced_code(said), code, "{said}");
            assert_eq!(enhanced_code(said).is_some_and(is_about_the_address), permanent, "{said}");
        }
    }

    #[tokio::test]
    async fn certificates_that_cannot_be_read_are_an_error_at_once() {
        let options = SmtpOptions { trusted_pem: Some(b"no pem".to_vec()), ..SmtpOptions::new("localhost") };
        assert!(matches!(SmtpTransport::new(&options), Err(SetupError::Tls(_))));
    }
}
