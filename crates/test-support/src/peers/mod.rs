//! Other people's services in processes of their own, and what stands between them and whoever uses them.

pub mod azurite;
pub mod keyvault;
pub mod kubernetes;
pub mod moto;
pub mod openbao;
pub mod process;
pub mod proxy;
pub mod script;
pub mod softhsm;
