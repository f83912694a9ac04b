//! Reception over real sockets on loopback, with a database in memory.

mod house;
mod mqtt_broker;
mod mqtt_server;
mod peer;
mod sip;
