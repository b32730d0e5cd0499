//! How users sign in, and what their sessions are.

use crate::words::words;

words! {
    /// A way to sign in. A tenant says which of them count.
    SignIn {
        /// With a password that Sealpost keeps.
        Password = "password",
        /// With a passkey (WebAuthn).
        Passkey = "passkey",
        /// With an account of an OpenID provider.
        Oidc = "oidc",
        /// With a token that the add-in has from Microsoft Entra.
        Entra = "entra",
    }
}

words! {
    /// What carries a session.
    SessionKind {
        /// A browser, in a cookie.
        Browser = "browser",
        /// The add-in, as bearer and never in a cookie.
        Addin = "addin",
    }
}

words! {
    /// What has become of the add-in's wish to be signed in by a page.
    PairingState {
        /// Nobody has said anything to it.
        Waiting = "waiting",
        /// Somebody has confirmed it; the add-in has not heard of it yet.
        Confirmed = "confirmed",
        /// Somebody has refused it.
        Refused = "refused",
        /// It has become a session.
        Used = "used",
    }
}

words! {
    /// How far a sign-in has got.
    SessionStage {
        /// A second factor must be shown, or enrolled: nothing else can be done.
        SecondFactor = "second_factor",
        /// The password must be changed: nothing else can be done.
        PasswordChange = "password_change",
        /// It is complete.
        Full = "full",
    }
}
