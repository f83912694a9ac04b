//! One run: the loop that moves the clock from one thing to the next, and the world it moves through.

use std::{collections::HashMap, rc::Rc, sync::Arc};

use alarm::{Alarm, Kind, Lane};
use anyhow::{Context as _, Result, ensure};
use app::{
    App,
    alarm::{
        escalate, operate,
        receive::{Arrival, Content, receive},
        respond,
    },
    device::supervise,
    live::Change,
};
use base::{AlarmId, DeviceId, Private, SignedDuration, Timestamp, clock::FakeClock, id::CountingIds};
use device::{Report, drivers};
use scaip::{Limits, Request};
use store::Store;
use tokio::sync::broadcast::{Receiver, error::TryRecvError};

use super::{
    Summary,
    agenda::{Agenda, Coming},
    alarms::{Alarms, Effect},
    history,
    supervision::{Supervision, compare_outages},
};
use crate::{
    Town, TownSettings,
    behaviour::{
        Behaviour, Said, Sender, Words, after,
        network::Network,
        staff::{Deed, Habits, Plan, Situation, Staff},
    },
    load::{Proofs, load_town},
    random::Random,
};

/// What arrives within so many milliseconds is stored in one batch.
const BATCH_MILLISECONDS: i64 = 20;
/// Every so many minutes the silent devices are compared even if nothing seems new.
const COMPARE_MINUTES: u64 = 60;

/// What to simulate.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// The same seed gives the same town and, without kills, the same life.
    pub seed: u64,
    /// How many days.
    pub days: u32,
    /// How many people.
    pub people: usize,
    /// The first moment.
    pub start: Timestamp,
    /// How bad the network is.
    pub network: Network,
    /// How present the staff are.
    pub habits: Habits,
    /// How often the system is killed and started again, per day on average.
    pub crashes_per_day: f64,
    /// The address of an empty database; one in memory keeps only its data over a restart, not its connections.
    pub database: String,
}

impl Simulation {
    /// The demo municipality under a seed, in memory.
    pub fn new(seed: u64) -> Self {
        Simulation {
            seed,
            days: 30,
            people: 300,
            // A month with a change to winter time in it: 25 October 2026.
            start: Timestamp::from_second(1_791_849_600).unwrap_or(Timestamp::UNIX_EPOCH),
            network: Network::default(),
            habits: Habits::default(),
            crashes_per_day: 2.0,
            database: "sqlite::memory:".to_owned(),
        }
    }
}

/// Lives through it. An error says what a checker found, with seed and time.
pub async fn simulate(simulation: &Simulation) -> Result<Summary> {
    let today = simulation.start.to_zoned(base::time::stockholm()).date();
    let settings = TownSettings { people: simulation.people, ..TownSettings::demo(simulation.seed, today) };
    let town = Town::generate(&settings);
    let mut world = World::open(simulation, &town).await?;
    let end = simulation.start + SignedDuration::from_hours(24 * i64::from(simulation.days));
    let lived = match world.live(end).await {
        Ok(()) => world.check_everything(end).await,
        Err(error) => Err(error),
    };
    let now = world.now;
    lived.with_context(|| format!("seed {}, at {now}", simulation.seed))?;
    world.summary.checks = world.alarms.checks + world.supervision.checks + world.histories;
    world.summary.silences = world.supervision.silences;
    world.store.close().await;
    Ok(world.summary)
}

pub(super) struct World<'a> {
    pub(super) simulation: &'a Simulation,
    pub(super) town: &'a Town,
    pub(super) store: Store,
    pub(super) app: App,
    pub(super) changes: Receiver<Change>,
    pub(super) clock: Arc<FakeClock>,
    pub(super) ids: Arc<CountingIds>,
    pub(super) now: Timestamp,
    pub(super) agenda: Agenda,
    pub(super) behaviour: Behaviour,
    pub(super) staff: Staff,
    pub(super) random: Random,
    pub(super) due_at: Timestamp,
    pub(super) down_until: Timestamp,
    pub(super) downtimes: Vec<(Timestamp, Timestamp)>,
    pub(super) kill_next_batch: bool,
    pub(super) plans: HashMap<AlarmId, (Situation, u64)>,
    pub(super) alarms: Alarms,
    pub(super) supervision: Supervision,
    pub(super) histories: u64,
    pub(super) minutes: u64,
    pub(super) summary: Summary,
}

