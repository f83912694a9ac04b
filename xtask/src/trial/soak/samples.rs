//! What a program holds, looked at again and again, and whether it grows.

use std::path::Path;

use anyhow::Context;

const MIB: f64 = 1_048_576.0;

/// How large the database and its write-ahead log are.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sizes {
    pub(super) database_mib: f64,
    pub(super) log_mib: f64,
}

impl Sizes {
    /// From two numbers of bytes.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (database, log) = text.split_once(' ')?;
        let mib = |bytes: &str| Some(bytes.parse::<f64>().ok()? / MIB);
        Some(Self { database_mib: mib(database)?, log_mib: mib(log)? })
    }

    /// Of all databases in a folder.
    pub(super) fn of_sqlite(folder: &Path) -> anyhow::Result<Self> {
        let mut sizes = Self::default();
        for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // A file may go between being listed and being looked at.
            let Some(found) = entry.metadata().ok().filter(|_| name.starts_with("tryggve.db")) else {
                continue;
            };
            let room = if name.ends_with("-wal") { &mut sizes.log_mib } else { &mut sizes.database_mib };
            *room += found.len() as f64 / MIB;
        }
        Ok(sizes)
    }
}

/// One look at a program.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sample {
    /// Since the beginning.
    pub(super) minutes: f64,
    /// What it holds in memory, and the most that it has held.
    pub(super) memory_mib: f64,
    pub(super) memory_most_mib: f64,
    pub(super) threads: f64,
    /// Open files and sockets.
    pub(super) descriptors: f64,
    pub(super) sizes: Sizes,
}

impl Sample {
    /// Looks at a process; nothing where it has ended.
    pub(super) fn take(minutes: f64, process: u32, sizes: Sizes) -> Option<Self> {
        let folder = Path::new("/proc").join(process.to_string());
        let status = std::fs::read_to_string(folder.join("status")).ok()?;
        let descriptors = std::fs::read_dir(folder.join("fd")).ok()?.count() as f64;
        Some(Self { minutes, descriptors, sizes, ..Self::read(&status)? })
    }

    /// Reads what `/proc/PID/status` says; proc(5) tells memory in KiB.
    fn read(status: &str) -> Option<Self> {
        let figure = |name: &str| {
            let rest = status.lines().find_map(|line| line.strip_prefix(name))?;
            rest.split_whitespace().next()?.parse::<f64>().ok()
        };
        Some(Self {
            memory_mib: figure("VmRSS:")? / 1_024.0,
            memory_most_mib: figure("VmHWM:")? / 1_024.0,
            threads: figure("Threads:")?,
            ..Self::default()
        })
    }
}

/// All looks of a run, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Samples {
    all: Vec<Sample>,
    /// What the sender held at the last look.
    pub(super) sender_mib: f64,
}

impl Samples {
    /// Adds a look, and what the sender holds meanwhile.
    pub(super) fn add(&mut self, sample: Sample, sender: u32) {
        self.all.push(sample);
        let held = Sample::take(0.0, sender, Sizes::default());
        self.sender_mib = held.map_or(self.sender_mib, |sample| sample.memory_mib);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn first(&self) -> Sample {
        self.all.first().copied().unwrap_or_default()
    }

    pub(super) fn last(&self) -> Sample {
        self.all.last().copied().unwrap_or_default()
    }

    /// The first look from that minute on.
    pub(super) fn at_minute(&self, minute: f64) -> Sample {
        self.all.iter().find(|sample| sample.minutes >= minute).copied().unwrap_or_else(|| self.last())
    }

    /// The most of a figure.
    pub(super) fn most(&self, of: fn(&Sample) -> f64) -> f64 {
        self.all.iter().map(of).fold(0.0, f64::max)
    }

    /// Minutes and a figure, as a line is drawn.
    pub(super) fn points(&self, of: fn(&Sample) -> f64) -> Vec<(f64, f64)> {
        self.all.iter().map(|sample| (sample.minutes, of(sample))).collect()
    }

    /// By how much memory grows per hour, as the straight line with the least squares through all looks after the first
    /// sixth of the time has it.
    pub(super) fn slope(&self) -> f64 {
        let settled = self.part(1.0 / 6.0, 1.0);
        let (hours, memory) = (mean(settled, |one| one.minutes / 60.0), mean(settled, |one| one.memory_mib));
        let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
            settled.iter().map(|one| of(one.minutes / 60.0 - hours, one.memory_mib - memory)).sum()
        };
        let spread = sum(&|across, _| across * across);
        if spread > 0.0 { sum(&|across, up| across * up) / spread } else { 0.0 }
    }

