//! Who answers and who goes: providers, teams, ladders and logins of the made-up town.

use access::Role;
use alarm::{
    Kind, Ladder,
    ladder::{Rung, Tell},
    team::{Hours, Team},
};
use base::{AreaId, LadderId, Language, ProviderId, TeamId, UserId};
use store::team::Provider;

use super::{
    Ids,
    words::{FAMILY_ENDINGS, MEN, PRETENCES, WOMEN},
};
use crate::random::Random;

/// Someone who works in the town and may log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TownLogin {
    /// Which login.
    pub id: UserId,
    /// What they type.
    pub login_name: String,
    /// What others see.
    pub shown_name: String,
    /// What they work as.
    pub roles: Vec<Role>,
    /// The teams they respond for.
    pub teams: Vec<TeamId>,
    /// The language of their pages.
    pub language: Language,
}

impl TownLogin {
    /// The login as the one who acts.
    pub fn actor(&self) -> access::Actor {
        access::Actor {
            user: self.id,
            roles: self.roles.clone(),
            teams: self.teams.clone(),
            scopes: Vec::new(),
        }
    }
}

/// From 07.00 to 21.30.
const DAY: Hours = Hours { from_minute: 7 * 60, to_minute: 21 * 60 + 30 };
/// From 21.30 to 07.00.
const NIGHT: Hours = Hours { from_minute: 21 * 60 + 30, to_minute: 7 * 60 };
/// How many operators the reception has.
const OPERATORS: usize = 4;
/// How many responders a team has.
const RESPONDERS: usize = 3;

pub(super) fn providers(ids: &mut Ids) -> Vec<Provider> {
    [("Kommunens hemtjänst", true), ("Fabelomsorg AB", false), ("Sagovård Ekonomisk förening", false)]
        .into_iter()
        .map(|(name, own_run)| Provider { id: ProviderId(ids.next()), name: name.to_owned(), own_run })
        .collect()
}

/// A day team per area, two night patrols, and a reserve for the whole town round the clock.
pub(super) fn teams(areas: &[(AreaId, String)], providers: &[Provider], ids: &mut Ids) -> Vec<Team> {
    let mut teams = Vec::new();
    let mut add = |name: String, provider: usize, areas: Vec<AreaId>, hours, answer_seconds, order| {
        let phone = format!("040-628 04 {:02}", teams.len());
        teams.push(Team {
            id: TeamId(ids.next()),
            name,
            provider: providers.get(provider).map(|provider| provider.id),
            areas,
            hours,
            answer_seconds,
            order,
            phone,
        });
    };
    for (index, (area, name)) in areas.iter().enumerate() {
        // Every other area has a private provider by day.
        let provider = if index % 2 == 0 { 0 } else { 1 + index / 2 % 2 };
        add(format!("Dagteam {name}"), provider, vec![*area], DAY, 120, 1);
    }
    let ids_of = |part: &[(AreaId, String)]| part.iter().map(|(id, _)| *id).collect::<Vec<_>>();
    let (north, south) = areas.split_at(areas.len() / 2);
    add("Nattpatrull Norr".to_owned(), 0, ids_of(north), NIGHT, 120, 1);
    add("Nattpatrull Söder".to_owned(), 0, ids_of(south), NIGHT, 120, 1);
    add("Jourteamet".to_owned(), 0, Vec::new(), Hours::ALWAYS, 180, 9);
    teams
}

/// Fire and attack climb faster; the night climbs faster than the day; the rest has the usual ladder.
pub(super) fn ladders(areas: &[(AreaId, String)], ids: &mut Ids) -> Vec<Ladder> {
    let rung = |after_seconds, tell| Rung { after_seconds, tell };
    let ladder = |ids: &mut Ids, name: &str, kinds: Vec<Kind>, hours, order, rungs| Ladder {
        id: LadderId(ids.next()),
        name: name.to_owned(),
        kinds,
        areas: Vec::new(),
        hours,
        order,
        rungs,
    };
    let urgent = vec![rung(30, Tell::Operators), rung(60, Tell::Supervisor), rung(120, Tell::NextTeam)];
    let night = vec![
        rung(45, Tell::Operators),
        rung(120, Tell::Supervisor),
        rung(180, Tell::NextTeam),
        rung(600, Tell::Supervisor),
    ];
    let usual = vec![
        rung(60, Tell::Operators),
        rung(180, Tell::Supervisor),
        rung(300, Tell::NextTeam),
        rung(900, Tell::Supervisor),
    ];
    let technical = vec![rung(3_600, Tell::Operators), rung(14_400, Tell::Supervisor)];
    let mut ladders = vec![
        ladder(ids, "Brand och överfall", vec![Kind::Fire, Kind::Attack], Hours::ALWAYS, 1, urgent),
        ladder(ids, "Teknik", vec![Kind::Technical], Hours::ALWAYS, 2, technical),
        ladder(ids, "Natt", Vec::new(), NIGHT, 3, night),
        ladder(ids, "Dag", Vec::new(), Hours::ALWAYS, 9, usual),
    ];
    // One area is on an island with a bridge that opens: its people are told of earlier.
    if let Some((area, name)) = areas.get(4) {
        let mut island =
            ladder(ids, name, Vec::new(), DAY, 4, vec![rung(45, Tell::Operators), rung(150, Tell::NextTeam)]);
        island.areas = vec![*area];
        ladders.push(island);
    }
    ladders
}

/// Staff with short login names: `operator1`, `utryckare1`, `planerare`, `administrator`, `granskare`.
pub(super) fn logins(teams: &[Team], ids: &mut Ids, random: &mut Random) -> Vec<TownLogin> {
    let mut logins = Vec::new();
    let mut add = |login_name: String, roles: Vec<Role>, teams: Vec<TeamId>| {
        let names: &[&'static str] = if random.chance(0.6) { &WOMEN } else { &MEN };
        let given = random.word(names);
        logins.push(TownLogin {
            id: UserId(ids.next()),
            login_name,
            shown_name: format!("{given} {}{}", random.word(&PRETENCES), random.word(&FAMILY_ENDINGS)),
            roles,
            teams,
            language: Language::Swedish,
        });
    };
    for number in 1..=OPERATORS {
        add(format!("operator{number}"), vec![Role::Operator], Vec::new());
    }
    let mut number = 0;
    for team in teams {
        for _ in 0..RESPONDERS {
            number += 1;
            add(format!("utryckare{number}"), vec![Role::Responder], vec![team.id]);
        }
    }
    add("planerare".to_owned(), vec![Role::Planner], Vec::new());
    add("administrator".to_owned(), vec![Role::Administrator], Vec::new());
    add("granskare".to_owned(), vec![Role::Auditor], Vec::new());
    logins
}
