//! Forecasts, homes and the queue as pages.

use axum::http::{Method, StatusCode};

use super::browser::{Answer, Browser, town};

/// A form with a file, as a browser sends it.
async fn bring(browser: &mut Browser, kind: &str, content: &str) -> Answer {
    let secret = browser.form_secret.clone();
    let mut body = String::new();
    for (name, value) in [
        ("form_secret", secret.as_str()),
        ("area", "Tryggeby"),
        ("kind", kind),
        ("publisher", "SCB"),
        ("as_of", ""),
    ] {
        body.push_str(&format!(
            "--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"fil.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n{content}\r\n--edge--\r\n"
    ));
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", "multipart/form-data; boundary=edge")];
    browser.send(Method::POST, "/forecast/files", &headers, body).await
}

#[tokio::test]
async fn the_country_is_forecast_without_any_file() {
    let (town, _) = town().await;
    let mut planner = Browser::of(&town, "planner").await;
    let page = planner.get("/forecast").await;
    assert_eq!(page.status, StatusCode::OK);
    for expected in [
        "Riket",
        "Huvudalternativ",
        "boenden med 80 platser saknas 2050",
        "Prognos gjord",
        "SCB",
        "2025-12-31",
        "Seniorbostäder: behov efter andel",
        "Huvudalternativet kom närmast i",
        "hela riket",
    ] {
        assert!(page.text.to_lowercase().contains(&expected.to_lowercase()), "{expected}");
    }
    let part = planner.part("/forecast?area=Riket&until=2040&care_home=-1.5").await;
    assert!(part.text.contains("eget, reglagen") && !part.text.contains("<html"), "{}", part.text);
    assert!(
        part.text.contains("until=2040&amp;care_home=-1.5")
            || part.text.contains("until=2040&#38;care_home=-1.5")
    );
    let figures = planner.get("/forecast/pyramid.json?until=2040").await;
    assert!(figures.text.contains("\"first_year\":1968"), "{}", &figures.text[..200]);
    let unknown = planner.get("/forecast?area=Linkoping").await;
    assert!(unknown.text.contains("Ingen folkmängd är känd"), "{}", unknown.text);
    let claims = planner.get("/forecast/claims").await;
    assert!(
        claims.text.contains("stämmer ungefär")
            && claims.text.contains("4 356 000".replace(' ', "\u{a0}").as_str())
    );
}

#[tokio::test]
async fn every_format_is_a_file_of_its_kind() {
    let (town, _) = town().await;
    let mut auditor = Browser::of(&town, "auditor").await;
    for (name, kind) in [
        ("report.pdf", "application/pdf"),
        ("tables.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("demand-home-care.csv", "text/csv; charset=utf-8"),
        ("demand-parts.csv", "text/csv; charset=utf-8"),
        ("pyramid-2040.svg", "image/svg+xml; charset=utf-8"),
        ("places-gap.svg", "image/svg+xml; charset=utf-8"),
        ("senior-housing.svg", "image/svg+xml; charset=utf-8"),
        ("senior-housing.csv", "text/csv; charset=utf-8"),
        ("back-test-every-start.csv", "text/csv; charset=utf-8"),
        ("back-test-care-home.png", "image/png"),
    ] {
        let file = auditor.get(&format!("/forecast/file/{name}?until=2040")).await;
        assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, kind), "{name}");
        assert!(file.header("content-disposition").contains(name), "{name}");
        assert!(file.text.len() > 300, "{name}: {} bytes", file.text.len());
    }
    for name in ["report.exe", "passwd", "pyramid-9999.svg", "nothing.csv"] {
        let file = auditor.get(&format!("/forecast/file/{name}")).await;
        assert_eq!(file.status, StatusCode::NOT_FOUND, "{name}");
    }
}

