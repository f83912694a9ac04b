//! SQLite and PostgreSQL behind one interface: the only crate that speaks SQL.
//!
//! A [`Transaction`] is everything: reads take one too, so that a page is one consistent picture.
//! The SQL text is written once, with `$1`; [`database`] knows the few differences.
//!
//! Invariants: exactly one writer on SQLite; a commit is on disk when it returns (`synchronous=FULL`, or the
//! server's own `synchronous_commit`).

pub mod alarm;
pub mod audit;
pub mod backup;
pub mod batch;
mod cause;
pub mod change;
pub mod contact;
pub mod database;
pub mod device;
pub mod error;
mod event_body;
pub mod follow_up;
pub mod housing;
pub mod idempotency;
pub mod lease;
pub mod login;
pub mod message;
pub mod migrate;
pub mod page;
pub mod person;
pub mod row;
pub mod service_level;
pub mod setting;
pub mod supervision;
pub mod team;
pub mod token;
pub mod unproven;
pub mod value;
pub mod webhook;

pub use database::{List, Store, Transaction};
pub use error::StoreError;
pub use row::Row;
pub use value::Value;
