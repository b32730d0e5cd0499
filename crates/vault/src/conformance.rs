//! Claims that every vault must fulfil.