#[tokio::test]
async fn a_bad_file_is_told_row_by_row_and_nothing_is_kept() {
    let (town, _) = town().await;
    let mut planner = Browser::of(&town, "planner").await;
    let head = "år;kön;ålder;folkmängd\n";
    for (content, expected) in [
        ("år;kön;folkmängd\n2025;män;3\n".to_owned(), "Kolumnen ålder"),
        (format!("{head}2025;män;3;-4\n"), "rad 2: folkmängd: -4 är mindre än noll"),
        (format!("{head}2025;män;2025-03-01;4\n"), "ser ut som ett datum"),
        (format!("{head}2025;mÃ¤n;3;4\n"), "fel teckenkodning"),
        (format!("{head}2025;män;3;4\n"), "rad 2: Tryggeby 2025: åldern 0 saknas för kvinnor"),
        ("PK\u{3}\u{4}".to_owned(), "ser ut som Excel, XLSX"),
    ] {
        let answer = bring(&mut planner, "population", &content).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{expected}");
        assert!(answer.text.contains(expected), "{expected}: {}", answer.text);
        assert!(answer.text.contains("Ingenting sparades"), "{expected}");
    }
    let missing = bring(&mut planner, "population", "").await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut auditor = Browser::of(&town, "auditor").await;
    assert_eq!(bring(&mut auditor, "population", "x").await.status, StatusCode::FORBIDDEN);
    planner.form_secret = "foreign".to_owned();
    assert_eq!(bring(&mut planner, "population", "x").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_own_alternative_is_kept_and_shown() {
    let (town, _) = town().await;
    let mut planner = Browser::of(&town, "planner").await;
    let form = planner.get("/forecast/alternatives?care_home=-1.5").await;
    assert!(form.text.contains("value=\"-1.5\""), "the sliders fill it in");
    let wrong = planner.post("/forecast/alternatives", &[("damping", "7")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = planner.post("/forecast/alternatives", &[("name", "Mer hemma"), ("care_home", "-2")]).await;
    let address = kept.header("location").to_owned();
    assert!(address.starts_with("/forecast?own="), "{address}");
    let shown = planner.get(&address).await;
    assert!(
        shown.text.contains("Mer hemma: hemtjänst +0 % per år; särskilt boende -2 % per år"),
        "{}",
        shown.text
    );
}

#[tokio::test]
async fn a_home_and_an_application_live_through_the_pages() {
    let (town, _) = town().await;
    let mut planner = Browser::of(&town, "planner").await;
    let home = [
        ("name", "Exempelgården"),
        ("kind", "care_home"),
        ("owner", "own_run"),
        ("places", "40"),
        ("free_places", "2"),
    ];
    assert_eq!(planner.post("/homes", &home).await.header("location"), "/homes");
    let wrong = planner.post("/homes", &[("name", ""), ("kind", "care_home"), ("owner", "own_run")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let list = planner.get("/homes").await;
    assert!(list.text.contains("Exempelgården"));
    let (before, _) = list.text.split_once("\">Exempelgården").unwrap();
    let (_, address) = before.rsplit_once("href=\"").unwrap();
    let form = planner.get(address).await;
    assert!(form.text.contains("Ja, ta bort boendet") && form.text.contains("/remove\""), "{}", form.text);
    let new = planner.get("/homes/new").await;
    assert!(!new.text.contains("Ja, ta bort boendet"), "what is not there cannot be removed");
    let file = planner.get("/homes/export?format=csv").await;
    assert!(file.text.contains("Exempelgården") && file.text.contains("egen regi"), "{}", file.text);
    let unknown = planner.post("/queue/new", &[("identity", "19330412-9819"), ("kind", "care_home")]).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let identity = town.people[0].identity.reveal().as_str().to_owned();
    let filed = planner.post("/queue/new", &[("identity", &identity), ("kind", "care_home")]).await;
    let address = filed.header("location").to_owned();
    assert!(address.starts_with("/queue/"), "{} {}", filed.status, filed.text);
    for wanted in ["grant", "offer", "decline", "offer", "accept", "move-in"] {
        let page = planner.get(&address).await;
        let after = |name: &str| {
            let (_, rest) = page.text.split_once(name).unwrap_or_else(|| panic!("{name} in {}", page.text));
            rest.split_once('"').unwrap().0.to_owned()
        };
        let version = after("name=\"version\" value=\"");
        let step = match wanted {
            "offer" => format!("offer-{}", after("value=\"offer-")),
            other => other.to_owned(),
        };
        let done = planner.post(&address, &[("version", &version), ("step", &step)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{wanted}: {}", done.text);
    }
    let page = planner.get(&address).await;
    assert!(page.text.contains("har flyttat in") && page.text.contains("Tackade nej"), "{}", page.text);
    let queue = planner.get("/queue").await;
    assert!(queue.text.contains("1 har flyttat in det senaste året"), "{}", queue.text);
    let mut operator = Browser::of(&town, "operator").await;
    for path in ["/queue", "/homes", "/forecast"] {
        assert_eq!(operator.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}
