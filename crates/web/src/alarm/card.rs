//! The alarm card: who, where, how to get in, what to know before speaking, whom to call, what to do next.

use access::Action;
use alarm::{Alarm, DispatchState, Measure, Outcome, State};
use app::alarm::view::View;
use base::{Timestamp, time::stockholm};
use device::Device;
use person::Person;

use super::{
    history::{HistoryLine, lines},
    shown::{KindShown, telephone},
};
use crate::{
    text::{Words, show_seconds},
    visit::Visit,
};

/// How many keys 1 to 9 there are to pick from a list.
const KEYS: usize = 9;

/// One alarm as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) form_secret: String,
    pub(crate) id: String,
    pub(crate) kind: KindShown,
    pub(crate) state: &'static str,
    pub(crate) received: String,
    pub(crate) since: String,
    pub(crate) waits: bool,
    pub(crate) waited: String,
    pub(crate) repeats: u32,
    pub(crate) withdrawn: Option<String>,
    pub(crate) holder: Option<String>,
    /// That nobody has it though someone once did.
    pub(crate) again: bool,
    /// When it goes back to the queue unless something is done.
    pub(crate) left_at: Option<String>,
    pub(crate) person: Option<PersonShown>,
    pub(crate) device: Option<DeviceShown>,
    /// What is known of a sender that nobody has registered.
    pub(crate) sender: Option<SenderShown>,
    pub(crate) calls: Vec<CallShown>,
    pub(crate) dispatches: Vec<DispatchShown>,
    pub(crate) teams: Vec<TeamShown>,
    pub(crate) outcomes: Vec<Choice>,
    pub(crate) measures: Vec<Choice>,
    pub(crate) can: Can,
    pub(crate) history: Vec<HistoryLine>,
    pub(crate) earlier: Vec<EarlierShown>,
    pub(crate) messages: Vec<MessageShown>,
    /// Whether there is a position to show on the map.
    pub(crate) position: Option<String>,
}

/// Who calls for help.
#[derive(Debug, Clone)]
pub(crate) struct PersonShown {
    pub(crate) name: String,
    pub(crate) age: Option<String>,
    pub(crate) identity: String,
    pub(crate) protected: bool,
    pub(crate) street: String,
    pub(crate) town: String,
    pub(crate) entry: String,
    pub(crate) language: String,
    pub(crate) health: String,
    pub(crate) note: String,
}

/// The device and how it is.
#[derive(Debug, Clone)]
pub(crate) struct DeviceShown {
    pub(crate) name: String,
    pub(crate) accessories: String,
    pub(crate) last_contact: Option<String>,
    pub(crate) last_test: Option<String>,
    /// What is wrong with it, in words.
    pub(crate) troubles: Vec<String>,
}

/// A sender that nobody has registered.
#[derive(Debug, Clone)]
pub(crate) struct SenderShown {
    pub(crate) calls_itself: String,
    pub(crate) source: String,
    pub(crate) trouble: String,
    /// Whose device it says that it is.
    pub(crate) claimed: Option<ClaimedShown>,
}

/// Whom an unproven sender may be: a guess to call on.
#[derive(Debug, Clone)]
pub(crate) struct ClaimedShown {
    /// That it may be this person, and that nothing proves it.
    pub(crate) told: String,
    pub(crate) address: String,
    pub(crate) number: String,
    pub(crate) telephone: String,
}

/// Someone to call.
#[derive(Debug, Clone)]
pub(crate) struct CallShown {
    pub(crate) key: Option<usize>,
    /// The name, with what they are to the person.
    pub(crate) label: String,
    pub(crate) number: String,
    pub(crate) address: String,
    pub(crate) has_key: bool,
}

/// One sending to a team.
#[derive(Debug, Clone)]
pub(crate) struct DispatchShown {
    pub(crate) team: String,
    pub(crate) state: String,
    pub(crate) responder: String,
    pub(crate) at: String,
    /// Since when the help is overdue.
    pub(crate) overdue: Option<String>,
}

/// A team that can be sent.
#[derive(Debug, Clone)]
pub(crate) struct TeamShown {
    pub(crate) key: Option<usize>,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) phone: String,
}

/// Something to pick.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) key: Option<usize>,
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// An earlier alarm of the person.
#[derive(Debug, Clone)]
pub(crate) struct EarlierShown {
    pub(crate) id: String,
    pub(crate) at: String,
    pub(crate) kind: KindShown,
    pub(crate) outcome: String,
}

/// A message as it came.
#[derive(Debug, Clone)]
pub(crate) struct MessageShown {
    pub(crate) at: String,
    pub(crate) transport: String,
    pub(crate) detail: String,
    pub(crate) raw: String,
}

