//! Typed messages, templates and transports.
