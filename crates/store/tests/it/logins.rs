//! Logins, sessions, links and the audit log.

use access::Role;
use base::{AuditId, Language, PersonId, Private, UserId};
use store::{
    Store,
    audit::{Entry, Filter},
    login::{Login, Session},
};

use crate::{both_engines, migrated, moment, uuid};

both_engines!(
    a_login_comes_back_by_name,
    sessions_end,
    a_link_works_once,
    wrong_passwords_are_counted_by_source,
    the_audit_log_is_read_newest_first,
    the_audit_log_tells_what_happened_to_a_login
);

fn login(number: u128, roles: Vec<Role>) -> Login {
    Login {
        id: UserId(uuid(number)),
        login_name: format!("operatör{number}"),
        shown_name: "Dillina Provlund".to_owned(),
        password_hash: "hash".to_owned(),
        roles,
        language: Language::Swedish,
        active: true,
        failures: 2,
        locked_until: Some(moment(60)),
        must_change_password: true,
    }
}

async fn save(store: &Store, login: &Login) {
    let mut transaction = store.write().await.unwrap();
    store::login::save(&mut transaction, login, moment(0)).await.unwrap();
    transaction.commit().await.unwrap();
}

async fn a_login_comes_back_by_name(store: Store) {
    migrated(&store).await;
    let one = login(1, vec![Role::Operator, Role::Administrator]);
    save(&store, &one).await;
    save(&store, &login(2, vec![Role::Auditor])).await;
    let mut transaction = store.write().await.unwrap();
    let found = store::login::by_name(&mut transaction, " OPERATÖR1 ").await.unwrap();
    assert!(found.as_ref() == Some(&one));
    assert!(store::login::by_name(&mut transaction, "ingen").await.unwrap().is_none());
    assert_eq!(store::login::administrators(&mut transaction).await.unwrap(), 1);
    store::login::save(&mut transaction, &Login { active: false, ..one }, moment(1)).await.unwrap();
    assert_eq!(store::login::administrators(&mut transaction).await.unwrap(), 0);
    assert_eq!(store::login::all(&mut transaction).await.unwrap().len(), 2);
}

async fn sessions_end(store: Store) {
    migrated(&store).await;
    let one = login(1, vec![Role::Operator]);
    save(&store, &one).await;
    let session = |secret: &str, until| Session {
        secret_hash: secret.to_owned(),
        login: one.id,
        form_secret: "form".to_owned(),
        created_at: moment(0),
        seen_at: moment(0),
        expires_at: moment(until),
        browser: "Firefox/Windows".to_owned(),
        told: false,
    };
    let mut transaction = store.write().await.unwrap();
    for (secret, until) in [("a", 100), ("b", 200), ("c", 200)] {
        store::login::add_session(&mut transaction, &session(secret, until)).await.unwrap();
    }
    store::login::touch_session(&mut transaction, "b", moment(5)).await.unwrap();
    let read = store::login::session(&mut transaction, "b").await.unwrap().unwrap();
    assert!(read == Session { seen_at: moment(5), ..session("b", 200) });
    let live = store::login::sessions_of(&mut transaction, one.id, moment(100), moment(0), 9).await.unwrap();
    let secrets =
        |found: &[Session]| -> String { found.iter().map(|one| one.secret_hash.as_str()).collect() };
    assert_eq!(secrets(&live), "bc", "the one used last first, and none whose time is out");
    let used = store::login::sessions_of(&mut transaction, one.id, moment(6), moment(5), 9).await.unwrap();
    assert_eq!(secrets(&used), "b", "none that nobody has used for long");
    store::login::note_told(&mut transaction, one.id, moment(0)).await.unwrap();
    assert!(store::login::session(&mut transaction, "b").await.unwrap().unwrap().told);
    assert_eq!(store::login::end_expired_sessions(&mut transaction, moment(100)).await.unwrap(), 1);
    assert_eq!(store::login::end_other_sessions(&mut transaction, one.id, "c").await.unwrap(), 1);
    assert!(store::login::session(&mut transaction, "b").await.unwrap().is_none());
    store::login::end_session(&mut transaction, "c").await.unwrap();
    assert!(store::login::session(&mut transaction, "c").await.unwrap().is_none());
}

