//! The service from outside: real HTTP, real stores, both engines. The tree mirrors the addresses; names are claims.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

mod account;
mod addin;
mod admin;
mod audit;
mod audit_tampering;
mod clients;
mod connections;
mod containers;
mod copies;
mod credentials;
mod database;
mod deliveries;
mod health;
mod jobs;
mod journeys;
mod key_holder;
mod keys;
mod lifecycle;
mod links;
mod mail;
mod mailboxes;
mod nodes;
mod outages;
mod page;
mod people;
mod people_pages;
mod portals;
mod receipts;
mod reminders;
mod removal;
mod requests;
mod scim;
mod session;
mod signin;
mod step_up;
mod tenants;
mod transfers;
mod uploads;
mod walk;
mod web;
mod zero_knowledge;
