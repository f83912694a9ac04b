//! The configuration file: where the database is, where to listen, whom to trust.
//!
//! Unknown words are refused, so that a misspelt setting is noticed at start and not at an alarm.

mod journal;
mod mqtt;
mod secret;

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use app::login::guesses;
use intake::{Listen, Network, Networks, TlsFiles};
use serde::Deserialize;

pub(crate) use journal::{Journal, Peers};
pub(crate) use mqtt::Mqtt;
use secret::Named;

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// `sqlite:PATH` or `postgres://...`.
    pub(crate) database: String,
    /// What devices are asked for with their password. It holds from the first start on; once devices have passwords,
    /// the database keeps it.
    #[serde(default)]
    pub(crate) realm: Option<String>,
    /// The sockets of devices.
    #[serde(default)]
    pub(crate) sip: Sip,
    /// Sockets, topics and brokers of MQTT.
    #[serde(default)]
    pub(crate) mqtt: Mqtt,
    /// The pages.
    #[serde(default)]
    pub(crate) web: Web,
    /// What keeps alarms while the database is away.
    #[serde(default)]
    pub(crate) journal: Journal,
    /// The list on paper, kept outside the database.
    #[serde(default)]
    pub(crate) fallback: Fallback,
    /// Whom Tryggve calls when it is ill itself.
    #[serde(default)]
    pub(crate) watch: Watch,
}

/// Whom Tryggve calls when it is ill itself. Each way is tested once a day.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Watch {
    /// A receiver of signed messages over HTTPS.
    pub(crate) webhook: Option<WebhookTo>,
    /// A mailbox.
    pub(crate) mail: Option<MailTo>,
}

/// A receiver of signed messages over HTTPS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookTo {
    /// Its address.
    pub(crate) address: String,
    /// What the messages are signed with.
    #[serde(default, deserialize_with = "secret::private")]
    pub(crate) secret: base::Private<String>,
    /// A file with that secret, instead.
    pub(crate) secret_file: Option<PathBuf>,
}

/// A mailbox, reached through a mail server of one's own network.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailTo {
    /// The mail server, such as `mail.example.org:25`.
    pub(crate) server: String,
    /// Whom the mail comes from.
    pub(crate) from: String,
    /// Whom it goes to.
    pub(crate) to: String,
}

/// The list on paper, kept outside the database.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Fallback {
    /// Where the list is written once an hour; left out, it is not written.
    pub(crate) file: Option<PathBuf>,
}

/// Where people reach us.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Web {
    /// Where the pages are, such as `127.0.0.1:8080`; put a proxy with TLS in front.
    pub(crate) listen: Vec<SocketAddr>,
    /// The municipality's name, shown in the top bar.
    pub(crate) municipality: String,
    /// Whether cookies are only sent over TLS; yes unless the file says no.
    pub(crate) secure_cookies: bool,
    /// Lets a collector on another machine read `/metrics`.
    #[serde(deserialize_with = "secret::private")]
    pub(crate) metrics_token: base::Private<String>,
    /// A file with that token, instead.
    pub(crate) metrics_token_file: Option<PathBuf>,
    /// A GeoJSON file with the streets of the map.
    pub(crate) map_base: Option<PathBuf>,
    /// Opens the page of status at `/status/SECRET` to whoever has the link; left out, there is no such page.
    #[serde(deserialize_with = "secret::private")]
    pub(crate) status_secret: base::Private<String>,
    /// A file with that secret, instead.
    pub(crate) status_secret_file: Option<PathBuf>,
    /// Proxies that are believed about where a request comes from, such as `127.0.0.1` or `10.20.0.0/24`.
    pub(crate) trusted_proxies: Vec<String>,
    /// The one header that they write: `X-Forwarded-For` unless the file says `Forwarded`.
    pub(crate) proxy_header: Option<String>,
    /// So many wrong passwords from one address within the minutes, and it is held back.
    pub(crate) wrong_passwords_max: u32,
    /// The minutes in which they are counted.
    pub(crate) wrong_passwords_minutes: i64,
}

impl Default for Web {
    fn default() -> Self {
        Web {
            listen: Vec::new(),
            municipality: String::new(),
            secure_cookies: true,
            metrics_token: base::Private::default(),
            metrics_token_file: None,
            map_base: None,
            status_secret: base::Private::default(),
            status_secret_file: None,
            trusted_proxies: Vec::new(),
            proxy_header: None,
            wrong_passwords_max: guesses::WRONG_MAX,
            wrong_passwords_minutes: guesses::WINDOW_SECONDS / 60,
        }
    }
}

