//! Everything that can be done, and the roles that may. The table is the whole policy for roles.

use crate::Role;

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, relation: $relation:literal, roles: [$($role:ident),+];)+) => {
        /// Everything that can be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[$doc])* $variant,)+
        }

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: [Action; [$($name),+].len()] = [$(Action::$variant),+];

            /// The name in the audit log.
            pub const fn name(self) -> &'static str {
                match self { $(Action::$variant => $name,)+ }
            }

            /// The roles that may.
            pub const fn roles(self) -> &'static [Role] {
                match self { $(Action::$variant => &[$(Role::$role),+],)+ }
            }

            /// Whether it also needs a care relation to the person, or a stated reason.
            pub const fn needs_relation(self) -> bool {
                match self { $(Action::$variant => $relation,)+ }
            }
        }
    };
}

actions! {
    /// See the queue: kinds, areas and waiting times, and names of those who call for help now.
    AlarmList = "alarm.list", relation: false, roles: [Operator, Administrator];
    /// See one alarm with its person.
    AlarmRead = "alarm.read", relation: true, roles: [Operator, Responder, Administrator];
    /// Take an alarm, or give it back.
    AlarmAnswer = "alarm.answer", relation: false, roles: [Operator];
    /// Note a call or anything else.
    AlarmNote = "alarm.note", relation: true, roles: [Operator, Responder];
    /// Send to a team.
    AlarmSend = "alarm.send", relation: false, roles: [Operator];
    /// Accept, decline, arrive, report.
    AlarmRespond = "alarm.respond", relation: true, roles: [Responder];
    /// Close or open again.
    AlarmClose = "alarm.close", relation: false, roles: [Operator];
    /// See one's own team's alarms.
    DispatchList = "dispatch.list", relation: false, roles: [Responder];
    /// Search for people: name and area only.
    PersonSearch = "person.search", relation: false, roles: [Operator, Administrator];
    /// See a person.
    PersonRead = "person.read", relation: true, roles: [Operator, Responder, Administrator];
    /// See the whole identity number, with a reason.
    PersonReveal = "person.reveal", relation: true, roles: [Operator, Administrator];
    /// Register or change a person.
    PersonWrite = "person.write", relation: false, roles: [Administrator];
    /// Print the fallback list of alarm holders.
    FallbackRead = "fallback.read", relation: false, roles: [Operator, Administrator];
    /// See devices, models and profiles.
    DeviceRead = "device.read", relation: false, roles: [Operator, Planner, Administrator, System];
    /// Register, move and change devices, models and profiles.
    DeviceWrite = "device.write", relation: false, roles: [Administrator, System];
    /// See outages and silent devices.
    OutageRead = "outage.read", relation: false, roles: [Operator, Planner, Administrator, System];
    /// See messages of unknown senders.
    UnknownSenderRead = "unknown_sender.read", relation: false, roles: [Operator, Administrator];
    /// See teams and ladders.
    TeamRead = "team.read", relation: false, roles: [Operator, Planner, Administrator];
    /// Change teams, ladders, areas and settings.
    TeamWrite = "team.write", relation: false, roles: [Administrator];
    /// See service levels.
    ServiceLevelRead = "service_level.read", relation: false, roles: [Operator, Planner, Administrator, Auditor];
    /// See forecasts of population, care and places, and the claims check.
    ForecastRead = "forecast.read", relation: false, roles: [Planner, Administrator, Auditor];
    /// Bring files to forecasts and keep own alternatives.
    ForecastWrite = "forecast.write", relation: false, roles: [Planner, Administrator];
    /// See homes and their places.
    HomeRead = "home.read", relation: false, roles: [Planner, Administrator, Auditor];
    /// Change homes and their places.
    HomeWrite = "home.write", relation: false, roles: [Planner, Administrator];
    /// See who waits for a place: name, kind of place and days, as in any queue.
    QueueList = "queue.list", relation: false, roles: [Planner, Administrator];
    /// See one application for a place.
    QueueRead = "queue.read", relation: true, roles: [Planner, Administrator];
    /// Note an application, its decision, its offers and answers.
    QueueWrite = "queue.write", relation: true, roles: [Planner, Administrator];
    /// Keep logins and tokens.
    UserWrite = "user.write", relation: false, roles: [Administrator];
    /// Read the audit log.
    AuditRead = "audit.read", relation: false, roles: [Auditor, Administrator];
    /// See how Tryggve itself is.
    HealthRead = "health.read", relation: false, roles: [Operator, Planner, Administrator, Auditor];
    /// Read alarms and events without personal data, as another system.
    EventRead = "event.read", relation: false, roles: [System, Administrator];
    /// Note something on an alarm, as another system.
    AlarmNoteBySystem = "alarm.note_by_system", relation: false, roles: [System];
    /// See one person without notes on health and entry, as another system. Who is protected is told, and no more.
    PersonReadBySystem = "person.read_by_system", relation: false, roles: [System];
    /// Change one's own password and language.
    OwnAccount = "own_account.write", relation: false, roles: [Operator, Responder, Planner, Administrator, Auditor];
}
