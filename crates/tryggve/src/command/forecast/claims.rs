//! The claims check as a table for files and as paragraphs for a reader.

use base::Language;
use export::forecast::claims_table;
use export::table::Table;
use housing::claims::{AreaFigures, CheckedClaim, check_claims};
use housing::municipality::alike;

use super::result::ForecastResult;

fn checked(result: &ForecastResult<'_>, language: Language) -> Vec<CheckedClaim> {
    let history = &result.study.outlook.history;
    let outlook = &result.view.outlook;
    let is_linkoping = alike(&history.area, "Linköping");
    let figures = outlook.forecasts.first().filter(|_| is_linkoping).map(|status_quo| AreaFigures {
        history,
        projection: &outlook.projection,
        status_quo,
    });
    check_claims(figures, language)
}

/// The statements as a table.
pub(super) fn table(result: &ForecastResult<'_>, language: Language) -> Table {
    claims_table(&checked(result, language), language)
}

/// The statements as paragraphs: verdict, statement, arithmetic, document.
pub(super) fn show(result: &ForecastResult<'_>, language: Language) -> String {
    let mut text = format!("{}\n", table(result, language).title);
    for claim in checked(result, language) {
        text.push_str(&format!(
            "\n[{}] {}\n    {}\n    ({})\n",
            claim.verdict.text().get(language),
            claim.statement.get(language),
            claim.arithmetic,
            claim.document.get(language)
        ));
    }
    text
}
