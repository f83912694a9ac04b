//! A limit per source on what is kept of rubbish, so that a flood can fill neither the disk nor the queue.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};

/// How many doubtful messages of one source are kept per minute; the rest is counted.
pub(crate) const DOUBTFUL_PER_MINUTE_MAX: u32 = 30;
/// How many sources are told apart; beyond it the whole rest shares one limit.
pub(crate) const SOURCES_MAX: usize = 10_000;
const WINDOW: Duration = Duration::from_secs(60);

/// Counts per source within the current minute.
#[derive(Debug, Default)]
pub(crate) struct Limiter(Mutex<HashMap<Option<IpAddr>, (Instant, u32)>>);

impl Limiter {
    /// Whether one more from this source is kept.
    pub(crate) fn admits(&self, source: IpAddr, now: Instant) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if counts.len() >= SOURCES_MAX {
            counts.retain(|_, (began, _)| now.duration_since(*began) < WINDOW);
        }
        let key = if counts.len() < SOURCES_MAX || counts.contains_key(&Some(source)) {
            Some(source)
        } else {
            None
        };
        let (began, count) = counts.entry(key).or_insert((now, 0));
        if now.duration_since(*began) >= WINDOW {
            (*began, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= DOUBTFUL_PER_MINUTE_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_noisy_source_does_not_silence_another() {
        let (limiter, now) = (Limiter::default(), Instant::now());
        let (noisy, calm): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let kept = (0..1_000).filter(|_| limiter.admits(noisy, now)).count();
        assert_eq!(kept, DOUBTFUL_PER_MINUTE_MAX as usize);
        assert!(limiter.admits(calm, now));
        assert!(limiter.admits(noisy, now + WINDOW));
    }
}
