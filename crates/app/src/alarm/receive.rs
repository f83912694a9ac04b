//! A batch of messages from devices becomes alarms, in one transaction.
//!
//! The same shape as every use case, over many messages at once: load, decide, save, publish. Nothing is
//! acknowledged before the commit. A decision that panics falls back to an alarm for an operator.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use ::alarm::{Actor, Alarm, Event, Kind, Lane, ladder::Climb};
use ::device::{Profile, Report, Signal, report::Technical};
use base::{AlarmId, DeviceId, MessageId, Private, ProfileId, SignedDuration, Timestamp, id::Uuid};
use sha2::{Digest as _, Sha256};
use store::{
    Transaction,
    alarm::open_key,
    contact::Noted,
    message::{Earlier, Message},
};
use tokio::time::Instant;

use super::taken::Taken;
use crate::{
    App, AppError,
    live::Change,
    registry::{Entry, Memory},
};

/// How far apart the clocks of two nodes may be without a new call being taken for a copy: what came so much before its
/// alarm was closed, and waited until after, is one that the operator has dealt with.
const CLOCKS_APART_MAX: SignedDuration = SignedDuration::from_secs(5);

/// A message as it came to a socket.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// `udp`, `tcp`, `tls`, `mqtt`.
    pub transport: &'static str,
    /// The address it came from.
    pub source: String,
    /// What it says, or why it could not be read.
    pub content: Content,
    /// The bytes.
    pub raw: Private<Vec<u8>>,
}

/// What a message says.
#[derive(Debug, Clone)]
pub enum Content {
    /// It could be read, and its sender proved who it is (or need not).
    Read(Report),
    /// It could not be read or trusted; it may still be someone in need.
    Doubtful {
        /// Who it may come from, by what could be salvaged; empty when nothing could.
        controller_id: String,
        /// The reference, when one could be salvaged.
        reference: String,
        /// What is wrong with it, in words for the operator.
        trouble: String,
    },
}

/// What reception made of a message. It is on disk when the caller sees this.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The alarm it raised or belongs to.
    pub alarm: Option<AlarmId>,
    /// What it was read as.
    pub signal: Signal,
    /// Whether it was a copy of an earlier message.
    pub copy: bool,
    /// Whether the sender is registered.
    pub known: bool,
    /// How the sender wants to be answered.
    pub profile: Arc<Profile>,
}

/// What one message leads to.
struct Decision {
    message: Message,
    receipt: Receipt,
    /// The sender's key in the map of open alarms, with what happens there.
    effect: Option<Effect>,
}

enum Effect {
    Raise { key: String, alarm: Box<Alarm>, event: Event },
    Change { key: String, event: Event },
}

/// Receives a batch that has just come. The receipts stand in the order of the arrivals.
pub async fn receive(app: &App, arrivals: &[Arrival]) -> Result<Vec<Receipt>, AppError> {
    let taken: Vec<Taken> = arrivals.iter().map(|arrival| Taken::now(app, arrival.clone())).collect();
    match receive_taken(app, &taken, Trial::First).await {
        Err(AppError::Conflict) => receive_taken(app, &taken, Trial::Again).await,
        received => received,
    }
}

/// Whether a batch may have been stored before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// It was never handed to the database.
    First,
    /// It was, and how that ended is not known: what is stored already is not stored again.
    Again,
}

/// Receives a batch whose messages have their ids and their moments. The receipts stand in its order.
pub async fn receive_taken(app: &App, taken: &[Taken], trial: Trial) -> Result<Vec<Receipt>, AppError> {
    let mut transaction = app.store.look().await?;
    // What is remembered is nearly always right, and whether it was is found out together with the writing.
    let memory = match trial {
        Trial::First => app.registry.memory(),
        Trial::Again => app.registry.refresh(&mut transaction).await?,
    };
    let mut facts = load(&mut transaction, &memory, taken).await?;
    if trial == Trial::Again {
        let ids: Vec<MessageId> = taken.iter().map(|one| one.message).collect();
        facts.stored = store::message::stored(&mut transaction, &ids).await?;
    }
    let read_versions = facts.open.iter().map(|(key, alarm)| (key.clone(), alarm.version)).collect();
    let (open, earlier, stored) = (facts.open, facts.earlier, facts.stored);
    let mut batch = Batch { memory: &memory, open, earlier, stored, now: app.now() };
    let mut decisions = Vec::with_capacity(taken.len());
    for (one, key) in taken.iter().zip(facts.duplicate_keys) {
        decisions.push(batch.decide_guarded(one, key));
    }
    if decisions.iter().any(|decision| decision.receipt.copy) {
        transaction.vouch().await?;
    }
    let stored_before: HashSet<MessageId> = batch.stored.keys().copied().collect();
    let open = Open { alarms: batch.open, read_versions, registry_version: memory.decided_by() };
    let (receipts, changes) = save(transaction, app, decisions, open).await?;
    if app.store.is_shared() {
        remember(app, taken, &receipts, &stored_before);
    }
    for change in changes {
        app.live.publish(change);
    }
    Ok(receipts)
}

