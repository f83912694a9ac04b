//! Files that wait for someone to say yes, in this process's memory: what is in them may be about people, so they
//! are never written to disk, and are gone after half an hour or when the process ends.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use access::Actor;
use base::{SignedDuration, Timestamp, UserId, id::Uuid};
use export::read::Rows;
use futures_util::FutureExt as _;

use super::Findings;
use crate::{App, AppError, device, person};

/// How long a file waits, in seconds.
pub const WAIT_SECONDS: i64 = 1_800;
/// How many files wait at most; the oldest gives way.
pub const FILES_MAX: usize = 20;

/// What a file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// Devices.
    Devices,
    /// People.
    People,
}

/// How far a file has come.
#[derive(Debug, Clone)]
pub enum Progress {
    /// It waits for a yes.
    Waiting,
    /// Its rows are being written.
    Running {
        /// How many rows are done.
        done: usize,
        /// Of how many.
        total: usize,
    },
    /// It is done.
    Done(Arc<Findings>),
    /// It stopped; what was written before stays, and the file can be sent again.
    Failed,
}

#[derive(Debug, Clone)]
struct Waiting {
    id: Uuid,
    user: UserId,
    register: Register,
    rows: Arc<Rows>,
    until: Timestamp,
    progress: Progress,
}

/// The files that wait.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<Vec<Waiting>>);

impl Shelf {
    fn files(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find<T>(
        &self,
        actor: &Actor,
        register: Register,
        id: Uuid,
        now: Timestamp,
        look: impl FnOnce(&mut Waiting) -> T,
    ) -> Result<T, AppError> {
        let mut files = self.files();
        let mine = |file: &&mut Waiting| {
            file.id == id && file.user == actor.user && file.register == register && file.until > now
        };
        files.iter_mut().find(mine).map(look).ok_or(AppError::NotFound("file"))
    }

    fn set(&self, id: Uuid, progress: Progress) {
        if let Some(file) = self.files().iter_mut().find(|file| file.id == id) {
            file.progress = progress;
        }
    }
}

/// Puts a file on the shelf; only its owner finds it again, by the id.
pub fn keep(app: &App, actor: &Actor, register: Register, rows: Rows) -> Uuid {
    let now = app.now();
    let id = app.ids.next(now);
    let mut files = app.shelf.files();
    files.retain(|file| file.until > now);
    if files.len() >= FILES_MAX {
        files.remove(0);
    }
    let until = now + SignedDuration::from_secs(WAIT_SECONDS);
    let rows = Arc::new(rows);
    files.push(Waiting { id, user: actor.user, register, rows, until, progress: Progress::Waiting });
    id
}

/// A file with how far it has come.
pub fn find(
    app: &App,
    actor: &Actor,
    register: Register,
    id: Uuid,
) -> Result<(Arc<Rows>, Progress), AppError> {
    app.shelf.find(actor, register, id, app.now(), |file| (Arc::clone(&file.rows), file.progress.clone()))
}

/// Writes the good rows of a file that waits, in a task of its own. A file that runs already or is done is left alone.
pub fn start(app: &App, actor: &Actor, register: Register, id: Uuid) -> Result<(), AppError> {
    let begin = |file: &mut Waiting| {
        let waits = matches!(file.progress, Progress::Waiting | Progress::Failed);
        // Without the row of headings.
        let total = file.rows.0.reveal().len().saturating_sub(1);
        waits.then(|| {
            file.progress = Progress::Running { done: 0, total };
            Arc::clone(&file.rows)
        })
    };
    let Some(rows) = app.shelf.find(actor, register, id, app.now(), begin)? else { return Ok(()) };
    let (app, actor) = (app.clone(), actor.clone());
    tokio::spawn(async move {
        let told = |done, total| app.shelf.set(id, Progress::Running { done, total });
        let work = async {
            match register {
                Register::Devices => device::import::import(&app, &actor, &rows, &told).await,
                Register::People => person::import::import(&app, &actor, &rows, &told).await,
            }
        };
        let end = match AssertUnwindSafe(work).catch_unwind().await {
            Ok(Ok(findings)) => Progress::Done(Arc::new(findings)),
            Ok(Err(error)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "An import stopped");
                Progress::Failed
            }
            Err(_) => {
                tracing::error!("An import broke");
                Progress::Failed
            }
        };
        app.shelf.set(id, end);
    });
    Ok(())
}
