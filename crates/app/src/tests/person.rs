//! People: registering, finding, looking, changing.

use super::{Bench, administrator, fields, operator, private};
use crate::{
    AppError,
    person::{export, fallback, form::Form, kin, reveal, search, view, write},
};

// 19121212-1212 is the Tax Agency's well-known example number.
fn form(identity: &str) -> Form {
    Form {
        identity: private(identity),
        given_name: private("Exempel"),
        family_name: private("Påhittsson"),
        street: private("Sagogatan 4"),
        postal_code: private("123 45"),
        town: private("Påhittstad"),
        ..Form::default()
    }
}

#[tokio::test]
async fn a_form_is_told_everything_that_is_wrong_at_once() {
    let bench = Bench::new().await;
    let wrong = Form {
        identity: private("19121212-1213"),
        family_name: private(" "),
        phone: private("ring mig"),
        postal_code: private("1234"),
        latitude: private("95"),
        longitude: private("15"),
        area: "någonstans".to_owned(),
        ..form("")
    };
    let found = fields(write::register(&bench.app, &administrator(), &wrong).await);
    assert_eq!(found, ["identity", "family_name", "phone", "postal_code", "latitude", "area"]);
    assert!(matches!(write::register(&bench.app, &operator(), &form("")).await, Err(AppError::Denied(_))));
}

#[tokio::test]
async fn nobody_is_registered_twice_and_every_change_is_remembered() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    let id = write::register(app, &keeper, &form("121212+1212")).await.unwrap();
    assert_eq!(fields(write::register(app, &keeper, &form("19121212-1212")).await), ["identity"]);

    let seen = view::view(app, &keeper, id, "").await.unwrap();
    let changed = Form { street: private("Låtsasvägen 17"), ..Form::of(&seen.person) };
    write::change(app, &keeper, id, seen.version, &changed).await.unwrap();
    let late = write::change(app, &keeper, id, seen.version, &changed).await;
    assert!(matches!(late, Err(AppError::Conflict)), "{late:?}");

    let seen = view::view(app, &keeper, id, "").await.unwrap();
    assert_eq!(seen.person.address.reveal().street, "Låtsasvägen 17");
    assert_eq!(
        seen.person.identity.reveal().written(),
        "19121212-1212",
        "an empty number keeps the one that stands"
    );
    let changes: Vec<_> = seen
        .changes
        .iter()
        .map(|c| (c.field.as_str(), c.from.reveal().as_str(), c.to.reveal().as_str()))
        .collect();
    assert_eq!(changes, [("street", "Sagogatan 4", "Låtsasvägen 17")]);
    assert!(!format!("{seen:?}").contains("Låtsasvägen"), "personal data in Debug");
}

#[tokio::test]
async fn an_operator_without_an_alarm_must_state_a_reason_that_is_logged() {
    let bench = Bench::new().await;
    let app = &bench.app;
    let id = write::register(app, &administrator(), &form("19121212-1212")).await.unwrap();
    assert!(matches!(view::view(app, &operator(), id, "").await, Err(AppError::NeedsReason(_))));
    view::view(app, &operator(), id, "Dottern ringer om larmet").await.unwrap();
    // The reason holds for a while, and then it is asked for again.
    view::view(app, &operator(), id, "").await.unwrap();
    bench.pass(901);
    assert!(matches!(view::view(app, &operator(), id, "").await, Err(AppError::NeedsReason(_))));

    assert_eq!(fields(reveal::reveal(app, &operator(), id, "hm").await), ["reason"]);
    let number = reveal::reveal(app, &operator(), id, "Ambulansen behöver numret").await.unwrap();
    assert_eq!(number.reveal(), "19121212-1212");
    let looks = view::view(app, &administrator(), id, "").await.unwrap().looks;
    let reasons: Vec<&str> =
        looks.iter().map(|look| look.reason.reveal().as_str()).filter(|r| !r.is_empty()).collect();
    assert_eq!(reasons, ["Ambulansen behöver numret", "Dottern ringer om larmet"]);
}

#[tokio::test]
async fn a_protected_person_is_shown_to_nobody_without_a_reason_and_leaves_in_no_file() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    let hidden = Form { protected: true, ..form("19121212-1212") };
    let id = write::register(app, &keeper, &hidden).await.unwrap();
    write::register(app, &keeper, &form("19121272-1219")).await.unwrap();
    assert!(matches!(view::view(app, &keeper, id, "").await, Err(AppError::NeedsReason(_))));
    view::view(app, &keeper, id, "Ny adress från socialtjänsten").await.unwrap();
    let found = search::search(app, &operator(), "19121212-12", None).await.unwrap().people;
    assert_eq!(found.len(), 1);
    assert!(found[0].street.is_none());
    assert_eq!(found[0].masked_identity.reveal(), "19121212-XXXX");
    let sheet = export::export(app, &keeper, "Kontroll av registret").await.unwrap();
    assert_eq!((sheet.rows.reveal().len(), sheet.left_out), (1, 1));
    assert!(sheet.rows.reveal().iter().all(|row| row.len() == sheet.headings.len()));
}

#[tokio::test]
async fn kin_are_written_in_call_order_and_stand_on_the_fallback_list() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    let id = write::register(app, &keeper, &form("19121212-1212")).await.unwrap();
    let version = view::view(app, &keeper, id, "").await.unwrap().version;
    let line = |name: &str, phone: &str| kin::Line {
        name: private(name),
        phone: private(phone),
        ..kin::Line::default()
    };
    let wrong = [line("Modell", "x"), line("", ""), line("Schablon", "070-174 06 05")];
    let kin::Written::No(problems) = kin::write_kin(app, &keeper, id, version, &wrong).await.unwrap() else {
        panic!("a telephone number of letters was taken");
    };
    assert_eq!((problems[0].line, problems[0].field), (1, "phone"));
    let right = [line("Modell", "070-174 06 06"), line("", ""), line("Schablon", "070-174 06 05")];
    assert_eq!(kin::write_kin(app, &keeper, id, version, &right).await.unwrap(), kin::Written::Yes);
    let seen = view::view(app, &keeper, id, "").await.unwrap();
    let order: Vec<_> = seen.kin.iter().map(|kin| (kin.order, kin.name.reveal().as_str())).collect();
    assert_eq!(order, [(1, "Modell"), (2, "Schablon")]);

    assert!(
        fallback::fallback(app, &operator(), None).await.unwrap().areas.is_empty(),
        "no device, no alarm"
    );
    super::device::installed(&bench, id, "EX-1").await;
    let list = fallback::fallback(app, &operator(), None).await.unwrap().areas;
    assert_eq!((list.len(), list[0].holders.len(), list[0].holders[0].kin.len()), (1, 1, 2));
    assert_eq!(list[0].holders[0].devices[0].serial, "EX-1");
}