/// Remembers what a server has confirmed. A test that is lost is made again, and is not remembered.
fn remember(app: &App, taken: &[Taken], receipts: &[Receipt], stored_before: &HashSet<MessageId>) {
    let worth = taken.iter().zip(receipts).filter(|(_, receipt)| !receipt.signal.is_shed_first());
    // A copy has no row of its own, and is not to be looked for.
    let (stand, rowless): (Vec<_>, Vec<_>) =
        worth.partition(|(one, receipt)| !receipt.copy || stored_before.contains(&one.message));
    app.lately.remember(stand.into_iter().map(|(one, _)| one), Instant::now());
    app.lately.forget(rowless.into_iter().map(|(one, _)| one.message));
}

/// What must be known before deciding.
struct Facts {
    duplicate_keys: Vec<String>,
    stored: HashMap<MessageId, Option<AlarmId>>,
    earlier: HashMap<String, Vec<Earlier>>,
    open: HashMap<String, Alarm>,
}

async fn load(transaction: &mut Transaction, memory: &Memory, taken: &[Taken]) -> Result<Facts, AppError> {
    let duplicate_keys: Vec<String> = taken.iter().map(|one| duplicate_key(&one.arrival)).collect();
    let unique: BTreeSet<(String, String)> = taken
        .iter()
        .zip(&duplicate_keys)
        .map(|(one, key)| (controller_id(&one.arrival).to_owned(), key.clone()))
        .collect();
    let mut earlier: HashMap<String, Vec<Earlier>> = HashMap::new();
    for copy in store::message::earlier(transaction, unique).await? {
        earlier.entry(copy.duplicate_key.clone()).or_default().push(copy);
    }
    let keys: BTreeSet<String> = taken
        .iter()
        .flat_map(|Taken { arrival, .. }| {
            let sender = sender_of(arrival, memory);
            match &arrival.content {
                Content::Read(report) if report.signal.is_shed_first() => vec![],
                // A reset or more to tell may belong to either lane.
                Content::Read(Report { signal: Signal::Reset | Signal::Information, .. }) => {
                    vec![open_key(&sender, Lane::Help), open_key(&sender, Lane::Technical)]
                }
                Content::Read(report) => vec![open_key(&sender, lane(report.signal))],
                Content::Doubtful { .. } => vec![open_key(&sender, Lane::Help)],
            }
        })
        .collect();
    let open =
        store::alarm::open_by_keys(transaction, keys.into_iter().collect()).await?.into_iter().collect();
    Ok(Facts { duplicate_keys, stored: HashMap::new(), earlier, open })
}

fn lane(signal: Signal) -> Lane {
    match signal {
        Signal::Alarm(kind) => kind.lane(),
        Signal::Technical(_) => Lane::Technical,
        _ => Lane::Help,
    }
}

/// What the sender calls itself; empty when that could not be read.
pub(super) fn controller_id(arrival: &Arrival) -> &str {
    match &arrival.content {
        Content::Read(report) => &report.controller_id,
        Content::Doubtful { controller_id, .. } => controller_id,
    }
}

