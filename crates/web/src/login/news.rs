//! What happened to one's login since one last logged in, told once on the first page after login.

use app::login::news::{News, news, note_told};
use axum::{http::header, response::Response};

use crate::{server::Web, text::Words, visit::Visit};

/// What a visitor has not been told yet, when they ask for a page that can show it. That it cannot be read holds nobody
/// up: it is told on a later page.
pub(crate) async fn untold(web: &Web, visit: &Visit, reads: bool) -> Option<News> {
    let visitor = visit.visitor.as_ref()?;
    let since = visitor.untold_since?;
    if visit.partial || !reads || web.app.aside.is_away() {
        return None;
    }
    news(&web.app, &visitor.actor, since).await.ok()
}

/// Whether an answer is a page, which shows what there is to tell.
pub(crate) fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    response.status().is_success() && kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// Notes that the visitor has been told, if there was something to tell.
pub(crate) async fn told(web: &Web, visit: &Visit) {
    let (Some(_), Some(visitor)) = (&visit.news, &visit.visitor) else { return };
    if let Some(since) = visitor.untold_since
        && let Err(error) = note_told(&web.app, &visitor.actor, since).await
    {
        tracing::warn!(error = &error as &dyn std::error::Error, "What was told is told again");
    }
}

/// The news in words, a line each; nothing when there is none.
pub(crate) fn lines(news: &News, words: Words) -> Vec<String> {
    let last = news.last_login_at.map(|at| words.with("news-last-login", &[("at", &words.moment(at))]));
    let wrong = (news.wrong_passwords > 0).then(|| words.count("news-wrong-passwords", news.wrong_passwords));
    let events = news
        .events
        .iter()
        .map(|(at, event)| words.with(&format!("news-{}", event.name()), &[("at", &words.moment(*at))]));
    last.into_iter().chain(wrong).chain(events).collect()
}

#[cfg(test)]
mod tests {
    use app::login::news::Event;
    use base::{Language, Timestamp};

    use super::*;

    #[test]
    fn every_event_reads_in_both_languages() {
        let at: Timestamp = "2026-11-21T13:05:00Z".parse().unwrap();
        let news = News {
            last_login_at: Some(at),
            wrong_passwords: 2,
            events: Event::ALL.map(|event| (at, event)).to_vec(),
        };
        for language in Language::ALL {
            let shown = lines(&news, Words::new(language));
            assert_eq!(shown.len(), 2 + Event::ALL.len());
            for line in shown {
                assert!(!line.starts_with("Unknown"), "{line} in {}", language.tag());
            }
        }
        assert!(lines(&News::default(), Words::new(Language::Swedish)).is_empty());
    }
}
