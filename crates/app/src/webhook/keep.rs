//! Keeping receivers of webhooks.

use ::login::{Secret, new_secret};
use access::{Action, Actor, Relation};
use base::WebhookId;
use outward::Target;
pub use store::webhook::{Delivery, Webhook};

use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
    history,
    problem::{Problem, Problems},
};

/// The longest name, in characters.
pub const NAME_CHARACTERS_MAX: usize = 80;
/// How many deliveries are shown.
pub const DELIVERIES_SHOWN_MAX: i64 = 100;

/// Every receiver, by name.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Webhook>, AppError> {
    require(actor, Action::UserWrite, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    Ok(store::webhook::all(&mut transaction).await?)
}

/// One receiver with its last deliveries, newest first.
pub async fn view(app: &App, actor: &Actor, id: WebhookId) -> Result<(Webhook, Vec<Delivery>), AppError> {
    require(actor, Action::UserWrite, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let webhook = store::webhook::load(&mut transaction, id).await?.ok_or(AppError::NotFound("webhook"))?;
    Ok((webhook, store::webhook::deliveries(&mut transaction, id, DELIVERIES_SHOWN_MAX).await?))
}

/// Adds a receiver, which is told of everything from now on; the secret of its signatures is shown once.
pub async fn create(
    app: &App,
    actor: &Actor,
    name: &str,
    url: &str,
) -> Result<(WebhookId, Secret), AppError> {
    require(actor, Action::UserWrite, Relation::NoPerson)?;
    let (name, url) = read(name, url)?;
    let secret = new_secret()?;
    let mut transaction = app.store.write().await?;
    let now = app.now();
    let id = WebhookId::fresh(app.ids.as_ref(), now);
    let after_sequence = store::alarm::newest_sequence(&mut transaction).await?;
    let webhook =
        Webhook { id, name, url, secret: secret.clone(), active: true, after_sequence, created_at: now };
    store::webhook::save(&mut transaction, &webhook).await?;
    finish(app, transaction, actor, id).await?;
    Ok((id, secret))
}

/// Changes name and address, and stops or starts the sending. What happens while it is stopped waits in the queue.
pub async fn change(
    app: &App,
    actor: &Actor,
    id: WebhookId,
    name: &str,
    url: &str,
    active: bool,
) -> Result<(), AppError> {
    require(actor, Action::UserWrite, Relation::NoPerson)?;
    let (name, url) = read(name, url)?;
    let mut transaction = app.store.write().await?;
    let known = store::webhook::load(&mut transaction, id).await?.ok_or(AppError::NotFound("webhook"))?;
    let webhook = Webhook { name, url, active, ..known.clone() };
    store::webhook::save(&mut transaction, &webhook).await?;
    let fields = |webhook: &Webhook| {
        vec![
            ("name", webhook.name.clone()),
            ("url", webhook.url.clone()),
            ("active", webhook.active.to_string()),
        ]
    };
    let subject = format!("webhook:{id}");
    history::record(app, &mut transaction, actor, &subject, &fields(&known), &fields(&webhook)).await?;
    finish(app, transaction, actor, id).await
}

/// Removes a receiver with its queue.
pub async fn remove(app: &App, actor: &Actor, id: WebhookId) -> Result<(), AppError> {
    require(actor, Action::UserWrite, Relation::NoPerson)?;
    let mut transaction = app.store.write().await?;
    store::webhook::delete(&mut transaction, id).await?;
    finish(app, transaction, actor, id).await
}

async fn finish(
    app: &App,
    mut transaction: store::Transaction,
    actor: &Actor,
    id: WebhookId,
) -> Result<(), AppError> {
    let about = About { subject: format!("webhook:{id}"), ..About::default() };
    record(app, &mut transaction, actor, Action::UserWrite, about).await?;
    Ok(transaction.commit().await?)
}

fn read(name: &str, url: &str) -> Result<(String, String), AppError> {
    let mut problems = Problems::default();
    let name = problems.required("name", name, NAME_CHARACTERS_MAX);
    let url = problems.required("url", url, outward::target::ADDRESS_CHARACTERS_MAX);
    if !url.is_empty() && Target::parse(&url).is_err() {
        problems.add("url", Problem::Form { example: "https://system.example/larm" });
    }
    problems.finish()?;
    Ok((name, url))
}
