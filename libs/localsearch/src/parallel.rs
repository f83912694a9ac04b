//! Jobs of their own on several threads, their results in the order of the jobs.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Does every job, at most `threads` at a time, and returns the results in the order of the jobs.
///
/// A thread takes the next job when it is done with one, so that long and short jobs share the threads well. What a
/// job returns depends on the job alone, never on which thread did it.
///
/// ```
/// let squares = localsearch::parallel::map(2, &[1, 2, 3], &|number| number * number);
/// assert_eq!(squares, [1, 4, 9]);
/// ```
pub fn map<J: Sync, R: Send>(threads: usize, jobs: &[J], work: &(dyn Fn(&J) -> R + Sync)) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done: Vec<Mutex<Option<R>>> = jobs.iter().map(|_| Mutex::new(None)).collect();
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, jobs.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(index) else { return };
                    let result = work(job);
                    if let Ok(mut place) = done[index].lock() {
                        *place = Some(result);
                    }
                }
            });
        }
    });
    done.into_iter().filter_map(|place| place.into_inner().ok().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_jobs() {
        let jobs: Vec<u64> = (0..100).collect();
        for threads in [0, 1, 3, 200] {
            let doubled = map(threads, &jobs, &|job| job * 2);
            assert!(doubled.iter().zip(&jobs).all(|(result, job)| *result == job * 2), "{threads} threads");
            assert_eq!(doubled.len(), jobs.len());
        }
        assert!(map(2, &[] as &[u64], &|job| *job).is_empty());
    }
}
