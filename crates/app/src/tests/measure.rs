//! Service levels, load, unknown senders, technical list.

use ::alarm::{Kind, Outcome, State};
use ::device::{Report, Signal, report::Technical};
use base::{Private, time::Date};

use super::{Bench, administrator, operator};
use crate::alarm::{
    load, operate,
    receive::{Arrival, Content, receive},
    service_level, technical, unknown_sender,
};

fn says(controller_id: &str, reference: u32, signal: Signal) -> Arrival {
    let report = Report {
        controller_id: controller_id.to_owned(),
        reference: reference.to_string(),
        signal,
        detail: Private::default(),
        position: None,
    };
    let raw = format!("<mrq><ref>{reference}</ref><cid>{controller_id}</cid></mrq>");
    Arrival {
        transport: "udp",
        source: "192.0.2.7:5060".to_owned(),
        content: Content::Read(report),
        raw: Private::new(raw.into_bytes()),
    }
}

#[tokio::test]
async fn levels_and_load_count_what_happened() {
    let bench = Bench::new().await;
    let (app, desk) = (&bench.app, operator());
    for (number, answer_after) in [30, 100, 400].into_iter().enumerate() {
        let number = u32::try_from(number).unwrap();
        super::device::in_stock(&bench, &format!("EX-{number}")).await;
        let receipts = receive(app, &[says(&format!("EX-{number}"), number, Signal::Alarm(Kind::Manual))])
            .await
            .unwrap();
        let id = receipts[0].alarm.unwrap();
        bench.pass(answer_after);
        operate::answer(app, &desk, id).await.unwrap();
        let outcome = if number == 0 { Outcome::Mistake } else { Outcome::Talked };
        let close = operate::Close { alarm: id, outcome, measures: vec![], text: String::new() };
        operate::close(app, &desk, close).await.unwrap();
    }
    let today = Date::constant(2026, 11, 22);
    let levels = service_level::service_levels(app, &desk, today, today).await.unwrap();
    assert_eq!(
        (
            levels.total.alarms,
            levels.total.answered_within_60_seconds,
            levels.total.answered_within_180_seconds
        ),
        (3, 1, 2)
    );
    assert_eq!((levels.days.len(), levels.hours[7].alarms), (1, 3), "06 UTC is 07 in Sweden in November");
    assert_eq!(service_level::reaches(&levels.total, &levels.goals), Some(false));
    let parts: u64 = levels.providers.iter().map(|(_, level)| level.alarms).sum();
    assert_eq!(parts, levels.total.alarms);
    let measured = load::load(app, &desk, today, today).await.unwrap();
    assert_eq!((measured.alarms, measured.operators, measured.closed, measured.nuisance), (3, 1, 3, 1));
    assert_eq!(measured.peak.map(|(_, count)| count), Some(3));
    assert_eq!(measured.senders.len(), 3);
    let wrong = service_level::service_levels(app, &desk, today, Date::constant(2026, 11, 1)).await;
    assert_eq!(super::fields(wrong), ["to"]);
}

#[tokio::test]
async fn an_unknown_sender_is_listed_with_a_form_to_register_it() {
    let bench = Bench::new().await;
    let app = &bench.app;
    receive(app, &[says("OKÄND-1", 1, Signal::Alarm(Kind::Manual)), says("", 2, Signal::Heartbeat)])
        .await
        .unwrap();
    let heard = unknown_sender::unknown_senders(app, &operator()).await.unwrap();
    assert_eq!(heard.len(), 2);
    let named = heard.iter().find(|heard| heard.controller_id == "OKÄND-1").unwrap();
    assert_eq!(named.register.as_ref().map(|form| form.controller_id.as_str()), Some("OKÄND-1"));
    assert!(named.alarm.is_some() && named.raw.reveal().contains("<cid>"));
    assert!(heard.iter().any(|heard| heard.controller_id.is_empty() && heard.register.is_none()));
}

#[tokio::test]
async fn technical_alarms_whose_device_recovered_are_closed_together() {
    let bench = Bench::new().await;
    let (app, desk) = (&bench.app, operator());
    for serial in ["EX-1", "EX-2"] {
        super::device::in_stock(&bench, serial).await;
        receive(app, &[says(serial, 1, Signal::Technical(Technical::MainsLost))]).await.unwrap();
    }
    receive(app, &[says("EX-2", 2, Signal::Technical(Technical::MainsBack))]).await.unwrap();
    let list = technical::technical(app, &desk).await.unwrap();
    assert_eq!(list.iter().map(|alarm| alarm.withdrawn_at.is_some()).collect::<Vec<_>>(), [false, true]);
    assert_eq!(technical::close_recovered(app, &desk, "Strömmen är tillbaka").await.unwrap().len(), 1);
    let left = technical::technical(app, &administrator()).await.unwrap();
    assert_eq!((left.len(), left[0].state), (1, State::Waiting));
}
