//! Every address, who may use it, and what it leaves in the audit log. `docs/permissions.md` is written from it.

use std::fmt::Write as _;

use access::{Action, Scope};
use axum::{
    http::Method,
    routing::{MethodRouter, get, post},
};

use crate::{
    account, alarm, api, audit, device, events, health, home, housing, import, login, map, person, respond,
    search, server::Web, service_level, statics, status, team, webhook,
};

/// Who may use an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Anyone, for this reason.
    Public(&'static str),
    /// Those whose role may do this. What they may see of a person is decided by the use case.
    Login(Action),
    /// Other systems whose token has the scope of this action; `None` for any valid token.
    System(Option<Action>),
}

/// What an address leaves in the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audit {
    /// Entries of this name.
    Entry(&'static str),
    /// Nothing, for this reason.
    Nothing(&'static str),
}

/// One address with its method.
pub(crate) struct Route {
    /// GET, POST, or PUT where systems change something.
    pub(crate) method: Method,
    /// The address, with the names of its parts in braces.
    pub(crate) path: &'static str,
    /// Who may.
    pub(crate) gate: Gate,
    /// What is logged.
    pub(crate) audit: Audit,
    /// Whether its form may carry a file, and so be large.
    pub(crate) takes_file: bool,
    /// What answers.
    pub(crate) handler: MethodRouter<Web>,
}

/// What a person who only wants to read a page calls.
pub(crate) fn reads(path: &'static str, gate: Gate, audit: Audit, handler: MethodRouter<Web>) -> Route {
    Route { method: Method::GET, path, gate, audit, takes_file: false, handler }
}

/// What changes something: one's own form secret is checked before the handler runs.
fn changes(path: &'static str, gate: Gate, audit: Audit, handler: MethodRouter<Web>) -> Route {
    Route { method: Method::POST, path, gate, audit, takes_file: false, handler }
}

/// [`changes`] with a form that carries a file.
fn takes_file(path: &'static str, gate: Gate, audit: Audit, handler: MethodRouter<Web>) -> Route {
    Route { takes_file: true, ..changes(path, gate, audit, handler) }
}

/// Every address.
pub(crate) fn all() -> Vec<Route> {
    let mut routes = common();
    routes.extend(console());
    routes.extend(responder());
    routes.extend(people());
    routes.extend(devices());
    routes.extend(imports());
    routes.extend(keeping());
    routes.extend(logins());
    routes.extend(teams());
    routes.extend(webhooks());
    routes.extend(forecasts());
    routes.extend(places());
    routes.extend(api::routes());
    routes
}

fn common() -> Vec<Route> {
    use Audit::{Entry, Nothing};
    use Gate::{Login, Public};
    let before_login = Public("needed before anyone is logged in");
    let own = Login(Action::OwnAccount);
    vec![
        reads("/", own, Nothing("leads on only"), get(home::page)),
        reads("/login", before_login, Nothing("shows a form"), get(login::sign_in::page)),
        changes("/login", before_login, Entry("login.signed_in"), post(login::sign_in::submit)),
        changes("/language", before_login, Entry("login.language_changed"), post(account::language::submit)),
        reads("/first/{secret}", before_login, Nothing("shows a form"), get(login::first::page)),
        changes("/first/{secret}", before_login, Entry("login.signed_in"), post(login::first::submit)),
        changes("/logout", own, Nothing("ends one's own session"), post(login::sign_out::submit)),
        reads("/account", own, Nothing("one's own account"), get(account::password::page)),
        changes("/account/password", own, Entry("login.password_changed"), post(account::password::submit)),
        reads("/account/sessions", own, Nothing("one's own sessions"), get(account::sessions::page)),
        changes("/account/sessions/end", own, Entry("login.sessions_ended"), post(account::sessions::submit)),
        changes(
            "/account/sessions/end-others",
            own,
            Entry("login.sessions_ended"),
            post(account::sessions::submit_others),
        ),
        reads("/events", own, Nothing("carries ids only"), get(events::stream)),
        reads("/static/{*path}", Public("holds no data"), Nothing("holds no data"), get(statics::file)),
        reads(
            "/health/live",
            Public("asked by machines; says only whether the program runs"),
            Nothing("no data"),
            get(health::live),
        ),
        reads(
            "/health/ready",
            Public("asked by machines; says only whether the database answers"),
            Nothing("no data"),
            get(health::ready),
        ),
        reads("/status", own, Nothing("names no person"), get(status::page)),
        reads(
            "/status/{secret}",
            Public("for whoever has the municipality's link; names no person"),
            Nothing("names no person"),
            get(status::by_link),
        ),
        reads(
            "/metrics",
            Public("checked by itself: same machine, or a token"),
            Nothing("figures without persons"),
            get(health::metrics),
        ),
    ]
}

fn console() -> Vec<Route> {
    use Audit::{Entry, Nothing};
    use Gate::Login;
    let list = Login(Action::AlarmList);
    let read = Login(Action::AlarmRead);
    let answer = Login(Action::AlarmAnswer);
    vec![
        reads(
            "/alarms",
            list,
            Nothing("the queue is open before every operator all day; a card is logged"),
            get(alarm::console::page),
        ),
        reads("/alarms/queue", list, Nothing("part of the console"), get(alarm::queue::part)),
        reads("/alarms/closed", list, Nothing("kinds and times without persons"), get(alarm::closed::page)),
        reads("/alarms/{alarm}", list, Entry("alarm.read"), get(alarm::console::page_with_alarm)),
        reads("/alarms/{alarm}/map.json", read, Entry("alarm.read"), get(map::position)),
        changes("/alarms/{alarm}/answer", answer, Entry("alarm.answer"), post(alarm::answer::submit)),
        changes("/alarms/{alarm}/attend", answer, Entry("alarm.answer"), post(alarm::attend::submit)),
        changes("/alarms/{alarm}/release", answer, Entry("alarm.answer"), post(alarm::release::submit)),
        changes(
            "/alarms/{alarm}/call",
            Login(Action::AlarmNote),
            Entry("alarm.note"),
            post(alarm::call::submit),
        ),
        changes(
            "/alarms/{alarm}/note",
            Login(Action::AlarmNote),
            Entry("alarm.note"),
            post(alarm::note::submit),
        ),
        changes(
            "/alarms/{alarm}/send",
            Login(Action::AlarmSend),
            Entry("alarm.send"),
            post(alarm::send::submit),
        ),
        changes(
            "/alarms/{alarm}/close",
            Login(Action::AlarmClose),
            Entry("alarm.close"),
            post(alarm::close::submit),
        ),
        changes(
            "/alarms/{alarm}/reopen",
            Login(Action::AlarmClose),
            Entry("alarm.close"),
            post(alarm::reopen::submit),
        ),
        // Devices for all of these roles; people only for those who may search them.
        reads("/search", Login(Action::DeviceRead), Nothing("shows a form"), get(search::page)),
        changes("/search", Login(Action::DeviceRead), Entry("person.search"), post(search::submit)),
        reads("/map/style.json", Login(Action::OwnAccount), Nothing("no data of a person"), get(map::style)),
        reads("/map/base.json", Login(Action::OwnAccount), Nothing("no data of a person"), get(map::base)),
    ]
}

fn responder() -> Vec<Route> {
    use Audit::Entry;
    use Gate::Login;
    let respond = Login(Action::AlarmRespond);
    let logged = Entry("alarm.respond");
    vec![
        reads("/respond", Login(Action::DispatchList), Entry("alarm.read"), get(respond::list::page)),
        reads("/respond/{alarm}", Login(Action::DispatchList), Entry("alarm.read"), get(respond::task::page)),
        changes("/respond/{alarm}/{dispatch}/accept", respond, logged, post(respond::accept::submit)),
        changes("/respond/{alarm}/{dispatch}/decline", respond, logged, post(respond::decline::submit)),
        changes("/respond/{alarm}/{dispatch}/arrive", respond, logged, post(respond::arrive::submit)),
        changes("/respond/{alarm}/{dispatch}/report", respond, logged, post(respond::report::submit)),
    ]
}

fn people() -> Vec<Route> {
    use Audit::{Entry, Nothing};
    use Gate::Login;
    let search = Login(Action::PersonSearch);
    let write = Login(Action::PersonWrite);
    let (searched, looked, written) = (Entry("person.search"), Entry("person.read"), Entry("person.write"));
    vec![
        reads("/people", search, searched, get(person::search::page)),
        changes("/people", search, searched, post(person::search::submit)),
        reads("/people/new", write, Nothing("shows a form"), get(person::register::page)),
        changes("/people/new", write, written, post(person::register::submit)),
        reads("/people/export", write, Nothing("shows a form"), get(person::export::page)),
        changes("/people/export", write, written, post(person::export::submit)),
        reads(
            "/people/fallback",
            Login(Action::FallbackRead),
            Entry("fallback.read"),
            get(person::fallback::page),
        ),
        // Whoever may search may ask; the use case asks for the relation or the reason.
        reads("/people/{person}", search, looked, get(person::page::page)),
        changes("/people/{person}/reason", search, looked, post(person::reason::submit)),
        changes(
            "/people/{person}/reveal",
            Login(Action::PersonReveal),
            Entry("person.reveal"),
            post(person::reveal::submit),
        ),
        reads("/people/{person}/change", write, looked, get(person::change::page)),
        changes("/people/{person}/change", write, written, post(person::change::submit)),
        reads("/people/{person}/kin", write, looked, get(person::kin::page)),
        changes("/people/{person}/kin", write, written, post(person::kin::submit)),
    ]
}

fn devices() -> Vec<Route> {
    use Audit::{Entry, Nothing};
    use Gate::Login;
    let read = Login(Action::DeviceRead);
    let write = Login(Action::DeviceWrite);
    let written = Entry("device.write");
    let form = Nothing("shows a form");
    let figures = Nothing("figures without persons");
    vec![
        reads("/devices", read, Nothing("names no person"), get(device::list::page)),
        reads("/devices/export", read, Entry("device.read"), get(device::export::download)),
        reads("/devices/new", write, form, get(device::register::page)),
        changes("/devices/new", write, written, post(device::register::submit)),
        reads("/devices/labels", read, Nothing("names no person"), get(device::label::page)),
        reads("/devices/overdue", read, Nothing("names no person"), get(device::overdue::page)),
        reads("/devices/replacement", read, figures, get(device::replacement::page)),
        reads("/devices/replacement/file", read, figures, get(device::replacement::download)),
        reads("/devices/models", read, Nothing("names no person"), get(device::model::list)),
        reads("/devices/models/new", write, form, get(device::model::new)),
        changes("/devices/models", write, written, post(device::model::create)),
        reads("/devices/models/{model}", write, form, get(device::model::page)),
        changes("/devices/models/{model}", write, written, post(device::model::submit)),
        changes("/devices/models/{model}/remove", write, written, post(device::model::remove)),
        reads("/devices/profiles", read, Nothing("names no person"), get(device::profile::list)),
        reads("/devices/profiles/new", write, form, get(device::profile::new)),
        changes("/devices/profiles", write, written, post(device::profile::create)),
        reads("/devices/profiles/{profile}", write, form, get(device::profile::page)),
        changes("/devices/profiles/{profile}", write, written, post(device::profile::submit)),
        changes("/devices/profiles/{profile}/remove", write, written, post(device::profile::remove)),
        reads("/devices/{device}", read, Entry("device.read"), get(device::page::page)),
        reads("/devices/{device}/change", write, Entry("device.read"), get(device::change::page)),
        changes("/devices/{device}/change", write, written, post(device::change::submit)),
        reads("/devices/{device}/install", write, Entry("device.read"), get(device::install::page)),
        changes("/devices/{device}/install", write, Entry("person.search"), post(device::install::find)),
        changes("/devices/{device}/step", write, written, post(device::step::submit)),
        changes("/devices/{device}/password", write, written, post(device::password::submit)),
        reads(
            "/senders",
            Login(Action::UnknownSenderRead),
            Entry("unknown_sender.read"),
            get(device::senders::page),
        ),
        reads("/outages", Login(Action::OutageRead), Nothing("names no person"), get(device::outages::page)),
        reads(
            "/outages/{outage}",
            Login(Action::OutageRead),
            Nothing("names no person"),
            get(device::outages::detail),
        ),
        reads(
            "/alarms/technical",
            Login(Action::AlarmList),
            Nothing("kinds and times without persons"),
            get(alarm::technical::page),
        ),
        changes(
            "/alarms/technical/close",
            Login(Action::AlarmClose),
            Entry("alarm.close"),
            post(alarm::technical::close),
        ),
    ]
}

/// Registers from files. The same handlers serve every register; the address says which one it is.
fn imports() -> Vec<Route> {
    use Audit::{Entry, Nothing};
    use Gate::Login;
    use import::{choose, download, file};
    let shows = Nothing("shows a form");
    let own = Nothing("shows the actor's own file; nothing of the register but that a row stands already");
    let (devices, written) = (Login(Action::DeviceWrite), Entry("device.write"));
    let (people, person) = (Login(Action::PersonWrite), Entry("person.write"));
    vec![
        reads("/devices/import", devices, shows, get(choose::page)),
        takes_file("/devices/import", devices, own, post(choose::submit)),
        reads("/devices/import/template", devices, shows, get(download::template)),
        reads("/devices/import/{file}", devices, own, get(file::page)),
        changes("/devices/import/{file}", devices, written, post(file::submit)),
        reads("/devices/import/{file}/wrong", devices, own, get(download::wrong)),
        reads("/people/import", people, shows, get(choose::page)),
        takes_file("/people/import", people, own, post(choose::submit)),
        reads("/people/import/template", people, shows, get(download::template)),
        reads("/people/import/{file}", people, own, get(file::page)),
        changes("/people/import/{file}", people, person, post(file::submit)),
        reads("/people/import/{file}/wrong", people, own, get(download::wrong)),
    ]
}

fn keeping() -> Vec<Route> {
    use Audit::{Entry, Nothing};
    use Gate::Login;
    let audit = Login(Action::AuditRead);
    let levels = Login(Action::ServiceLevelRead);
    let figures = Nothing("figures without persons");
    vec![
        reads("/health", Login(Action::HealthRead), figures, get(health::page::page)),
        reads("/audit", audit, Entry("audit.read"), get(audit::list::page)),
        reads("/audit.csv", audit, Entry("audit.read"), get(audit::list::file)),
        reads("/service-levels", levels, figures, get(service_level::page::page)),
        reads("/service-levels.csv", levels, figures, get(service_level::file::file)),
    ]
}

/// Logins, the tokens of systems, and the link by which someone chooses a password.
fn logins() -> Vec<Route> {
    use Audit::{Entry, Nothing};
    use Gate::{Login, Public};
    use login::{
        choose,
        keep::{change, create, give, list, token},
    };
    let write = Login(Action::UserWrite);
    let logged = Entry("user.write");
    let shows = Nothing("shows logins without secrets");
    let by_link = Public("opened by a secret link that works once");
    vec![
        reads("/logins", write, shows, get(list::page)),
        reads("/logins/new", write, shows, get(create::page)),
        changes("/logins", write, logged, post(create::submit)),
        reads("/logins/{login}", write, shows, get(change::page)),
        changes("/logins/{login}", write, logged, post(change::submit)),
        changes("/logins/{login}/link", write, logged, post(give::link)),
        changes("/logins/{login}/unlock", write, logged, post(give::another_try)),
        changes("/logins/{login}/stop", write, logged, post(give::stop)),
        changes("/logins/{login}/start", write, logged, post(give::start)),
        reads("/choose/{secret}", by_link, Nothing("shows a form"), get(choose::page)),
        changes("/choose/{secret}", by_link, Entry("login.password_set"), post(choose::submit)),
        reads("/tokens", write, shows, get(token::page)),
        changes("/tokens", write, logged, post(token::submit)),
        changes("/tokens/{token}/revoke", write, logged, post(token::take_back)),
    ]
}

/// Teams, areas, providers, ladders and rules.
fn teams() -> Vec<Route> {
    use Audit::{Entry, Nothing};
    use Gate::Login;
    use team::{area, edit, ladder, ladder_edit, list, provider, rule};
    let read = Login(Action::TeamRead);
    let write = Login(Action::TeamWrite);
    let shows = Nothing("no data of a person");
    let logged = Entry("team.write");
    vec![
        reads("/teams", read, shows, get(list::page)),
        reads("/teams/new", write, shows, get(edit::new)),
        changes("/teams", write, logged, post(edit::create)),
        reads("/teams/{team}", write, shows, get(edit::page)),
        changes("/teams/{team}", write, logged, post(edit::submit)),
        changes("/teams/{team}/remove", write, logged, post(edit::remove)),
        reads("/areas", read, shows, get(area::page)),
        changes("/areas", write, logged, post(area::create)),
        changes("/areas/{area}", write, logged, post(area::submit)),
        changes("/areas/{area}/remove", write, logged, post(area::remove)),
        changes("/providers", write, logged, post(provider::create)),
        changes("/providers/{provider}", write, logged, post(provider::submit)),
        changes("/providers/{provider}/remove", write, logged, post(provider::remove)),
        reads("/ladders", read, shows, get(ladder::page)),
        reads("/ladders/new", write, shows, get(ladder_edit::new)),
        changes("/ladders", write, logged, post(ladder_edit::create)),
        reads("/ladders/{ladder}", write, shows, get(ladder_edit::page)),
        changes("/ladders/{ladder}", write, logged, post(ladder_edit::submit)),
        changes("/ladders/{ladder}/remove", write, logged, post(ladder_edit::remove)),
        reads("/rules", read, shows, get(rule::page)),
        changes("/rules/{rule}", write, logged, post(rule::submit)),
    ]
}

/// Receivers of events.
fn webhooks() -> Vec<Route> {
    use Audit::{Entry, Nothing};
    use webhook::{edit, list};
    let write = Gate::Login(Action::UserWrite);
    let logged = Entry("user.write");
    let shows = Nothing("no data of a person, and no secret");
    vec![
        reads("/webhooks", write, shows, get(list::page)),
        changes("/webhooks", write, logged, post(list::submit)),
        reads("/webhooks/{webhook}", write, shows, get(edit::page)),
        changes("/webhooks/{webhook}", write, logged, post(edit::submit)),
        changes("/webhooks/{webhook}/remove", write, logged, post(edit::remove)),
    ]
}

/// Forecasts, the files they are made from, own alternatives, and the claims check.
fn forecasts() -> Vec<Route> {
    use Audit::{Entry, Nothing};
    use Gate::Login;
    use housing::{alternatives, claims, export_file, files, forecast, pyramid};
    let read = Login(Action::ForecastRead);
    let write = Login(Action::ForecastWrite);
    let figures = Nothing("figures without persons");
    let logged = Entry("forecast.write");
    vec![
        reads("/forecast", read, figures, get(forecast::page)),
        reads("/forecast/pyramid.json", read, figures, get(pyramid::figures)),
        reads("/forecast/file/{name}", read, figures, get(export_file::download)),
        reads("/forecast/claims", read, figures, get(claims::page)),
        reads("/forecast/files", read, figures, get(files::page)),
        takes_file("/forecast/files", write, logged, post(files::submit)),
        changes("/forecast/files/{file}/use", write, logged, post(files::take)),
        changes("/forecast/files/{file}/remove", write, logged, post(files::remove)),
        reads("/forecast/alternatives", read, figures, get(alternatives::page)),
        changes("/forecast/alternatives", write, logged, post(alternatives::submit)),
        changes("/forecast/alternatives/{alternative}/remove", write, logged, post(alternatives::remove)),
    ]
}

/// The register of homes, and the queue for their places.
fn places() -> Vec<Route> {
    use Audit::{Entry, Nothing};
    use Gate::Login;
    use housing::{application, apply, home_edit, homes, queue};
    let read = Login(Action::HomeRead);
    let write = Login(Action::HomeWrite);
    let shows = Nothing("homes without persons");
    let logged = Entry("home.write");
    let list = Login(Action::QueueList);
    let note = Login(Action::QueueWrite);
    vec![
        reads("/homes", read, shows, get(homes::page)),
        reads("/homes/export", read, shows, get(homes::download)),
        reads("/homes/new", write, shows, get(home_edit::new)),
        changes("/homes", write, logged, post(home_edit::create)),
        reads("/homes/{home}", write, shows, get(home_edit::page)),
        changes("/homes/{home}", write, logged, post(home_edit::submit)),
        changes("/homes/{home}/remove", write, logged, post(home_edit::remove)),
        reads("/queue", list, Entry("queue.list"), get(queue::page)),
        reads("/queue/report", list, Entry("queue.list"), get(queue::download)),
        reads("/queue/new", note, Nothing("shows a form"), get(apply::page)),
        changes("/queue/new", note, Entry("queue.write"), post(apply::submit)),
        reads("/queue/{application}", Login(Action::QueueRead), Entry("queue.read"), get(application::page)),
        changes("/queue/{application}", note, Entry("queue.write"), post(application::submit)),
    ]
}

/// What the left navigation offers: address and name of its text. Only those whose role may use it see an entry.
pub(crate) const NAVIGATION: [(&str, &str); 19] = [
    ("/alarms", "nav-alarms"),
    ("/alarms/technical", "nav-technical"),
    ("/alarms/closed", "nav-closed"),
    ("/respond", "nav-respond"),
    ("/people", "nav-people"),
    ("/devices", "nav-devices"),
    ("/outages", "nav-outages"),
    ("/senders", "nav-senders"),
    ("/service-levels", "nav-service-levels"),
    ("/queue", "nav-places"),
    ("/homes", "nav-homes"),
    ("/forecast", "nav-forecast"),
    ("/teams", "nav-teams"),
    ("/logins", "nav-logins"),
    ("/webhooks", "nav-webhooks"),
    ("/audit", "nav-audit"),
    ("/health", "nav-health"),
    ("/status", "nav-status"),
    ("/account", "nav-account"),
];

/// The table of every address, who may use it, and what it leaves in the audit log, as Markdown.
pub fn permissions_page() -> String {
    let mut page = String::from(
        "# Who may use which address\n\n\
        Written from the table in `crates/web/src/routes.rs` and the roles in `crates/access/src/action.rs` by a test.\n\
        A role opens an address; what it shows of a person also needs a relation to that person (`access::may`).\n\n\
        | method | address | who | audit log |\n|---|---|---|---|\n",
    );
    for route in all() {
        let who = match route.gate {
            Gate::Public(reason) => format!("anyone: {reason}"),
            Gate::System(None) => "systems with a token".to_owned(),
            Gate::System(Some(action)) => {
                let scope = Scope::of(action).map_or("no scope", Scope::name);
                format!("systems with the scope `{scope}` (`{}`)", action.name())
            }
            Gate::Login(action) => {
                let roles: Vec<&str> = action.roles().iter().map(|role| role.name()).collect();
                format!("{} (`{}`)", roles.join(", "), action.name())
            }
        };
        let audit = match route.audit {
            Audit::Entry(name) => format!("`{name}`"),
            Audit::Nothing(reason) => format!("nothing: {reason}"),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| {} | `{}` | {who} | {audit} |", route.method, route.path);
    }
    page
}
