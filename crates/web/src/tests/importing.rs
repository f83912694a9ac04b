//! Registers from files, through the browser.

use axum::http::{Method, StatusCode};

use super::browser::{Answer, Browser, encode, town};
use crate::upload::UPLOAD_BYTES_MAX;

const FILE: &[u8] = b"Serienummer;Modell;Rum\nNY-1;Exempel Hemma 4G;K\xf6k\nNY-2;Okand;Hall\n";

/// The page of a file when its rows have been written.
async fn finished(browser: &mut Browser, address: &str) -> Answer {
    loop {
        let page = browser.get(address).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        if !page.text.contains("<progress") {
            return page;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_file_is_shown_before_it_is_taken_and_taken_once() {
    let (town, _) = town().await;
    let mut keeper = Browser::of(&town, "administrator").await;
    let form = keeper.get("/devices/import").await;
    for part in ["enctype=\"multipart/form-data\"", "serienummer, modell", "lösenord"] {
        assert!(form.text.contains(part), "{part}: {}", form.text);
    }
    let sent = keeper.upload("/devices/import", FILE).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let address = sent.header("location").to_owned();
    let preview = keeper.get(&address).await;
    for part in ["Spara 1 ny rad", "1 rad att rätta", "Kök", "Okand", "Exempel Hemma 4G"] {
        assert!(preview.text.contains(part), "{part}: {}", preview.text);
    }
    assert!(!keeper.get("/devices?words=NY-1").await.text.contains("NY-1</a>"), "nothing is saved yet");
    let wrong = keeper.get(&format!("{address}/wrong?format=csv")).await;
    assert!(wrong.text.contains("3;Modell;Okand"), "{}", wrong.text);
    assert_eq!(keeper.post(&address, &[]).await.status, StatusCode::SEE_OTHER);
    let done = finished(&mut keeper, &address).await;
    assert!(done.text.contains("1 rad är sparad") && !done.text.contains("Spara 1"), "{}", done.text);
    assert!(keeper.get("/devices?words=NY-1").await.text.contains("NY-1</a>"));

    let again = keeper.upload("/devices/import", FILE).await.header("location").to_owned();
    let page = keeper.get(&again).await;
    assert!(
        page.text.contains("1 rad finns redan")
            && !page
                .text
                .contains("<button type=\"submit\" class=\"aksel-button\" data-variant=\"primary\">Spara")
    );
    let mut other = Browser::of(&town, "operator").await;
    assert_eq!(other.get(&again).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn people_come_from_files_too_and_templates_are_given() {
    let (town, _) = town().await;
    let mut keeper = Browser::of(&town, "administrator").await;
    let file = "personnummer,förnamn,efternamn\n19121212-1212,Exempel,Påhittsson\n".as_bytes();
    let sent = keeper.upload("/people/import", file).await;
    let page = keeper.get(sent.header("location")).await;
    assert!(page.text.contains("Spara 1 ny rad"), "{}", page.text);
    let template = keeper.get("/people/import/template?format=csv").await;
    assert!(template.text.contains("personnummer;förnamn;efternamn"), "{}", template.text);
    let book = keeper.get("/devices/import/template?format=xlsx").await;
    assert!(book.header("content-disposition").contains("mall-enheter.xlsx"));
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_refused_beside_its_field() {
    let (town, _) = town().await;
    let mut keeper = Browser::of(&town, "administrator").await;
    for (file, told) in [
        (b"".as_slice(), "Välj en fil först"),
        (b"serial;rum\nEX-1;Hall\n", "saknar de här rubrikerna: modell"),
        (b"PK\x03\x04nonsense", "Arbetsboken går inte att läsa"),
        (b"a;b\n\"c;d\n", "Rad 2 börjar ett citat"),
    ] {
        let answer = keeper.upload("/devices/import", file).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
        assert!(answer.text.contains(told) && answer.text.contains("data-focus"), "{told}: {}", answer.text);
    }
    let large = vec![b'x'; UPLOAD_BYTES_MAX + 1];
    assert_eq!(keeper.upload("/devices/import", &large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_file_from_elsewhere_or_to_another_form_is_refused() {
    let (town, _) = town().await;
    let mut keeper = Browser::of(&town, "administrator").await;
    let secret = std::mem::take(&mut keeper.form_secret);
    assert_eq!(keeper.upload("/devices/import", FILE).await.status, StatusCode::FORBIDDEN, "no secret");
    let parts = ("content-type", "multipart/form-data; boundary=grans");
    let foreign = [("sec-fetch-site", "cross-site"), parts];
    let body = encode(&[("form_secret", &secret)]);
    let answer = keeper.send(Method::POST, "/devices/import", &foreign, body).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "another site");
    keeper.form_secret = secret;
    let large = vec![b'x'; crate::server::FORM_BYTES_MAX + 1];
    let answer = keeper.upload("/devices/new", &large).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "an ordinary form takes no large file");
}
