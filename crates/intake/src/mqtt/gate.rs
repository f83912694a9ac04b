//! The desk of MQTT: one message in, what is stored and answered out. The same for our sockets and for brokers.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use app::{
    alarm::receive::{Arrival, Content, Receipt},
    registry::Memory,
};
use base::Private;
use device::{
    Report, Signal,
    drivers::zigbee2mqtt::{self, Reading, Watch},
};
use mqtt::{Connect, Publish};
use scaip::{Reply, RootStyle};

use super::{
    config::{Driver, TopicRule},
    payload,
    state::{LoginTroubles, Recent, States},
};
use crate::{
    authenticate::{Origin, check_password},
    config::ListenError,
    desk::Desk,
    read::{Body, read},
    reply,
};

const TRANSPORT: &str = "mqtt";
const NOT_REGISTERED: &str = "Avsändaren är inte registrerad";

/// Who a message came from.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    /// The address, with its port.
    pub(crate) source: String,
    /// The address, for the limit per source.
    pub(crate) address: IpAddr,
    /// The device that logged in; `None` for a broker, which has checked its clients itself.
    pub(crate) user: Option<String>,
    /// The session, to know a message that is sent again.
    pub(crate) client: String,
}

/// What the gate makes of a message before anything is stored.
pub(crate) enum Said {
    /// Nothing of it needs to be stored.
    Heard(Option<Publish>),
    /// Too much rubbish from this source: counted, not kept.
    OverLimit,
    /// It is stored first.
    Store(Task),
}

/// A message that must be stored before it is acknowledged.
pub(crate) struct Task {
    arrivals: Vec<Arrival>,
    reply: Option<Plan>,
    /// The sensor whose state waits for this.
    sensor: Option<String>,
}

/// How the sender is answered in SCAIP, and where.
struct Plan {
    topic: String,
    answer: PlannedReply,
}

enum PlannedReply {
    Accept { reference: String, root: RootStyle },
    Refuse(Reply),
}

impl Plan {
    fn publish(self, receipt: Option<&Receipt>) -> Option<Publish> {
        let reply = match self.answer {
            PlannedReply::Accept { reference, root } => reply::accepted(&reference, root, receipt?),
            PlannedReply::Refuse(reply) => reply,
        };
        Some(Publish {
            topic: self.topic,
            payload: reply.to_xml().into_bytes(),
            quality: mqtt::Quality::AtMostOnce,
            duplicate: false,
            retain: false,
            id: 0,
        })
    }
}

/// What all MQTT connections share.
pub(crate) struct Gate {
    desk: Arc<Desk>,
    rules: Vec<TopicRule>,
    states: States,
    recent: Recent,
    troubles: LoginTroubles,
    start: u64,
    messages: AtomicU64,
}

impl Gate {
    pub(crate) fn new(desk: Arc<Desk>, rules: Vec<TopicRule>) -> Result<Self, ListenError> {
        let mut start = [0_u8; 8];
        getrandom::fill(&mut start).map_err(|_| ListenError::Randomness)?;
        Ok(Gate {
            desk,
            rules,
            states: States::default(),
            recent: Recent::default(),
            troubles: LoginTroubles::default(),
            start: u64::from_le_bytes(start),
            messages: AtomicU64::new(0),
        })
    }

    /// The filters of every rule.
    pub(crate) fn filters(&self) -> Vec<String> {
        let mut filters: Vec<String> = self.rules.iter().map(|rule| rule.pattern.filter()).collect();
        filters.sort();
        filters.dedup();
        filters
    }

    /// Whether a device may subscribe to this: the replies to its own messages, nothing else.
    pub(crate) fn may_subscribe(&self, user: &str, filter: &str) -> bool {
        mqtt::is_topic(filter)
            && self
                .rules
                .iter()
                .any(|rule| rule.driver == Driver::Scaip && filter == reply_topic(&rule.pattern.topic(user)))
    }

