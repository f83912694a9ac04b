//! Areas, providers, teams, ladders and rules.

use super::{Bench, administrator, fields, operator};
use crate::{
    AppError,
    team::{
        area,
        ladder::{self, RungForm},
        responders, rule,
    },
};

fn team_form(name: &str) -> responders::Form {
    responders::Form {
        name: name.to_owned(),
        from: "21:30".to_owned(),
        to: "7.00".to_owned(),
        answer_seconds: "60".to_owned(),
        order: "1".to_owned(),
        ..responders::Form::default()
    }
}

fn ladder_form(rungs: &[(&str, &str)]) -> ladder::Form {
    let rung = |(after, tell): &(&str, &str)| RungForm {
        after_seconds: (*after).to_owned(),
        tell: (*tell).to_owned(),
    };
    ladder::Form {
        name: "Natt".to_owned(),
        kinds: vec!["fire".to_owned()],
        order: "1".to_owned(),
        rungs: rungs.iter().map(rung).collect(),
        ..ladder::Form::default()
    }
}

#[tokio::test]
async fn what_is_used_cannot_be_removed() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    let dale = area::save_area(app, &keeper, None, "Påhittsdalen").await.unwrap();
    assert_eq!(fields(area::save_area(app, &keeper, None, "Påhittsdalen").await), ["name"]);
    let own = area::save_provider(app, &keeper, None, "Egen regi", true).await.unwrap();
    let form = responders::Form {
        provider: own.to_string(),
        areas: vec![dale.to_string()],
        ..team_form("Nattpatrull")
    };
    let team = responders::save_team(app, &keeper, None, &form).await.unwrap();
    assert_eq!(app.registry.memory().teams[0].hours.from_minute, 21 * 60 + 30);
    let rungs = [("60", "operators"), ("", ""), ("120", team.to_string().as_str())]
        .map(|(a, b)| (a.to_owned(), b.to_owned()));
    let rungs: Vec<(&str, &str)> = rungs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let night = ladder::save_ladder(app, &keeper, None, &ladder_form(&rungs)).await.unwrap();
    assert_eq!(app.registry.memory().ladders[0].rungs.len(), 2);
    assert_eq!(fields(area::remove_area(app, &keeper, dale).await), ["area"]);
    assert_eq!(fields(area::remove_provider(app, &keeper, own).await), ["provider"]);
    assert_eq!(fields(responders::remove_team(app, &keeper, team).await), ["team"]);
    ladder::remove_ladder(app, &keeper, night).await.unwrap();
    responders::remove_team(app, &keeper, team).await.unwrap();
    area::remove_provider(app, &keeper, own).await.unwrap();
    area::remove_area(app, &keeper, dale).await.unwrap();
    assert!(app.registry.memory().teams.is_empty() && app.registry.memory().ladders.is_empty());
}

#[tokio::test]
async fn wrong_teams_and_ladders_are_told_by_field() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    let wrong =
        responders::Form { from: "25:00".to_owned(), answer_seconds: "0".to_owned(), ..team_form("") };
    assert_eq!(
        fields(responders::save_team(app, &keeper, None, &wrong).await),
        ["name", "from", "answer_seconds"]
    );
    for (rungs, expected) in [
        (&[][..], "En larmtrappa behöver minst ett steg."),
        (
            &[("90", "operators"), ("60", "supervisor")][..],
            "Steg 2 kommer efter 60 s, före steget ovanför: ordna stegen efter tid.",
        ),
        (&[("90000", "operators")][..], "Steg 1 kommer efter 90000 s: högst 86400 s."),
        (&[("60", "någon")][..], "Finns inte."),
        (&[("snart", "operators")][..], "Steget \"snart\" går inte att läsa."),
    ] {
        let Err(AppError::Invalid(problems)) =
            ladder::save_ladder(app, &keeper, None, &ladder_form(rungs)).await
        else {
            panic!("{rungs:?} was taken");
        };
        assert_eq!(problems.of("rungs").unwrap().sentence(base::Language::Swedish), expected);
    }
    assert!(matches!(
        ladder::save_ladder(app, &operator(), None, &ladder_form(&[])).await,
        Err(AppError::Denied(_))
    ));
}

#[tokio::test]
async fn a_rule_is_set_within_its_bounds_with_who_and_when() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    assert_eq!(fields(rule::set_rule(app, &keeper, "alarm.raised_after_seconds", "0").await), ["figure"]);
    assert!(matches!(rule::set_rule(app, &keeper, "påhittad", "1").await, Err(AppError::NotFound("rule"))));
    rule::set_rule(app, &keeper, "alarm.raised_after_seconds", "90").await.unwrap();
    let rules = rule::rules(app, &keeper).await.unwrap();
    let found = rules.iter().find(|found| found.rule.name == "alarm.raised_after_seconds").unwrap();
    assert_eq!((found.figure, found.changes.len()), (90.0, 1));
    assert_eq!((found.changes[0].from.reveal().as_str(), found.changes[0].user), ("120", Some(keeper.user)));
    assert_eq!(app.registry.memory().settings.whole(found.rule), 90, "in force at once");
}
