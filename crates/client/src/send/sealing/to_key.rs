//! Sealing to the key of whoever gets it. No link of theirs has a secret: what an unfinished sending has to remember opens with the
//! link of the request, which is not in it.

use hmac::{Hmac, KeyInit, Mac};
use sealpost_sealed::{
    Access, ContentKey, ContentKeyContext, FragmentSecret, PublicKey, Random, ServerHalf, Zeroizing,
};
use sha2::Sha256;

use super::{Kept, Keys, bytes, text};
use crate::{Error, Secret, wire::ContentKeyFor};

const LABEL: &[u8] = b"sealpost/kept-of-a-submission/1";

impl Keys {
    /// Of a draft that was made now.
    pub(crate) fn make(place: ContentKeyContext, link: &Secret, random: &'static dyn Random) -> (Self, Kept) {
        let (fragment, content_key) = (FragmentSecret::generate(random), ContentKey::generate(random));
        let sealed = access(&fragment, link, place).key.seal_content_key(&content_key, place, random);
        let kept = Kept {
            fragment: fragment.to_fragment().to_string(),
            content_key: text(&sealed),
            password_parameters: None,
        };
        (Self { place, content_key, random }, kept)
    }

    /// Of a draft that an earlier call has made. `None` if it does not open with what was kept.
    pub(crate) fn open(
        place: ContentKeyContext,
        link: &Secret,
        kept: &Kept,
        random: &'static dyn Random,
    ) -> Option<Self> {
        let fragment = FragmentSecret::parse(&kept.fragment).ok()?;
        let key = access(&fragment, link, place).key;
        let content_key = key.open_content_key(place, &bytes(&kept.content_key)?).ok()?;
        Some(Self { place, content_key, random })
    }

    /// The content key for who has this key's other half.
    ///
    /// # Errors
    /// [`Error::SealingUnknown`] of a key to which nothing can be sealed.
    pub(crate) fn seal_to(&self, key: &PublicKey) -> Result<ContentKeyFor, Error> {
        self.sealed_for(key).ok_or(Error::SealingUnknown)
    }

    /// The same for who has the other half of a recovery key.
    ///
    /// # Errors
    /// [`Error::RecoveryKeyUnfit`] of one to which nothing can be sealed.
    pub(crate) fn seal_to_recovery(&self, key: &PublicKey) -> Result<ContentKeyFor, Error> {
        self.sealed_for(key).ok_or(Error::RecoveryKeyUnfit)
    }

    fn sealed_for(&self, key: &PublicKey) -> Option<ContentKeyFor> {
        let sealed = key.seal_content_key(&self.content_key, self.place, self.random).ok()?;
        Some(ContentKeyFor { fingerprint: key.fingerprint().to_string(), content_key: text(&sealed) })
    }
}

fn access(fragment: &FragmentSecret, link: &Secret, place: ContentKeyContext) -> Access {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(link.expose().as_bytes()).expect("HMAC takes keys of any length");
    mac.update(LABEL);
    let half = Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()));
    let half = ServerHalf::from_secret(&*half).expect("a half has 32 bytes");
    Access::derive(fragment, &half, None, place)
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::{PrivateKey, SystemRandom};

    use super::*;

    #[test]
    fn what_is_kept_opens_with_the_same_link_and_draft_alone() {
        let place = ContentKeyContext { tenant: [1; 16], transfer: [2; 16] };
        let (keys, kept) = Keys::make(place, &"link".into(), &SystemRandom);
        let receiver = PrivateKey::generate(&SystemRandom);
        let again = Keys::open(place, &"link".into(), &kept, &SystemRandom).expect("it opens");
        let sealed = again.seal_to(&receiver.public_key()).unwrap();
        assert_eq!(sealed.fingerprint, receiver.public_key().fingerprint().to_string());
        let sealed = bytes(&sealed.content_key).unwrap();
        assert_eq!(receiver.open_content_key(place, &sealed).unwrap(), keys.content_key);
        let nothing = PublicKey::from_bytes(&[0; 32]).unwrap();
        assert!(matches!(again.seal_to_recovery(&nothing), Err(Error::RecoveryKeyUnfit)));
        assert!(Keys::open(place, &"another".into(), &kept, &SystemRandom).is_none());
        let elsewhere = ContentKeyContext { tenant: [1; 16], transfer: [3; 16] };
        assert!(Keys::open(elsewhere, &"link".into(), &kept, &SystemRandom).is_none());
    }
}
