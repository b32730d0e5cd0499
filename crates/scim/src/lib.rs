//! The language in which directories keep users and groups: SCIM 2.0 (RFC 7643, RFC 7644). No I/O.
#![warn(missing_docs)]
