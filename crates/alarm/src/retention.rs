//! How long messages and alarms are kept. A municipality decides in its plan of retention (gallring).

use base::{language::Text, rule::Rule};

/// Days that messages are kept as they came, unless their alarm is still open.
pub const MESSAGE_DAYS: Rule = Rule {
    name: "retention.message_days",
    figure: 90.0,
    source: "Tryggve's own choice; the municipality's plan of retention decides",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Meddelanden sparas så här många dagar i den form de kom.",
        "Messages are kept as they came for this many days.",
    ),
};

/// Days that closed alarms are kept with their history.
pub const ALARM_DAYS: Rule = Rule {
    name: "retention.alarm_days",
    figure: 1_825.0,
    source: "Five years, as long as files of the social services are kept; the municipality's plan of retention decides",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Avslutade larm sparas så här många dagar med sin historik.",
        "Closed alarms are kept with their history for this many days.",
    ),
};

/// Days that deliveries to other systems are kept after they arrived.
pub const DELIVERY_DAYS: Rule = Rule {
    name: "retention.delivery_days",
    figure: 30.0,
    source: "Tryggve's own choice; the municipality sets it",
    valid_from: "2026-01-01",
    sentence: Text::new(
        "Leveranser till andra system sparas så här många dagar efter att de kommit fram.",
        "Deliveries to other systems are kept for this many days after they arrived.",
    ),
};
