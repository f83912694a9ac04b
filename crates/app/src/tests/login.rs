//! Logins and tokens.

use access::Role;
use base::Private;

use super::{Bench, administrator, fields, operator, private};
use crate::{
    AppError,
    login::{
        keep,
        news::{self, Event},
        origin::{Browser, Origin},
        own_sessions, session, set_password,
        sign_in::{SignedIn, sign_in},
        token,
    },
};

fn form(name: &str, roles: &[&str]) -> keep::Form {
    keep::Form {
        login_name: name.to_owned(),
        shown_name: "Påhittad Kollega".to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        ..keep::Form::default()
    }
}

#[tokio::test]
async fn a_new_colleague_chooses_a_password_by_a_link_that_works_once() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    assert_eq!(fields(keep::create(app, &keeper, &form("en kollega", &[])).await), ["login_name", "roles"]);
    let (id, link) = keep::create(app, &keeper, &form("Kollega", &["operator"])).await.unwrap();
    assert_eq!(fields(keep::create(app, &keeper, &form("kollega", &["operator"])).await), ["login_name"]);
    assert_eq!(set_password::link_owner(app, &link).await.unwrap().as_deref(), Some("kollega"));
    assert_eq!(
        fields(set_password::set_password(app, &link, private("kort"), &Origin::default()).await),
        ["password"]
    );
    let SignedIn::Yes(browser) =
        set_password::set_password(app, &link, private("gul cykel i regn"), &Origin::default())
            .await
            .unwrap()
    else {
        panic!("not logged in");
    };
    assert!(matches!(
        set_password::set_password(app, &link, private("gul cykel i sol"), &Origin::default()).await,
        Ok(SignedIn::Wrong)
    ));
    assert!(session::visitor(app, browser.reveal()).await.unwrap().is_some());
    let other = form("chef", &["administrator"]);
    keep::create(app, &keeper, &other).await.unwrap();
    keep::set_active(app, &keeper, id, false).await.unwrap();
    assert!(session::visitor(app, browser.reveal()).await.unwrap().is_none(), "stopped at once");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    let (id, _) = keep::create(app, &keeper, &form("chef", &["administrator"])).await.unwrap();
    assert_eq!(fields(keep::set_active(app, &keeper, id, false).await), ["active"]);
    assert_eq!(fields(keep::change(app, &keeper, id, &form("chef", &["operator"])).await), ["roles"]);
    let kept = keep::list(app, &keeper).await.unwrap();
    assert_eq!((kept[0].active, kept[0].roles.as_slice()), (true, &[Role::Administrator][..]));
    keep::create(app, &keeper, &form("bisittare", &["administrator", "auditor"])).await.unwrap();
    keep::change(app, &keeper, id, &form("chef", &["operator"])).await.unwrap();
    assert!(matches!(keep::list(app, &operator()).await, Err(AppError::Denied(_))));
}

#[tokio::test]
async fn a_token_opens_until_it_is_taken_back() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    let reads = ["devices:read".to_owned()];
    let (id, secret) = token::create(app, &keeper, "Journalsystemet", &reads).await.unwrap();
    assert_eq!(fields(token::create(app, &keeper, "Journalsystemet", &reads).await), ["name"]);
    assert_eq!(fields(token::create(app, &keeper, "Annat", &[]).await), ["scopes"]);
    assert_eq!(fields(token::create(app, &keeper, "Annat", &["all".to_owned()]).await), ["scopes"]);
    let system = token::system(app, &secret).await.unwrap().unwrap();
    assert_eq!(
        (system.roles.as_slice(), system.scopes.as_slice()),
        ([Role::System].as_slice(), [access::Scope::DevicesRead].as_slice())
    );
    let page = crate::device::list::list(app, &system, &Default::default(), 1).await;
    assert!(page.is_ok(), "what the scope opens");
    let form = crate::device::form::Form::default();
    let refused = crate::device::write::register(app, &system, &form).await;
    assert!(matches!(refused, Err(AppError::Denied(_))), "what it does not open");
    assert!(token::list(app, &keeper).await.unwrap()[0].used_at.is_some());
    token::revoke(app, &keeper, id).await.unwrap();
    assert!(token::system(app, &secret).await.unwrap().is_none());
}

/// Guesses that come all at once are counted one by one, and the right one among the late ones opens nothing.
#[tokio::test]
async fn guesses_side_by_side_lock_like_guesses_one_after_the_other() {
    let bench = Bench::new().await;
    let app = &bench.app;
    let link = crate::login::first_administrator::first_link(app).await.unwrap().unwrap();
    let create = crate::login::first_administrator::Create {
        secret: link,
        login_name: "anna".to_owned(),
        shown_name: "Anna Exempel".to_owned(),
        password: private("gul cykel i regn"),
        language: base::Language::Swedish,
    };
    crate::login::first_administrator::create(app, create, &Origin::default()).await.unwrap();
    let origin = Origin::default();
    let guess = |password: &str| {
        let proof = ::login::Proof::Password { login_name: "anna".to_owned(), password: private(password) };
        sign_in(app, proof, &origin)
    };
    let guesses = (0..12).map(|number| guess(&format!("fel gissning {number}")));
    let outcomes = futures_util::future::join_all(guesses).await;
    let wrong = outcomes.iter().filter(|outcome| matches!(outcome, Ok(SignedIn::Wrong))).count();
    assert!(wrong < crate::login::sign_in::FAILURES_MAX as usize, "{wrong} guesses before the lock");
    assert!(matches!(guess("gul cykel i regn").await, Ok(SignedIn::Locked(_))));
    bench.pass(crate::login::sign_in::LOCKED_SECONDS);
    assert!(matches!(guess("gul cykel i regn").await, Ok(SignedIn::Yes(_))));
}

