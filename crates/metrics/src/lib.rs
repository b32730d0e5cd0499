//! What is counted while the service runs, in the form of Prometheus.
//!
//! A [`Metrics`] is an argument, cheap to clone; whoever has none counts into one that nobody reads. Each file has what
//! one part of the service tells, as methods: no name of a metric stands anywhere else. Names begin with `sealpost_`, are
//! in base units, and no label ever holds a tenant, a person, an address, an id, or a part of a path.
//!
//! What must be asked of the database comes as [`Readings`], at the moment in which somebody wants to read.
#![warn(missing_docs)]

mod certificate;
mod http;
mod jobs;
mod labels;
mod mail;
mod metrics;
mod passwords;
mod readings;
mod scans;
mod stores;
mod transfers;

pub use http::{Answered, InFlight};
pub use jobs::JobEnd;
pub use mail::Handed;
pub use metrics::{Build, CONTENT_TYPE, Metrics};
pub use passwords::Deriving;
pub use readings::{Circuits, Copied, Pool, Queued, Readings};
pub use scans::Scanned;
pub use stores::{Called, Seam};
pub use transfers::Moving;
