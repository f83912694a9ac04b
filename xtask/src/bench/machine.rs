//! What a measurement was taken on: cores, processor and memory, never the machine's name.

use serde::Serialize;

/// The machine, as far as a figure depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Machine {
    /// Cores that this process may use.
    pub(crate) cores: usize,
    /// The processor's model name.
    pub(crate) processor: String,
    /// Memory in GiB, rounded.
    pub(crate) memory_gib: u64,
}

impl Machine {
    /// Reads it from the kernel.
    pub(crate) fn read() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let text = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        Self {
            cores,
            processor: processor(&text("/proc/cpuinfo")),
            memory_gib: memory_gib(&text("/proc/meminfo")),
        }
    }
}

fn processor(cpuinfo: &str) -> String {
    let name = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or("unknown processor", |(_, name)| name).to_owned()
}

fn memory_gib(meminfo: &str) -> u64 {
    const KIB_PER_GIB: u64 = 1_048_576;
    let total = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = total.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0);
    (kib + KIB_PER_GIB / 2) / KIB_PER_GIB
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_files_are_read() {
        assert_eq!(processor("processor\t: 0\nmodel name\t: Example CPU @ 2 GHz\n"), "Example CPU @ 2 GHz");
        assert_eq!(processor(""), "unknown processor");
        assert_eq!(memory_gib("MemTotal:       24660000 kB\nMemFree: 1 kB\n"), 24);
        assert_eq!(memory_gib("nothing"), 0);
    }
}
