//! Reception over real sockets on loopback, with a database in memory.

#[cfg(test)]
mod house;
#[cfg(test)]
mod mqtt_broker;
#[cfg(test)]
mod mqtt_server;
#[cfg(test)]
mod peer;
#[cfg(test)]
mod sip;
