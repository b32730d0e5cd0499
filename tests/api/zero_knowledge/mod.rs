//! What senders seal by themselves: a real client of both sides seals and opens, and the service is what stands between.

mod attacks;
mod client;
mod deceit;
mod mail;
mod policy;
mod prove;
mod receive;
mod receive_protected;
mod receive_teams;
mod recovery;
mod rules;
mod secrets;
mod send;
mod stated;
mod uploads;
