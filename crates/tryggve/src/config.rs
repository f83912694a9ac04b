//! The configuration file: where the database is, where to listen, whom to trust.
//!
//! Unknown words are refused, so that a misspelt setting is noticed at start and not at an alarm.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use device::drivers::zigbee2mqtt::Watch;
use intake::{
    Listen, Network, Networks, TlsFiles,
    mqtt::{Driver, TopicRule},
};
use serde::Deserialize;

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// `sqlite:PATH` or `postgres://...`.
    pub(crate) database: String,
    /// What devices are asked for with their password.
    #[serde(default = "default_realm")]
    pub(crate) realm: String,
    /// The sockets of devices.
    #[serde(default)]
    pub(crate) sip: Sip,
    /// The sockets of sensors, and the brokers to fetch from.
    #[serde(default)]
    pub(crate) mqtt: Mqtt,
    /// The pages.
    #[serde(default)]
    pub(crate) web: Web,
}

/// Where sensors reach us over MQTT, and where we fetch ourselves.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Mqtt {
    /// Plain sockets, such as `127.0.0.1:1883`.
    pub(crate) listen: Vec<SocketAddr>,
    /// Encrypted sockets.
    pub(crate) tls: Vec<Tls>,
    /// What the topics mean.
    pub(crate) topics: Vec<Topic>,
    /// Brokers of others.
    pub(crate) brokers: Vec<Broker>,
}

/// What the messages of a topic are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topic {
    /// Such as `zigbee2mqtt/{friendly_name}`.
    pub(crate) pattern: String,
    /// `scaip` or `zigbee2mqtt`.
    pub(crate) driver: String,
    /// Devices that may speak for others, by controller id.
    #[serde(default)]
    pub(crate) gateways: Vec<String>,
    /// The only devices that the rule is for; empty for all.
    #[serde(default)]
    pub(crate) only: Vec<String>,
}

/// A broker of someone else.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Broker {
    /// `mqtt://host:1883` or `mqtts://host:8883`.
    pub(crate) url: String,
    /// Who we are there.
    #[serde(default)]
    pub(crate) user: String,
    /// A file that holds the password and nothing else, so that the configuration holds no secret.
    pub(crate) password_file: Option<PathBuf>,
    /// What our session is called; two clients of one broker need two names.
    pub(crate) client_id: String,
    /// What to subscribe to; empty for the topics of every rule.
    #[serde(default)]
    pub(crate) filters: Vec<String>,
    /// Whose certificates are trusted for `mqtts`, PEM.
    pub(crate) authority: Option<PathBuf>,
}

/// Where people reach us.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Web {
    /// Where the pages are, such as `127.0.0.1:8080`; put a proxy with TLS in front.
    pub(crate) listen: Vec<SocketAddr>,
    /// The municipality's name, shown in the top bar.
    pub(crate) municipality: String,
    /// Whether cookies are only sent over TLS.
    pub(crate) secure_cookies: bool,
    /// Lets a collector on another machine read `/metrics`.
    pub(crate) metrics_token: Option<String>,
    /// A GeoJSON file with the streets of the map.
    pub(crate) map_base: Option<PathBuf>,
}

/// Where SCAIP devices reach us.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Sip {
    /// Datagram sockets, such as `0.0.0.0:5060`.
    pub(crate) udp: Vec<SocketAddr>,
    /// Plain stream sockets.
    pub(crate) tcp: Vec<SocketAddr>,
    /// Encrypted stream sockets.
    pub(crate) tls: Vec<Tls>,
    /// Networks whose senders need no password when their profile says so, such as `10.20.0.0/16`.
    pub(crate) trusted_networks: Vec<String>,
}

/// An encrypted socket.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    /// Where, such as `0.0.0.0:5061`.
    pub(crate) address: SocketAddr,
    /// The certificate chain, PEM.
    pub(crate) certificate: PathBuf,
    /// The private key, PEM.
    pub(crate) key: PathBuf,
    /// Whose client certificates are trusted, PEM; left out, none is asked for.
    pub(crate) client_authority: Option<PathBuf>,
}

