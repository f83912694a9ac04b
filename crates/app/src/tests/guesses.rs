//! Wrong passwords that come from one source.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use base::{Private, UserId};
use tokio::task::JoinSet;

use super::{Bench, administrator, private};
use crate::{
    App,
    login::{
        guesses::{Guesses, Rule},
        keep,
        origin::Origin,
        room::PASSWORDS_AT_ONCE_MAX,
        set_password::set_password,
        sign_in::{FAILURES_MAX, SignedIn, sign_in},
    },
};

pub(super) const PASSWORD: &str = "gul cykel i regn";
const WRONG_MAX: u32 = 6;
/// How many attempts of a source that is held back wait at once.
const PLACES: usize = 4;
/// How long the test waits for what must come at once, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

pub(super) fn from(address: &str) -> Origin {
    Origin { address: Some(Private::new(address.parse().unwrap())), ..Origin::default() }
}

/// Someone who may log in, and has not done so from anywhere that is known.
pub(super) async fn colleague(app: &App, name: &str) -> UserId {
    let form = keep::Form {
        login_name: name.to_owned(),
        shown_name: "Påhittad Kollega".to_owned(),
        roles: vec!["operator".to_owned()],
        ..keep::Form::default()
    };
    let (id, link) = keep::create(app, &administrator(), &form).await.unwrap();
    set_password(app, &link, private(PASSWORD), &Origin::default()).await.unwrap();
    id
}

pub(super) async fn attempt(app: &App, name: &str, password: &str, origin: &Origin) -> SignedIn {
    let proof = ::login::Proof::Password { login_name: name.to_owned(), password: private(password) };
    sign_in(app, proof, origin).await.unwrap()
}

/// What a program knows of guesses that has just started.
fn fresh(app: &App, slowed_by: Duration) -> App {
    let rule = Rule { wrong_max: WRONG_MAX, slowed_by, ..Rule::default() };
    App { guesses: Arc::new(Guesses::new(rule)), ..app.clone() }
}

/// So many guesses at once, each at a name of its own; those that wait are in the set still.
async fn spray(app: &App, origin: &Origin, count: usize) -> (usize, usize, JoinSet<SignedIn>) {
    let mut all = JoinSet::new();
    for number in 0..count {
        let (app, origin) = (app.clone(), origin.clone());
        all.spawn(async move { attempt(&app, &format!("namn{number}"), "fel", &origin).await });
    }
    let (mut wrong, mut held_back) = (0, 0);
    while all.len() > PLACES {
        let next =
            tokio::time::timeout(PATIENCE, all.join_next()).await.expect("no more wait than have a place");
        match next.unwrap().unwrap() {
            SignedIn::Wrong => wrong += 1,
            SignedIn::HeldBack => held_back += 1,
            other => panic!("{other:?}"),
        }
    }
    (wrong, held_back, all)
}

#[tokio::test]
async fn a_flood_from_one_source_stops_neither_who_is_known_there_nor_who_has_a_link() {
    let bench = Bench::new().await;
    let app = fresh(&bench.app, Duration::from_secs(86_400));
    let (ward, elsewhere) = (from("2001:db8:1:2::7"), from("2001:db8:1:3::7"));
    colleague(&app, "kollega").await;
    let newcomer = colleague(&app, "nykomling").await;
    assert!(matches!(attempt(&app, "kollega", PASSWORD, &from("2001:db8:1:2::8")).await, SignedIn::Yes(_)));

    let (wrong, held_back, _waiting) = spray(&app, &ward, 60).await;
    let most = WRONG_MAX as usize + PASSWORDS_AT_ONCE_MAX - 1;
    assert!((WRONG_MAX as usize..=most).contains(&wrong), "{wrong} of a burst were compared");
    assert_eq!(held_back, 60 - wrong - PLACES);
    assert_eq!(crate::health::look(&app).await.held_back, 1);

    let stranger = attempt(&app, "nykomling", PASSWORD, &ward).await;
    assert!(matches!(stranger, SignedIn::HeldBack), "not known here, and the places are taken: {stranger:?}");
    let known = attempt(&app, "kollega", PASSWORD, &ward).await;
    assert!(matches!(known, SignedIn::Yes(_)), "known here: {known:?}");
    let other_place = attempt(&app, "nykomling", PASSWORD, &elsewhere).await;
    assert!(matches!(other_place, SignedIn::Yes(_)), "at another source: {other_place:?}");
    let link = keep::reset(&app, &administrator(), newcomer).await.unwrap();
    let by_link = set_password(&app, &link, private(PASSWORD), &ward).await.unwrap();
    assert!(matches!(by_link, SignedIn::Yes(_)), "by a link: {by_link:?}");
    let since = attempt(&app, "nykomling", PASSWORD, &ward).await;
    assert!(matches!(since, SignedIn::Yes(_)), "known here since: {since:?}");

    let restarted = fresh(&app, Duration::from_secs(86_400));
    let (_, _, _waiting) = spray(&restarted, &ward, 60).await;
    let known = attempt(&restarted, "kollega", PASSWORD, &ward).await;
    assert!(matches!(known, SignedIn::Yes(_)), "known after a restart too: {known:?}");
    for _ in 1..FAILURES_MAX {
        assert!(matches!(attempt(&restarted, "kollega", "fel", &ward).await, SignedIn::Wrong));
    }
    let guessed = attempt(&restarted, "kollega", "fel", &ward).await;
    assert!(matches!(guessed, SignedIn::Locked(_)), "and locks as ever: {guessed:?}");
}

#[tokio::test]
async fn a_source_that_guesses_at_many_names_is_slowed_until_it_is_quiet() {
    let bench = Bench::new().await;
    let slowed_by = Duration::from_millis(20);
    let app = fresh(&bench.app, slowed_by);
    let ward = from("198.51.100.7");
    for name in ["kollega", "nykomling"] {
        colleague(&app, name).await;
    }
    for number in 0..WRONG_MAX {
        assert_eq!(crate::health::look(&app).await.held_back, 0, "{number}");
        assert!(matches!(attempt(&app, &format!("namn{number}"), "fel", &ward).await, SignedIn::Wrong));
    }
    assert_eq!(crate::health::look(&app).await.held_back, 1);
    for (name, password, right) in [
        ("kollega", "fel", false),
        ("ingen", PASSWORD, false),
        ("nykomling", PASSWORD, true),
        ("kollega", PASSWORD, true),
    ] {
        let begun = Instant::now();
        let outcome = attempt(&app, name, password, &ward).await;
        assert!(begun.elapsed() >= slowed_by, "{name}");
        assert_eq!(matches!(outcome, SignedIn::Yes(_)), right, "{name}: {outcome:?}");
    }
    bench.pass(Rule::default().window_seconds);
    assert_eq!(crate::health::look(&app).await.held_back, 0);
}

#[tokio::test]
async fn guesses_through_a_proxy_that_nobody_named_hold_nobody_back() {
    let bench = Bench::new().await;
    let app = fresh(&bench.app, Duration::from_secs(86_400));
    for origin in [from("127.0.0.1"), Origin::default()] {
        for number in 0..=WRONG_MAX {
            assert!(matches!(attempt(&app, &format!("namn{number}"), "fel", &origin).await, SignedIn::Wrong));
        }
    }
    assert_eq!(crate::health::look(&app).await.held_back, 0);
}
