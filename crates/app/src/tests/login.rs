//! Logins and tokens.

use access::Role;

use super::{Bench, administrator, fields, operator, private};
use crate::{
    AppError,
    login::{keep, session, set_password, sign_in::SignedIn, token},
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
    assert_eq!(fields(set_password::set_password(app, &link, private("kort")).await), ["password"]);
    let SignedIn::Yes(browser) =
        set_password::set_password(app, &link, private("gul cykel i regn")).await.unwrap()
    else {
        panic!("not logged in");
    };
    assert!(matches!(
        set_password::set_password(app, &link, private("gul cykel i sol")).await,
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
    crate::login::first_administrator::create(app, create).await.unwrap();
    let guess = |password: &str| {
        let proof = ::login::Proof::Password { login_name: "anna".to_owned(), password: private(password) };
        crate::login::sign_in::sign_in(app, proof)
    };
    let guesses = (0..12).map(|number| guess(&format!("fel gissning {number}")));
    let outcomes = futures_util::future::join_all(guesses).await;
    let wrong = outcomes.iter().filter(|outcome| matches!(outcome, Ok(SignedIn::Wrong))).count();
    assert!(wrong < crate::login::sign_in::FAILURES_MAX as usize, "{wrong} guesses before the lock");
    assert!(matches!(guess("gul cykel i regn").await, Ok(SignedIn::Locked(_))));
    bench.pass(crate::login::sign_in::LOCKED_SECONDS);
    assert!(matches!(guess("gul cykel i regn").await, Ok(SignedIn::Yes(_))));
}