/// Equal for copies of the same message: same sender, same reference, same bytes, and the same standing. A message
/// that has proven itself is no copy of the doubtful one before it: it must reach the person's own alarm.
pub(super) fn duplicate_key(arrival: &Arrival) -> String {
    let (standing, controller_id, reference) = match &arrival.content {
        Content::Read(report) => (b'r', &report.controller_id, &report.reference),
        Content::Doubtful { controller_id, reference, .. } => (b'd', controller_id, reference),
    };
    let mut hash = Sha256::new();
    hash.update([standing]);
    for part in [controller_id.as_bytes(), reference.as_bytes(), arrival.raw.reveal()] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    // Half of SHA-256 is still far beyond any chance of two different messages being taken for one.
    hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Who an arrival counts as, for "one open alarm per sender".
fn sender_of(arrival: &Arrival, memory: &Memory) -> String {
    match &arrival.content {
        Content::Read(report) => match memory.device(&report.controller_id) {
            Some(entry) => entry.device.to_string(),
            None => format!("unknown {}", report.controller_id),
        },
        // A doubtful message never joins a known device's alarm as if it were proven to come from there.
        Content::Doubtful { controller_id, .. } if controller_id.is_empty() => {
            format!("unknown {}", host(&arrival.source))
        }
        Content::Doubtful { controller_id, .. } => format!("unknown {controller_id}"),
    }
}

/// The address without the port, which changes from message to message.
fn host(source: &str) -> &str {
    source.rsplit_once(':').map_or(source, |(host, _)| host)
}

struct Batch<'a> {
    memory: &'a Memory,
    open: HashMap<String, Alarm>,
    earlier: HashMap<String, Vec<Earlier>>,
    /// Messages that an earlier trial has stored after all.
    stored: HashMap<MessageId, Option<AlarmId>>,
    now: Timestamp,
}

