//! Turns credentials into grants.
