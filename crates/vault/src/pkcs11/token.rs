//! A token, signed in, with sessions that are used again.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11 as Module},
    error::{Error as TokenError, RvError},
    mechanism::{Mechanism, aead::GcmParams},
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::{Session, UserType},
    slot::Slot,
    types::AuthPin,
};
use sealpost_sealed::{Error, Zeroizing};

use super::{Pkcs11Options, explain, pin::Tried};
use crate::VaultError;

pub(super) const IV_LENGTH: usize = 12;
const TAG_BITS: u64 = 128;
const KEY_BYTES: u64 = 32;

pub(super) struct Token {
    options: Pkcs11Options,
    idle: Mutex<Vec<Session>>,
    /// Why the PIN is not tried any more.
    refused: Mutex<Option<String>>,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Token {
    pub(super) const fn new(options: Pkcs11Options) -> Self {
        Self { options, idle: Mutex::new(Vec::new()), refused: Mutex::new(None) }
    }

    /// The numbers of the key's versions, from the oldest on.
    pub(super) fn versions(&self) -> Result<Vec<u32>, VaultError> {
        self.with(|session| Ok(self.find(session)?.into_iter().map(|(number, _)| number).collect()))
    }

    /// What the newest version wraps it to, as `iv || ciphertext || tag`; `None` if there is none.
    pub(super) fn wrap(
        &self,
        secret: &[u8],
        iv: [u8; IV_LENGTH],
    ) -> Result<Option<(u32, Vec<u8>)>, VaultError> {
        self.with(|session| {
            let Some((number, key)) = self.find(session)?.pop() else { return Ok(None) };
            require_inside(session, key, &self.options.key)?;
            Ok(Some((number, seal(session, key, secret, iv)?)))
        })
    }

    /// What a version wrapped; `None` if there is no such version.
    pub(super) fn unwrap(
        &self,
        number: u32,
        wrapped: &[u8],
        probe: [u8; IV_LENGTH],
    ) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        self.with(|session| {
            let found = self.find(session)?;
            let Some((_, key)) = found.into_iter().find(|(found, _)| *found == number) else {
                return Ok(None);
            };
            let refused = || Failure::Told(VaultError::Refused(Error::Commitment));
            let (iv, sealed) = wrapped.split_first_chunk::<IV_LENGTH>().ok_or_else(refused)?;
            match open(session, key, *iv, sealed) {
                Ok(secret) => Ok(Some(secret)),
                Err(TokenError::Pkcs11(
                    RvError::EncryptedDataInvalid
                    | RvError::EncryptedDataLenRange
                    | RvError::DataInvalid
                    | RvError::DataLenRange,
                    _,
                )) => Err(refused()),
                // Some modules have no better word for a tag that does not fit. If they can do it with other bytes, it was that.
                Err(error @ TokenError::Pkcs11(RvError::GeneralError | RvError::FunctionFailed, _)) => {
                    let sealed = seal(session, key, b"probe", probe)?;
                    let (iv, sealed) = sealed.split_first_chunk::<IV_LENGTH>().ok_or_else(refused)?;
                    match open(session, key, *iv, sealed) {
                        Ok(_) => Err(refused()),
                        Err(_) => Err(error.into()),
                    }
                }
                Err(error) => Err(error.into()),
            }
        })
    }