impl Batch<'_> {
    /// Decides, and shows the message to an operator if the decision itself breaks.
    fn decide_guarded(&mut self, taken: &Taken, key: String) -> Decision {
        let decided = catch_unwind(AssertUnwindSafe(|| self.decide(taken, key.clone())));
        decided.unwrap_or_else(|_| {
            tracing::error!("A decision about a message broke; the message goes to an operator as it is");
            metrics::counter!("tryggve_decisions_broken_total").increment(1);
            let doubtful = Arrival {
                content: Content::Doubtful {
                    controller_id: String::new(),
                    reference: String::new(),
                    trouble: "Tryggve kunde inte tolka meddelandet".to_owned(),
                },
                ..taken.arrival.clone()
            };
            self.decide(&Taken { arrival: doubtful, ..*taken }, key)
        })
    }

    fn decide(&mut self, taken: &Taken, duplicate_key: String) -> Decision {
        let arrival = &taken.arrival;
        let sender = sender_of(arrival, self.memory);
        let entry = match &arrival.content {
            Content::Read(report) => self.memory.device(&report.controller_id).cloned(),
            Content::Doubtful { .. } => None,
        };
        let profile = entry.as_ref().map_or_else(unknown_profile, |entry| Arc::clone(&entry.profile));
        let mut message = message(taken, entry.as_deref(), duplicate_key);
        let signal = signal_of(arrival, entry.as_deref());
        if let Some(alarm) = self.stored.get(&taken.message).copied() {
            let receipt = Receipt { alarm, signal, copy: true, known: entry.is_some(), profile };
            return Decision { message, receipt, effect: None };
        }
        let window = SignedDuration::from_secs(i64::from(profile.duplicate_window_seconds));
        if let Some(original) = self.original(&message.duplicate_key, taken.at)
            && taken.at.duration_since(original.received_at) <= window
        {
            let alarm = original.alarm;
            message.alarm = alarm;
            let receipt = Receipt { alarm, signal, copy: true, known: entry.is_some(), profile };
            return Decision { message, receipt, effect: None };
        }
        let effect = self.effect(&sender, entry.as_deref(), signal, taken);
        let alarm = effect.as_ref().map(|effect| self.take_in(effect));
        message.alarm = alarm;
        let duplicate_key = message.duplicate_key.clone();
        let own =
            Earlier { duplicate_key: duplicate_key.clone(), received_at: taken.at, alarm, closed_at: None };
        self.earlier.entry(duplicate_key).or_default().push(own);
        let receipt = Receipt { alarm, signal, copy: false, known: entry.is_some(), profile };
        Decision { message, receipt, effect }
    }

    /// The newest message that one which came at this moment says again.
    ///
    /// When its alarm was closed before, the same words are a new call: rather once too often than not at all.
    fn original(&self, duplicate_key: &str, at: Timestamp) -> Option<&Earlier> {
        let is_new = |closed_at: Timestamp| closed_at.duration_since(at) < CLOCKS_APART_MAX;
        let copies = self.earlier.get(duplicate_key)?.iter();
        copies.filter(|copy| !copy.closed_at.is_some_and(is_new)).max_by_key(|copy| copy.received_at)
    }

    /// What the signal does: raises an alarm, changes an open one, or nothing.
    fn effect(&self, sender: &str, entry: Option<&Entry>, signal: Signal, taken: &Taken) -> Option<Effect> {
        let Taken { message, at, .. } = *taken;
        let device = |what| Event { at, actor: Actor::Device, what };
        let kind = match signal {
            Signal::Alarm(kind) => kind,
            Signal::Technical(technical) if technical.is_trouble() => Kind::Technical,
            Signal::Technical(_) | Signal::Reset => {
                // Good news about the equipment withdraws a technical alarm; a reset withdraws a call for help.
                let lane = if signal == Signal::Reset { Lane::Help } else { Lane::Technical };
                let key = self.open_key_of(sender, &[lane, Lane::Technical])?;
                let what = if self.is_late(&key, at) { ::alarm::inform } else { ::alarm::withdraw };
                return Some(Effect::Change { key, event: device(what(message)) });
            }
            Signal::Information => {
                let key = self.open_key_of(sender, &[Lane::Help, Lane::Technical])?;
                return Some(Effect::Change { key, event: device(::alarm::inform(message)) });
            }
            Signal::Heartbeat | Signal::Test | Signal::DoseTaken | Signal::Ordinary => return None,
        };
        let key = open_key(sender, kind.lane());
        if self.open.contains_key(&key) {
            return Some(Effect::Change { key, event: device(::alarm::repeat(message, kind)) });
        }
        let place = (
            entry.map(|entry| entry.device),
            entry.and_then(|entry| entry.person),
            entry.and_then(|entry| entry.area),
        );
        let climb = Climb::start(self.memory.rungs(kind, place.2, at), at);
        let (alarm, event) = ::alarm::receive(taken.alarm, message, kind, place, climb, at);
        Some(Effect::Raise { key, alarm: Box::new(alarm), event })
    }

    /// Whether what came at a moment was stored after something that its device said later. It waited elsewhere, and
    /// takes nothing back. What is later than now was written by a clock that ran ahead, and makes nothing late.
    fn is_late(&self, key: &str, at: Timestamp) -> bool {
        self.open
            .get(key)
            .is_some_and(|alarm| at < alarm.last_message_at && alarm.last_message_at <= self.now)
    }

    fn open_key_of(&self, sender: &str, lanes: &[Lane]) -> Option<String> {
        lanes.iter().map(|lane| open_key(sender, *lane)).find(|key| self.open.contains_key(key))
    }

    /// Applies an effect to the open alarms of this batch, so that the next message sees it.
    fn take_in(&mut self, effect: &Effect) -> AlarmId {
        match effect {
            Effect::Raise { key, alarm, .. } => {
                self.open.insert(key.clone(), Alarm::clone(alarm));
                alarm.id
            }
            Effect::Change { key, event } => match self.open.get_mut(key) {
                Some(alarm) => {
                    alarm.apply(event);
                    alarm.id
                }
                // The key was found in the map a moment ago, so this cannot be; the message is still kept.
                None => AlarmId(Uuid::nil()),
            },
        }
    }
}

fn message(taken: &Taken, entry: Option<&Entry>, duplicate_key: String) -> Message {
    let arrival = &taken.arrival;
    let (controller_id, reference, detail, trouble) = match &arrival.content {
        Content::Read(report) => {
            (&report.controller_id, &report.reference, report.detail.clone(), String::new())
        }
        Content::Doubtful { controller_id, reference, trouble } => {
            (controller_id, reference, Private::default(), trouble.clone())
        }
    };
    Message {
        id: taken.message,
        received_at: taken.at,
        transport: arrival.transport.to_owned(),
        source: arrival.source.clone(),
        device: entry.map(|entry| entry.device),
        controller_id: controller_id.clone(),
        reference: reference.clone(),
        signal: signal_of(arrival, entry).name().to_owned(),
        detail,
        trouble,
        duplicate_key,
        alarm: None,
        raw: arrival.raw.clone(),
    }
}