async fn wrong_passwords_are_counted_by_source(store: Store) {
    const MAX: u32 = 3;
    const SECONDS: i64 = 100;
    migrated(&store).await;
    let (one, other) = (login(1, vec![Role::Operator]), login(2, vec![Role::Operator]));
    save(&store, &one).await;
    save(&store, &other).await;
    let mut transaction = store.write().await.unwrap();
    let (ward, home) = (Private::new("198.51.100.7".to_owned()), Private::new("2001:db8::".to_owned()));
    // Of whom, where and when a wrong one comes, the count then, and when the last of so many was.
    for (who, source, seconds, counted, last) in [
        (&one, &ward, 0, Some(1), None),
        (&one, &ward, 99, Some(2), None),
        (&one, &home, 99, Some(1), None),
        (&other, &ward, 99, Some(1), None),
        (&one, &ward, 198, Some(3), Some(198)),
        (&one, &ward, 297, None, Some(198)),
        (&one, &home, 199, Some(1), None),
        (&one, &ward, 298, Some(1), None),
        (&one, &ward, 299, Some(2), None),
        (&one, &ward, 300, Some(3), Some(300)),
    ] {
        let times = (moment(seconds), moment(seconds - SECONDS));
        let found = store::login::count_failure_at(&mut transaction, who.id, source, times, MAX).await;
        assert_eq!(found.unwrap(), counted, "{seconds}");
        let found = store::login::last_of_failures_at(&mut transaction, who.id, source, MAX).await.unwrap();
        assert_eq!(found, last.map(moment), "{seconds}");
    }
    for (after, expected) in [(299, vec![(one.id, moment(300))]), (300, vec![])] {
        let found = store::login::last_of_failures(&mut transaction, moment(after), MAX).await.unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected, "{after}");
    }
    let stopped = Login { active: false, ..one.clone() };
    let changed = Login { password_hash: "another".to_owned(), ..one.clone() };
    for (stands, source, after, passes) in [
        (&one, &ward, 299, false),
        (&one, &home, 299, true),
        (&stopped, &ward, 300, false),
        (&changed, &ward, 300, false),
        (&one, &ward, 300, true),
        (&one, &ward, 300, true),
    ] {
        store::login::save(&mut transaction, stands, moment(0)).await.unwrap();
        let found =
            store::login::forget_failures_at(&mut transaction, &one, source, moment(after), MAX).await;
        assert_eq!(found.unwrap(), passes, "{after}");
        let stands = store::login::load(&mut transaction, one.id).await.unwrap().unwrap();
        assert!(stands.failures == one.failures && stands.locked_until == one.locked_until, "elsewhere");
    }
    assert_eq!(store::login::forget_old_failures_at(&mut transaction, moment(98)).await.unwrap(), 0);
    assert_eq!(store::login::forget_old_failures_at(&mut transaction, moment(99)).await.unwrap(), 1);
    for seconds in [400, 401, 402] {
        let times = (moment(seconds), moment(seconds - SECONDS));
        store::login::count_failure_at(&mut transaction, one.id, &ward, times, MAX).await.unwrap();
    }
    store::login::forget_all_failures_at(&mut transaction, other.id).await.unwrap();
    let at_ward = store::login::last_of_failures_at(&mut transaction, one.id, &ward, MAX).await.unwrap();
    assert_eq!(at_ward, Some(moment(402)), "those of another login");
    store::login::forget_all_failures_at(&mut transaction, one.id).await.unwrap();
    assert_eq!(store::login::last_of_failures_at(&mut transaction, one.id, &ward, MAX).await.unwrap(), None);
}

async fn a_link_works_once(store: Store) {
    migrated(&store).await;
    let mut transaction = store.write().await.unwrap();
    store::login::add_link(&mut transaction, "secret", "first", None, moment(100)).await.unwrap();
    assert_eq!(
        store::login::link(&mut transaction, "secret", "first", moment(99)).await.unwrap(),
        Some(None)
    );
    assert_eq!(store::login::link(&mut transaction, "secret", "first", moment(100)).await.unwrap(), None);
    assert_eq!(store::login::link(&mut transaction, "secret", "other", moment(1)).await.unwrap(), None);
    assert!(store::login::use_link(&mut transaction, "secret").await.unwrap());
    assert!(!store::login::use_link(&mut transaction, "secret").await.unwrap());
}

