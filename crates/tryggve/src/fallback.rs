//! The list of everyone with an alarm, kept as a file beside the database: it can be read when nothing else works.

use std::{
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use app::{App, person::fallback::refresh};
use tokio::sync::watch;

/// How often the list is written, in seconds.
const WRITE_SECONDS: u64 = 3_600;
/// How long to wait after a failure, in seconds.
const AGAIN_SECONDS: u64 = 60;
/// Who may read the file: whoever the program runs as.
const MODE: u32 = 0o600;

/// Writes the list now and then once an hour, until told to stop. While it cannot be read, the last one stays.
pub(crate) async fn keep(app: App, file: PathBuf, mut stopped: watch::Receiver<bool>) {
    loop {
        let wait = match write(&app, &file).await {
            Ok(()) => WRITE_SECONDS,
            Err(error) => {
                tracing::error!(error = %format!("{error:#}"), "The fallback list was not written; the last one stays");
                AGAIN_SECONDS
            }
        };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(wait)) => {}
            _ = stopped.wait_for(|stopped| *stopped) => return,
        }
    }
}

async fn write(app: &App, file: &Path) -> anyhow::Result<()> {
    let page = web::fallback_file(refresh(app).await?)?;
    let file = file.to_owned();
    Ok(tokio::task::spawn_blocking(move || replace(&file, page.as_bytes())).await??)
}

/// Replaces a file whole: whoever opens it finds the old one or the new one, never half of one.
pub(crate) fn replace(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let mut options = std::fs::OpenOptions::new();
    let mut part = options.write(true).create(true).truncate(true).mode(MODE).open(&beside)?;
    part.write_all(bytes)?;
    part.sync_all()?;
    std::fs::rename(&beside, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_replaced_whole_and_read_by_nobody_else() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = std::env::temp_dir().join(format!("tryggve-fallback-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("reservlista.html");
        for text in ["en lång första lista", "kort"] {
            replace(&file, text.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
        }
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, MODE);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