    /// How many percent more memory is held in the last sixth of the time than in its middle third: by then everything
    /// has happened once, an outage too, and memory has grown to its size.
    pub(super) fn growth_percent(&self) -> f64 {
        let [early, late] = self.compared(|sample| sample.memory_mib);
        if early > 0.0 { 100.0 * (late - early) / early } else { 0.0 }
    }

    /// How many more files and sockets are open, by the same parts.
    pub(super) fn more_descriptors(&self) -> f64 {
        let [early, late] = self.compared(|sample| sample.descriptors);
        late - early
    }

    fn compared(&self, of: fn(&Sample) -> f64) -> [f64; 2] {
        [mean(self.part(1.0 / 3.0, 2.0 / 3.0), of), mean(self.part(5.0 / 6.0, 1.0), of)]
    }

    /// The looks within a part of the time, given by shares of it.
    fn part(&self, from: f64, to: f64) -> &[Sample] {
        let whole = self.last().minutes;
        let place = |share: f64| self.all.partition_point(|sample| sample.minutes < whole * share);
        let end = if to < 1.0 { place(to) } else { self.all.len() };
        self.all.get(place(from)..end).unwrap_or_default()
    }
}

fn mean(samples: &[Sample], of: fn(&Sample) -> f64) -> f64 {
    if samples.is_empty() { 0.0 } else { samples.iter().map(of).sum::<f64>() / samples.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An hour with a look every minute, at what memory is in each.
    fn hour(memory: fn(f64) -> f64) -> Samples {
        let sample = |minute: u32| Sample {
            minutes: f64::from(minute),
            memory_mib: memory(f64::from(minute)),
            descriptors: 30.0 + f64::from(minute),
            ..Sample::default()
        };
        Samples { all: (0..=60).map(sample).collect(), sender_mib: 0.0 }
    }

    #[test]
    fn the_kernels_words_are_read() {
        let status = "Name:\ttryggve\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\nThreads:\t7\n";
        let sample = Sample::read(status).unwrap();
        assert_eq!((sample.memory_mib, sample.memory_most_mib, sample.threads), (100.0, 200.0, 7.0));
        assert_eq!(Sample::read("Name:\tgone\n"), None);
        assert_eq!(Sizes::read("2097152 1048576"), Some(Sizes { database_mib: 2.0, log_mib: 1.0 }));
        assert_eq!(Sizes::read("2097152"), None);
    }

    #[test]
    fn what_grows_is_told_from_what_has_grown() {
        // Ten minutes of warming up, then flat.
        let flat = hour(|minute| 100.0 + 10.0 * minute.min(10.0));
        assert!(flat.slope().abs() < 1e-9 && flat.growth_percent().abs() < 1e-9);
        let leaking = hour(|minute| 100.0 + minute);
        assert!((leaking.slope() - 60.0).abs() < 1e-9, "{}", leaking.slope());
        // From 129.5 in the middle third to 155 in the last sixth.
        assert!((leaking.growth_percent() - 19.7).abs() < 0.1, "{}", leaking.growth_percent());
        assert!((leaking.more_descriptors() - 25.5).abs() < 0.1, "{}", leaking.more_descriptors());
        let settled = hour(|minute| if minute < 16.0 { 100.0 } else { 150.0 });
        assert!(settled.growth_percent().abs() < 1e-9, "an outage takes its room once");
        assert_eq!(leaking.at_minute(5.0).memory_mib, 105.0);
    }

    #[test]
    fn a_run_too_short_for_parts_grows_by_nothing() {
        let one = Samples { all: vec![Sample { memory_mib: 9.0, ..Sample::default() }], sender_mib: 0.0 };
        assert_eq!((one.slope(), one.growth_percent(), one.at_minute(5.0).memory_mib), (0.0, 0.0, 9.0));
        assert_eq!(Samples::default().growth_percent(), 0.0);
    }
}
