//! One person with everything that belongs to them. The look is logged, with its reason.

use ::alarm::Alarm;
use ::device::Device;
use ::person::{Kin, Person};
use access::{Action, Actor, Relation};
use base::PersonId;
use store::{audit::Filter, change::FieldChange};

use super::relation::{REASON_CHARACTERS_MAX, relation_to, require_for, subject};
use crate::{
    App, AppError,
    audit::{About, record, record_look},
    history::CHANGES_SHOWN_MAX,
    problem::Problems,
};

/// How many alarms are shown.
pub const ALARMS_SHOWN_MAX: i64 = 20;
/// How many looks of others are shown.
pub const LOOKS_SHOWN_MAX: i64 = 50;

/// One person, whole.
#[derive(Debug, Clone)]
pub struct View {
    /// The person. The identity number is shown masked; see [`super::reveal`].
    pub person: Person,
    /// The version that a change must name.
    pub version: i64,
    /// The area's name.
    pub area: String,
    /// Those close to them, in call order.
    pub kin: Vec<Kin>,
    /// Their devices.
    pub devices: Vec<Device>,
    /// Their last alarms, newest first.
    pub alarms: Vec<Alarm>,
    /// What was changed, newest first; for administrators.
    pub changes: Vec<FieldChange>,
    /// Who looked, newest first; for administrators.
    pub looks: Vec<store::audit::Entry>,
    /// Names of the logins in changes and looks.
    pub names: std::collections::HashMap<base::UserId, String>,
}

/// Reads one person. Without a care relation a reason must be stated; it is logged and reviewed.
pub async fn view(app: &App, actor: &Actor, id: PersonId, reason: &str) -> Result<View, AppError> {
    let mut problems = Problems::default();
    let reason = problems.text("reason", reason, REASON_CHARACTERS_MAX);
    problems.finish()?;
    let mut transaction = app.store.read().await?;
    let relation = relation_to(app, &mut transaction, actor, Action::PersonRead, id, &reason).await?;
    // Asked before the person is loaded too, so that nobody learns by the answer who is in the register.
    require_for(actor, Action::PersonRead, relation, false)?;
    let person = store::person::load(&mut transaction, id).await?.ok_or(AppError::NotFound("person"))?;
    require_for(actor, Action::PersonRead, relation, person.protected)?;
    let keeps = actor.has(access::Role::Administrator);
    let filter = Filter { person: Some(id), ..Filter::default() };
    let areas = store::team::areas(&mut transaction).await?;
    let view = View {
        version: store::person::version(&mut transaction, id).await?,
        area: areas
            .into_iter()
            .find(|area| Some(area.id) == person.area)
            .map(|area| area.name)
            .unwrap_or_default(),
        kin: store::person::kin(&mut transaction, id).await?,
        devices: store::device::of_person(&mut transaction, id).await?,
        alarms: store::alarm::of_person(&mut transaction, id, ALARMS_SHOWN_MAX).await?,
        changes: if keeps {
            store::change::of_subject(&mut transaction, &subject(id), CHANGES_SHOWN_MAX).await?
        } else {
            Vec::new()
        },
        looks: if keeps {
            store::audit::list(&mut transaction, &filter, LOOKS_SHOWN_MAX).await?
        } else {
            Vec::new()
        },
        names: crate::login::names(&mut transaction).await?,
        person,
    };
    drop(transaction);
    log_look(app, actor, Action::PersonRead, id, relation, reason).await?;
    Ok(view)
}

/// Logs a look at a person: one with a newly stated reason always, others once per sitting.
pub(crate) async fn log_look(
    app: &App,
    actor: &Actor,
    action: Action,
    id: PersonId,
    relation: Relation,
    reason: String,
) -> Result<(), AppError> {
    let stated = relation == Relation::StatedReason && !reason.is_empty();
    let about = About { person: Some(id), subject: subject(id), reason };
    if !stated {
        return record_look(app, actor, action, about).await;
    }
    let mut transaction = app.store.write().await?;
    record(app, &mut transaction, actor, action, about).await?;
    transaction.commit().await?;
    Ok(())
}