    /// Whether a client may come in.
    pub(crate) async fn admits(
        &self,
        connect: &Connect,
        sender: &Sender,
        certificate_names: &[String],
    ) -> Result<(), &'static str> {
        let user = connect.user.as_deref().unwrap_or_default();
        let mut found = self.check(connect, user, sender, certificate_names);
        if found.is_err() && self.desk.refresh_registry().await {
            // The device or its password may be newer than what reception remembers.
            found = self.check(connect, user, sender, certificate_names);
        }
        match found {
            Ok(()) => {
                self.troubles.forget(user);
                self.heard(user);
            }
            // Scanners try names all day: they are counted, since no message of theirs has been refused.
            Err(NOT_REGISTERED) => metrics::counter!("tryggve_logins_of_unknown_senders_total").increment(1),
            Err(trouble) => {
                metrics::counter!("tryggve_messages_refused_total").increment(1);
                self.tell_login_trouble(user, trouble, sender).await;
            }
        }
        found
    }

    fn check(
        &self,
        connect: &Connect,
        user: &str,
        sender: &Sender,
        certificate_names: &[String],
    ) -> Result<(), &'static str> {
        let memory = self.desk.app.registry.memory();
        let entry = memory.device(user).ok_or(NOT_REGISTERED)?;
        let origin = Origin { address: sender.address, certificate_names };
        let authenticator = self.desk.authenticator();
        let trust = (authenticator.realm(), &self.desk.networks);
        check_password(entry, user, connect.password.as_deref().unwrap_or_default(), origin, trust)
    }

    /// A registered device that cannot log in cannot call for help: an operator must know.
    async fn tell_login_trouble(&self, user: &str, trouble: &str, sender: &Sender) {
        let now = Instant::now();
        if !self.desk.limiter.admits(sender.address, now) || !self.troubles.is_news(user, now) {
            return;
        }
        let trouble = format!("Enheten kunde inte logga in: {trouble}");
        let arrival =
            self.doubtful_arrival(sender, (user, &self.fresh_reference()), &trouble, trouble.as_bytes());
        if let Err(error) = self.desk.reception.submit(arrival).await {
            self.troubles.forget(user);
            tracing::error!(%error, "A device that cannot log in could not be shown to an operator");
        }
    }

    /// A device gave a sign of life.
    pub(crate) fn heard(&self, controller_id: &str) {
        if let Some(entry) = self.desk.app.registry.memory().device(controller_id) {
            self.desk.app.contact.heard(entry.device, self.desk.app.now());
        }
    }

    /// Decides what to do with a message: fast, without waiting for anything.
    pub(crate) fn open(&self, sender: &Sender, publish: &Publish) -> Said {
        metrics::counter!("tryggve_mqtt_messages_total").increment(1);
        let fresh = self.fresh_reference();
        let reference = self.recent.reference(&sender.client, publish, Instant::now(), fresh);
        for rule in &self.rules {
            let Some(name) = rule.pattern.name(&publish.topic) else { continue };
            let sensor = name.strip_suffix("/availability").unwrap_or(name);
            if !rule.only.is_empty() && !rule.only.iter().any(|only| only == name || only == sensor) {
                continue;
            }
            let message = Incoming { sender, publish, rule, reference: &reference };
            return match &rule.driver {
                Driver::Scaip => self.open_scaip(&message, name),
                Driver::Zigbee2Mqtt(watch) => self.open_sensor(&message, name, watch),
            };
        }
        let trouble = format!("Ämnet {} är inte känt", shown(&publish.topic));
        self.doubtful(sender, publish, ("", &reference), &trouble, None)
    }

    fn open_scaip(&self, message: &Incoming<'_>, name: &str) -> Said {
        let Incoming { sender, publish, .. } = message;
        let memory = self.desk.app.registry.memory();
        let plan = |answer| Plan { topic: reply_topic(&publish.topic), answer };
        match read(&publish.payload, &memory, &self.desk.unknown) {
            Body::Reply => Said::Heard(None),
            Body::Broken { controller_id, reference, error } => {
                metrics::counter!("tryggve_messages_broken_total").increment(1);
                let reply = (!reference.is_empty())
                    .then(|| plan(PlannedReply::Refuse(reply::refused(&reference, error.reply_status()))));
                let who = if controller_id.is_empty() { name } else { &controller_id };
                let trouble = format!("Meddelandet går inte att läsa: {error}");
                self.doubtful(sender, publish, (who, &reference), &trouble, reply)
            }
            Body::Request { report, root } => {
                if let Some(trouble) = message.trouble(name, &report.controller_id, &memory) {
                    return self.untrusted(message, &report, trouble);
                }
                let plan = plan(PlannedReply::Accept { reference: report.reference.clone(), root });
                if report.signal.is_stored() {
                    let arrivals = vec![message.arrival(Content::Read(report))];
                    return Said::Store(Task { arrivals, reply: Some(plan), sensor: None });
                }
                metrics::counter!("tryggve_heartbeats_total").increment(1);
                self.heard(name);
                let receipt = memory.device(name).map(|entry| Receipt {
                    alarm: None,
                    signal: report.signal,
                    copy: false,
                    known: true,
                    profile: Arc::clone(&entry.profile),
                });
                Said::Heard(plan.publish(receipt.as_ref()))
            }
        }
    }

    fn open_sensor(&self, message: &Incoming<'_>, name: &str, watch: &Watch) -> Said {
        let Incoming { sender, publish, reference, .. } = *message;
        if name == "bridge" || name.starts_with("bridge/") || is_command(name) || publish.payload.is_empty() {
            metrics::counter!("tryggve_mqtt_messages_ignored_total").increment(1);
            return Said::Heard(None);
        }
        let memory = self.desk.app.registry.memory();
        let sensor = name.strip_suffix("/availability");
        let controller_id = sensor.unwrap_or(name);
        let watch = with_settings(watch, &memory);
        let watch = memory.device(controller_id).map_or(watch, |entry| watch.of(entry.category));
        let fields = match sensor {
            Some(_) => payload::availability(&publish.payload)
                .map(|word| vec![("availability".to_owned(), zigbee2mqtt::Field::Text(word))])
                .ok_or_else(|| "expected online or offline".to_owned()),
            None => payload::fields(&publish.payload),
        };
        let fields = match fields {
            Ok(fields) => fields,
            Err(error) => {
                metrics::counter!("tryggve_messages_broken_total").increment(1);
                let trouble = format!("Meddelandet går inte att läsa: {error}");
                return self.doubtful(sender, publish, (controller_id, reference), &trouble, None);
            }
        };
        let read = |before| zigbee2mqtt::read(controller_id, reference, &fields, &watch, before);
        if let Some(trouble) = message.trouble(controller_id, controller_id, &memory) {
            let Reading { reports, .. } = read(zigbee2mqtt::State::default());
            return match reports.first() {
                Some(report) => self.untrusted(message, report, trouble),
                None => Said::Heard(None),
            };
        }
        let Reading { reports, .. } = self.states.read(controller_id, read);
        let stored: Vec<Report> = reports.into_iter().filter(|report| report.signal.is_stored()).collect();
        if stored.is_empty() {
            metrics::counter!("tryggve_heartbeats_total").increment(1);
            self.heard(controller_id);
            return Said::Heard(None);
        }
        let arrivals = stored.into_iter().map(|report| message.arrival(Content::Read(report))).collect();
        Said::Store(Task { arrivals, reply: None, sensor: Some(controller_id.to_owned()) })
    }

    /// From a sender that is not registered or may not speak for this device. Only what may be a call for help is
    /// kept: a test bed is full of lamps.
    fn untrusted(&self, message: &Incoming<'_>, report: &Report, trouble: String) -> Said {
        metrics::counter!("tryggve_messages_of_unknown_senders_total").increment(1);
        let from_sensor = matches!(message.rule.driver, Driver::Zigbee2Mqtt(_));
        if report.signal.is_shed_first() || (from_sensor && !matches!(report.signal, Signal::Alarm(_))) {
            return Said::Heard(None);
        }
        let who = (report.controller_id.as_str(), report.reference.as_str());
        self.doubtful(message.sender, message.publish, who, &trouble, None)
    }

    /// Doubtful, and perhaps someone in need: stored within the source's limit, counted beyond it.
    fn doubtful(
        &self,
        sender: &Sender,
        publish: &Publish,
        who: (&str, &str),
        trouble: &str,
        reply: Option<Plan>,
    ) -> Said {
        if !self.desk.limiter.admits(sender.address, Instant::now()) {
            metrics::counter!("tryggve_messages_over_source_limit_total").increment(1);
            return Said::OverLimit;
        }
        let arrivals = vec![self.doubtful_arrival(sender, who, trouble, &publish.payload)];
        Said::Store(Task { arrivals, reply, sensor: None })
    }

    fn doubtful_arrival(
        &self,
        sender: &Sender,
        (controller_id, reference): (&str, &str),
        trouble: &str,
        raw: &[u8],
    ) -> Arrival {
        let content = Content::Doubtful {
            controller_id: shown(controller_id),
            reference: shown(reference),
            trouble: trouble.to_owned(),
        };
        Arrival {
            transport: TRANSPORT,
            source: sender.source.clone(),
            content,
            raw: Private::new(raw.to_vec()),
        }
    }

    /// Stores a message. `Err` means that it must not be acknowledged.
    pub(crate) async fn store(
        &self,
        task: Task,
    ) -> Result<Option<Publish>, app::alarm::reception::NotReceived> {
        let mut first = None;
        let mut outcome = Ok(());
        for arrival in task.arrivals {
            match self.desk.reception.submit(arrival).await {
                Ok(receipt) => first = first.or(Some(receipt)),
                Err(error) => outcome = outcome.and(Err(error)),
            }
        }
        if let Some(sensor) = &task.sensor {
            self.states.stored(sensor, outcome.is_ok());
        }
        outcome?;
        Ok(task.reply.and_then(|plan| plan.publish(first.as_ref())))
    }

    /// Unlike any other since the world began: two presses of a button are two messages with the same bytes.
    fn fresh_reference(&self) -> String {
        format!("{:016x}-{}", self.start, self.messages.fetch_add(1, Ordering::Relaxed))
    }
}

