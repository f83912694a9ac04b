//! Silence: one device alone is a technical alarm, many together are an outage and no alarms.

use ::alarm::{Kind, State};
use ::device::Stage;
use base::{AreaId, DeviceId};

use super::{
    Bench, administrator,
    device::{in_stock, step},
    operator,
};
use crate::{
    alarm::technical,
    device::{
        step::Take,
        supervise::{Found, supervise, write_contacts},
    },
};

async fn area(bench: &Bench) -> AreaId {
    crate::team::area::save_area(&bench.app, &administrator(), None, "Sagobyn").await.unwrap()
}

/// A device that is installed and has been heard, unless it is new.
async fn installed(bench: &Bench, area: AreaId, serial: &str, heard: bool) -> DeviceId {
    let id = in_stock(bench, serial).await;
    step(bench, id, Take { to: Stage::Installed, area: Some(area), ..Take::default() }).await.unwrap();
    if heard {
        bench.app.contact.heard(id, bench.app.now());
        write_contacts(&bench.app).await.unwrap();
    }
    id
}

/// The open technical alarms: the device and whether its alarm is over.
async fn alarms(bench: &Bench) -> Vec<(DeviceId, bool)> {
    let open = technical::technical(&bench.app, &operator()).await.unwrap();
    assert!(open.iter().all(|alarm| alarm.kind == Kind::Technical && alarm.state == State::Waiting));
    let mut found: Vec<(DeviceId, bool)> =
        open.iter().map(|alarm| (alarm.device.unwrap(), alarm.withdrawn_at.is_some())).collect();
    found.sort();
    found
}

#[tokio::test]
async fn one_that_falls_silent_alone_is_one_technical_alarm_until_it_is_heard() {
    let bench = Bench::new().await;
    let area = area(&bench).await;
    let id = installed(&bench, area, "EX-1", true).await;
    bench.pass(179);
    assert_eq!(supervise(&bench.app).await.unwrap(), Found::default());
    bench.pass(1);
    for _ in 0..3 {
        supervise(&bench.app).await.unwrap();
        assert_eq!(alarms(&bench).await, [(id, false)], "one alarm, however often it is looked at");
        bench.pass(600);
    }
    let alarm = technical::technical(&bench.app, &operator()).await.unwrap().remove(0);
    assert_eq!(alarm.area, Some(area), "whoever mends it is told where");
    let seen = crate::device::view::view(&bench.app, &operator(), id).await.unwrap();
    assert!(seen.messages[0].detail.reveal().starts_with("Har inte hörts sedan"), "{:?}", seen.messages[0]);
    bench.app.contact.heard(id, bench.app.now());
    write_contacts(&bench.app).await.unwrap();
    assert_eq!(alarms(&bench).await, [(id, true)], "it is over, and a person closes it");
    bench.pass(180);
    supervise(&bench.app).await.unwrap();
    assert_eq!(alarms(&bench).await, [(id, false)], "silent again: the same alarm is no longer over");
}

#[tokio::test]
async fn one_that_was_never_heard_is_silent_from_the_day_it_was_installed() {
    let bench = Bench::new().await;
    let area = area(&bench).await;
    bench.pass(86_400);
    let id = installed(&bench, area, "EX-1", false).await;
    bench.pass(100);
    supervise(&bench.app).await.unwrap();
    assert_eq!(alarms(&bench).await, []);
    bench.pass(80);
    assert_eq!(supervise(&bench.app).await.unwrap().alone, [id]);
    assert_eq!(alarms(&bench).await, [(id, false)]);
    let seen = crate::device::view::view(&bench.app, &operator(), id).await.unwrap();
    assert!(seen.messages[0].detail.reveal().starts_with("Har aldrig hörts"), "{:?}", seen.messages[0]);
}

#[tokio::test]
async fn many_together_are_an_outage_and_take_back_the_alarms_of_the_first() {
    let bench = Bench::new().await;
    let area = area(&bench).await;
    let mut first = Vec::new();
    for number in 0..2 {
        first.push(installed(&bench, area, &format!("EX-{number}"), true).await);
    }
    bench.pass(130);
    for number in 2..8 {
        installed(&bench, area, &format!("EX-{number}"), true).await;
    }
    bench.pass(60);
    assert_eq!(supervise(&bench.app).await.unwrap().alone, first);
    assert_eq!(alarms(&bench).await.len(), 2);
    bench.pass(40);
    let found = supervise(&bench.app).await.unwrap();
    assert_eq!((found.outages.len(), found.alone.len()), (1, 0));
    let over: Vec<(DeviceId, bool)> = first.iter().map(|id| (*id, true)).collect();
    assert_eq!(alarms(&bench).await, over, "no new alarm, and the first two are over");
    let seen = crate::device::outage::silence(&bench.app, &operator()).await.unwrap();
    assert_eq!(seen.outages[0].outage.devices_lost, 8);
}

#[tokio::test]
async fn a_device_that_is_taken_home_takes_its_technical_alarm_with_it() {
    let bench = Bench::new().await;
    let area = area(&bench).await;
    let id = installed(&bench, area, "EX-1", true).await;
    bench.pass(180);
    supervise(&bench.app).await.unwrap();
    let alarm = technical::technical(&bench.app, &operator()).await.unwrap().remove(0);
    let note = "Flyttade till boende".to_owned();
    step(&bench, id, Take { to: Stage::Returned, note, ..Take::default() }).await.unwrap();
    assert_eq!(alarms(&bench).await, []);
    let seen = crate::alarm::view::view(&bench.app, &operator(), alarm.id).await.unwrap();
    let last = &seen.events.last().unwrap().event;
    assert_eq!(last.actor, ::alarm::Actor::User(administrator().user), "a person closed it");
    let (_, closing) = seen.alarm.closed.unwrap();
    assert_eq!(closing.text.reveal(), "Enheten är återlämnad: Flyttade till boende");
    bench.pass(600);
    assert_eq!(supervise(&bench.app).await.unwrap(), Found::default());
    step(&bench, id, Take { to: Stage::Tested, ..Take::default() }).await.unwrap();
}
