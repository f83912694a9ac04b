//! Social alarms that speak SCAIP, as observed on the wire.

use alarm::Kind;
use base::{Language, Position, Private};
use scaip::{Class, Kind as Said, Request, TechnicalStatuses, codes::StatusCode};

use crate::{Profile, Report, Signal, report::Technical};

/// What a SCAIP request says, in Tryggve's words. Doubt is always an alarm.
pub fn report(request: &Request, profile: &Profile) -> Report {
    Report {
        controller_id: request.controller_id.clone(),
        reference: request.reference.clone(),
        signal: signal(request, profile),
        detail: Private::new(detail(request, Language::Swedish)),
        position: position(request),
    }
}

fn signal(request: &Request, profile: &Profile) -> Signal {
    let technical =
        profile.technical_codes.iter().fold(TechnicalStatuses::NONE, |set, code| set.with(StatusCode(*code)));
    let said = scaip::kind(request);
    match scaip::classify(request, technical) {
        Class::Heartbeat => Signal::Heartbeat,
        Class::Test => Signal::Test,
        Class::Reset | Class::Cancel => Signal::Reset,
        Class::Information => Signal::Information,
        Class::Technical => Signal::Technical(technical_kind(said).unwrap_or(Technical::Other)),
        Class::Alarm => alarm_signal(said, request.is_doubtful("mty") || request.is_doubtful("stc")),
    }
}

/// What the equipment says about itself stands in the technical queue; the rest is someone who may need help.
fn alarm_signal(said: Said, doubtful: bool) -> Signal {
    if doubtful {
        return Signal::Alarm(alarm_kind(said).unwrap_or(Kind::Unknown));
    }
    if said == Said::MedicineTaken {
        return Signal::DoseTaken;
    }
    match technical_kind(said) {
        Some(technical) => Signal::Technical(technical),
        None => Signal::Alarm(alarm_kind(said).unwrap_or(Kind::Manual)),
    }
}

fn technical_kind(said: Said) -> Option<Technical> {
    Some(match said {
        Said::BatteryLow | Said::BatteryFailure => Technical::BatteryLow,
        Said::BatteryOk => Technical::BatteryOk,
        Said::MainsLost => Technical::MainsLost,
        Said::MainsRestored => Technical::MainsBack,
        Said::LinkLost | Said::RadioTestMissing => Technical::LinkLost,
        Said::LinkBack | Said::RadioTestBack => Technical::LinkBack,
        Said::Tamper => Technical::Tamper,
        Said::Fault => Technical::Other,
        _ => return None,
    })
}

fn alarm_kind(said: Said) -> Option<Kind> {
    Some(match said {
        Said::Smoke | Said::Heat | Said::CarbonMonoxide | Said::Gas | Said::FireSystem => Kind::Fire,
        Said::Attack | Said::Panic | Said::Intruder => Kind::Attack,
        Said::Fall | Said::ManDown | Said::Epilepsy => Kind::Fall,
        Said::Manual | Said::Assistance => Kind::Manual,
        Said::Wandering | Said::Door => Kind::Wandering,
        Said::Inactivity | Said::Bed | Said::Motion | Said::Enuresis => Kind::Inactivity,
        Said::Flood | Said::Bath | Said::Temperature => Kind::Environment,
        Said::MedicineNotTaken | Said::MedicineReminder => Kind::Medicine,
        _ => return None,
    })
}

/// The codes and texts worth showing, in words.
fn detail(request: &Request, language: Language) -> String {
    let text = |text: scaip::codes::Text| match language {
        Language::Swedish => text.swedish,
        Language::English => text.english,
    };
    let mut parts =
        vec![text(request.status().text()).to_owned(), text(request.device_type.text()).to_owned()];
    if request.location.is_some() {
        parts.push(text(request.location().text()).to_owned());
    }
    let texts =
        [&request.device_text, &request.status_text, &request.location_text, &request.information_text];
    parts.extend(texts.into_iter().flatten().filter(|text| !text.is_empty()).cloned());
    parts.join(" · ")
}

fn position(request: &Request) -> Option<Position> {
    let text = request.position.as_ref()?.geo.as_deref()?;
    let (latitude, longitude) = text.split_once(',')?;
    Position::new(latitude.trim().parse().ok()?, longitude.trim().parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{ProfileId, id::Uuid};
    use scaip::Limits;

    fn check(xml: &str, expected: Signal) {
        let profile = Profile::of_unknown_sender(ProfileId(Uuid::nil()));
        let request = Request::parse(xml.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(report(&request, &profile).signal, expected, "{xml}");
    }

    #[test]
    fn real_messages_become_the_right_signals() {
        check(
            "<mrq><ref>1</ref><cid>26317</cid><mty>PI</mty><dty>02</dty><stc>102</stc></mrq>",
            Signal::Heartbeat,
        );
        check(
            "<mrq><ref>1</ref><cid>999998</cid><dty>0004</dty><mty>ME</mty><stc>0010</stc></mrq>",
            Signal::Alarm(Kind::Manual),
        );
        check("<mrq><ref>1</ref><cid>2</cid><dty>02</dty><mty>ME</mty><stc>102</stc></mrq>", Signal::Test);
        check("<mrq><ref>1</ref><cid>2</cid><dty>23</dty><stc>0009</stc></mrq>", Signal::Alarm(Kind::Fire));
        check("<mrq><ref>1</ref><cid>2</cid><dty>3</dty><mty>RE</mty></mrq>", Signal::Reset);
        check(
            "<mrq><ref>1</ref><cid>2</cid><dty>2</dty><stc>16</stc></mrq>",
            Signal::Technical(Technical::BatteryLow),
        );
        check("<mrq><ref>1</ref><cid>2</cid><dty>11</dty><stc>83</stc></mrq>", Signal::DoseTaken);
        check("<mrq><ref>1</ref><cid>2</cid><dty>11</dty><stc>81</stc></mrq>", Signal::Alarm(Kind::Medicine));
        check(
            "<mrq><ref>1</ref><cid>2</cid><dty>7777</dty><stc>7777</stc></mrq>",
            Signal::Alarm(Kind::Manual),
        );
    }

    #[test]
    fn doubt_about_the_code_is_an_alarm() {
        check(
            "<mrq><ref>1</ref><cid>2</cid><dty>2</dty><stc>16</stc><stc>10</stc></mrq>",
            Signal::Alarm(Kind::Unknown),
        );
    }
}
