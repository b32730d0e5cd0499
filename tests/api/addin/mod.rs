//! `/api/v1/addin`

mod bootstrap;
mod token;
