//! Who a directory says that somebody is: OpenID Connect, and access tokens of Microsoft Entra.
#![warn(missing_docs)]
