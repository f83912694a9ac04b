//! Where one is logged in, and logging out elsewhere.

use app::login::{
    news::news,
    own_sessions::{OwnSession, end, end_others, list},
};
use askama::Template;
use axum::{extract::State, response::IntoResponse};
use axum_extra::extract::CookieJar;

use crate::{
    fields::Fields,
    login::news::lines as told,
    reply::{Frame, Reply, lead_to, page as framed},
    server::Web,
    text::Words,
    visit::Visit,
};

/// One browser.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) handle: String,
    pub(crate) browser: String,
    pub(crate) begun: String,
    pub(crate) seen: String,
    pub(crate) here: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "account/sessions.html")]
pub(crate) struct Sessions {
    pub(crate) visit: Visit,
    pub(crate) lines: Vec<Line>,
    /// What happened since the login before this one.
    pub(crate) news: Vec<String>,
}

/// A kind of browser in words.
fn in_words(browser: &str, words: Words) -> String {
    match browser.split_once('/').unwrap_or_default() {
        ("", "") => words.say("browser-unknown"),
        ("", system) => words.with("browser-unknown-on", &[("system", system)]),
        (program, "") => program.to_owned(),
        (program, system) => words.with("browser-on", &[("program", program), ("system", system)]),
    }
}

fn secret<'a>(web: &Web, jar: &'a CookieJar) -> &'a str {
    jar.get(web.config.session_cookie()).map_or("", |cookie| cookie.value())
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, jar: CookieJar) -> Reply {
    let (words, actor) = (visit.words, visit.actor()?);
    let sessions = list(&web.app, actor, secret(&web, &jar)).await?;
    let news = match sessions.iter().find(|session| session.here) {
        Some(here) => told(&news(&web.app, actor, here.begun_at).await?, words),
        None => Vec::new(),
    };
    let line = |session: &OwnSession| Line {
        handle: session.handle.clone(),
        browser: in_words(&session.browser, words),
        begun: words.moment(session.begun_at),
        seen: words.moment(session.seen_at),
        here: session.here,
    };
    let lines = sessions.iter().map(line).collect();
    // The page tells the news itself, so its frame does not.
    let visit = Visit { news: None, ..visit };
    let part = Sessions { visit: visit.clone(), lines, news };
    Ok(framed(&web, &visit, "sessions-title", Frame::default(), &part)?.into_response())
}

/// Logs out in one other browser.
pub(crate) async fn submit(State(web): State<Web>, visit: Visit, jar: CookieJar, fields: Fields) -> Reply {
    end(&web.app, visit.actor()?, secret(&web, &jar), fields.text("session")).await?;
    Ok(lead_to(&visit, "/account/sessions"))
}

/// Logs out in every other browser.
pub(crate) async fn submit_others(State(web): State<Web>, visit: Visit, jar: CookieJar) -> Reply {
    end_others(&web.app, visit.actor()?, secret(&web, &jar)).await?;
    Ok(lead_to(&visit, "/account/sessions"))
}

#[cfg(test)]
mod tests {
    use base::Language;

    use super::*;

    #[test]
    fn browsers_read_in_words() {
        for (kept, swedish, english) in [
            ("Firefox/Windows", "Firefox på Windows", "Firefox on Windows"),
            ("/iPad", "Okänd webbläsare på iPad", "Unknown browser on iPad"),
            ("curl/", "curl", "curl"),
            ("", "Okänd webbläsare", "Unknown browser"),
        ] {
            assert_eq!(in_words(kept, Words::new(Language::Swedish)), swedish);
            assert_eq!(in_words(kept, Words::new(Language::English)), english);
        }
    }
}