pub(super) fn signal_of(arrival: &Arrival, entry: Option<&Entry>) -> Signal {
    match (&arrival.content, entry) {
        (Content::Read(report), Some(_)) => report.signal,
        // An unknown sender's heartbeat or test is no call for help, but it is kept and listed.
        (Content::Read(report), None) if report.signal.is_shed_first() => report.signal,
        (Content::Read(report), None) => match report.signal {
            Signal::Alarm(_) => Signal::Alarm(Kind::Unknown),
            other => other,
        },
        (Content::Doubtful { .. }, _) => Signal::Alarm(Kind::Unknown),
    }
}

pub(super) fn unknown_profile() -> Arc<Profile> {
    Arc::new(Profile::of_unknown_sender(ProfileId(Uuid::nil())))
}

/// The open alarms as they stand after the batch, and the versions at which those that were open before were read.
struct Open {
    alarms: HashMap<String, Alarm>,
    read_versions: HashMap<String, u64>,
    /// The version of the register that they were decided by.
    registry_version: i64,
}

/// Writes everything the batch decided and makes it last.
async fn save(
    transaction: Transaction,
    app: &App,
    decisions: Vec<Decision>,
    open: Open,
) -> Result<(Vec<Receipt>, Vec<Change>), AppError> {
    let Open { alarms: open, read_versions, registry_version } = open;
    let mut receipts = Vec::with_capacity(decisions.len());
    let mut messages = Vec::with_capacity(decisions.len());
    let mut raised: Vec<String> = Vec::new();
    let mut touched: BTreeSet<String> = BTreeSet::new();
    let mut events: Vec<(AlarmId, Event)> = Vec::new();
    let mut noted = BTreeMap::new();
    let mut changes = Vec::new();
    for decision in decisions {
        note_equipment(&mut noted, &decision);
        if let Some(device) = decision.message.device {
            app.contact.heard(device, decision.message.received_at);
        }
        match decision.effect {
            Some(Effect::Raise { key, alarm, event }) => {
                changes.push(Change::AlarmNew(alarm.id));
                events.push((alarm.id, event));
                raised.push(key);
            }
            Some(Effect::Change { key, event }) => {
                if let Some(alarm) = open.get(&key) {
                    changes.push(Change::AlarmChanged(alarm.id));
                    events.push((alarm.id, event));
                }
                touched.insert(key);
            }
            None => {}
        }
        // A copy says nothing new: its first one is kept, the rest is counted.
        if decision.receipt.copy {
            metrics::counter!("tryggve_messages_copied_total").increment(1);
        } else {
            messages.push(decision.message);
        }
        receipts.push(decision.receipt);
    }
    // An alarm raised in this batch is written as it stands after the batch, so it needs no second statement.
    touched.retain(|key| !raised.contains(key));
    let new: Vec<(String, &Alarm)> =
        raised.into_iter().filter_map(|key| open.get(&key).map(|alarm| (key.clone(), alarm))).collect();
    let old: Vec<(&Alarm, u64)> =
        touched.iter().filter_map(|key| Some((open.get(key)?, read_versions.get(key).copied()?))).collect();
    let events: Vec<(AlarmId, &Event)> = events.iter().map(|(id, event)| (*id, event)).collect();
    let batch = store::batch::Batch {
        messages,
        raised: &new,
        touched: &old,
        events: &events,
        noted: &noted,
        registry_version,
    };
    store::batch::commit(transaction, batch).await?;
    Ok((receipts, changes))
}

/// Notes what a message says about the device itself: tests proven, battery, mains.
fn note_equipment(noted: &mut BTreeMap<DeviceId, Noted>, decision: &Decision) {
    let Some(device) = decision.message.device else { return };
    let at = decision.message.received_at;
    let said = match decision.receipt.signal {
        Signal::Test => Noted { tested_at: Some(at), ..Noted::default() },
        Signal::Technical(Technical::BatteryLow) => {
            Noted { battery_low: Some((at, true)), ..Noted::default() }
        }
        Signal::Technical(Technical::BatteryOk) => {
            Noted { battery_low: Some((at, false)), ..Noted::default() }
        }
        Signal::Technical(Technical::MainsLost) => Noted { mains_lost: Some((at, true)), ..Noted::default() },
        Signal::Technical(Technical::MainsBack) => {
            Noted { mains_lost: Some((at, false)), ..Noted::default() }
        }
        _ => return,
    };
    let known = noted.entry(device).or_default();
    *known = Noted {
        tested_at: said.tested_at.or(known.tested_at),
        battery_low: said.battery_low.or(known.battery_low),
        mains_lost: said.mains_lost.or(known.mains_lost),
    };
}
