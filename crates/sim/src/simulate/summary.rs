//! What a run counted.

use std::fmt;

/// What a run counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// The seed.
    pub seed: u64,
    /// Days lived.
    pub days: u32,
    /// People and devices of the town.
    pub people: usize,
    /// Devices that are installed.
    pub devices: usize,
    /// Heartbeats heard.
    pub heartbeats: u64,
    /// Messages that were stored, copies included.
    pub messages: u64,
    /// Copies among them.
    pub copies: u64,
    /// Test alarms stored.
    pub tests: u64,
    /// Alarms raised.
    pub alarms: u64,
    /// Presses on an alarm that was open already.
    pub repeats: u64,
    /// Alarms from senders that nobody has registered, or that could not be read.
    pub unknown: u64,
    /// Alarms closed.
    pub closed: u64,
    /// Alarms that were opened again.
    pub reopened: u64,
    /// Calls for help answered within 60 and 180 seconds, and in all.
    pub answered_within_60: u64,
    /// Within 180 seconds.
    pub answered_within_180: u64,
    /// Calls for help answered at all.
    pub answered: u64,
    /// Rungs of ladders that were reached.
    pub rungs: u64,
    /// Sendings to teams.
    pub sendings: u64,
    /// Sendings that nobody answered.
    pub sendings_unanswered: u64,
    /// Answered alarms that were left and went back to the queue.
    pub left: u64,
    /// Responders who were told of as overdue.
    pub overdue: u64,
    /// Devices that were declared silent, alone or in an outage.
    pub silences: u64,
    /// Outages that were declared.
    pub outages: u64,
    /// Times the system was killed and started again.
    pub crashes: u64,
    /// Batches that were killed in the middle.
    pub batches_killed: u64,
    /// Facts that the checkers compared.
    pub checks: u64,
}

impl Summary {
    /// Every count by its name, for programs; what says which life it was is not among them.
    pub fn counts(&self) -> [(&'static str, u64); 22] {
        // Taken apart, so that a new count cannot be forgotten here.
        let Summary {
            seed: _,
            days: _,
            people: _,
            devices: _,
            heartbeats,
            messages,
            copies,
            tests,
            alarms,
            repeats,
            unknown,
            closed,
            reopened,
            answered_within_60,
            answered_within_180,
            answered,
            rungs,
            sendings,
            sendings_unanswered,
            left,
            overdue,
            silences,
            outages,
            crashes,
            batches_killed,
            checks,
        } = *self;
        [
            ("heartbeats", heartbeats),
            ("messages", messages),
            ("copies", copies),
            ("tests", tests),
            ("alarms", alarms),
            ("repeats", repeats),
            ("unknown", unknown),
            ("closed", closed),
            ("reopened", reopened),
            ("answered_within_60", answered_within_60),
            ("answered_within_180", answered_within_180),
            ("answered", answered),
            ("rungs", rungs),
            ("sendings", sendings),
            ("sendings_unanswered", sendings_unanswered),
            ("left", left),
            ("overdue", overdue),
            ("silences", silences),
            ("outages", outages),
            ("crashes", crashes),
            ("batches_killed", batches_killed),
            ("checks", checks),
        ]
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |part: u64| 100.0 * part as f64 / self.answered.max(1) as f64;
        writeln!(
            f,
            "seed {}, {} days, {} people, {} installed devices",
            self.seed, self.days, self.people, self.devices
        )?;
        let mut line = |name: &str, figure: u64| writeln!(f, "  {name:<44}{figure:>12}");
        line("heartbeats heard", self.heartbeats)?;
        line("messages stored", self.messages)?;
        line("  of them copies by the network", self.copies)?;
        line("  of them test alarms", self.tests)?;
        line("alarms raised", self.alarms)?;
        line("  of them from unknown senders or unreadable", self.unknown)?;
        line("presses on an alarm already open", self.repeats)?;
        line("alarms closed", self.closed)?;
        line("alarms opened again", self.reopened)?;
        line("rungs reached", self.rungs)?;
        line("sendings to teams", self.sendings)?;
        line("  of them without an answer", self.sendings_unanswered)?;
        line("answered alarms left and told again", self.left)?;
        line("responders told of as overdue", self.overdue)?;
        line("devices declared silent", self.silences)?;
        line("outages declared", self.outages)?;
        line("kills and restarts", self.crashes)?;
        line("  batches killed in the middle", self.batches_killed)?;
        line("facts compared by checkers", self.checks)?;
        writeln!(
            f,
            "  calls answered within 60 s {:.1} %, within 180 s {:.1} %",
            percent(self.answered_within_60),
            percent(self.answered_within_180)
        )
    }
}
