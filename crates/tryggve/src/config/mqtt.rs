//! The part of the configuration file about MQTT.

use std::{net::SocketAddr, path::PathBuf};

use device::drivers::zigbee2mqtt::{Presence, Watch};
use intake::mqtt::{Broker, Driver, Pattern, TopicRule};
use serde::Deserialize;

use super::{
    Tls,
    secret::{self, Named},
};

/// Where MQTT devices reach us, what their topics mean, and whose brokers we fetch from.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Mqtt {
    /// Plain sockets, such as `127.0.0.1:1883`.
    pub(crate) tcp: Vec<SocketAddr>,
    /// Encrypted sockets.
    pub(crate) tls: Vec<Tls>,
    /// What topics mean; the first that fits decides.
    pub(crate) topic: Vec<Topic>,
    /// Brokers of others.
    pub(crate) broker: Vec<BrokerConfig>,
}

impl Mqtt {
    /// A plain socket for a test bed that speaks as Zigbee2MQTT does, with a bridge that speaks for its sensors.
    pub(crate) fn of_sensors(address: SocketAddr, bridge: &str) -> Self {
        let text = format!(
            "[[topic]]\npattern = \"zigbee2mqtt/{{friendly_name}}\"\ndriver = \"zigbee2mqtt\"\ngateways = [\"{bridge}\"]"
        );
        let topics: Mqtt = toml::from_str(&text).unwrap_or_default();
        Mqtt { tcp: vec![address], ..topics }
    }
}

/// What the messages of a topic are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topic {
    pattern: PatternText,
    driver: DriverName,
    #[serde(default)]
    gateways: Vec<String>,
    #[serde(default)]
    only: Vec<String>,
    #[serde(default = "yes")]
    door_opened: bool,
    #[serde(default = "yes")]
    bed_left: bool,
    #[serde(default = "yes")]
    button_pressed: bool,
    #[serde(default)]
    presence: PresenceName,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct PatternText(Pattern);

impl TryFrom<String> for PatternText {
    type Error = intake::mqtt::PatternError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(PatternText)
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum DriverName {
    Scaip,
    Zigbee2mqtt,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PresenceName {
    #[default]
    Ordinary,
    AlarmsWhenPresent,
    AlarmsWhenAbsent,
}

/// A broker of someone else.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BrokerConfig {
    url: String,
    #[serde(default)]
    user: String,
    #[serde(default, deserialize_with = "secret::private")]
    password: base::Private<String>,
    /// A file with that password, instead.
    password_file: Option<PathBuf>,
    #[serde(default = "default_client_id")]
    client_id: String,
    #[serde(default)]
    filters: Vec<String>,
    authority: Option<PathBuf>,
}

fn yes() -> bool {
    true
}

fn default_client_id() -> String {
    "tryggve".to_owned()
}

impl Mqtt {
    /// The rules of the topics, in their order.
    pub(crate) fn rules(&self) -> Vec<TopicRule> {
        self.topic.iter().map(Topic::rule).collect()
    }

    /// The brokers.
    pub(crate) fn brokers(&self) -> Vec<Broker> {
        self.broker.iter().map(BrokerConfig::broker).collect()
    }
}

impl Topic {
    fn rule(&self) -> TopicRule {
        let presence = match self.presence {
            PresenceName::Ordinary => Presence::Ordinary,
            PresenceName::AlarmsWhenPresent => Presence::AlarmsWhenPresent,
            PresenceName::AlarmsWhenAbsent => Presence::AlarmsWhenAbsent,
        };
        let driver = match self.driver {
            DriverName::Scaip => Driver::Scaip,
            DriverName::Zigbee2mqtt => Driver::Zigbee2Mqtt(Watch {
                door_opened: self.door_opened,
                bed_left: self.bed_left,
                button_pressed: self.button_pressed,
                presence,
                ..Watch::default()
            }),
        };
        TopicRule {
            pattern: self.pattern.0.clone(),
            driver,
            gateways: self.gateways.clone(),
            only: self.only.clone(),
        }
    }
}

impl BrokerConfig {
    /// Its password, by its name in the settings.
    pub(super) fn named_password(&mut self) -> Named<'_> {
        Named {
            name: "[[mqtt.broker]] password",
            secret: &mut self.password,
            file: &mut self.password_file,
            needed: false,
        }
    }

    fn broker(&self) -> Broker {
        Broker {
            url: self.url.clone(),
            user: self.user.clone(),
            password: self.password.clone(),
            client_id: self.client_id.clone(),
            filters: self.filters.clone(),
            authority: self.authority.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_bed_is_described_in_a_few_lines() {
        let mqtt: Mqtt = toml::from_str(
            r#"
            tcp = ["127.0.0.1:1883"]
            [[topic]]
            pattern = "zigbee2mqtt/{friendly_name}"
            driver = "zigbee2mqtt"
            gateways = ["bridge-1"]
            presence = "alarms_when_absent"
            door_opened = false
            [[broker]]
            url = "mqtt://broker.example"
            password = "hemligt"
            "#,
        )
        .unwrap();
        let rule = &mqtt.rules()[0];
        let Driver::Zigbee2Mqtt(watch) = &rule.driver else { panic!("a sensor rule") };
        assert!(!watch.door_opened && watch.bed_left && watch.presence == Presence::AlarmsWhenAbsent);
        assert_eq!(rule.gateways, ["bridge-1"]);
        assert_eq!(mqtt.brokers()[0].client_id, "tryggve");
        assert!(!format!("{mqtt:?}").contains("hemligt"));
    }

    #[test]
    fn a_wrong_pattern_says_what_was_expected() {
        let error = toml::from_str::<Mqtt>("[[topic]]\npattern = \"a/b\"\ndriver = \"scaip\"").unwrap_err();
        assert!(error.to_string().contains("expected one name in braces"), "{error}");
    }
}