fn default_realm() -> String {
    "tryggve".to_owned()
}

impl Config {
    /// Reads a file. The error names the line and what was expected.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("cannot use {}", path.display()))
    }

    /// The sockets to open.
    pub(crate) fn listen(&self) -> anyhow::Result<Listen> {
        let encrypted = |all: &[Tls]| all.iter().map(|tls| (tls.address, tls.files())).collect();
        Ok(Listen {
            udp: self.sip.udp.clone(),
            tcp: self.sip.tcp.clone(),
            tls: encrypted(&self.sip.tls),
            mqtt: self.mqtt.listen.clone(),
            mqtt_tls: encrypted(&self.mqtt.tls),
            topics: self.mqtt.topics.iter().map(Topic::rule).collect::<Result<_, _>>()?,
            brokers: self.mqtt.brokers.iter().map(Broker::read).collect::<Result<_, _>>()?,
        })
    }

    /// What the pages need to know.
    pub(crate) fn pages(&self, metrics: metrics_exporter_prometheus::PrometheusHandle) -> web::WebConfig {
        web::WebConfig {
            municipality: self.web.municipality.clone(),
            secure_cookies: self.web.secure_cookies,
            metrics: Some(metrics),
            metrics_token: self.web.metrics_token.clone().map(base::Private::new),
            map_base: self.web.map_base.clone(),
        }
    }

    /// The networks to trust.
    pub(crate) fn networks(&self) -> anyhow::Result<Networks> {
        let networks: Vec<Network> =
            self.sip.trusted_networks.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
        Ok(Networks(networks))
    }
}

impl Tls {
    /// The files as the sockets want them.
    pub(crate) fn files(&self) -> TlsFiles {
        TlsFiles {
            certificate: self.certificate.clone(),
            key: self.key.clone(),
            client_authority: self.client_authority.clone(),
        }
    }
}

impl Topic {
    fn rule(&self) -> anyhow::Result<TopicRule> {
        let driver = match self.driver.as_str() {
            "scaip" => Driver::Scaip,
            "zigbee2mqtt" => Driver::Zigbee2Mqtt(Watch::default()),
            other => bail!("{other:?} is no driver of MQTT topics: expected scaip or zigbee2mqtt"),
        };
        let rule = TopicRule::new(self.pattern.parse()?, driver);
        Ok(TopicRule { gateways: self.gateways.clone(), only: self.only.clone(), ..rule })
    }
}

impl Broker {
    fn read(&self) -> anyhow::Result<intake::mqtt::Broker> {
        let password = match &self.password_file {
            None => String::new(),
            Some(path) => std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?,
        };
        Ok(intake::mqtt::Broker {
            url: self.url.clone(),
            user: self.user.clone(),
            password: base::Private::new(password.trim_end_matches('\n').to_owned()),
            client_id: self.client_id.clone(),
            filters: self.filters.clone(),
            authority: self.authority.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packaged_file_reads() {
        let text = include_str!("../../../packaging/tryggve.toml");
        let config: Config = toml::from_str(text).unwrap();
        assert_eq!(config.realm, "tryggve");
        assert_eq!(config.listen().unwrap().udp.len(), 1);
    }

    #[test]
    fn a_misspelt_setting_is_refused_by_its_name() {
        let error = toml::from_str::<Config>("database = \"sqlite:x\"\n[sip]\nupd = []").unwrap_err();
        assert!(error.to_string().contains("upd"), "{error}");
    }

    #[test]
    fn a_topic_with_a_driver_that_is_not_there_says_which_are() {
        let text = "database = \"sqlite:x\"\n[[mqtt.topics]]\npattern = \"a/{name}\"\ndriver = \"zwave\"";
        let error = toml::from_str::<Config>(text).unwrap().listen().unwrap_err();
        assert_eq!(error.to_string(), "\"zwave\" is no driver of MQTT topics: expected scaip or zigbee2mqtt");
    }
}
