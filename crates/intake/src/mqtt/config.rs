//! What topics mean, and which brokers to fetch from.

use std::{path::PathBuf, str::FromStr};

use base::Private;
use device::drivers::zigbee2mqtt::Watch;

/// A topic with a place for the sender's name, such as `tryggve/{controller_id}/scaip`.
///
/// The name fills one level; at the end of the pattern it fills all that is left, since names may have slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    before: String,
    after: String,
}

/// A text that is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no topic pattern: expected one name in braces as a level, such as tryggve/{{controller_id}}/scaip"
)]
pub struct PatternError(String);

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || PatternError(text.to_owned());
        let (before, rest) = text.split_once('{').ok_or_else(wrong)?;
        let (name, after) = rest.split_once('}').ok_or_else(wrong)?;
        let whole_level =
            (before.is_empty() || before.ends_with('/')) && (after.is_empty() || after.starts_with('/'));
        let pattern = Pattern { before: before.to_owned(), after: after.to_owned() };
        let plain = !name.is_empty() && !text.contains(['+', '#']) && !after.contains(['{', '}']);
        if whole_level && plain && mqtt::is_filter(&pattern.filter()) { Ok(pattern) } else { Err(wrong()) }
    }
}

impl Pattern {
    /// The name in a topic, if the topic fits.
    pub fn name<'a>(&self, topic: &'a str) -> Option<&'a str> {
        let name = topic.strip_prefix(&self.before)?.strip_suffix(&self.after)?;
        let fits = !name.is_empty() && (self.after.is_empty() || !name.contains('/'));
        fits.then_some(name)
    }

    /// The topic of a name.
    pub fn topic(&self, name: &str) -> String {
        format!("{}{name}{}", self.before, self.after)
    }

    /// What to subscribe to.
    pub fn filter(&self) -> String {
        let level = if self.after.is_empty() { "#" } else { "+" };
        format!("{}{level}{}", self.before, self.after)
    }
}

/// Who reads the payload.
#[derive(Debug, Clone, PartialEq)]
pub enum Driver {
    /// SCAIP as XML; the reply goes to the same topic with `/reply` at its end.
    Scaip,
    /// The JSON of Zigbee2MQTT. The watch's figures are replaced by the municipality's settings.
    Zigbee2Mqtt(Watch),
}

/// What the messages of a topic are.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicRule {
    /// Which topics.
    pub pattern: Pattern,
    /// Who reads them.
    pub driver: Driver,
    /// The devices that may speak for others under this rule, by controller id: the bridge of a test bed.
    pub gateways: Vec<String>,
    /// The only devices that the rule is for, by controller id; empty for all.
    pub only: Vec<String>,
}

impl TopicRule {
    /// A rule for all devices, each speaking for itself.
    pub fn new(pattern: Pattern, driver: Driver) -> Self {
        TopicRule { pattern, driver, gateways: Vec::new(), only: Vec::new() }
    }
}

/// A broker of someone else. It is trusted to know who publishes on the topics.
#[derive(Debug, Clone)]
pub struct Broker {
    /// `mqtt://host:1883` or `mqtts://host:8883`; the port may be left out.
    pub url: String,
    /// Who we are there; empty for no login.
    pub user: String,
    /// How we prove it.
    pub password: Private<String>,
    /// What our session is called; two clients of one broker need two names.
    pub client_id: String,
    /// What to subscribe to; empty for the topics of every rule.
    pub filters: Vec<String>,
    /// Whose certificates are trusted for `mqtts`, in PEM form; none for the system's.
    pub authority: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_finds_the_name_in_its_topics() {
        let check = |pattern: &str, topic: &str, expected: Option<&str>| {
            assert_eq!(pattern.parse::<Pattern>().unwrap().name(topic), expected, "{pattern} {topic}");
        };
        check("tryggve/{controller_id}/scaip", "tryggve/4711/scaip", Some("4711"));
        check("tryggve/{controller_id}/scaip", "tryggve/4711/scaip/reply", None);
        check("tryggve/{controller_id}/scaip", "tryggve/a/b/scaip", None);
        check("tryggve/{controller_id}/scaip", "tryggve//scaip", None);
        check("tryggve/{controller_id}/scaip", "tryggve/scaip", None);
        check("zigbee2mqtt/{friendly_name}", "zigbee2mqtt/hall/door", Some("hall/door"));
        check("{name}", "door", Some("door"));
        let pattern: Pattern = "zigbee2mqtt/{friendly_name}".parse().unwrap();
        assert_eq!(
            (pattern.filter(), pattern.topic("x")),
            ("zigbee2mqtt/#".to_owned(), "zigbee2mqtt/x".to_owned())
        );
        let pattern: Pattern = "a/{x}/b".parse().unwrap();
        assert_eq!(pattern.filter(), "a/+/b");
    }

    #[test]
    fn a_text_that_is_no_pattern_says_what_was_expected() {
        for text in ["", "a/b", "a/{", "a/{}/b", "a/x{y}/b", "a/{x}y", "a/{x}/{y}", "a/+/{x}", "a/{x}/#"] {
            assert!(text.parse::<Pattern>().is_err(), "{text}");
        }
    }
}
