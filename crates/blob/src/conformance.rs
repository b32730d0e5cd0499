//! Claims that every store must fulfil.