impl<'a> World<'a> {
    async fn open(simulation: &'a Simulation, town: &'a Town) -> Result<Self> {
        let start = simulation.start;
        let store = Store::open(&simulation.database).await?;
        store::migrate::migrate(&store, start).await?;
        load_town(&store, town, Proofs { password_hash: "", realm: "tryggve" }, start).await?;
        let heard = heard_at_start(&store).await?;
        let clock = Arc::new(FakeClock::at(start));
        let ids = Arc::new(CountingIds::default());
        let app = App::open(store.clone(), clock.clone(), ids.clone()).await?;
        let mut random = Random::new(simulation.seed, 30);
        let mut agenda = Agenda::default();
        agenda.add(after(start, 60.0), Coming::Minute);
        if simulation.crashes_per_day > 0.0 {
            agenda.add(after(start, random.waiting(86_400.0 / simulation.crashes_per_day)), Coming::Crash);
        }
        let installed =
            town.devices.iter().filter(|one| one.device.stage == device::Stage::Installed).count();
        Ok(World {
            simulation,
            town,
            changes: app.live.listen(),
            app,
            store,
            clock,
            ids,
            now: start,
            agenda,
            behaviour: Behaviour::new(town, simulation.seed, start, simulation.days),
            staff: Staff::new(town, simulation.seed, simulation.habits),
            random,
            due_at: Timestamp::MAX,
            down_until: start,
            downtimes: Vec::new(),
            kill_next_batch: false,
            plans: HashMap::new(),
            alarms: Alarms::default(),
            supervision: Supervision::new(town, &heard, start),
            histories: 0,
            minutes: 0,
            summary: Summary {
                seed: simulation.seed,
                days: simulation.days,
                people: town.people.len(),
                devices: installed,
                ..Summary::default()
            },
        })
    }

    async fn live(&mut self, end: Timestamp) -> Result<()> {
        loop {
            let (said, agenda) = (self.behaviour.peek_at(), self.agenda.next_at());
            // A step that fell due while the system was down is taken when it is up again.
            let due = self.due_at.max(self.down_until);
            let next = said.min(agenda).min(due);
            if next >= end {
                self.set_clock(end);
                return Ok(());
            }
            if due <= next {
                self.set_clock(due);
                self.escalate().await?;
            } else if agenda <= next {
                let Some((at, coming)) = self.agenda.take() else { continue };
                self.come(at, coming).await?;
            } else if let Some(said) = self.behaviour.next() {
                self.said(said);
            }
        }
    }

    fn set_clock(&mut self, at: Timestamp) {
        self.now = at;
        self.clock.set(at);
    }

    fn is_down(&self, at: Timestamp) -> bool {
        at < self.down_until
    }

    /// A device sends: a sign of life is heard at once, everything else goes through the network.
    fn said(&mut self, said: Said) {
        if !matches!(said.words, Words::Heartbeat | Words::Ordinary) {
            let arrivals = self.simulation.network.arrivals(said.at, &mut self.random);
            let said = Rc::new(said);
            for at in arrivals {
                self.agenda.add(at, Coming::Arrival(Rc::clone(&said)));
            }
            return;
        }
        if self.is_down(said.at) || !self.simulation.network.carries_heartbeat(&mut self.random) {
            return;
        }
        self.set_clock(said.at);
        let memory = self.app.registry.memory();
        if let Some(entry) = memory.device(said.controller_id(self.town)) {
            self.app.contact.heard(entry.device, said.at);
            self.supervision.heard(entry.device, said.at);
            self.summary.heartbeats += 1;
        }
    }