    /// Makes a version in the token.
    pub(super) fn make(&self, number: u32) -> Result<(), VaultError> {
        let template = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::AES),
            Attribute::ValueLen(KEY_BYTES.into()),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Encrypt(true),
            Attribute::Decrypt(true),
            Attribute::Label(self.options.key.clone().into_bytes()),
            Attribute::Id(number.to_be_bytes().to_vec()),
        ];
        self.with(|session| {
            session.generate_key(&Mechanism::AesKeyGen, &template)?;
            Ok(())
        })
    }

    /// Renames a version; `false` if there is none.
    pub(super) fn retire(&self, number: u32) -> Result<bool, VaultError> {
        self.with(|session| {
            let found = self.find(session)?;
            let Some((_, key)) = found.into_iter().find(|(found, _)| *found == number) else {
                return Ok(false);
            };
            let label = format!("{}.retired", self.options.key).into_bytes();
            session.update_attributes(key, &[Attribute::Label(label)])?;
            Ok(true)
        })
    }

    fn find(&self, session: &Session) -> Result<Vec<(u32, ObjectHandle)>, Failure> {
        let template = [
            Attribute::Class(ObjectClass::SECRET_KEY),
            Attribute::KeyType(KeyType::AES),
            Attribute::Label(self.options.key.clone().into_bytes()),
        ];
        let mut found = Vec::new();
        for handle in session.find_objects(&template)? {
            for attribute in session.get_attributes(handle, &[AttributeType::Id])? {
                if let Attribute::Id(id) = attribute
                    && let Some(number) = number(&id)
                {
                    found.push((number, handle));
                }
            }
        }
        found.sort_by_key(|(number, _)| *number);
        if let Some(pair) = found.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(Failure::Told(VaultError::Denied(format!(
                "token {} has two keys {} with the id {}: one of them has to get another label",
                self.options.token, self.options.key, pair[0].0
            ))));
        }
        Ok(found)
    }

    /// Does the work in a session. If that one is over (the token was pulled out, or its server started again), once more in a new one.
    fn with<T>(&self, work: impl Fn(&Session) -> Result<T, Failure>) -> Result<T, VaultError> {
        let used = self.idle().pop();
        if let Some(session) = used {
            match work(&session) {
                Err(Failure::Token(error)) if is_over(&error) => {
                    drop(session);
                    self.idle().clear();
                }
                done => return self.end(session, done),
            }
        }
        let session = self.begin()?;
        let done = work(&session);
        self.end(session, done)
    }

    /// A session that failed in whatever way is not used again.
    fn end<T>(&self, session: Session, done: Result<T, Failure>) -> Result<T, VaultError> {
        match done {
            Ok(done) => {
                self.idle().push(session);
                Ok(done)
            }
            Err(Failure::Told(error)) => {
                self.idle().push(session);
                Err(error)
            }
            Err(Failure::Token(error)) => Err(explain(error)),
        }
    }

    /// A session, signed in.
    fn begin(&self) -> Result<Session, VaultError> {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(why) = &*refused {
            return Err(VaultError::Denied(why.clone()));
        }
        let module = module(&self.options.module)?;
        let slot = self.slot(&module)?;
        let session = module.open_rw_session(slot).map_err(explain)?;
        let info = module.get_token_info(slot).map_err(explain)?;
        if let Some(objection) = Tried::from(&info).objection(&self.options.token) {
            // Not remembered: somebody may put it right while this runs.
            return Err(VaultError::Denied(objection));
        }
        let pin = AuthPin::new(self.options.pin.as_str().into());
        match session.login(UserType::User, Some(&pin)) {
            Ok(()) | Err(TokenError::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
            Err(TokenError::Pkcs11(
                RvError::PinIncorrect
                | RvError::PinInvalid
                | RvError::PinLenRange
                | RvError::PinExpired
                | RvError::PinLocked,
                _,
            )) => {
                let why = format!(
                    "token {} does not take vault.pin. It is not tried again before the next start, so that the token does \
                     not lock itself: correct it first",
                    self.options.token
                );
                *refused = Some(why.clone());
                Err(VaultError::Denied(why))
            }
            Err(error) => Err(explain(error)),
        }
    }

    fn slot(&self, module: &Module) -> Result<Slot, VaultError> {
        let mut seen = Vec::new();
        for slot in module.get_slots_with_token().map_err(explain)? {
            let Ok(info) = module.get_token_info(slot) else { continue };
            if info.label() == self.options.token {
                return Ok(slot);
            }
            if info.token_initialized() {
                seen.push(info.label().to_owned());
            }
        }
        let seen = if seen.is_empty() { "none".to_owned() } else { seen.join(", ") };
        Err(VaultError::Unavailable(
            format!("there is no token {} (vault.token); the module sees: {seen}", self.options.token).into(),
        ))
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the token says, and what we make of it.
enum Failure {
    Token(TokenError),
    Told(VaultError),
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

/// A module is loaded and begun once in a process, whoever uses it.
fn module(path: &Path) -> Result<Module, VaultError> {
    static LOADED: Mutex<Option<HashMap<PathBuf, Module>>> = Mutex::new(None);
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    let loaded = loaded.get_or_insert_default();
    let cannot = |error: TokenError| {
        VaultError::Denied(format!("vault.module: cannot use {}: {error}", path.display()))
    };
    let module = match loaded.get(path) {
        // It may have been ended by somebody else in this process, or by its own server.
        Some(module) if module.get_library_info().is_ok() => return Ok(module.clone()),
        Some(module) => module.clone(),
        None => Module::new(path).map_err(cannot)?,
    };
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(TokenError::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(cannot(error)),
    }
    loaded.insert(path.to_owned(), module.clone());
    Ok(module)
}

/// A root key that can leave its token is not kept by it.
fn require_inside(session: &Session, key: ObjectHandle, label: &str) -> Result<(), Failure> {
    for attribute in session.get_attributes(key, &[AttributeType::Extractable])? {
        if matches!(attribute, Attribute::Extractable(true)) {
            return Err(Failure::Told(VaultError::Denied(format!(
                "the key {label} can be taken out of the token (CKA_EXTRACTABLE): make one that cannot (`sealpost keys create`)"
            ))));
        }
    }
    Ok(())
}

fn seal(
    session: &Session,
    key: ObjectHandle,
    secret: &[u8],
    mut iv: [u8; IV_LENGTH],
) -> Result<Vec<u8>, TokenError> {
    let sealed =
        session.encrypt(&Mechanism::AesGcm(GcmParams::new(&mut iv, &[], TAG_BITS.into())?), key, secret)?;
    // Modules that make their own write it where ours was.
    Ok([&iv[..], &sealed].concat())
}

fn open(
    session: &Session,
    key: ObjectHandle,
    mut iv: [u8; IV_LENGTH],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, TokenError> {
    let mechanism = Mechanism::AesGcm(GcmParams::new(&mut iv, &[], TAG_BITS.into())?);
    session.decrypt(&mechanism, key, sealed).map(Zeroizing::new)
}

/// A version's number: `CKA_ID`, big-endian, of at most four bytes.
fn number(id: &[u8]) -> Option<u32> {
    if id.is_empty() || id.len() > 4 {
        return None;
    }
    let number = id.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
    (number > 0).then_some(number)
}

/// Whether it says that the session or the sign-in is no more.
fn is_over(error: &TokenError) -> bool {
    matches!(
        error,
        TokenError::Pkcs11(
            RvError::SessionHandleInvalid
                | RvError::SessionClosed
                | RvError::DeviceRemoved
                | RvError::DeviceError
                | RvError::TokenNotPresent
                | RvError::UserNotLoggedIn
                | RvError::ObjectHandleInvalid
                | RvError::KeyHandleInvalid
                | RvError::CryptokiNotInitialized,
            _
        )
    )
}
