//! Sockets: SIP with SCAIP over UDP, TCP and TLS, and MQTT. Hands messages to `app` and answers when they are on disk.
//!
//! Invariants:
//! - a 200 or a PUBACK leaves only after the commit; a message that could not be stored gets a 5xx, so that the device tries again;
//! - what cannot be read or trusted, and could be an alarm, goes to an operator as it is;
//! - rubbish is limited per source and counted; nothing is dropped without a number somewhere.

mod authenticate;
mod config;
mod desk;
mod limiter;
pub mod mqtt;
mod read;
mod replay;
mod reply;
mod stream;
mod tls;
mod udp;
mod unproven;

pub use app::network::{Network, Networks};
pub use config::{Listen, ListenError, TlsFiles};
pub use desk::Desk;
pub use tls::certificate_ends;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{sync::watch, task::JoinHandle};

/// How often the version of the register is looked at.
const REGISTER_READ_EVERY: Duration = Duration::from_secs(1);

/// The open sockets. Dropping [`Intake::stop`]'s sender ends them.
#[derive(Debug)]
pub struct Intake {
    /// Where devices reach us, as `udp`, `tcp`, `tls`, `mqtt` or `mqtts` and an address.
    pub addresses: Vec<(&'static str, SocketAddr)>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Intake {
    /// Opens every socket; none stays open if one cannot be.
    pub async fn start(listen: &Listen, desk: Arc<Desk>) -> Result<Self, ListenError> {
        let (stop, stopped) = watch::channel(false);
        let mut intake = Intake { addresses: Vec::new(), stop, tasks: Vec::new() };
        for address in &listen.udp {
            let (address, task) = udp::start(*address, Arc::clone(&desk), stopped.clone()).await?;
            intake.addresses.push(("udp", address));
            intake.tasks.push(task);
        }
        for address in &listen.tcp {
            let (address, task) = stream::start(*address, None, Arc::clone(&desk), stopped.clone()).await?;
            intake.addresses.push(("tcp", address));
            intake.tasks.push(task);
        }
        for (address, files) in &listen.tls {
            let acceptor = tls::acceptor(files)?;
            let (address, task) =
                stream::start(*address, Some(acceptor), Arc::clone(&desk), stopped.clone()).await?;
            intake.addresses.push(("tls", address));
            intake.tasks.push(task);
        }
        intake.start_mqtt(listen, &desk, &stopped).await?;
        intake.tasks.push(tokio::spawn(watch_registry(Arc::clone(&desk), stopped.clone())));
        intake.tasks.push(tokio::spawn(unproven::watch(desk, stopped)));
        Ok(intake)
    }

    async fn start_mqtt(
        &mut self,
        listen: &Listen,
        desk: &Arc<Desk>,
        stopped: &watch::Receiver<bool>,
    ) -> Result<(), ListenError> {
        let gate = Arc::new(mqtt::Gate::new(Arc::clone(desk), listen.topics.clone())?);
        for address in &listen.mqtt {
            let (address, task) =
                mqtt::server::start(*address, None, Arc::clone(&gate), stopped.clone()).await?;
            self.addresses.push(("mqtt", address));
            self.tasks.push(task);
        }
        for (address, files) in &listen.mqtt_tls {
            let acceptor = Some(tls::acceptor(files)?);
            let (address, task) =
                mqtt::server::start(*address, acceptor, Arc::clone(&gate), stopped.clone()).await?;
            self.addresses.push(("mqtts", address));
            self.tasks.push(task);
        }
        for broker in &listen.brokers {
            self.tasks.push(mqtt::client::start(broker, Arc::clone(&gate), stopped.clone())?);
        }
        Ok(())
    }

    /// Closes every socket and waits for the last answers.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// Keeps the memory of the register fresh: a device that is registered now must not be refused at its first message.
async fn watch_registry(desk: Arc<Desk>, mut stopped: watch::Receiver<bool>) {
    let mut turn = tokio::time::interval(REGISTER_READ_EVERY);
    loop {
        tokio::select! {
            _ = turn.tick() => {}
            () = ended(&mut stopped) => return,
        }
        desk.refresh_registry().await;
    }
}

/// Waits until the sockets are told to stop.
pub(crate) async fn ended(stopped: &mut watch::Receiver<bool>) {
    // An error means that the teller is gone, which is as good a reason to stop.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
