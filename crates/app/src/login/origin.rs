//! Where a login comes from, as far as can be told.

use std::net::IpAddr;

use base::Private;

/// The most of what a browser says of itself that is read, in bytes.
const USER_AGENT_BYTES_MAX: usize = 1_024;

/// What each browser calls itself. Later ones also say the names of earlier ones, so the first that fits decides.
const PROGRAMS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("curl/", "curl"),
];

/// What each system is called, in the same way.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// Where a login comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address. It is about someone at work: the audit log keeps it, and the program's log names it beside logins.
    pub address: Option<Private<IpAddr>>,
    /// The kind of browser.
    pub browser: Browser,
}

impl Origin {
    /// The address as the two logs tell it; empty where it is not known.
    pub(crate) fn shown(&self) -> String {
        self.address.as_ref().map(|address| address.reveal().to_string()).unwrap_or_default()
    }
}

/// A kind of browser: program and system, by names of ours. Either is empty where it is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Browser {
    program: &'static str,
    system: &'static str,
}

impl Browser {
    /// Reads what a browser says of itself (`User-Agent`). Nothing of its words is kept, only which of ours fit.
    pub fn read(user_agent: &str) -> Self {
        let end = user_agent.floor_char_boundary(USER_AGENT_BYTES_MAX);
        let said = user_agent.get(..end).unwrap_or_default();
        let named = |names: &[(&str, &'static str)]| {
            names.iter().find(|(word, _)| said.contains(word)).map_or("", |(_, name)| *name)
        };
        Browser { program: named(&PROGRAMS), system: named(&SYSTEMS) }
    }

    /// As it is kept: `Firefox/Windows`; empty where nothing is known.
    pub(crate) fn kept(self) -> String {
        if self == Browser::default() { String::new() } else { format!("{}/{}", self.program, self.system) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_known_by_what_they_say() {
        const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
            Chrome/131.0.0.0 Safari/537.36";
        for (said, kept) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
                "Firefox/Windows",
            ),
            (CHROME, "Chrome/Windows"),
            (&format!("{CHROME} Edg/131.0.0.0"), "Edge/Windows"),
            (&format!("{CHROME} OPR/115.0.0.0"), "Opera/Windows"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.1 Mobile/15E148 Safari/604.1",
                "Safari/iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-X210) AppleWebKit/537.36 (KHTML, like Gecko) \
                 SamsungBrowser/26.0 Chrome/122.0.0.0 Safari/537.36",
                "Samsung Internet/Android",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/131.0.0.0",
                "Chrome/ChromeOS",
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "/macOS"),
            ("curl/8.9.1", "curl/"),
            ("Firefox\"; DROP TABLE session", ""),
            ("", ""),
            (&format!("{}Firefox/1", "å".repeat(USER_AGENT_BYTES_MAX)), ""),
        ] {
            assert_eq!(Browser::read(said).kept(), kept, "{said}");
        }
    }
}
