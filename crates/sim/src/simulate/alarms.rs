//! Checks that no alarm is lost, none doubled, and that a press on an open alarm is a repeat on it.
//!
//! Keeps its own small picture of what must be open, made only from what was said and what staff did.

use std::collections::{HashMap, HashSet};

use alarm::{Alarm, Lane};
use anyhow::{Result, bail, ensure};
use app::alarm::receive::Receipt;
use base::AlarmId;
use device::Signal;

use crate::behaviour::{Said, Sender, Words};

/// A sender and a lane: at most one alarm is open for it.
type Key = (Sender, Lane);

/// What the checker believes.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    open: HashMap<Key, AlarmId>,
    key_of: HashMap<AlarmId, Key>,
    /// Those that staff closed and nobody opened again.
    closed: HashSet<AlarmId>,
    /// What became of each message that was stored, by its number.
    stored: HashMap<u64, Option<AlarmId>>,
    pub(super) checks: u64,
}

/// What a receipt turned out to be, for the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Copy,
    Raised,
    Repeated,
    Other,
}

fn lane(signal: Signal) -> Option<Lane> {
    match signal {
        Signal::Alarm(kind) => Some(kind.lane()),
        Signal::Technical(technical) if technical.is_trouble() => Some(Lane::Technical),
        _ => None,
    }
}

impl Alarms {
    /// The batch of a message was killed before its receipt came, and it was found on disk all the same.
    pub(super) fn found_stored(&mut self, said: &Said, alarm: Option<AlarmId>) -> Result<()> {
        if self.stored.get(&said.number) == Some(&alarm) {
            return Ok(());
        }
        self.take_in(said, alarm).map(|_| ())
    }

    /// Compares a receipt with what it must be.
    pub(super) fn received(&mut self, said: &Said, receipt: &Receipt) -> Result<Effect> {
        self.checks += 1;
        if let Some(earlier) = self.stored.get(&said.number) {
            // The same words after their alarm was closed are a new call: a device may use its references anew, and
            // an answer too many is better than a call unheard.
            if earlier.is_some_and(|alarm| self.closed.contains(&alarm)) {
                ensure!(
                    !receipt.copy,
                    "message {} came after its alarm was closed and woke nobody",
                    said.number
                );
                return self.take_in(said, receipt.alarm);
            }
            ensure!(receipt.copy, "message {} came again and was not seen as a copy", said.number);
            ensure!(receipt.alarm == *earlier, "a copy of message {} went to another alarm", said.number);
            return Ok(Effect::Copy);
        }
        if receipt.copy {
            bail!(
                "message {} ({:?}) was taken for a copy, but was never stored before",
                said.number,
                said.words
            );
        }
        self.take_in(said, receipt.alarm)
    }

    fn take_in(&mut self, said: &Said, alarm: Option<AlarmId>) -> Result<Effect> {
        self.stored.insert(said.number, alarm);
        match lane(said.signal()) {
            Some(lane) => self.called((said.sender.clone(), lane), said, alarm),
            None => self.told(said, alarm),
        }
    }

    /// A message that must lead to an alarm.
    fn called(&mut self, key: Key, said: &Said, alarm: Option<AlarmId>) -> Result<Effect> {
        let Some(alarm) = alarm else {
            bail!("message {} ({:?}) led to no alarm: it is lost", said.number, said.words)
        };
        match self.open.get(&key) {
            Some(open) => {
                ensure!(*open == alarm, "message {} raised a second alarm beside {open}", said.number);
                Ok(Effect::Repeated)
            }
            None => {
                ensure!(
                    !self.key_of.contains_key(&alarm),
                    "message {} ({:?}) went to alarm {alarm}, which was closed: it is lost",
                    said.number,
                    said.words
                );
                self.open.insert(key.clone(), alarm);
                self.key_of.insert(alarm, key);
                Ok(Effect::Raised)
            }
        }
    }

    /// A message that must raise nothing, and belongs to an open alarm of its sender if to any.
    fn told(&mut self, said: &Said, alarm: Option<AlarmId>) -> Result<Effect> {
        let Some(alarm) = alarm else {
            let help = (said.sender.clone(), Lane::Help);
            let belongs = matches!(said.words, Words::Withdrawal | Words::Information);
            ensure!(
                !(belongs && self.open.contains_key(&help)),
                "message {} ({:?}) did not reach the open alarm of its sender",
                said.number,
                said.words
            );
            return Ok(Effect::Other);
        };
        let of_sender = [Lane::Help, Lane::Technical]
            .into_iter()
            .any(|lane| self.open.get(&(said.sender.clone(), lane)) == Some(&alarm));
        ensure!(
            of_sender,
            "message {} ({:?}) went to alarm {alarm}, which is not its sender's",
            said.number,
            said.words
        );
        Ok(Effect::Other)
    }

    /// Supervision raised an alarm about a device that nobody hears, or found one open already.
    pub(super) fn silent(&mut self, device: usize, alarm: AlarmId) -> Result<()> {
        self.checks += 1;
        let key = (Sender::Device(device), Lane::Technical);
        match self.open.get(&key) {
            Some(open) => ensure!(*open == alarm, "a silence raised a second alarm beside {open}"),
            None => {
                ensure!(
                    !self.key_of.contains_key(&alarm),
                    "a silence went to alarm {alarm}, which was closed"
                );
                self.open.insert(key.clone(), alarm);
                self.key_of.insert(alarm, key);
            }
        }
        Ok(())
    }

    /// Staff closed an alarm.
    pub(super) fn closed(&mut self, alarm: AlarmId) -> Result<()> {
        self.checks += 1;
        let Some(key) = self.key_of.get(&alarm) else {
            bail!("alarm {alarm} was raised by nothing that was said")
        };
        self.closed.insert(alarm);
        if self.open.get(key) == Some(&alarm) {
            self.open.remove(key);
        }
        Ok(())
    }

    /// Staff opened an alarm again: it takes its sender's next messages unless a newer one does. An unknown
    /// sender has no key to take back.
    pub(super) fn reopened(&mut self, alarm: &Alarm) {
        self.closed.remove(&alarm.id);
        if let Some(key) = self.key_of.get(&alarm.id).filter(|_| alarm.device.is_some()) {
            self.open.entry(key.clone()).or_insert(alarm.id);
        }
    }

    /// How many alarms there must be in all.
    pub(super) fn count(&self) -> usize {
        self.key_of.len()
    }

    /// Every alarm there must be.
    pub(super) fn all(&self) -> Vec<AlarmId> {
        let mut all: Vec<AlarmId> = self.key_of.keys().copied().collect();
        all.sort_unstable();
        all
    }
}
