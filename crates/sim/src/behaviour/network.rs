//! A bad network between a device and the reception: it loses, delays and duplicates.

use base::Timestamp;

use super::after;
use crate::random::Random;

/// When a sender without an answer sends again, in seconds after the first time (RFC 3261, timer E up to 32 s).
const ATTEMPTS: [f64; 11] = [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5];
/// A sender that was never answered begins anew after so many seconds.
pub const BEGIN_ANEW_SECONDS: f64 = 40.0;

/// How bad the network is, as probabilities per packet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Network {
    /// A packet is lost, in either direction.
    pub lost: f64,
    /// A packet comes twice.
    pub twice: f64,
    /// A copy turns up much later, after up to half an hour.
    pub late: f64,
}

impl Default for Network {
    fn default() -> Self {
        Network { lost: 0.03, twice: 0.01, late: 0.004 }
    }
}

impl Network {
    /// When copies of a message arrive, in order; at least one, since a device never gives up on an alarm.
    pub fn arrivals(&self, sent: Timestamp, random: &mut Random) -> Vec<Timestamp> {
        let mut found = Vec::with_capacity(1);
        let mut begin = sent;
        while found.is_empty() {
            for seconds in ATTEMPTS {
                if random.chance(self.lost) {
                    continue;
                }
                let arrives = after(begin, seconds + random.between(0.02, 0.3));
                found.push(arrives);
                if random.chance(self.twice) {
                    found.push(after(arrives, random.between(0.0, 2.0)));
                }
                if random.chance(self.late) {
                    found.push(after(arrives, random.between(60.0, 1_800.0)));
                }
                if !random.chance(self.lost) {
                    break;
                }
            }
            begin = after(begin, BEGIN_ANEW_SECONDS);
        }
        found.sort_unstable();
        found
    }

    /// Whether a heartbeat, which is sent again at the next interval only, gets through.
    pub fn carries_heartbeat(&self, random: &mut Random) -> bool {
        // Lost only if every attempt of the transaction is; three in a row then are as good as impossible.
        !random.chance(self.lost * self.lost)
    }
}
