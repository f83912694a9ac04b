//! Published statements about the future of elder care, recomputed.

use app::housing::forecast::claims;
use askama::Template;
use axum::extract::State;
use housing::claims::Verdict;

use crate::{
    reply::{Frame, Reply, page as framed},
    server::Web,
    text::Words,
    visit::Visit,
};

/// One statement.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) verdict: &'static str,
    /// The colour and shape of the verdict.
    pub(crate) colour: &'static str,
    pub(crate) statement: &'static str,
    pub(crate) arithmetic: String,
    pub(crate) document: &'static str,
}

/// The page.
#[derive(Template)]
#[template(path = "housing/claims.html")]
pub(crate) struct Claims {
    pub(crate) words: Words,
    pub(crate) lines: Vec<Line>,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let words = visit.words;
    let checked = claims(&web.app, visit.actor()?, words.language).await?;
    let lines = checked
        .into_iter()
        .map(|claim| Line {
            verdict: words.of(claim.verdict.text()),
            colour: match claim.verdict {
                Verdict::Holds => "success",
                Verdict::HoldsLoosely => "info",
                Verdict::ContradictsItself | Verdict::NotSupported => "warning",
                Verdict::CannotBeChecked => "neutral",
            },
            statement: words.of(claim.statement),
            arithmetic: claim.arithmetic,
            document: words.of(claim.document),
        })
        .collect();
    framed(&web, &visit, "claims-title", Frame::default(), &Claims { words, lines })
}
