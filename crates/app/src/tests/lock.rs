//! Wrong passwords at one login, from where it is known and from elsewhere. On both engines.

use base::Private;
use futures_util::future::join_all;
use store::Store;

use super::{
    Bench, administrator,
    guesses::{PASSWORD, attempt, colleague, from},
    private,
};
use crate::{
    App,
    login::{
        change_password::{ChangePassword, Changed, change_password},
        keep,
        origin::Origin,
        session,
        set_password::set_password,
        sign_in::{FAILURES_MAX, LOCKED_SECONDS, SignedIn},
    },
    weed::end_expired,
};

const NEW_PASSWORD: &str = "blå buss i motvind";
const WARD: &str = "2001:db8:1:2::7";
const SAME_WARD: &str = "2001:db8:1:2::8";
const HOME: &str = "198.51.100.7";
const STRANGER: &str = "203.0.113.9";

/// An empty register on each engine.
async fn benches(schema: &str) -> Vec<Bench> {
    let mut benches = vec![Bench::new().await];
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        eprintln!("SKIPPED on PostgreSQL: TEST_POSTGRES_URL names no server ({schema})");
        return benches;
    };
    let outer = Store::open(&url).await.unwrap();
    let mut transaction = outer.write().await.unwrap();
    let script = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
    transaction.script(&script).await.unwrap();
    transaction.commit().await.unwrap();
    outer.close().await;
    let separator = if url.contains('?') { '&' } else { '?' };
    benches.push(Bench::on(&format!("{url}{separator}options[search_path]={schema}")).await);
    benches
}

/// Attempts one after the other, each a second after the one before: `w` wrong, `l` locked, `y` let in.
async fn attempts(bench: &Bench, address: &str, passwords: &[&str]) -> String {
    let mut outcomes = String::new();
    for password in passwords {
        bench.pass(1);
        outcomes.push(match attempt(&bench.app, "kollega", password, &from(address)).await {
            SignedIn::Yes(_) => 'y',
            SignedIn::Wrong => 'w',
            SignedIn::Locked(until) => {
                let seconds = until.duration_since(bench.app.now()).as_secs();
                assert!((1..=LOCKED_SECONDS).contains(&seconds), "{seconds}");
                'l'
            }
            SignedIn::HeldBack => 'h',
        });
    }
    outcomes
}

/// So many wrong ones.
fn wrong(count: u32) -> Vec<&'static str> {
    vec!["fel"; count as usize]
}

async fn check(bench: &Bench, address: &str, passwords: &[&str], expected: &str) {
    assert_eq!(attempts(bench, address, passwords).await, expected, "from {address}");
}

#[tokio::test]
async fn five_from_elsewhere_lock_everywhere_but_where_one_is_known() {
    for bench in benches("lock_elsewhere").await {
        colleague(&bench.app, "kollega").await;
        check(&bench, WARD, &[PASSWORD], "y").await;
        check(&bench, STRANGER, &wrong(FAILURES_MAX - 1), "wwww").await;
        // Whoever logs in where they are known gives no new guesses to whoever guesses elsewhere.
        check(&bench, SAME_WARD, &[PASSWORD], "y").await;
        check(&bench, STRANGER, &["fel", "fel", PASSWORD], "lll").await;
        check(&bench, HOME, &[PASSWORD], "l").await;
        check(&bench, WARD, &[PASSWORD, "fel", PASSWORD], "ywy").await;
        check(&bench, STRANGER, &["fel", PASSWORD], "ll").await;
        let restarted = App::open(bench.app.store.clone(), bench.clock.clone(), bench.app.ids.clone()).await;
        let after = attempt(&restarted.unwrap(), "kollega", PASSWORD, &from(SAME_WARD)).await;
        assert!(matches!(after, SignedIn::Yes(_)), "after a restart: {after:?}");
        bench.pass(LOCKED_SECONDS);
        check(&bench, STRANGER, &wrong(FAILURES_MAX), "wwwwl").await;
        bench.pass(LOCKED_SECONDS);
        check(&bench, HOME, &[PASSWORD], "y").await;
    }
}