/// What this visitor can do to the alarm as it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Can {
    pub(crate) answer: bool,
    pub(crate) release: bool,
    pub(crate) attend: bool,
    pub(crate) call: bool,
    pub(crate) note: bool,
    pub(crate) send: bool,
    pub(crate) close: bool,
    pub(crate) reopen: bool,
}

impl Can {
    /// What the roles and the state leave; the `alarm` crate has the last word when it is done.
    fn of(alarm: &Alarm, visit: &Visit) -> Self {
        let user = visit.visitor.as_ref().map(|visitor| visitor.actor.user);
        let open = alarm.is_open();
        let mine = alarm.answered_by.is_some() && alarm.answered_by == user;
        Can {
            answer: open && visit.may(Action::AlarmAnswer) && !mine && (alarm.state != State::Answered),
            release: alarm.state == State::Answered && mine && visit.may(Action::AlarmAnswer),
            attend: alarm.state == State::Answered && mine && visit.may(Action::AlarmAnswer),
            call: open && visit.may(Action::AlarmNote),
            note: visit.may(Action::AlarmNote),
            send: open && visit.may(Action::AlarmSend),
            close: open && alarm.state != State::Waiting && visit.may(Action::AlarmClose),
            reopen: !open && visit.may(Action::AlarmClose),
        }
    }
}

impl Card {
    /// One alarm as it is shown to a visitor now.
    pub(crate) fn of(view: &View, visit: &Visit, now: Timestamp) -> Self {
        let (words, alarm) = (visit.words, &view.alarm);
        let position = view.device.as_ref().and_then(|device| device.position);
        let position =
            position.or_else(|| view.person.as_ref().and_then(|person| person.address.reveal().position));
        Card {
            form_secret: visit.form_secret().to_owned(),
            id: alarm.id.to_string(),
            kind: KindShown::of(alarm.kind, words),
            state: words.of(alarm.state.text()),
            received: words.moment(alarm.received_at),
            since: alarm.received_at.to_string(),
            waits: alarm.state == State::Waiting,
            waited: show_seconds(alarm::urgency::waiting_seconds(alarm, now)),
            repeats: alarm.repeats,
            withdrawn: alarm.withdrawn_at.map(|at| words.clock(at)),
            again: alarm.state == State::Waiting && alarm.answered_at.is_some(),
            left_at: view.left_due.map(|at| words.clock(at)),
            holder: alarm.answered_by.and_then(|user| view.names.get(&user).cloned()),
            person: view.person.as_ref().map(|person| show_person(person, words, now)),
            device: view.device.as_ref().map(|device| show_device(device, view, words)),
            sender: view.device.is_none().then(|| show_sender(view, words)),
            calls: calls(view, words),
            dispatches: dispatches(view, words),
            teams: teams(view),
            outcomes: choices(&Outcome::ALL.map(|outcome| (outcome.name(), words.of(outcome.text()))), true),
            measures: choices(&Measure::ALL.map(|measure| (measure.name(), words.of(measure.text()))), false),
            can: Can::of(alarm, visit),
            history: lines(view, words),
            earlier: earlier(view, words),
            messages: messages(view, words),
            position: position.map(|at| format!("{:.5},{:.5}", at.latitude, at.longitude)),
        }
    }
}

/// The key of a place in a list: 1 to 9, and none after that.
fn key(place: usize) -> Option<usize> {
    (place < KEYS).then_some(place + 1)
}

/// A person as the card shows them. Also used on the responder's phone.
pub(crate) fn show_person(person: &Person, words: Words, now: Timestamp) -> PersonShown {
    let address = person.address.reveal();
    PersonShown {
        name: person.full_name().into_revealed(),
        age: person.age_years(now.to_zoned(stockholm()).date()).map(|years| words.count("card-age", years)),
        identity: person.identity.reveal().masked(),
        protected: person.protected,
        street: address.street.clone(),
        town: format!("{} {}", address.postal_code, address.town).trim().to_owned(),
        entry: person.entry_note.reveal().clone(),
        language: person.spoken_language.reveal().clone(),
        health: person.health_note.reveal().clone(),
        note: person.note.reveal().clone(),
    }
}

fn show_device(device: &Device, view: &View, words: Words) -> DeviceShown {
    let contact = device.contact;
    let since =
        |name: &str, at: Option<Timestamp>| at.map(|at| words.with(name, &[("since", &words.moment(at))]));
    let troubles = [
        since("device-silent", contact.silent_since),
        since("device-battery-low", contact.battery_low_since),
        since("device-mains-lost", contact.mains_lost_since),
    ];
    DeviceShown {
        name: view.model.as_ref().map(|model| model.name.clone()).unwrap_or_default(),
        accessories: device.accessories.clone(),
        last_contact: contact.last_contact_at.map(|at| words.moment(at)),
        last_test: contact.last_test_at.map(|at| words.moment(at)),
        troubles: troubles.into_iter().flatten().collect(),
    }
}

