//! What a journal keeps through the ends that a program can meet.

use super::*;

/// A folder of one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tryggve-journal-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("journal")
    }

    fn open(&self) -> Opened {
        Journal::open(&self.file(), JOURNAL_BYTES_MIN).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn append(journal: &mut Journal, records: &[&str]) -> Result<(), JournalError> {
    journal.append(records.iter().map(|record| record.as_bytes()))
}

fn texts(opened: &Opened) -> Vec<String> {
    opened.records.iter().map(|record| String::from_utf8_lossy(record).into_owned()).collect()
}

#[test]
fn what_was_appended_is_there_again_in_its_order() {
    let folder = Folder::new("again");
    let mut opened = folder.open();
    assert!(opened.records.is_empty());
    append(&mut opened.journal, &["ett", "två"]).unwrap();
    append(&mut opened.journal, &["", "tre"]).unwrap();
    drop(opened);
    let mut opened = folder.open();
    assert_eq!((texts(&opened), opened.spoilt), (["ett", "två", "", "tre"].map(str::to_owned).to_vec(), 0));
    append(&mut opened.journal, &["fyra"]).unwrap();
    drop(opened);
    assert_eq!(texts(&folder.open()).len(), 5);
}

#[test]
fn what_was_cleared_never_comes_back() {
    let folder = Folder::new("cleared");
    let mut opened = folder.open();
    for round in 0..5 {
        append(&mut opened.journal, &["gammal", "gammal", "gammal"]).unwrap();
        opened.journal.clear().unwrap();
        append(&mut opened.journal, &["ny"]).unwrap();
        drop(opened);
        opened = folder.open();
        assert_eq!((texts(&opened), opened.spoilt), (vec!["ny".to_owned()], 0), "round {round}");
        opened.journal.clear().unwrap();
    }
}

#[test]
fn a_full_journal_says_so_and_keeps_what_it_has() {
    let folder = Folder::new("full");
    let mut opened = folder.open();
    let large = "x".repeat(100_000);
    let mut kept = 0;
    while append(&mut opened.journal, &[&large]).is_ok() {
        kept += 1;
    }
    assert!(kept >= 9, "{kept}");
    assert!(matches!(append(&mut opened.journal, &[&large]), Err(JournalError::Full { .. })));
    append(&mut opened.journal, &["liten"]).unwrap();
    let too_large = vec![0; RECORD_BYTES_MAX + 1];
    assert!(matches!(opened.journal.append([too_large.as_slice()]), Err(JournalError::TooLarge(_))));
    drop(opened);
    assert_eq!(folder.open().records.len(), kept + 1);
}

#[test]
fn a_cut_at_any_place_loses_nothing_that_was_acknowledged() {
    let folder = Folder::new("cut");
    let mut opened = folder.open();
    append(&mut opened.journal, &["ett", "två"]).unwrap();
    let acknowledged = opened.journal.room().0 as usize;
    append(&mut opened.journal, &["halva ordet"]).unwrap();
    let end = opened.journal.room().0 as usize;
    drop(opened);
    let whole = std::fs::read(folder.file()).unwrap();
    for cut in acknowledged..=end {
        // The disk had written so much of the last record, and zeros stand behind.
        let mut bytes = whole.clone();
        bytes[cut..].fill(0);
        std::fs::write(folder.file(), &bytes).unwrap();
        let mut opened = folder.open();
        let found = texts(&opened);
        assert_eq!(found[..2], ["ett", "två"], "cut at {cut}");
        assert_eq!(opened.spoilt, 0);
        append(&mut opened.journal, &["efter"]).unwrap();
        drop(opened);
        assert_eq!(texts(&folder.open()).last().map(String::as_str), Some("efter"), "cut at {cut}");
    }
}

#[test]
fn a_spoilt_record_takes_no_other_with_it_and_is_counted() {
    let folder = Folder::new("spoilt");
    let mut opened = folder.open();
    append(&mut opened.journal, &["ett", "två", "tre"]).unwrap();
    drop(opened);
    let mut bytes = std::fs::read(folder.file()).unwrap();
    bytes[RECORDS_BEGIN as usize + ALIGNMENT + 33] ^= 1;
    std::fs::write(folder.file(), &bytes).unwrap();
    let opened = folder.open();
    assert_eq!((texts(&opened), opened.spoilt), (vec!["ett".to_owned(), "tre".to_owned()], 1));
}

#[test]
fn a_torn_head_leaves_the_other_one_in_force() {
    let folder = Folder::new("head");
    let mut opened = folder.open();
    opened.journal.clear().unwrap();
    append(&mut opened.journal, &["kvar"]).unwrap();
    let torn = opened.journal.head.next();
    drop(opened);
    let mut bytes = std::fs::read(folder.file()).unwrap();
    let place = torn.place() as usize;
    bytes[place..place + 12].copy_from_slice(&torn.to_bytes()[..12]);
    std::fs::write(folder.file(), &bytes).unwrap();
    assert_eq!(texts(&folder.open()), ["kvar"]);
}

#[test]
fn a_file_that_is_something_else_is_left_alone() {
    let folder = Folder::new("else");
    std::fs::write(folder.file(), vec![7_u8; 2 * JOURNAL_BYTES_MIN as usize]).unwrap();
    assert!(matches!(Journal::open(&folder.file(), JOURNAL_BYTES_MIN), Err(JournalError::NoJournal(_))));
    assert_eq!(std::fs::read(folder.file()).unwrap()[0], 7);
}

#[test]
fn two_never_have_it_at_once() {
    let folder = Folder::new("two");
    let opened = folder.open();
    assert!(matches!(Journal::open(&folder.file(), JOURNAL_BYTES_MIN), Err(JournalError::InUse(_))));
    drop(opened);
    assert!(folder.open().records.is_empty());
}
