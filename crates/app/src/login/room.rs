//! Room for the work of comparing and hashing passwords, which takes memory and time on purpose.
//!
//! Only a few are done at once and the others wait, so a flood of guesses takes neither from alarms.

use std::sync::Arc;

use ::login::LoginError;
use tokio::sync::Semaphore;

/// How many passwords are compared or hashed at once; each takes 19 MiB and some 20 ms of one processor.
pub const PASSWORDS_AT_ONCE_MAX: usize = 2;

/// The room of one program.
#[derive(Debug)]
pub struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Room(Arc::new(Semaphore::new(PASSWORDS_AT_ONCE_MAX)))
    }
}

impl Room {
    /// Does the work off the async threads as soon as there is room. Its place is held until it is done, even when
    /// whoever asked has gone meanwhile.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, LoginError> {
        let place = Arc::clone(&self.0).acquire_owned().await.map_err(|_| LoginError::Hash)?;
        let placed = move || {
            let done = work();
            drop(place);
            done
        };
        tokio::task::spawn_blocking(placed).await.map_err(|_| LoginError::Hash)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    };

    use super::*;

    #[tokio::test]
    async fn no_more_passwords_are_compared_at_once_than_there_is_room_for() {
        let room = Room::default();
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let all = (0..40).map(|number| {
            let (running, most) = (Arc::clone(&running), Arc::clone(&most));
            room.work(move || {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                for _ in 0..1_000 {
                    std::thread::yield_now();
                }
                running.fetch_sub(1, Ordering::SeqCst);
                number
            })
        });
        let done = futures_util::future::join_all(all).await;
        assert_eq!(done.into_iter().flatten().collect::<Vec<_>>(), (0..40).collect::<Vec<_>>());
        assert!(most.load(Ordering::SeqCst) <= PASSWORDS_AT_ONCE_MAX, "{most:?}");
    }

    #[tokio::test]
    async fn a_place_is_held_until_the_work_is_done_though_nobody_waits_for_it() {
        let room = Room::default();
        let (end, ended) = mpsc::channel::<()>();
        tokio::select! {
            biased;
            _ = room.work(move || ended.recv()) => unreachable!("nobody has told it to end"),
            () = tokio::task::yield_now() => {}
        }
        assert_eq!(room.0.available_permits(), PASSWORDS_AT_ONCE_MAX - 1);
        end.send(()).unwrap();
        let again = (0..PASSWORDS_AT_ONCE_MAX).map(|_| room.work(|| ()));
        assert!(futures_util::future::join_all(again).await.iter().all(Result::is_ok));
    }
}
