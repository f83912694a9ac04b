//! The lists of who and what may be tried in the demo, for people and for tests that send messages of their own.

use std::{fmt::Write as _, path::Path};

use anyhow::Context as _;
use device::{Authentication, ReplyStyle, Stage};
use sim::{Town, town::TownDevice};

/// The file with every installed device that speaks SIP.
pub(super) const DEVICES: &str = "devices.csv";
/// The file with every login.
pub(super) const LOGINS: &str = "logins.csv";

/// The device that the welcome names.
pub(super) fn to_try_with(town: &Town) -> Option<&TownDevice> {
    installed(town).find(|one| reply(town, one) == ReplyStyle::SeparateMessage.name())
}

/// Writes both. The passwords in them open nothing but the made-up municipality.
pub(super) fn write(folder: &Path, town: &Town) -> anyhow::Result<()> {
    let mut devices = String::from("controller_id,password,reply,person,street\n");
    for one in installed(town) {
        let Some(who) = town.people.iter().find(|who| Some(who.person.id) == one.device.person) else {
            continue;
        };
        let (person, street) = (who.person.full_name(), &who.person.address.reveal().street);
        let (name, reply) = (&one.device.controller_id, reply(town, one));
        // Writing to a string cannot fail.
        let _ = writeln!(devices, "{name},{},{reply},{},{street}", one.password, person.reveal());
    }
    let mut logins = String::from("login,roles,teams\n");
    for login in &town.logins {
        let roles: Vec<&str> = login.roles.iter().map(|role| role.name()).collect();
        let teams = town.teams.iter().filter(|team| login.teams.contains(&team.id));
        let teams: Vec<&str> = teams.map(|team| team.name.as_str()).collect();
        let _ = writeln!(logins, "{},{},{}", login.login_name, roles.join(" "), teams.join("; "));
    }
    for (name, text) in [(DEVICES, devices), (LOGINS, logins)] {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn installed(town: &Town) -> impl Iterator<Item = &TownDevice> {
    town.devices.iter().filter(|one| one.device.stage == Stage::Installed).filter(|one| {
        town.profile(&one.device).is_some_and(|profile| profile.authentication == Authentication::Digest)
    })
}

fn reply(town: &Town, one: &TownDevice) -> &'static str {
    town.profile(&one.device).map(|profile| profile.reply_style.name()).unwrap_or_default()
}
