//! What is counted while the service runs, in the form of Prometheus.
#![warn(missing_docs)]
