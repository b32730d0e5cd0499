use sealpost_auth::fuzzing::Carries;
use sealpost_sealed::GrantKey;

use crate::input::{Constant, Input, text};

/// No text is a grant, a proof or a sign-in that nobody has sealed, nor one of another kind or after it was damaged; what is
/// read of what is inside is all of it.
pub fn sealed_grants(data: &[u8]) {
    let key = GrantKey::generate(&Constant(1));
    for kind in Carries::ALL {
        if let Some(text) = text(data) {
            assert_eq!(kind.reopened(&key, text), None);
            assert_eq!(kind.reopened(&key, &format!("sb_{text}")), None);
        }
        let sealed = kind.seal(&key, data, &Constant(2));
        let inside = kind.reopened(&key, &sealed);
        match &inside {
            // JSON has many spellings, of which one is written.
            Some(read) if kind == Carries::SignIn => {
                let again = kind.seal(&key, read, &Constant(2));
                assert_eq!(kind.reopened(&key, &again).as_ref(), Some(read));
            }
            Some(read) => assert_eq!(read, data),
            None => {}
        }
        for other in Carries::ALL {
            assert!(other == kind || other.reopened(&key, &sealed).is_none());
        }
        assert_eq!(kind.reopened(&GrantKey::generate(&Constant(3)), &sealed), None);
    }
    damaged(&key, data);
}

/// A good one of each kind, with what the input makes of its text.
fn damaged(key: &GrantKey, data: &[u8]) {
    let mut submission = [7; 57];
    submission[0] = 1;
    for (kind, inside) in [
        (Carries::Submission, submission.as_slice()),
        (Carries::Download, &[7; 72]),
        (Carries::Download, &[7; 104]),
        (Carries::Proof, &[7; 57]),
        (Carries::SignInState, &[7; 48]),
    ] {
        let good = kind.seal(key, inside, &Constant(2));
        assert_eq!(kind.reopened(key, &good).as_deref(), Some(inside));
        let mut bytes = good.clone().into_bytes();
        Input(data).damage(&mut bytes);
        let Some(text) = text(&bytes) else { continue };
        assert!(text == good || kind.reopened(key, text).is_none(), "{kind:?}");
    }
}