#[tokio::test]
async fn five_where_one_is_known_lock_there_and_nowhere_else() {
    for bench in benches("lock_where_known").await {
        colleague(&bench.app, "kollega").await;
        check(&bench, WARD, &[PASSWORD], "y").await;
        check(&bench, HOME, &[PASSWORD], "y").await;
        check(&bench, SAME_WARD, &wrong(FAILURES_MAX), "wwwwl").await;
        check(&bench, WARD, &[PASSWORD, "fel"], "ll").await;
        let restarted = App::open(bench.app.store.clone(), bench.clock.clone(), bench.app.ids.clone()).await;
        let after = attempt(&restarted.unwrap(), "kollega", PASSWORD, &from(WARD)).await;
        assert!(matches!(after, SignedIn::Locked(_)), "a restart opens nothing: {after:?}");
        check(&bench, HOME, &[PASSWORD], "y").await;
        check(&bench, STRANGER, &["fel"], "w").await;
        // Attempts within the lock have not made it longer.
        bench.pass(LOCKED_SECONDS - 6);
        check(&bench, WARD, &[PASSWORD], "l").await;
        check(&bench, WARD, &[PASSWORD], "y").await;
        // In a row: the right one begins anew, and so does a while without any.
        for _ in 0..2 {
            check(&bench, WARD, &wrong(FAILURES_MAX - 1), "wwww").await;
            check(&bench, WARD, &[PASSWORD], "y").await;
        }
        for _ in 0..2 {
            check(&bench, WARD, &wrong(FAILURES_MAX - 1), "wwww").await;
            bench.pass(LOCKED_SECONDS);
            end_expired(&bench.app).await.unwrap();
        }
    }
}

/// Whoever guesses from many places where someone has logged in gains no more by it than the usual ones give.
#[tokio::test]
async fn four_places_are_usual_and_those_used_most_are() {
    let bench = Bench::new().await;
    colleague(&bench.app, "kollega").await;
    let place = |number: usize| format!("192.0.2.{number}");
    check(&bench, STRANGER, &[PASSWORD], "y").await;
    for number in 1..=3 {
        check(&bench, &place(number), &[PASSWORD; 3], "yyy").await;
    }
    check(&bench, HOME, &[PASSWORD], "y").await;
    check(&bench, WARD, &[PASSWORD], "y").await;
    let mut guessed = 0;
    for address in [STRANGER, HOME, &place(1), &place(2), &place(3), SAME_WARD] {
        let outcomes = attempts(&bench, address, &wrong(FAILURES_MAX)).await;
        guessed += outcomes.matches('w').count();
    }
    // The first two are elsewhere together: of those used as much, the later one is usual.
    assert_eq!(guessed, 5 * (FAILURES_MAX as usize - 1));
    check(&bench, HOME, &[PASSWORD], "l").await;
    bench.pass(LOCKED_SECONDS);
    check(&bench, STRANGER, &wrong(FAILURES_MAX), "wwwwl").await;
    check(&bench, HOME, &[PASSWORD], "l").await;
    check(&bench, WARD, &[PASSWORD], "y").await;
}

/// Guesses that come all at once where the login is known are counted one by one, beside those from elsewhere, and the
/// right one among the late ones opens nothing.
#[tokio::test]
async fn guesses_side_by_side_are_counted_one_by_one_where_one_is_known_too() {
    for bench in benches("lock_side_by_side").await {
        colleague(&bench.app, "kollega").await;
        check(&bench, WARD, &[PASSWORD], "y").await;
        let (ward, stranger) = (from(WARD), from(STRANGER));
        let guesses = (0..24).map(|number| {
            let origin = if number % 2 == 0 { &ward } else { &stranger };
            attempt(&bench.app, "kollega", "fel", origin)
        });
        let outcomes = join_all(guesses).await;
        let wrong = outcomes.iter().filter(|outcome| matches!(outcome, SignedIn::Wrong)).count();
        assert_eq!(wrong, 2 * (FAILURES_MAX as usize - 1), "counted before the two locks");
        for address in [WARD, STRANGER] {
            check(&bench, address, &[PASSWORD], "l").await;
        }
    }
}