struct Incoming<'a> {
    sender: &'a Sender,
    publish: &'a Publish,
    rule: &'a TopicRule,
    reference: &'a str,
}

impl Incoming<'_> {
    /// Why this message is not to be believed, if so: `named` by the topic, `says` by the message.
    fn trouble(&self, named: &str, says: &str, memory: &Memory) -> Option<String> {
        if named != says {
            return Some(format!("Ämnet gäller {} men meddelandet {}", shown(named), shown(says)));
        }
        if memory.device(named).is_none() {
            return Some(NOT_REGISTERED.to_owned());
        }
        let user = self.sender.user.as_deref()?;
        let may = user == named || self.rule.gateways.iter().any(|gateway| gateway == user);
        (!may).then(|| format!("{} får inte tala för {}", shown(user), shown(named)))
    }

    fn arrival(&self, content: Content) -> Arrival {
        let raw = Private::new(self.publish.payload.clone());
        Arrival { transport: TRANSPORT, source: self.sender.source.clone(), content, raw }
    }
}

fn reply_topic(topic: &str) -> String {
    format!("{topic}/reply")
}

/// What others tell the bridge to do to a device.
fn is_command(name: &str) -> bool {
    name.ends_with("/set") || name.ends_with("/get")
}

fn with_settings(watch: &Watch, memory: &Memory) -> Watch {
    let figure = |rule| memory.settings.figure(rule);
    Watch {
        temperature_low_celsius: figure(&zigbee2mqtt::TEMPERATURE_LOW_CELSIUS),
        temperature_high_celsius: figure(&zigbee2mqtt::TEMPERATURE_HIGH_CELSIUS),
        battery_low_percent: figure(&zigbee2mqtt::BATTERY_LOW_PERCENT),
        ..*watch
    }
}

/// A name from outside, short enough for a line on a page.
fn shown(text: &str) -> String {
    text.chars().take(device::NAME_CHARACTERS_MAX).collect()
}
