//! The service from outside: real HTTP, real stores, both engines. The tree mirrors the addresses; names are claims.

mod support;

mod deliveries;
mod journeys;
mod links;
mod transfers;
mod uploads;