#[tokio::test]
async fn whoever_is_stopped_is_let_in_from_nowhere() {
    for bench in benches("lock_stopped").await {
        let id = colleague(&bench.app, "kollega").await;
        check(&bench, WARD, &[PASSWORD], "y").await;
        check(&bench, STRANGER, &wrong(FAILURES_MAX), "wwwwl").await;
        keep::create(
            &bench.app,
            &administrator(),
            &keep::Form {
                login_name: "chef".to_owned(),
                shown_name: "Påhittad Chef".to_owned(),
                roles: vec!["administrator".to_owned()],
                ..keep::Form::default()
            },
        )
        .await
        .unwrap();
        keep::set_active(&bench.app, &administrator(), id, false).await.unwrap();
        check(&bench, WARD, &[PASSWORD], "w").await;
        keep::set_active(&bench.app, &administrator(), id, true).await.unwrap();
        check(&bench, WARD, &[PASSWORD], "y").await;
    }
}

#[tokio::test]
async fn an_administrator_sees_either_lock_and_opens_it_at_once() {
    for bench in benches("lock_opened").await {
        let (app, keeper) = (&bench.app, administrator());
        let id = colleague(app, "kollega").await;
        check(&bench, WARD, &[PASSWORD], "y").await;
        for address in [WARD, STRANGER] {
            check(&bench, address, &wrong(FAILURES_MAX), "wwwwl").await;
            let until = bench.app.now() + base::SignedDuration::from_secs(LOCKED_SECONDS);
            assert_eq!(keep::list(app, &keeper).await.unwrap()[0].locked_until, Some(until), "{address}");
            keep::unlock(app, &keeper, id).await.unwrap();
            assert_eq!(keep::list(app, &keeper).await.unwrap()[0].locked_until, None, "{address}");
            check(&bench, address, &wrong(FAILURES_MAX - 1), "wwww").await;
            keep::unlock(app, &keeper, id).await.unwrap();
        }
        check(&bench, WARD, &wrong(FAILURES_MAX), "wwwwl").await;
        let link = keep::reset(app, &keeper, id).await.unwrap();
        let by_link = set_password(app, &link, private(NEW_PASSWORD), &from(HOME)).await.unwrap();
        assert!(matches!(by_link, SignedIn::Yes(_)), "{by_link:?}");
        check(&bench, WARD, &[NEW_PASSWORD], "y").await;
        check(&bench, WARD, &wrong(FAILURES_MAX), "wwwwl").await;
        bench.pass(LOCKED_SECONDS);
        assert_eq!(keep::list(app, &keeper).await.unwrap()[0].locked_until, None, "its time is out");
    }
}

#[tokio::test]
async fn ones_own_password_is_changed_where_one_is_known_while_elsewhere_is_locked() {
    for bench in benches("lock_changing").await {
        let app = &bench.app;
        colleague(app, "kollega").await;
        let SignedIn::Yes(secret) = attempt(app, "kollega", PASSWORD, &from(WARD)).await else {
            panic!("not logged in");
        };
        let secret = Private::new(secret.reveal().to_owned());
        let actor = session::visitor(app, secret.reveal()).await.unwrap().unwrap().actor;
        check(&bench, STRANGER, &wrong(FAILURES_MAX), "wwwwl").await;
        let change = |current: &str, origin: Origin| {
            let (current, new) = (private(current), private(NEW_PASSWORD));
            change_password(
                app,
                &actor,
                ChangePassword { current, new, session_secret: secret.clone(), origin },
            )
        };
        let elsewhere = change(PASSWORD, from(STRANGER)).await.unwrap();
        assert!(matches!(elsewhere, Changed::Locked(_)), "{elsewhere:?}");
        for _ in 1..FAILURES_MAX {
            assert_eq!(change("fel", from(WARD)).await.unwrap(), Changed::Wrong);
        }
        check(&bench, WARD, &[PASSWORD], "y").await;
        assert_eq!(change("fel", from(WARD)).await.unwrap(), Changed::Wrong, "begun anew");
        assert_eq!(change(PASSWORD, from(WARD)).await.unwrap(), Changed::Yes);
        for _ in 1..FAILURES_MAX {
            assert_eq!(change("fel", from(WARD)).await.unwrap(), Changed::Wrong, "and anew");
        }
        let guessed = change("fel", from(WARD)).await.unwrap();
        assert!(matches!(guessed, Changed::Locked(_)), "{guessed:?}");
        check(&bench, WARD, &[NEW_PASSWORD], "l").await;
    }
}