    async fn come(&mut self, at: Timestamp, coming: Coming) -> Result<()> {
        if self.is_down(at) {
            // Whoever meets a system that is down tries again when it is up.
            let seconds = self.random.between(0.01, 30.0);
            let again = match &coming {
                Coming::Minute => after(self.down_until, 0.0),
                Coming::Crash | Coming::Arrival(_) | Coming::Staff { .. } => after(self.down_until, seconds),
            };
            self.agenda.add(again, coming);
            return Ok(());
        }
        self.set_clock(at);
        match coming {
            Coming::Arrival(said) => self.arrive(said).await,
            Coming::Staff { alarm, plans, plan } => {
                let current = self.plans.get(&alarm).is_some_and(|(_, number)| *number == plans);
                if current { self.act(alarm, plan).await } else { Ok(()) }
            }
            Coming::Minute => self.minute().await,
            Coming::Crash => self.crash_comes().await,
        }
    }

    /// Gathers what arrives together and has it stored.
    async fn arrive(&mut self, first: Rc<Said>) -> Result<()> {
        let until = (self.now + SignedDuration::from_millis(BATCH_MILLISECONDS))
            .min(self.due_at)
            .min(self.behaviour.peek_at());
        let mut batch = vec![first];
        while let Some((at, said)) = self.agenda.take_arrival(until) {
            self.set_clock(at);
            batch.push(said);
        }
        let arrivals: Vec<Arrival> = batch.iter().map(|said| self.arrival(said)).collect();
        if self.kill_next_batch {
            return self.killed_batch(batch, arrivals).await;
        }
        let receipts = receive(&self.app, &arrivals).await?;
        ensure!(receipts.len() == batch.len(), "{} messages got {} receipts", batch.len(), receipts.len());
        for (said, receipt) in batch.iter().zip(&receipts) {
            let effect = self.alarms.received(said, receipt)?;
            self.count(said, effect);
            self.heard(said);
        }
        self.follow_changes().await
    }

    /// What the intake makes of the bytes.
    fn arrival(&self, said: &Said) -> Arrival {
        let bytes = said.bytes(self.town);
        let content = if said.is_zigbee(self.town) {
            Content::Read(Report {
                controller_id: said.controller_id(self.town).to_owned(),
                reference: String::new(),
                signal: said.signal(),
                detail: Private::default(),
                position: None,
            })
        } else {
            self.read(&bytes)
        };
        Arrival { transport: "udp", source: "192.0.2.1:5060".to_owned(), content, raw: Private::new(bytes) }
    }

    fn read(&self, bytes: &[u8]) -> Content {
        match Request::parse(bytes, &Limits::default()) {
            Ok(request) => {
                let memory = self.app.registry.memory();
                let unknown = device::Profile::of_unknown_sender(base::ProfileId(base::id::Uuid::nil()));
                let profile = memory.device(&request.controller_id).map_or(&unknown, |entry| &entry.profile);
                Content::Read(drivers::scaip::report(&request, profile))
            }
            Err(error) => {
                let found = scaip::salvage(bytes);
                Content::Doubtful {
                    controller_id: found.controller_id.unwrap_or_default(),
                    reference: found.reference.unwrap_or_default(),
                    trouble: error.to_string(),
                }
            }
        }
    }

    fn heard(&mut self, said: &Said) {
        if let Sender::Device(index) = said.sender
            && let Some(one) = self.town.devices.get(index)
        {
            self.supervision.heard(one.device.id, self.now);
        }
    }

    fn count(&mut self, said: &Said, effect: Effect) {
        self.summary.messages += 1;
        match effect {
            Effect::Copy => self.summary.copies += 1,
            Effect::Repeated => self.summary.repeats += 1,
            Effect::Raised => {
                self.summary.alarms += 1;
                self.summary.unknown += u64::from(matches!(said.sender, Sender::Stranger(_)));
            }
            Effect::Other => self.summary.tests += u64::from(said.words == Words::Test),
        }
    }

