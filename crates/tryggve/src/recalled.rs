//! What this node knows, written beside its journal for a start while the database is away: the register with the
//! secrets that passwords are proven by, and who is logged in. Read by nobody but the account that Tryggve runs as.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use app::{App, recall};
use tokio::sync::watch;

use crate::fallback::replace;

/// How often is looked for something to write, in seconds.
const LOOK_SECONDS: u64 = 1;
/// The register is written again after so many looks at the soonest: that of a large city is some tens of megabytes.
const LOOKS_BETWEEN_REGISTERS: u32 = 60;
/// When those who are logged in were last seen is written after so many looks; who they are, at once.
const LOOKS_BETWEEN_VISITORS: u32 = 60;

/// The two files.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    register: PathBuf,
    visitors: PathBuf,
}

impl Files {
    /// Those that stand beside a journal, with its name and an ending.
    pub(crate) fn beside(journal: &Path) -> Self {
        let beside = |ending: &str| {
            let mut name = journal.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        Files { register: beside(".register"), visitors: beside(".visitors") }
    }

    /// Gives a node whose database is away what it knew at its last run; the realm, if it knew one.
    pub(crate) fn recall(&self, app: &App) -> Option<String> {
        let visitors = read(&self.visitors).and_then(|bytes| recall::recall_visitors(app, &bytes));
        let realm = read(&self.register).and_then(|bytes| recall::recall_register(app, &bytes));
        let devices = app.registry.memory().device_count();
        if realm.is_some() {
            tracing::warn!(
                devices,
                visitors,
                "The devices of the last run are known until the database answers"
            );
        } else {
            tracing::error!(
                "No devices of a last run are known: every sender is a stranger until the database answers"
            );
        }
        realm
    }

    /// Writes what has changed, until told to stop.
    pub(crate) async fn keep(self, app: App, realm: String, mut stopped: watch::Receiver<bool>) {
        let (mut version_written, mut present_written) = (None, Vec::new());
        let (mut since_register, mut since_visitors) = (LOOKS_BETWEEN_REGISTERS, 0);
        let mut turn = tokio::time::interval(Duration::from_secs(LOOK_SECONDS));
        loop {
            tokio::select! {
                _ = turn.tick() => {}
                _ = stopped.wait_for(|stopped| *stopped) => return,
            }
            (since_register, since_visitors) = (since_register.saturating_add(1), since_visitors + 1);
            let version = app.registry.memory().version();
            if since_register > LOOKS_BETWEEN_REGISTERS && version_written != version {
                (version_written, since_register) = (version, 0);
                let (app, realm) = (app.clone(), realm.clone());
                write(&self.register, move || recall::register(&app, &realm)).await;
            }
            let present = recall::present(&app);
            if present_written != present || since_visitors > LOOKS_BETWEEN_VISITORS {
                (present_written, since_visitors) = (present, 0);
                let visitors = recall::visitors(&app);
                write(&self.visitors, move || Some(visitors)).await;
            }
        }
    }
}

/// A file that is not there is none; one that cannot be read is told.
fn read(path: &Path) -> Option<Vec<u8>> {
    match std::fs::read(path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            tracing::error!(%error, file = %path.display(), "What was known at the last run cannot be read");
            None
        }
    }
}

/// Writes a file on a thread that may wait for the disk. A failure is told; the last file stays.
async fn write(path: &Path, bytes: impl FnOnce() -> Option<Vec<u8>> + Send + 'static) {
    let file = path.to_owned();
    let written = tokio::task::spawn_blocking(move || match bytes() {
        Some(bytes) => replace(&file, &bytes),
        None => Ok(()),
    })
    .await;
    match written {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::error!(%error, file = %path.display(), "What is known now was not written; the last file stays");
        }
        Err(error) => {
            tracing::error!(%error, file = %path.display(), "What is known now could not be gathered")
        }
    }
}