impl Web {
    /// Whom to believe about where a request comes from.
    pub(crate) fn proxies(&self) -> anyhow::Result<web::Proxies> {
        let network = |text: &String| match text.trim().parse::<IpAddr>() {
            Ok(address) => Ok(Network::from(address)),
            Err(_) => text.parse().context("[web] trusted_proxies"),
        };
        let trusted: Vec<Network> = self.trusted_proxies.iter().map(network).collect::<Result<_, _>>()?;
        let header = match self.proxy_header.as_deref().map(str::to_ascii_lowercase).as_deref() {
            None | Some("x-forwarded-for") => web::ProxyHeader::XForwardedFor,
            Some("forwarded") => web::ProxyHeader::Forwarded,
            Some(other) => bail!("[web] proxy_header is {other:?}: expected X-Forwarded-For or Forwarded"),
        };
        Ok(web::Proxies { trusted: Networks(trusted), header })
    }

    /// When a source of wrong passwords is held back.
    pub(crate) fn guesses(&self) -> anyhow::Result<guesses::Rule> {
        let (wrong, minutes) = (guesses::WRONG_MAX_HIGHEST, guesses::WINDOW_SECONDS_HIGHEST / 60);
        if !(1..=wrong).contains(&self.wrong_passwords_max) {
            bail!("[web] wrong_passwords_max is {}: expected 1 to {wrong}", self.wrong_passwords_max);
        }
        if !(1..=minutes).contains(&self.wrong_passwords_minutes) {
            bail!(
                "[web] wrong_passwords_minutes is {}: expected 1 to {minutes}",
                self.wrong_passwords_minutes
            );
        }
        Ok(guesses::Rule {
            wrong_max: self.wrong_passwords_max,
            window_seconds: self.wrong_passwords_minutes * 60,
            ..guesses::Rule::default()
        })
    }

    /// Whether the pages are shown to this machine only, so that people must come through a proxy.
    pub(crate) fn stands_behind_proxy(&self) -> bool {
        !self.listen.is_empty() && self.listen.iter().all(|address| address.ip().is_loopback())
    }
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

impl Config {
    /// Reads a file. The error names the line and what was expected.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("cannot use {}", path.display()))
    }

    /// The same with the secrets that stand in files of their own.
    pub(crate) fn with_secrets(mut self) -> anyhow::Result<Self> {
        self.secrets().into_iter().try_for_each(Named::fill)?;
        Ok(self)
    }