    async fn escalate(&mut self) -> Result<()> {
        let due = self.due_at;
        escalate::escalate_due(&self.app).await?;
        self.follow_changes().await?;
        ensure!(self.due_at > due, "a step that was due at {due} is due again after it was taken");
        Ok(())
    }

    /// What a page does: fetches what changed, and thinks about what to do.
    async fn follow_changes(&mut self) -> Result<()> {
        let mut changed = Vec::new();
        loop {
            match self.changes.try_recv() {
                Ok(Change::AlarmNew(id) | Change::AlarmChanged(id)) => changed.push(id),
                Ok(Change::Device(_) | Change::Outage(_)) => {}
                Ok(Change::Everything) | Err(TryRecvError::Lagged(_)) => {
                    changed.extend(self.plans.keys().copied())
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        changed.sort_unstable();
        changed.dedup();
        for id in changed {
            let found = {
                let mut transaction = self.app.store.read().await?;
                store::alarm::load(&mut transaction, id).await?
            };
            let alarm = found.with_context(|| format!("alarm {id} was announced and is not stored"))?;
            self.consider(&alarm);
        }
        self.due_at = escalate::next_due(&self.app).await?.unwrap_or(Timestamp::MAX);
        Ok(())
    }

    pub(super) fn consider(&mut self, alarm: &Alarm) {
        let situation = Situation::of(alarm);
        let number = match self.plans.get(&alarm.id) {
            Some((known, _)) if *known == situation => return,
            Some((_, number)) => number + 1,
            None => 1,
        };
        self.plans.insert(alarm.id, (situation, number));
        let plans = if alarm.is_open() {
            self.staff.plans(alarm, self.now)
        } else {
            self.staff.second_thought(self.now).into_iter().collect()
        };
        for plan in plans {
            self.agenda.add(plan.at, Coming::Staff { alarm: alarm.id, plans: number, plan });
        }
    }

    /// Someone does what they planned. Plans follow every change, so a refusal is a fault of ours or of the system.
    async fn act(&mut self, id: AlarmId, plan: Plan) -> Result<()> {
        let (app, by) = (&self.app, &plan.by);
        let done = match &plan.deed {
            Deed::Answer => operate::answer(app, by, id).await,
            Deed::Release => operate::release(app, by, id).await,
            Deed::CallPerson => operate::call_person(app, by, id, "070-174 06 05").await,
            Deed::Send(team) => operate::send(app, by, id, *team).await,
            Deed::Close(outcome, measures) => {
                let text = "Påhittad åtgärd.".to_owned();
                operate::close(
                    app,
                    by,
                    operate::Close { alarm: id, outcome: *outcome, measures: measures.clone(), text },
                )
                .await
            }
            Deed::Reopen => operate::reopen(app, by, id, "Personen ringde igen").await,
            Deed::Accept(dispatch) => respond::accept(app, by, id, *dispatch).await,
            Deed::Decline(dispatch) => respond::decline(app, by, id, *dispatch, "Upptagen hos annan").await,
            Deed::Arrive(dispatch) => respond::arrive(app, by, id, *dispatch).await,
            Deed::Report(dispatch) => respond::report(app, by, id, *dispatch, "Allt väl.").await,
        };
        let alarm = done.with_context(|| format!("{:?} on alarm {id}", plan.deed))?;
        self.note_deed(&alarm, &plan.deed).await?;
        // A note changes no situation, yet the one who called goes on.
        if plan.deed == Deed::CallPerson {
            self.plans.remove(&id);
        }
        self.follow_changes().await
    }

    async fn note_deed(&mut self, alarm: &Alarm, deed: &Deed) -> Result<()> {
        match deed {
            Deed::Answer
                if alarm.answered_at == Some(self.now)
                    && alarm.kind.lane() == Lane::Help
                    && alarm.kind != Kind::Unknown =>
            {
                let seconds = self.now.duration_since(alarm.received_at).as_secs();
                self.summary.answered += 1;
                self.summary.answered_within_60 += u64::from(seconds <= 60);
                self.summary.answered_within_180 += u64::from(seconds <= 180);
            }
            Deed::Close(..) => {
                self.alarms.closed(alarm.id)?;
                self.summary.closed += 1;
                self.check_history(alarm.id).await?;
            }
            Deed::Reopen => {
                self.alarms.reopened(alarm);
                self.summary.reopened += 1;
            }
            _ => {}
        }
        Ok(())
    }

    async fn minute(&mut self) -> Result<()> {
        supervise::write_contacts(&self.app).await?;
        self.supervision.written();
        let found = supervise::supervise(&self.app).await?;
        for (device, alarm) in &found.alarms {
            let place = self.town.devices.iter().position(|one| one.device.id == *device);
            self.alarms.silent(place.context("an alarm about a device that is none")?, *alarm)?;
        }
        ensure!(found.alarms.len() == found.alone.len(), "a device that is silent alone has no alarm");
        self.follow_changes().await?;
        let new = self.supervision.looked(self.now);
        self.minutes += 1;
        if new || found != supervise::Found::default() || self.minutes.is_multiple_of(COMPARE_MINUTES) {
            self.supervision.compare(&self.silent().await?, self.now)?;
        }
        self.agenda.add(after(self.now, 60.0), Coming::Minute);
        Ok(())
    }

    async fn silent(&self) -> Result<Vec<DeviceId>> {
        let filter = store::device::Filter { silent: true, ..store::device::Filter::default() };
        let mut transaction = self.app.store.read().await?;
        let (devices, _) = store::device::list(&mut transaction, &filter, 0, i64::MAX).await?;
        Ok(devices.into_iter().map(|device| device.id).collect())
    }

    async fn check_history(&mut self, id: AlarmId) -> Result<()> {
        let (row, events) = {
            let mut transaction = self.app.store.read().await?;
            (
                store::alarm::load(&mut transaction, id).await?,
                store::alarm::events(&mut transaction, id).await?,
            )
        };
        let row = row.with_context(|| format!("alarm {id} is lost"))?;
        let events: Vec<alarm::Event> = events.into_iter().map(|numbered| numbered.event).collect();
        self.histories += 1;
        history::check(&row, &events, &self.downtimes, self.now)
    }

    /// At the end: every alarm there must be is there, no other one, and outages are as they were drawn.
    async fn check_everything(&mut self, end: Timestamp) -> Result<()> {
        self.set_clock(end);
        for id in self.alarms.all() {
            self.check_history(id).await?;
        }
        let (stored, events, outages) = {
            let mut transaction = self.app.store.read().await?;
            let closed = store::alarm::closed_before(&mut transaction, end, i64::MAX).await?;
            let stored = store::alarm::open(&mut transaction).await?.len() + closed.len();
            let events = store::alarm::events_after(&mut transaction, 0, i64::MAX).await?;
            (stored, events, store::supervision::outages(&mut transaction, false, i64::MAX).await?)
        };
        ensure!(
            stored == self.alarms.count(),
            "{stored} alarms are stored, {} were raised",
            self.alarms.count()
        );
        for event in events {
            match event.event.what {
                alarm::What::Escalated { .. } => self.summary.rungs += 1,
                alarm::What::Sent { .. } => self.summary.sendings += 1,
                alarm::What::Left => self.summary.left += 1,
                alarm::What::Overdue { .. } => self.summary.overdue += 1,
                alarm::What::Unanswered { .. } => self.summary.sendings_unanswered += 1,
                _ => {}
            }
        }
        self.summary.outages = outages.len() as u64;
        self.histories += compare_outages(self.town, self.behaviour.faults(), &outages, end)?;
        Ok(())
    }
}

async fn heard_at_start(store: &Store) -> Result<Vec<(DeviceId, Timestamp)>> {
    let mut transaction = store.read().await?;
    let (devices, _) =
        store::device::list(&mut transaction, &store::device::Filter::default(), 0, i64::MAX).await?;
    Ok(devices.iter().filter_map(|device| device.contact.last_contact_at.map(|at| (device.id, at))).collect())
}
