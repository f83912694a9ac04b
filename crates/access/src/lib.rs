//! Who may do what, to whom. Deny by default.
//!
//! Every use case names its [`Action`]; [`may`] answers. A look at a person also needs a care relation, or a stated
//! reason ("break the glass"), which is logged and reviewed.

mod action;
mod role;
mod scope;

pub use action::Action;
pub use role::Role;
pub use scope::Scope;

use base::{TeamId, UserId};

/// Someone who is logged in, or another system with a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Which login.
    pub user: UserId,
    /// What they may be asked to do.
    pub roles: Vec<Role>,
    /// The teams they respond for.
    pub teams: Vec<TeamId>,
    /// What a system's token opens; empty for people.
    pub scopes: Vec<Scope>,
}

impl Actor {
    /// Whether they hold a role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether a role of theirs opens an action. A system's role opens what a scope of its token opens, no more.
    fn opens(&self, action: Action) -> bool {
        self.roles.iter().any(|role| {
            action.roles().contains(role)
                && (*role != Role::System
                    || self.scopes.iter().any(|scope| scope.actions().contains(&action)))
        })
    }
}

/// How an actor relates to the person whose data is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The action is about no person.
    NoPerson,
    /// The person has an open alarm, or one closed so lately that calls about it still come.
    Alarm,
    /// An alarm of the person has been sent to the actor's team.
    Dispatch,
    /// The person has applied for a place, or applies now.
    Application,
    /// The actor stated a reason.
    StatedReason,
    /// None of these.
    None,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Do it.
    Allowed,
    /// A reason must be stated first; it is logged and reviewed.
    NeedsReason,
    /// No role of the actor may do this.
    Denied,
}

/// May this actor do this, to a person related so?
pub fn may(actor: &Actor, action: Action, relation: Relation) -> Decision {
    if !actor.opens(action) {
        return Decision::Denied;
    }
    if !action.needs_relation() || actor.has(Role::Administrator) {
        return Decision::Allowed;
    }
    match relation {
        Relation::NoPerson | Relation::StatedReason => Decision::Allowed,
        Relation::Alarm if actor.has(Role::Operator) => Decision::Allowed,
        Relation::Dispatch if actor.has(Role::Responder) => Decision::Allowed,
        Relation::Application if actor.has(Role::Planner) => Decision::Allowed,
        Relation::Alarm | Relation::Dispatch | Relation::Application | Relation::None
            if actor.has(Role::Operator) =>
        {
            Decision::NeedsReason
        }
        Relation::Alarm | Relation::Dispatch | Relation::Application | Relation::None => Decision::Denied,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::id::Uuid;

    fn actor(roles: &[Role]) -> Actor {
        Actor { user: UserId(Uuid::nil()), roles: roles.to_vec(), teams: Vec::new(), scopes: Vec::new() }
    }

    #[test]
    fn an_operator_needs_an_alarm_or_a_reason_to_see_a_person() {
        let operator = actor(&[Role::Operator]);
        assert_eq!(may(&operator, Action::PersonRead, Relation::Alarm), Decision::Allowed);
        assert_eq!(may(&operator, Action::PersonRead, Relation::None), Decision::NeedsReason);
        assert_eq!(may(&operator, Action::PersonRead, Relation::StatedReason), Decision::Allowed);
    }

    #[test]
    fn a_responder_sees_only_whom_their_team_is_sent_to() {
        let responder = actor(&[Role::Responder]);
        assert_eq!(may(&responder, Action::PersonRead, Relation::Dispatch), Decision::Allowed);
        assert_eq!(may(&responder, Action::PersonRead, Relation::Alarm), Decision::Denied);
        assert_eq!(may(&responder, Action::AlarmClose, Relation::Dispatch), Decision::Denied);
    }

    #[test]
    fn a_planner_sees_a_person_only_through_an_application() {
        let planner = actor(&[Role::Planner]);
        assert_eq!(may(&planner, Action::QueueRead, Relation::Application), Decision::Allowed);
        assert_eq!(may(&planner, Action::QueueRead, Relation::None), Decision::Denied);
        assert_eq!(may(&planner, Action::PersonRead, Relation::Application), Decision::Denied);
        assert_eq!(
            may(&actor(&[Role::Operator]), Action::QueueRead, Relation::Application),
            Decision::Denied
        );
    }

    #[test]
    fn nobody_without_a_role_may_do_anything() {
        for action in Action::ALL {
            assert_eq!(may(&actor(&[]), action, Relation::Alarm), Decision::Denied, "{}", action.name());
        }
    }

    #[test]
    fn every_action_is_someones() {
        for action in Action::ALL {
            assert!(!action.roles().is_empty(), "{} has no role", action.name());
        }
    }

    #[test]
    fn a_system_may_what_its_scopes_open_and_nothing_else() {
        for action in Action::ALL {
            let may_with = |scopes: &[Scope]| {
                let system = Actor { scopes: scopes.to_vec(), ..actor(&[Role::System]) };
                may(&system, action, Relation::NoPerson) == Decision::Allowed
            };
            let name = action.name();
            let for_systems = action.roles().contains(&Role::System);
            assert!(!may_with(&[]), "{name} without a scope");
            assert_eq!(may_with(&Scope::ALL), for_systems, "{name} is opened by no scope");
            assert_eq!(Scope::of(action).is_some(), for_systems, "{name}");
            if let Some(scope) = Scope::of(action) {
                assert!(may_with(&[scope]), "{name}");
                let others: Vec<Scope> = Scope::ALL.into_iter().filter(|other| *other != scope).collect();
                assert!(!may_with(&others), "{name} is opened by another scope than {}", scope.name());
            }
        }
    }
}
