//! A form as it is shown: each field with its problem beside it, and a summary of them all that takes the focus.

use app::{AppError, problem::Problems};
use askama::Template;
use axum::{http::StatusCode, response::Response};

use crate::{
    choice::Choice,
    reply::{Frame, Reply, lead_to, page},
    server::Web,
    table::TableShown,
    text::Words,
    trouble::Problem,
    visit::Visit,
};

/// How a field is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One line; what kind of line, as in HTML.
    Line(&'static str),
    /// Several lines.
    Lines,
    /// One of these: value and text. Nothing is chosen where the value is none of them.
    OneOf(Vec<(String, String)>),
    /// Yes or no; yes is the value `yes`.
    Mark,
    /// Any number of these.
    AnyOf(Vec<Choice>),
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldShown {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) kind: Kind,
    pub(crate) value: String,
    pub(crate) required: bool,
    /// What to know before it is filled in; empty for nothing.
    pub(crate) hint: String,
    /// What is wrong with it.
    pub(crate) problem: Option<String>,
}

impl FieldShown {
    /// A field of one line.
    pub(crate) fn line(name: impl Into<String>, label: String, value: &str) -> Self {
        FieldShown {
            name: name.into(),
            label,
            kind: Kind::Line("text"),
            value: value.to_owned(),
            required: false,
            hint: String::new(),
            problem: None,
        }
    }

    /// A whole number.
    pub(crate) fn number(name: impl Into<String>, label: String, value: &str) -> Self {
        FieldShown { kind: Kind::Line("number"), ..FieldShown::line(name, label, value) }
    }

    /// Several lines.
    pub(crate) fn lines(name: impl Into<String>, label: String, value: &str) -> Self {
        FieldShown { kind: Kind::Lines, ..FieldShown::line(name, label, value) }
    }

    /// A choice of one.
    pub(crate) fn one_of(
        name: impl Into<String>,
        label: String,
        value: &str,
        options: Vec<(String, String)>,
    ) -> Self {
        FieldShown { kind: Kind::OneOf(options), ..FieldShown::line(name, label, value) }
    }

    /// A line of another kind, as in HTML: a time, a telephone number.
    pub(crate) fn of_kind(self, kind: &'static str) -> Self {
        FieldShown { kind: Kind::Line(kind), ..self }
    }

    /// Any number of choices.
    pub(crate) fn any_of(name: impl Into<String>, label: String, choices: Vec<Choice>) -> Self {
        FieldShown { kind: Kind::AnyOf(choices), ..FieldShown::line(name, label, "") }
    }

    /// Yes or no.
    pub(crate) fn mark(name: impl Into<String>, label: String, set: bool) -> Self {
        FieldShown { kind: Kind::Mark, ..FieldShown::line(name, label, if set { "yes" } else { "" }) }
    }

    /// It must be filled in.
    pub(crate) fn required(self) -> Self {
        FieldShown { required: true, ..self }
    }

    /// With something to know before it is filled in.
    pub(crate) fn hint(self, hint: String) -> Self {
        FieldShown { hint, ..self }
    }

    pub(crate) fn input(&self) -> &'static str {
        match self.kind {
            // A field for numbers shows nothing where something else was written, and nobody could mend it.
            Kind::Line("number") if self.problem.is_some() => "text",
            Kind::Line(kind) => kind,
            Kind::Lines | Kind::OneOf(_) | Kind::Mark | Kind::AnyOf(_) => "",
        }
    }

    pub(crate) fn is_mark(&self) -> bool {
        self.kind == Kind::Mark
    }

    pub(crate) fn is_lines(&self) -> bool {
        self.kind == Kind::Lines
    }

    pub(crate) fn options(&self) -> &[(String, String)] {
        match &self.kind {
            Kind::OneOf(options) => options,
            Kind::Line(_) | Kind::Lines | Kind::Mark | Kind::AnyOf(_) => &[],
        }
    }

    /// The choices of which any number may be made; `None` for another kind of field.
    pub(crate) fn choices(&self) -> Option<&[Choice]> {
        match &self.kind {
            Kind::AnyOf(choices) => Some(choices),
            Kind::Line(_) | Kind::Lines | Kind::OneOf(_) | Kind::Mark => None,
        }
    }

    /// What describes the field to those who hear the page.
    pub(crate) fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let problem = self.problem.as_ref().map(|_| format!("{}-problem", self.name));
        hint.into_iter().chain(problem).collect::<Vec<_>>().join(" ")
    }
}

/// Whether anything is wrong with any of the fields.
pub(crate) fn has_problems(fields: &[FieldShown]) -> bool {
    fields.iter().any(|field| field.problem.is_some())
}

/// A whole page of one form.
#[derive(Template)]
#[template(path = "layout/form.html")]
pub(crate) struct FormPage {
    pub(crate) words: Words,
    pub(crate) form_secret: String,
    pub(crate) title: String,
    /// What to know before; empty for nothing.
    pub(crate) intro: String,
    /// Where it is sent.
    pub(crate) action: String,
    pub(crate) fields: Vec<FieldShown>,
    /// Fields that are not seen, such as the version that was read.
    pub(crate) hidden: Vec<(&'static str, String)>,
    pub(crate) button: String,
    /// Where to go without sending it.
    pub(crate) back: String,
    /// Where to send the wish to remove it, and what its button says.
    pub(crate) remove: Option<(String, String)>,
    /// What to know before it is removed, and the button that then removes it; empty to remove it at once.
    pub(crate) remove_sure: Option<(String, String)>,
    /// What was changed before.
    pub(crate) history: Option<TableShown>,
}

impl FormPage {
    /// A form that saves something; `title` is the name of a text.
    pub(crate) fn new(
        visit: &Visit,
        title: &str,
        action: String,
        back: String,
        fields: Vec<FieldShown>,
    ) -> Self {
        let words = visit.words;
        FormPage {
            words,
            form_secret: visit.form_secret().to_owned(),
            title: words.say(title),
            intro: String::new(),
            action,
            fields,
            hidden: Vec::new(),
            button: words.say("form-save"),
            back,
            remove: None,
            remove_sure: None,
            history: None,
        }
    }

    /// Puts problems beside their fields. A problem of a field that is not shown stands beside the first.
    pub(crate) fn tell(&mut self, problems: &Problems) {
        for (name, problem) in problems.all() {
            let told = problem.sentence(self.words.language);
            let place = self.fields.iter().position(|field| field.name == *name).unwrap_or(0);
            if let Some(field) = self.fields.get_mut(place)
                && field.problem.is_none()
            {
                field.problem = Some(told);
            }
        }
    }

    /// The page; its status says whether anything is wrong.
    pub(crate) fn show(&self, web: &Web, visit: &Visit, title: &str) -> Reply {
        let mut response: Response = page(web, visit, title, Frame::default(), self)?;
        if has_problems(&self.fields) {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        Ok(response)
    }
}

/// Leads on when what was written was taken; shows the form again, each problem beside its field, when it was not.
/// `again` makes the form with what was written, and runs only then.
pub(crate) async fn taken<T>(
    web: &Web,
    visit: &Visit,
    outcome: Result<T, AppError>,
    onward: impl FnOnce(T) -> String,
    title: &str,
    again: impl Future<Output = Result<FormPage, Problem>>,
) -> Reply {
    match outcome {
        Ok(done) => Ok(lead_to(visit, &onward(done))),
        Err(AppError::Invalid(problems)) => {
            let mut page = again.await?;
            page.tell(&problems);
            page.show(web, visit, title)
        }
        Err(other) => Err(other.into()),
    }
}
