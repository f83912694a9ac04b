//! A start while the database is away: who is known then, and what happens when it answers.

use std::{path::PathBuf, sync::Arc};

use ::alarm::Kind;
use ::device::{Report, Signal};
use base::{Private, id::CountingIds};
use journal::{JOURNAL_BYTES_MIN, Journal};
use store::{Store, StoreError};

use super::{Bench, administrator, device::in_stock, operator, private};
use crate::{
    App,
    alarm::{
        aside,
        receive::{Arrival, Content},
        reception::Reception,
    },
    live::Change,
    login::{keep, origin::Origin, session, set_password, sign_in::SignedIn},
    recall,
};

/// A folder of one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tryggve-recall-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Someone who has just logged in.
async fn logged_in(bench: &Bench) -> base::Private<String> {
    let form = keep::Form {
        login_name: "kollega".to_owned(),
        shown_name: "Påhittad Kollega".to_owned(),
        roles: vec!["operator".to_owned()],
        ..keep::Form::default()
    };
    let (_, link) = keep::create(&bench.app, &administrator(), &form).await.unwrap();
    let chosen =
        set_password::set_password(&bench.app, &link, private("gul cykel i regn"), &Origin::default())
            .await
            .unwrap();
    let SignedIn::Yes(browser) = chosen else { panic!("not logged in") };
    let browser = Private::new(browser.reveal().to_owned());
    assert!(session::visitor(&bench.app, browser.reveal()).await.unwrap().is_some());
    browser
}

fn alarm_of(controller_id: &str) -> Arrival {
    let report = Report {
        controller_id: controller_id.to_owned(),
        reference: "a".to_owned(),
        signal: Signal::Alarm(Kind::Manual),
        detail: Private::default(),
        position: None,
    };
    Arrival {
        transport: "udp",
        source: "192.0.2.1:5060".to_owned(),
        content: Content::Read(report),
        raw: Private::new(controller_id.as_bytes().to_vec()),
    }
}

#[tokio::test]
async fn a_start_while_the_database_is_away_receives_shows_and_hands_over() {
    let folder = Folder::new("start");
    let url = format!("sqlite:{}", folder.0.join("tryggve.db").display());
    let before = Bench::on(&url).await;
    let device = in_stock(&before, "4711").await;
    let controller_id = before.app.registry.memory().devices().next().unwrap().0.to_owned();
    let browser = logged_in(&before).await;
    let register = recall::register(&before.app, "larm.example").unwrap();
    let visitors = recall::visitors(&before.app);
    before.app.store.close().await;
    before.pass(60);

    let store = Store::open_later(&url).await.unwrap();
    let app = App::open_away(store, before.clock.clone(), Arc::new(CountingIds::default()));
    assert!(matches!(app.store.read().await, Err(StoreError::NotReady)));
    assert_eq!(recall::recall_register(&app, &register).as_deref(), Some("larm.example"));
    assert_eq!(recall::recall_visitors(&app, &visitors), Some(1));
    assert!(recall::register(&app, "larm.example").is_none(), "what was recalled is not written again");
    assert_eq!(recall::visitors(&app), visitors);
    let journal = Journal::open(&folder.0.join("journal"), JOURNAL_BYTES_MIN).unwrap();
    let (reception, _) = Reception::start_with(app.clone(), Some(journal), None);
    let receipt = reception.submit(alarm_of(&controller_id)).await.unwrap();
    assert!(receipt.known && !receipt.copy);
    let visitor = session::visitor(&app, browser.reveal()).await.unwrap().unwrap();
    let picture = aside::picture(&app, &visitor.actor).unwrap().unwrap();
    assert_eq!(picture.lines.iter().map(|line| Some(line.alarm)).collect::<Vec<_>>(), [receipt.alarm]);

    let mut changes = app.live.listen();
    store::migrate::migrate(&app.store, app.now()).await.unwrap();
    while !matches!(changes.recv().await, Ok(Change::Everything)) {}
    let mut transaction = app.store.read().await.unwrap();
    let stored = store::alarm::load(&mut transaction, receipt.alarm.unwrap()).await.unwrap().unwrap();
    assert_eq!((stored.device, stored.received_at), (Some(device), picture.lines[0].at));
    // The first batch has read the register, and with it whether ladders and teams are there.
    assert!(recall::register(&app, "larm.example").is_some());
}

#[tokio::test]
async fn what_was_cut_or_changed_is_not_recalled() {
    let bench = Bench::new().await;
    in_stock(&bench, "4711").await;
    logged_in(&bench).await;
    let register = recall::register(&bench.app, "larm.example").unwrap();
    let visitors = recall::visitors(&bench.app);
    let known = |app: &App| (app.registry.memory().device_count(), app.visitors.all().len());
    let store = Store::open_later("sqlite::memory:").await.unwrap();
    let app = App::open_away(store, bench.clock.clone(), Arc::new(CountingIds::default()));
    for place in (0..register.len()).step_by(7) {
        let mut changed = register.clone();
        changed[place] ^= 1;
        assert!(recall::recall_register(&app, &changed).is_none(), "changed at {place}");
        assert!(recall::recall_register(&app, &register[..place]).is_none(), "cut at {place}");
    }
    for place in (0..visitors.len()).step_by(7) {
        assert!(recall::recall_visitors(&app, &visitors[..place]).is_none(), "cut at {place}");
    }
    assert!(
        recall::recall_register(&app, &visitors).is_none()
            && recall::recall_visitors(&app, &register).is_none()
    );
    assert_eq!(known(&app), (0, 0));
    assert!(aside::picture(&app, &operator()).unwrap().is_some(), "the database is away");
}
