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