async fn the_audit_log_is_read_newest_first(store: Store) {
    migrated(&store).await;
    let entry = |number: u128, seconds, action: &str| Entry {
        id: AuditId(uuid(number)),
        at: moment(seconds),
        user: Some(UserId(uuid(1))),
        action: action.to_owned(),
        person: number.is_multiple_of(2).then(|| PersonId(uuid(8))),
        subject: format!("alarm:{number}"),
        reason: Private::new("frågade".to_owned()),
        address: Private::new("198.51.100.7".to_owned()),
    };
    let entries = [entry(1, 1, "alarm.read"), entry(2, 2, "person.read"), entry(3, 3, "person.write")];
    let mut transaction = store.write().await.unwrap();
    for entry in &entries {
        store::audit::add(&mut transaction, entry).await.unwrap();
    }
    for (filter, expected) in [
        (Filter::default(), vec![3, 2, 1]),
        (Filter { action: "person.".to_owned(), ..Filter::default() }, vec![3, 2]),
        (Filter { person: Some(PersonId(uuid(8))), ..Filter::default() }, vec![2]),
        (Filter { user: Some(UserId(uuid(9))), ..Filter::default() }, vec![]),
        (Filter { before: Some((moment(3), AuditId(uuid(3)))), ..Filter::default() }, vec![2, 1]),
        (Filter { before: Some((moment(3), AuditId(uuid(4)))), ..Filter::default() }, vec![3, 2, 1]),
        (Filter { subject: "alarm:2".to_owned(), ..Filter::default() }, vec![2]),
    ] {
        let found = store::audit::list(&mut transaction, &filter, 10).await.unwrap();
        let numbers: Vec<u128> = found.iter().map(|entry| entry.id.0.as_u128()).collect();
        assert_eq!(numbers, expected, "{filter:?}");
        assert!(found.iter().all(|entry| entry.address.reveal() == "198.51.100.7"));
    }
    let user = UserId(uuid(1));
    for (action, since, expected) in
        [("alarm.read", 0, true), ("alarm.read", 2, false), ("alarm.list", 0, false)]
    {
        let seen = store::audit::looked_since(&mut transaction, user, action, "alarm:1", moment(since))
            .await
            .unwrap();
        assert_eq!(seen, expected, "{action} {since}");
    }
}

async fn the_audit_log_tells_what_happened_to_a_login(store: Store) {
    migrated(&store).await;
    let (owner, keeper) = (UserId(uuid(1)), UserId(uuid(2)));
    let mut transaction = store.write().await.unwrap();
    let lines = [
        (owner, "login.failed", "own_account.write", ""),
        (owner, "login.signed_in", "own_account.write", ""),
        (owner, "login.failed", "own_account.write", ""),
        (keeper, "login.failed", "own_account.write", ""),
        (owner, "login.locked", "own_account.write", ""),
        (keeper, "user.write", &format!("login:{owner}"), "unlocked"),
        (keeper, "user.write", &format!("login:{keeper}"), "changed"),
        (owner, "login.signed_in", "own_account.write", ""),
        (owner, "login.failed", "own_account.write", ""),
    ];
    for (number, (user, action, subject, reason)) in lines.into_iter().enumerate() {
        let entry = Entry {
            id: AuditId(uuid(number as u128)),
            at: moment(number as i64),
            user: Some(user),
            action: action.to_owned(),
            person: None,
            subject: subject.to_owned(),
            reason: Private::new(reason.to_owned()),
            address: Private::new(format!("198.51.100.{number}")),
        };
        store::audit::add(&mut transaction, &entry).await.unwrap();
    }
    for (before, expected) in [(1, None), (7, Some(1)), (8, Some(7))] {
        let last =
            store::audit::last_before(&mut transaction, owner, "login.signed_in", moment(before)).await;
        assert_eq!(last.unwrap(), expected.map(moment), "before {before}");
    }
    for (user, limit, expected) in
        [(owner, 9, "198.51.100.7 198.51.100.1"), (owner, 1, "198.51.100.7"), (keeper, 9, "")]
    {
        let found = store::audit::login_addresses(&mut transaction, user, limit).await.unwrap();
        let found: Vec<&str> = found.iter().map(|address| address.reveal().as_str()).collect();
        assert_eq!(found.join(" "), expected, "{limit}");
    }
    for (between, wrong, words) in [
        ((Some(moment(1)), moment(7)), 2, "user.write unlocked, login.locked "),
        ((None, moment(7)), 3, "user.write unlocked, login.locked "),
        ((Some(moment(7)), moment(9)), 1, ""),
    ] {
        assert_eq!(store::audit::wrong_passwords(&mut transaction, owner, between).await.unwrap(), wrong);
        let found = store::audit::happened_to(&mut transaction, owner, between, 9).await.unwrap();
        let found: Vec<String> = found.iter().map(|(_, action, word)| format!("{action} {word}")).collect();
        assert_eq!(found.join(", "), words);
    }
}
