//! A device and a receiver over a network that loses, repeats, delays and reorders, under many seeds.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sip::{Answer, Config, Endpoint, Incoming, Input, Method, Outcome, Outgoing, Output, Path};

const SEEDS: u64 = 60;
const MESSAGES: u64 = 20;

struct World {
    random: u64,
    now: Duration,
    serial: u64,
    events: BTreeMap<(Duration, u64), Event>,
    endpoints: [Endpoint; 2],
    /// How often the receiver's application was given each message.
    taken: BTreeMap<Vec<u8>, u32>,
    outcomes: BTreeMap<u64, Outcome>,
}

enum Event {
    Arrives(usize, Vec<u8>),
    Answer(Box<Incoming>),
    Send(u64),
}

const DEVICE: usize = 0;
const RECEIVER: usize = 1;

impl World {
    fn new(seed: u64) -> Self {
        let endpoint = |number| Endpoint::new(Config::new([seed, number], "192.0.2.9:5060"));
        Self {
            random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            now: Duration::ZERO,
            serial: 0,
            events: BTreeMap::new(),
            endpoints: [endpoint(1), endpoint(2)],
            taken: BTreeMap::new(),
            outcomes: BTreeMap::new(),
        }
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 20) % bound
    }

    fn after(&mut self, milliseconds: u64, event: Event) {
        self.serial += 1;
        self.events.insert((self.now + Duration::from_millis(milliseconds), self.serial), event);
    }

    fn run(&mut self, loss_percent: u64) {
        for token in 0..MESSAGES {
            let at = self.below(60_000);
            self.after(at, Event::Send(token));
        }
        loop {
            let event = self.events.keys().next().map(|(at, _)| *at);
            let timers =
                self.endpoints.iter().filter_map(|endpoint| endpoint.poll_timeout().map(|(at, _)| at));
            let Some(next) = timers.chain(event).min() else { return };
            self.now = next;
            if event == Some(next) {
                let Some((_, event)) = self.events.pop_first() else { return };
                self.happen(event);
            } else {
                self.endpoints.iter_mut().for_each(|endpoint| endpoint.handle(Input::Tick, next));
            }
            self.drain(loss_percent);
        }
    }

    fn happen(&mut self, event: Event) {
        let path = Path::udp("192.0.2.9:5060".parse().unwrap());
        match event {
            Event::Arrives(at, bytes) => {
                self.endpoints[at].handle(Input::Received { path, bytes: &bytes }, self.now);
            }
            Event::Answer(request) => {
                let answer = Answer::new(200);
                self.endpoints[RECEIVER].handle(Input::Answer { request: &request, answer }, self.now);
            }
            Event::Send(token) => {
                let request = Outgoing::new(Method::Message, "sip:larm@r", "<sip:1@d>", "<sip:larm@r>")
                    .with_body("text/plain", &token.to_le_bytes());
                self.endpoints[DEVICE].handle(Input::Send { token, path, request }, self.now);
            }
        }
    }

    fn drain(&mut self, loss_percent: u64) {
        for from in [DEVICE, RECEIVER] {
            while let Some(output) = self.endpoints[from].poll_output() {
                match output {
                    Output::Transmit { bytes, .. } => {
                        let copies = 1 + u64::from(self.below(5) == 0);
                        for _ in 0..copies {
                            let delay = 1 + self.below(900);
                            if self.below(100) >= loss_percent {
                                self.after(delay, Event::Arrives(1 - from, bytes.clone()));
                            }
                        }
                    }
                    Output::Request(request) => {
                        *self.taken.entry(request.message().body().to_vec()).or_default() += 1;
                        let storing = self.below(2_500);
                        self.after(storing, Event::Answer(Box::new(request)));
                    }
                    Output::Outcome { token, outcome } => {
                        let earlier = self.outcomes.insert(token, outcome);
                        assert_eq!(earlier, None, "message {token} ended twice");
                    }
                    Output::Malformed { error, .. } => panic!("{error}"),
                }
            }
        }
    }
}

/// Runs one seed; returns how many messages were answered.
fn check(seed: u64, loss_percent: u64) -> usize {
    let mut world = World::new(seed);
    world.run(loss_percent);
    assert_eq!(world.outcomes.len(), 20, "seed {seed}: each message ends");
    assert!(world.taken.values().all(|times| *times == 1), "seed {seed}: none is taken twice");
    let answered: BTreeSet<Vec<u8>> = world
        .outcomes
        .iter()
        .filter(|(_, outcome)| matches!(outcome, Outcome::Answered { status: 200, .. }))
        .map(|(token, _)| token.to_le_bytes().to_vec())
        .collect();
    assert!(answered.iter().all(|body| world.taken.contains_key(body)), "seed {seed}: an answer means taken");
    for endpoint in &world.endpoints {
        assert_eq!((endpoint.pending(), endpoint.completed(), endpoint.clients()), (0, 0, 0), "seed {seed}");
    }
    answered.len()
}

#[test]
fn a_bad_network_loses_nothing_in_silence() {
    let good: usize = (1..=SEEDS).map(|seed| check(seed, 0)).sum();
    assert_eq!(u64::try_from(good), Ok(SEEDS * MESSAGES), "without loss all are answered");
    let bad: usize = (1..=SEEDS).map(|seed| check(seed, 40)).sum();
    assert!(u64::try_from(bad).is_ok_and(|bad| bad > SEEDS * MESSAGES * 95 / 100), "{bad} answered");
    let dead: usize = (1..=SEEDS).map(|seed| check(seed, 100)).sum();
    assert_eq!(dead, 0);
}