/// Someone who may log in with this password.
async fn colleague(bench: &Bench, password: &str) -> base::UserId {
    let (id, link) =
        keep::create(&bench.app, &administrator(), &form("kollega", &["operator"])).await.unwrap();
    set_password::set_password(&bench.app, &link, private(password), &Origin::default()).await.unwrap();
    id
}

/// Logs in at a browser; its secret.
async fn at_browser(bench: &Bench, user_agent: &str, password: &str) -> Private<String> {
    bench.pass(60);
    let proof = ::login::Proof::Password { login_name: "kollega".to_owned(), password: private(password) };
    let origin = Origin { browser: Browser::read(user_agent), ..Origin::default() };
    match sign_in(&bench.app, proof, &origin).await.unwrap() {
        SignedIn::Yes(secret) => secret,
        other => panic!("not logged in: {other:?}"),
    }
}

#[tokio::test]
async fn one_sees_and_ends_ones_own_sessions_and_nobody_elses() {
    const PASSWORD: &str = "gul cykel i regn";
    let bench = Bench::new().await;
    let app = &bench.app;
    colleague(&bench, PASSWORD).await;
    let here = at_browser(&bench, "Firefox/132.0 (Windows)", PASSWORD).await;
    let phone = at_browser(&bench, "Version/18.1 (iPhone)", PASSWORD).await;
    let actor = session::visitor(app, here.reveal()).await.unwrap().unwrap().actor;
    let shown = own_sessions::list(app, &actor, here.reveal()).await.unwrap();
    let shown: Vec<(&str, bool)> = shown.iter().map(|one| (one.browser.as_str(), one.here)).collect();
    assert_eq!(shown, [("Firefox/Windows", true), ("Safari/iPhone", false), ("", false)]);
    let of_phone = own_sessions::list(app, &actor, phone.reveal()).await.unwrap()[0].handle.clone();
    let stranger = operator();
    for (who, wanted, ended) in [
        (&stranger, of_phone.as_str(), false),
        (&actor, "", false),
        (&actor, of_phone.as_str(), true),
        (&actor, of_phone.as_str(), false),
    ] {
        assert_eq!(own_sessions::end(app, who, here.reveal(), wanted).await.unwrap(), ended, "{wanted:?}");
    }
    assert!(session::visitor(app, phone.reveal()).await.unwrap().is_none(), "logged out at once");
    assert_eq!(own_sessions::end_others(app, &actor, here.reveal()).await.unwrap(), 1);
    assert_eq!(own_sessions::end_others(app, &actor, here.reveal()).await.unwrap(), 0);
    assert!(session::visitor(app, here.reveal()).await.unwrap().is_some(), "and stays here");
    assert_eq!(own_sessions::list(app, &actor, here.reveal()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_happened_to_a_login_is_told_at_the_next() {
    const PASSWORD: &str = "gul cykel i regn";
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    let id = colleague(&bench, PASSWORD).await;
    let at = app.now();
    let secret = at_browser(&bench, "", PASSWORD).await;
    let told = |secret: Private<String>| async move {
        let visitor = session::visitor(app, secret.reveal()).await.unwrap().unwrap();
        let since = visitor.untold_since.unwrap();
        let news = news::news(app, &visitor.actor, since).await.unwrap();
        news::note_told(app, &visitor.actor, since).await.unwrap();
        let again = session::visitor(app, secret.reveal()).await.unwrap().unwrap();
        assert_eq!(again.untold_since, None, "told once");
        news
    };
    let first = told(secret).await;
    assert_eq!((first.last_login_at, first.events), (Some(at), vec![(at, Event::PasswordSet)]));
    let plain = told(at_browser(&bench, "", PASSWORD).await).await;
    assert!(plain.last_login_at.is_some() && !plain.is_grave(), "{plain:?}");
    bench.pass(60);
    for _ in 0..2 {
        let proof = ::login::Proof::Password { login_name: "kollega".to_owned(), password: private("fel") };
        sign_in(app, proof, &Origin::default()).await.unwrap();
    }
    bench.pass(60);
    let link = keep::reset(app, &keeper, id).await.unwrap();
    bench.pass(60);
    let new = "blå buss i motvind";
    set_password::set_password(app, &link, private(new), &Origin::default()).await.unwrap();
    let secret = at_browser(&bench, "", new).await;
    let visitor = session::visitor(app, secret.reveal()).await.unwrap().unwrap();
    let after_link = news::news(app, &visitor.actor, visitor.untold_since.unwrap()).await.unwrap();
    let events: Vec<Event> = after_link.events.iter().map(|(_, event)| *event).collect();
    assert_eq!((after_link.wrong_passwords, events), (0, vec![Event::PasswordSet]));
    let by_link = news::news(app, &visitor.actor, after_link.last_login_at.unwrap()).await.unwrap();
    let events: Vec<Event> = by_link.events.iter().map(|(_, event)| *event).collect();
    assert_eq!((by_link.wrong_passwords, events), (2, vec![Event::LinkGiven]));
}