    /// Every secret that may stand in a file of its own.
    pub(crate) fn secrets(&mut self) -> Vec<Named<'_>> {
        let (web, journal) = (&mut self.web, &mut self.journal);
        let copies = journal.peer.is_some() || journal.listen.is_some();
        let mut all = vec![
            Named {
                name: "[web] status_secret",
                secret: &mut web.status_secret,
                file: &mut web.status_secret_file,
                needed: false,
            },
            Named {
                name: "[web] metrics_token",
                secret: &mut web.metrics_token,
                file: &mut web.metrics_token_file,
                needed: false,
            },
            Named {
                name: "[journal] secret",
                secret: &mut journal.secret,
                file: &mut journal.secret_file,
                needed: copies,
            },
        ];
        all.extend(self.watch.webhook.as_mut().map(|to| Named {
            name: "[watch.webhook] secret",
            secret: &mut to.secret,
            file: &mut to.secret_file,
            needed: true,
        }));
        all.extend(self.mqtt.broker.iter_mut().map(mqtt::BrokerConfig::named_password));
        all
    }

    /// The file of the database; `None` on PostgreSQL.
    pub(crate) fn sqlite_path(&self) -> Option<&Path> {
        let path = self.database.strip_prefix("sqlite:")?.trim_start_matches("//");
        Some(Path::new(path.split_once('?').map_or(path, |(path, _)| path)))
    }

    /// The sockets to open.
    pub(crate) fn listen(&self) -> Listen {
        Listen {
            udp: self.sip.udp.clone(),
            tcp: self.sip.tcp.clone(),
            tls: self.sip.tls.iter().map(|tls| (tls.address, tls.files())).collect(),
            mqtt: self.mqtt.tcp.clone(),
            mqtt_tls: self.mqtt.tls.iter().map(|tls| (tls.address, tls.files())).collect(),
            topics: self.mqtt.rules(),
            brokers: self.mqtt.brokers(),
        }
    }

    /// What the pages need to know.
    pub(crate) fn pages(
        &self,
        metrics: metrics_exporter_prometheus::PrometheusHandle,
    ) -> anyhow::Result<web::WebConfig> {
        Ok(web::WebConfig {
            municipality: self.web.municipality.clone(),
            secure_cookies: self.web.secure_cookies,
            metrics: Some(metrics),
            metrics_token: secret::given(&self.web.metrics_token),
            map_base: self.web.map_base.clone(),
            status_secret: secret::given(&self.web.status_secret),
            proxies: self.web.proxies()?,
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packaged_file_reads() {
        let text = include_str!("../../../packaging/tryggve.toml");
        let config: Config = toml::from_str(text).unwrap();
        assert_eq!(config.realm.as_deref(), Some("tryggve"));
        assert_eq!(config.listen().udp.len(), 1);
        assert!(config.journal.file.is_some() && config.fallback.file.is_some());
    }

    #[test]
    fn cookies_need_tls_unless_the_file_says_no() {
        for (web, secure) in [
            ("", true),
            ("[web]\nlisten = []", true),
            ("[web]\nsecure_cookies = true", true),
            ("[web]\nsecure_cookies = false", false),
        ] {
            let config: Config = toml::from_str(&format!("database = \"sqlite:x\"\n{web}")).unwrap();
            assert_eq!(config.web.secure_cookies, secure, "{web}");
        }
    }

    #[test]
    fn proxies_are_named_one_by_one_and_nobody_is_believed_by_default() {
        let proxies = |web: &str| toml::from_str::<Web>(web).unwrap().proxies();
        assert_eq!(proxies("").unwrap(), web::Proxies::default());
        let named = "trusted_proxies = [\"127.0.0.1\", \"2001:db8::/64\"]\nproxy_header = \"forwarded\"";
        let named = proxies(named).unwrap();
        assert_eq!(named.header, web::ProxyHeader::Forwarded);
        for (address, trusted) in [("127.0.0.1", true), ("127.0.0.2", false), ("2001:db8::7", true)] {
            assert_eq!(named.trusted.contain(address.parse().unwrap()), trusted, "{address}");
        }
        for (wrong, told) in
            [("trusted_proxies = [\"proxy\"]", "trusted_proxies"), ("proxy_header = \"Via\"", "expected")]
        {
            let error = format!("{:#}", proxies(wrong).unwrap_err());
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn a_limit_of_wrong_passwords_is_within_bounds() {
        for (web, expected) in [
            ("", Some((30, 900))),
            ("wrong_passwords_max = 200\nwrong_passwords_minutes = 60", Some((200, 3_600))),
            ("wrong_passwords_max = 0", None),
            ("wrong_passwords_max = 301", None),
            ("wrong_passwords_minutes = -5", None),
            ("wrong_passwords_minutes = 1441", None),
        ] {
            let rule = toml::from_str::<Web>(web).unwrap().guesses();
            assert_eq!(rule.ok().map(|rule| (rule.wrong_max, rule.window_seconds)), expected, "{web}");
        }
    }

    #[test]
    fn secrets_are_read_from_files_at_start() {
        let file = std::env::temp_dir().join(format!("tryggve-secrets-{}", std::process::id()));
        std::fs::write(&file, "hemligt-i-fil\n").unwrap();
        let name = file.display();
        let settings = |watch: &str| {
            let text = format!(
                "database = \"sqlite:x\"\n[web]\nstatus_secret_file = \"{name}\"\nmetrics_token_file = \"{name}\"\n\
                 [journal]\nsecret_file = \"{name}\"\n\
                 [[mqtt.broker]]\nurl = \"mqtt://broker.example\"\npassword_file = \"{name}\"\n\
                 [watch.webhook]\naddress = \"https://jour.example.org\"\n{watch}"
            );
            toml::from_str::<Config>(&text).unwrap()
        };
        let by_file = settings(&format!("secret_file = \"{name}\""));
        let config = by_file.clone().with_secrets().unwrap();
        let missing = settings("").with_secrets().unwrap_err().to_string();
        std::fs::remove_file(&file).unwrap();
        let (webhook, broker) = (config.watch.webhook.clone().unwrap(), config.mqtt.brokers().remove(0));
        let web = config.web.clone();
        for (place, found) in [
            ("status", web.status_secret),
            ("metrics", web.metrics_token),
            ("journal", config.journal.secret.clone()),
            ("broker", broker.password),
            ("watch", webhook.secret),
        ] {
            assert_eq!(found.reveal(), "hemligt-i-fil", "{place}");
        }
        assert!(!format!("{config:?}").contains("hemligt"));
        assert!(
            missing.contains("[watch.webhook] secret or [watch.webhook] secret_file is missing"),
            "{missing}"
        );
        let gone = format!("{:#}", by_file.with_secrets().unwrap_err());
        assert!(gone.contains("cannot read [web] status_secret_file"), "{gone}");
    }

    #[test]
    fn a_secret_that_is_left_out_or_empty_opens_nothing() {
        for web in ["", "status_secret = \"\"\nmetrics_token = \"\""] {
            let web = toml::from_str::<Web>(web).unwrap();
            assert!(
                secret::given(&web.status_secret).is_none() && secret::given(&web.metrics_token).is_none()
            );
        }
    }

    #[test]
    fn the_packaged_file_of_two_nodes_reads() {
        let text = include_str!("../../../packaging/failover/tryggve.toml");
        let text = text.replace("NODE_ADDRESS", "192.0.2.21").replace("OTHER_ADDRESS", "192.0.2.22");
        let config: Config = toml::from_str(&text).unwrap();
        assert_eq!(config.journal.peer.as_deref(), Some("192.0.2.22:5070"));
        assert!(config.sqlite_path().is_none() && config.journal.listen.is_some());
    }

    #[test]
    fn a_misspelt_setting_is_refused_by_its_name() {
        let error = toml::from_str::<Config>("database = \"sqlite:x\"\n[sip]\nupd = []").unwrap_err();
        assert!(error.to_string().contains("upd"), "{error}");
    }
}