fn show_sender(view: &View, words: Words) -> SenderShown {
    let last = view.messages.last();
    SenderShown {
        calls_itself: last.map(|message| message.controller_id.clone()).unwrap_or_default(),
        source: last.map(|message| message.source.clone()).unwrap_or_default(),
        trouble: last.map(|message| message.trouble.clone()).unwrap_or_default(),
        claimed: view.claimed.as_ref().map(|claimed| show_claimed(&claimed.person, words)),
    }
}

fn show_claimed(person: &Person, words: Words) -> ClaimedShown {
    let address = person.address.reveal();
    ClaimedShown {
        told: words.with("card-claimed", &[("name", person.full_name().reveal())]),
        address: format!("{}, {} {}", address.street, address.postal_code, address.town),
        number: person.phone.reveal().clone(),
        telephone: telephone(person.phone.reveal()),
    }
}

/// The person themselves first, then those close to them in their order.
fn calls(view: &View, words: Words) -> Vec<CallShown> {
    let own = view.person.iter().map(|person| {
        let label = words.with("card-call-person", &[("name", person.full_name().reveal())]);
        (label, person.phone.reveal().clone(), false)
    });
    let close = view.kin.iter().map(|kin| {
        let label = format!("{} ({})", kin.name.reveal(), kin.relation.reveal());
        (label, kin.phone.reveal().clone(), kin.has_key)
    });
    own.chain(close)
        .filter(|(_, number, _)| !telephone(number).is_empty())
        .enumerate()
        .map(|(place, (label, number, has_key))| CallShown {
            key: key(place),
            label,
            address: telephone(&number),
            number,
            has_key,
        })
        .collect()
}

fn teams(view: &View) -> Vec<TeamShown> {
    view.teams
        .iter()
        .enumerate()
        .map(|(place, team)| TeamShown {
            key: key(place),
            id: team.id.to_string(),
            name: team.name.clone(),
            phone: team.phone.clone(),
        })
        .collect()
}

fn dispatches(view: &View, words: Words) -> Vec<DispatchShown> {
    let shown = view.alarm.dispatches.iter().rev();
    shown
        .map(|dispatch| DispatchShown {
            team: view.team_names.get(&dispatch.team).cloned().unwrap_or_default(),
            state: words.say(dispatch_text(dispatch.state)),
            responder: dispatch.responder.and_then(|user| view.names.get(&user).cloned()).unwrap_or_default(),
            at: words.clock(dispatch.sent_at),
            overdue: dispatch
                .overdue_at
                .filter(|_| dispatch.state == DispatchState::Accepted)
                .map(|at| words.clock(at)),
        })
        .collect()
}

/// The name of the text of a sending's state.
pub(crate) fn dispatch_text(state: DispatchState) -> &'static str {
    match state {
        DispatchState::Waiting => "dispatch-waiting",
        DispatchState::Accepted => "dispatch-accepted",
        DispatchState::OnSite => "dispatch-on-site",
        DispatchState::Reported => "dispatch-reported",
        DispatchState::Declined => "dispatch-declined",
        DispatchState::Unanswered => "dispatch-unanswered",
        DispatchState::CalledOff => "dispatch-called-off",
    }
}

fn choices(named: &[(&'static str, &'static str)], with_keys: bool) -> Vec<Choice> {
    let shown = named.iter().enumerate();
    shown.map(|(place, (name, text))| Choice { key: key(place).filter(|_| with_keys), name, text }).collect()
}

fn earlier(view: &View, words: Words) -> Vec<EarlierShown> {
    let shown = view.earlier.iter();
    shown
        .map(|alarm| EarlierShown {
            id: alarm.id.to_string(),
            at: words.moment(alarm.received_at),
            kind: KindShown::of(alarm.kind, words),
            outcome: match &alarm.closed {
                Some((_, closing)) => words.of(closing.outcome.text()).to_owned(),
                None => words.of(alarm.state.text()).to_owned(),
            },
        })
        .collect()
}

fn messages(view: &View, words: Words) -> Vec<MessageShown> {
    let shown = view.messages.iter().rev();
    shown
        .map(|message| MessageShown {
            at: words.clock(message.received_at),
            transport: crate::device::transport(&message.transport, words),
            detail: message.detail.reveal().clone(),
            raw: String::from_utf8_lossy(message.raw.reveal()).into_owned(),
        })
        .collect()
}
