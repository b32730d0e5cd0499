//! Sealed bytes in tenants' containers.
