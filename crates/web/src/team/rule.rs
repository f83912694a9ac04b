//! The figures of rules: in force, as shipped, where they come from, and what was changed.

use access::Action;
use app::team::rule::{InForce, names, rules, set_rule};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use base::rule::Rule;

use crate::{
    fields::Fields,
    reply::{Frame, Reply, lead_to, whole_page},
    server::Web,
    text::Words,
    told::Told,
    visit::Visit,
};

/// One rule.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) sentence: &'static str,
    /// What the form shows: the figure in force, or what was written.
    pub(crate) figure: String,
    pub(crate) shipped: String,
    pub(crate) source: String,
    pub(crate) bounds: String,
    /// Who changed what when, newest first.
    pub(crate) changes: Vec<String>,
    pub(crate) problem: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "team/rules.html")]
pub(crate) struct Rules {
    pub(crate) visit: Visit,
    pub(crate) lines: Vec<Line>,
    pub(crate) may_change: bool,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    shown(&web, &visit, "", "", Told::default()).await
}

async fn shown(web: &Web, visit: &Visit, wrong: &str, written: &str, told: Told) -> Reply {
    let (words, actor) = (visit.words, visit.actor()?);
    let names = names(&web.app, actor).await?;
    let rules = rules(&web.app, actor).await?;
    let line = |found: &InForce| {
        let is_wrong = found.rule.name == wrong;
        let change = |change: &_| change_in_words(change, &names, visit);
        Line {
            name: found.rule.name,
            sentence: words.of(found.rule.sentence),
            figure: if is_wrong { written.to_owned() } else { found.figure.to_string() },
            shipped: found.rule.figure.to_string(),
            source: source(found.rule, words),
            bounds: format!("{}–{}", found.bounds.0, found.bounds.1),
            changes: found.changes.iter().map(change).collect(),
            problem: told.about("figure").filter(|_| is_wrong).map(str::to_owned),
        }
    };
    let part = Rules {
        lines: rules.iter().map(line).collect(),
        may_change: visit.may(Action::TeamWrite),
        visit: visit.clone(),
    };
    let mut response = whole_page(web, visit, "rule-title", Frame::default(), &part)?;
    if !told.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// Where a figure comes from, in the words of the page where it has any.
pub(crate) fn source(rule: &Rule, words: Words) -> String {
    words
        .find(&format!("rule-source-{}", rule.name.replace(['.', '_'], "-")))
        .unwrap_or_else(|| rule.source.to_owned())
}

fn change_in_words(
    change: &app::history::FieldChange,
    names: &std::collections::HashMap<base::UserId, String>,
    visit: &Visit,
) -> String {
    let who = change.user.and_then(|user| names.get(&user).cloned()).unwrap_or_default();
    let at = visit.words.moment_with_seconds(change.at);
    let parts =
        [("at", at.as_str()), ("who", &who), ("from", change.from.reveal()), ("to", change.to.reveal())];
    visit.words.with("rule-change", &parts)
}

/// Sets the figure of a rule.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(name): Path<String>,
    fields: Fields,
) -> Reply {
    let figure = fields.text("figure");
    match set_rule(&web.app, visit.actor()?, &name, figure).await {
        Ok(()) => Ok(lead_to(&visit, "/rules")),
        Err(error) => {
            let told = Told::of(error, visit.words)?;
            shown(&web, &visit, &name, figure, told).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Language;

    #[test]
    fn every_rule_names_its_source_in_both_languages() {
        for rule in app::setting::RULES {
            let told = |language| source(rule, Words::new(language));
            assert_eq!(told(Language::English), rule.source, "{}", rule.name);
            assert_ne!(told(Language::Swedish), rule.source, "{}", rule.name);
        }
    }
}
