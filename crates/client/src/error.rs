//! What can go wrong, in words for the person at the terminal.

use std::{fmt, io, path::PathBuf, time::Duration};

use sealpost_domain::FileNameError;

/// A refusal by the server: RFC 9457 problem details with Sealpost's stable code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// Stable code, such as `link_unavailable`; empty if something other than Sealpost answered.
    pub code: String,
    /// The server's words.
    pub detail: String,
    /// How long the server asked to wait before another try.
    pub retry_after: Option<Duration>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code.is_empty() {
            write!(f, "the server answered {} {}", self.status, self.detail)
        } else {
            write!(f, "{} ({}, {})", self.detail, self.code, self.status)
        }
    }
}

/// Why sending or fetching failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server refused.
    #[error("{0}")]
    Refused(Problem),
    /// The connection broke, again and again. The same call later goes on where this one was.
    #[error("the connection to {server} is lost: {reason}")]
    Lost {
        /// Host and port.
        server: String,
        /// What the operating system or TLS said.
        reason: String,
    },
    /// Nothing answers at this address.
    #[error("no connection to {server}: {reason}")]
    Unreachable {
        /// Host and port.
        server: String,
        /// What the operating system or TLS said.
        reason: String,
    },
    /// An answer that a Sealpost server would not give.
    #[error("{server} does not answer like a Sealpost server: {what}")]
    Protocol {
        /// Host and port.
        server: String,
        /// What was wrong.
        what: String,
    },
    /// The address cannot be used.
    #[error("{address} cannot be used: {why}")]
    Address {
        /// What was given.
        address: String,
        /// Why not.
        why: &'static str,
    },
    /// The text is not a link to a transfer.
    #[error("not a link of the form https://host/t/TOKEN")]
    Link,
    /// The text is the link of a mail, which leads each of its recipients on to his own.
    #[error(
        "this is the link of a mail: open it in a browser, and take the address that it leads to, https://host/t/TOKEN"
    )]
    MailLink,
    /// The text is not a link by which somebody sends in.
    #[error("not a link of the form https://host/r/TOKEN")]
    RequestLink,
    /// The uploader wants to seal, and the request is not sealed.
    #[error(
        "whoever asks has the service seal what comes in: it can be read there (leave --zero-knowledge out to send it nevertheless)"
    )]
    SealedByService,
    /// The link lacks what opens it.
    #[error(
        "the link lacks its second part, # and 43 characters: its sender has sealed the files with it, and gives it by another way \
         than the mail; put it behind the link"
    )]
    SecondPartMissing,
    /// What stands behind `#` cannot be what opens it.
    #[error(
        "the link's second part is not whole: behind # belong 43 letters, digits, - and _; copy it again. Nothing was tried with it"
    )]
    SecondPartBroken,
    /// The link has what opens what a sender has sealed, and the service says that it leads to something else.
    #[error(
        "the link has a second part, which opens what its sender has sealed, and the service says that nothing here is opened with it: \
         this is not what the link is for. The service was shown neither password nor code"
    )]
    SecondPartUnused,
    /// What a password's key is made with would make it cheap to guess the password.
    #[error(
        "the service gives costs for the password that no sender's program takes: guessing it would be cheap. Nothing was made of the \
         password"
    )]
    PasswordTooCheap,
    /// Files and words are not all of those that the sender has sealed together, or others.
    #[error("{}; nothing was fetched", other_contents(*here, *meant))]
    OtherContents {
        /// How many files the service shows.
        here: u32,
        /// How many the sender has sealed; `None` if that cannot be read.
        meant: Option<u32>,
    },
    /// The service took the proof, and what it gives does not open.
    #[error("what the service gives does not open with this link: it is not what the sender has sealed")]
    NotSealedBySender,
    /// A local file or folder could not be used.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What was tried, such as `read`.
        action: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// A file that cannot be sent under its name.
    #[error("cannot send {}: {source}", path.display())]
    Name {
        /// Where.
        path: PathBuf,
        /// What is wrong with the name.
        source: FileNameError,
    },
    /// Neither file nor folder: a pipe, a device, a socket.
    #[error("{} is neither a file nor a folder", path.display())]
    NotAFile {
        /// Where.
        path: PathBuf,
    },
    /// A file changed while it was sent. What had gone up of it is not sent.
    #[error("{} changed while it was being sent; send again when it is complete", path.display())]
    Changed {
        /// Where.
        path: PathBuf,
    },
    /// A file is not what an earlier call has sealed a part of. Nothing of it is sent.
    #[error(
        "{} is not what it was when its sending began, and a part of that is sealed and stored; begin anew to send what it is now",
        path.display()
    )]
    ChangedSince {
        /// Where.
        path: PathBuf,
    },
    /// The text says why.
    #[error("this is not what was fetched to be opened with a recovery key, or not all of it: {0}")]
    NoMaterial(&'static str),
    /// Fingerprints of both.
    #[error("it is sealed to the recovery key {sealed_to}, and this one is {own}")]
    OtherRecoveryKey {
        /// What opens it.
        sealed_to: String,
        /// What was to open it.
        own: String,
    },
    /// The tenant's recovery key is not one to which something can be sealed.
    #[error("the service names a recovery key to which nothing can be sealed")]
    RecoveryKeyUnfit,
    /// The tenant's rules about files do not let a file be sent that this program would seal.
    #[error("{} may not be sent: {why}. Nothing was sealed or sent", path.display())]
    TypeRefused {
        /// Where.
        path: PathBuf,
        /// Which rule, in words.
        why: String,
    },
    /// The tenant wants to be able to look into what is sent.
    #[error("the organisation's policy does not let senders seal what they send (zero_knowledge: forbid)")]
    SealingForbidden,
    /// The tenant does not want anybody but recipients to look into what is sent.
    #[error("the organisation's policy has senders seal all that they send (zero_knowledge: require)")]
    SealingRequired,
    /// The service says of a draft not what is needed to seal it, or what was kept of it does not fit.
    #[error(
        "the service does not say what is needed to seal this transfer, or what was kept of it does not fit; begin anew"
    )]
    SealingUnknown,
    /// What is sent is protected by a password, and there is none.
    #[error("recipients are asked for a password: one must be given")]
    PasswordWanted,
    /// There is a password, and nobody is asked for it.
    #[error("there is a password, and the protection asks nobody for it")]
    PasswordUnused,
    /// A password that the tenant's policy does not take.
    #[error("the password is too weak: {why}")]
    PasswordUnfit {
        /// What it lacks.
        why: String,
    },
    /// The memory for a password's key cannot be had.
    #[error("there is not enough memory for the password's key (64 MiB)")]
    Memory,
    /// There is no file to send.
    #[error("there is nothing to send: no file in what was named")]
    Nothing,
    /// The same sending runs in another process.
    #[error("the same files are being sent by another process")]
    Running,
    /// Whoever opens the link has to show his account, at a provider that browsers go to.
    #[error(
        "whoever opens this link has to sign in with the account of the address that it was sent to: open it in a browser"
    )]
    AccountNeeded,
    /// The link asks for a code and none was given.
    #[error("the link asks for a code")]
    CodeNeeded,
    /// The link asks for a password and none was given.
    #[error("the link asks for a password")]
    PasswordNeeded,
    /// Files are there already.
    #[error("{} exists already with other content; nothing was overwritten", path.display())]
    Exists {
        /// The first of them.
        path: PathBuf,
    },
    /// The way to where a file belongs leads out of the output directory.
    #[error("{} leads out of the output directory", path.display())]
    Outside {
        /// Where.
        path: PathBuf,
    },
    /// Nobody can seal anything for a user who has no key pair.
    #[error(
        "you have no key pair to which others can seal: make one at {page}, or let the service seal (--no-zero-knowledge)"
    )]
    NoKeyPair {
        /// Where one is made.
        page: String,
    },
    /// What is asked for by kinds is looked into by the service.
    #[error(
        "kinds of files cannot be asked for where the uploader seals: nobody looks into what comes in. Leave them out, or let \
         the service seal (--no-zero-knowledge)"
    )]
    KindsUnseen,
    /// Another key than the one that was seen before, or insisted on.
    #[error(
        "it would be sealed to another key than {expected}: to {told}. Nothing was handed over; ask by another way whose it is"
    )]
    AnotherKey {
        /// What the service says now.
        told: String,
        /// What was expected.
        expected: String,
    },
    /// It is insisted on keys, of which the organisation's recovery key is none.
    #[error(
        "it would be sealed to the recovery key {fingerprint} of the organisation, too, which is none of those that you insist on. Nothing \
         was handed over; ask by another way whose it is"
    )]
    RecoveryKeyToo {
        /// What the service says now.
        fingerprint: String,
    },
    /// Another recovery key counts than the one that was shown, or none was.
    #[error(
        "it is to be sealed to the recovery key {now} of the organisation by now, too. Nothing was handed over. Ask by another way \
         whether that is right; the same command then goes on and seals to it"
    )]
    RecoveryKeyChanged {
        /// What counts now.
        now: String,
    },
    /// Another key counts than the one that was shown.
    #[error(
        "the key that it was to be sealed to has changed, from {before} to {now}. Nothing was handed over. Ask by another way whether \
         that is right; the same command then goes on and seals to the new one"
    )]
    KeyChanged {
        /// What was shown.
        before: String,
        /// What counts now.
        now: String,
    },
    /// It has come in sealed to a key, and nobody has said where the private half is.
    #[error(
        "this has come in sealed to a key ({fingerprints}), and your service keeps what opens it: say which service, and who you are"
    )]
    KeyPairsElsewhere {
        /// The keys that it is sealed to.
        fingerprints: String,
    },
    /// It has come in sealed to keys of others.
    #[error("this has come in sealed to {fingerprints}, which is neither your key nor one of your teams'")]
    NotSealedToYou {
        /// The keys that it is sealed to.
        fingerprints: String,
    },
    /// It is sealed to a team's key, of which the user has no private half.
    #[error(
        "this is sealed to your team's key {fingerprint}, and no member has given you its private half yet"
    )]
    TeamKeyMissing {
        /// The team's key.
        fingerprint: String,
    },
    /// A private key is under a passphrase, and none was given.
    #[error("your private key {fingerprint} is under your passphrase, and none was given")]
    PassphraseNeeded {
        /// Which key.
        fingerprint: String,
    },
    /// Another passphrase than the one that the private key is under, or damage: they cannot be told apart.
    #[error("this passphrase does not open your private key {fingerprint}")]
    WrongPassphrase {
        /// Which key.
        fingerprint: String,
    },
    /// The private key is right, and what is sealed to its other half does not open.
    #[error(
        "what came in does not open with the key that it is said to be sealed to: it is not what its sender has sealed"
    )]
    NotSealedToKey,
    /// What arrived is not what the server lists.
    #[error("{name} arrived damaged: {what}")]
    Damaged {
        /// The file's name.
        name: String,
        /// What does not fit.
        what: &'static str,
    },
}

/// What is wrong with the list of files.
fn other_contents(here: u32, meant: Option<u32>) -> String {
    let not = "this is not what the sender sealed";
    match meant {
        None => {
            format!("{not}: the service does not give the list of files that the sender has sealed with them")
        }
        Some(meant) if here < meant => format!("{not}: {here} of {meant} files are here"),
        Some(meant) if here > meant => format!("{not}: {here} files are here, and the sender sealed {meant}"),
        Some(_) => format!("{not}: a file, the subject or the message is another, or missing"),
    }
}

impl Error {
    /// The server's refusal, if that is what went wrong.
    pub const fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Refused(problem) => Some(problem),
            _ => None,
        }
    }

    pub(crate) fn is_code(&self, code: &str) -> bool {
        self.problem().is_some_and(|problem| problem.code == code)
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.problem().is_some_and(|problem| matches!(problem.status, 404 | 410))
    }

    /// Whether the connection failed, so that nobody knows what the server has done.
    pub(crate) const fn is_broken(&self) -> bool {
        matches!(self, Self::Lost { .. } | Self::Unreachable { .. })
    }

    /// An [`Error::Io`] maker for `map_err`.
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, action, source }
    }
}
