//! The 49 cases of RFC 4475, each written anew after what the RFC says it tests.
//!
//! Where the RFC lets a receiver choose, this parser takes what an alarm device might send and refuses what is ambiguous.

use sip::{HeaderName, Limits, Message, Method};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Request(Method),
    Response(u16),
    Refused(u16),
}
use Expected::{Refused, Request, Response};

/// Name, first line, header lines that differ from the usual ones, body, and what the parser makes of it.
type Case = (&'static str, &'static str, &'static [&'static str], &'static str, Expected);

/// Builds a message: usual headers, of which `lines` replaces those of the same name and `-Name` removes one.
fn build(start: &str, lines: &[&str], body: &str) -> Vec<u8> {
    let method =
        if start.starts_with("SIP/") { "INVITE" } else { start.split(' ').next().unwrap_or_default() };
    let usual = [
        "Via: SIP/2.0/UDP host5.example.org;branch=z9hG4bKkdjuw".to_owned(),
        "To: <sip:larm@example.org>".to_owned(),
        "From: <sip:unit@example.org>;tag=8814".to_owned(),
        "Call-ID: torture.1@example.org".to_owned(),
        format!("CSeq: 8 {method}"),
        "Max-Forwards: 70".to_owned(),
        format!("Content-Length: {}", body.len()),
    ];
    let name =
        |line: &str| line.split(':').next().unwrap_or_default().trim_start_matches('-').to_ascii_lowercase();
    let mut out = format!("{start}\r\n");
    for line in usual {
        if !lines.iter().any(|own| name(own) == name(&line)) {
            out.push_str(&line);
            out.push_str("\r\n");
        }
    }
    for line in lines.iter().filter(|line| !line.starts_with('-')) {
        out.push_str(line);
        out.push_str("\r\n");
    }
    out.push_str("\r\n");
    out.push_str(body);
    out.into_bytes()
}

fn check(name: &str, bytes: &[u8], expected: Expected) {
    let found = match Message::parse(bytes, &Limits::default()) {
        Ok(message) => match message.method() {
            Some(method) => Request(method),
            None => Response(message.status().unwrap_or_default()),
        },
        Err(error) => Refused(error.status()),
    };
    assert_eq!(found, expected, "{name}: {:?}", Message::parse(bytes, &Limits::default()));
}

fn check_all(cases: &[Case]) {
    for (name, start, lines, body, expected) in cases {
        check(name, &build(start, lines, body), *expected);
    }
}

const VALID: [Case; 9] = [
    (
        "intmeth",
        "!odd-Method0_*+`.%indeed'~ sip:1_x.~(y!)&isn't+it$/c?,/;;*:&a=1,p!*$wo~d_.(q)@example.org SIP/2.0",
        &[
            "To: \"BEL:\u{7} NUL:\0 DEL:\u{7f}\" <sip:1_x.~(y!)&isn't+it$/c?,/;;*@example.org>",
            "extensionHeader-!.%*+_`'~:\u{fe}",
        ],
        "",
        Request(Method::Other),
    ),
    (
        "esc01",
        "INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0",
        &["To: sip:%75se%72@example.com"],
        "",
        Request(Method::Invite),
    ),
    (
        "escnull",
        "REGISTER sip:example.com SIP/2.0",
        &["To: sip:null-%00-null@example.com"],
        "",
        Request(Method::Register),
    ),
    (
        "esc02",
        "RE%47IST%45R sip:registrar.example.com SIP/2.0",
        &["To: \"%Z%45\" <sip:r@example.com>"],
        "",
        Request(Method::Other),
    ),
    (
        "lwsdisp",
        "OPTIONS sip:user@example.com SIP/2.0",
        &["From: caller<sip:caller@example.com>;tag=3"],
        "",
        Request(Method::Options),
    ),
    (
        "semiuri",
        "OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0",
        &[],
        "",
        Request(Method::Options),
    ),
    (
        "transports",
        "OPTIONS sip:user@example.com SIP/2.0",
        &[
            "Via: SIP/2.0/UDP t1.example.com;branch=z9hG4bKkdjuw",
            "Via: SIP/2.0/SCTP t2",
            "Via: SIP/2.0/TLS t3",
            "Via: SIP/2.0/UNKNOWN t4",
            "Via: SIP/2.0/TCP t5",
        ],
        "",
        Request(Method::Options),
    ),
    ("unreason", "SIP/2.0 200 = 2**3 * 5**2 \u{43d}\u{43e} \u{441}\u{442}\u{43e}", &[], "", Response(200)),
    ("noreason", "SIP/2.0 100 ", &[], "", Response(100)),
];

#[test]
fn valid_messages_are_accepted() {
    check_all(&VALID);
    let invite = Request(Method::Invite);
    let white_space = "INVITE sip:anna@example.org;odd SIP/2.0\r\nTO :\r\n sip:anna@example.org ;   tag    = 19n\r\n\
        from   : \"A Exempel \\\\\\\"\"       <sip:ae@example.com>\r\n  ;\r\n  tag = 98\r\nMaX-fOrWaRdS: 0068\r\n\
        Call-ID: ws.1@192.0.2.1\r\nContent-Length   : 3\r\ncseq: 0009\r\n  INVITE\r\n\
        Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390\r\ns :\r\nNewHeader:   x\r\n y\r\nOdd: ;;,,;;,;\r\n\
        Content-Type: application/sdp\r\nRoute:\r\n <sip:services.example.com;lr;x=\"y\"> , <sip:z>\r\n\
        v:  SIP  / 2.0  / TCP     two.example.com   ;\r\n  branch  =   z9hG4bK9  ,\r\n SIP  /    2.0   / UDP  192.168.255.111\r\n\
        m:\"Q \\\"\\\"\" <sip:j@example.com> ; n =\r\n v ;\r\n q = 0.33\r\n\r\nv=0";
    check("wsinv", white_space.as_bytes(), invite);
    let long = "x".repeat(400);
    check(
        "longreq",
        &build(
            &format!("INVITE sip:user@{long}.example.com SIP/2.0"),
            &[
                &format!("To: \"{long}\" <sip:{long}@{long}>"),
                &format!("F: sip:{long}@h;tag={long}"),
                "-From",
                &format!("Call-ID: {long}"),
                &format!("Unknown-{long}: {long}"),
                &format!("Via: SIP/2.0/TCP sip33.example.com, SIP/2.0/UDP {long}"),
            ],
            "",
        ),
        invite,
    );
    let mut two = build("REGISTER sip:example.com SIP/2.0", &[], "");
    two.extend(build("INVITE sip:joe@example.com SIP/2.0", &[], "v=0"));
    check("dblreq", &two, Request(Method::Register));
    assert_eq!(Message::parse(&two, &Limits::default()).unwrap().body(), b"");
    let mut binary = build(
        "MESSAGE sip:kumiko@example.org SIP/2.0",
        &["Content-Type: multipart/mixed;boundary=7a9cbec02ceef655", "Content-Length: 8"],
        "",
    );
    binary.extend(b"--7\0\xff\xfe\r\n");
    check("mpart01", &binary, Request(Method::Message));
}

// Read leniently: stray separators and more or trailing spaces have only one reading, and nothing here acts on headers
// inside a URI, on Date, or on a Contact that nobody asks for.
const BROKEN: [Case; 19] = [
    (
        "badinv01",
        "INVITE sip:user@example.com SIP/2.0",
        &[
            "Contact: \"Joe\" <sip:joe@example.org>;;;;",
            "Via: SIP/2.0/UDP 192.0.2.15;;,;,,",
            "To: sip:j.user@example.com;;;;tag=1",
        ],
        "",
        Request(Method::Invite),
    ),
    ("clerr", "INVITE sip:user@example.com SIP/2.0", &["Content-Length: 9999"], "v=0", Refused(400)),
    ("ncl", "INVITE sip:user@example.com SIP/2.0", &["Content-Length: -999"], "v=0", Refused(400)),
    (
        "scalar02",
        "REGISTER sip:example.com SIP/2.0",
        &["CSeq: 36893488147419103232 REGISTER", "Max-Forwards: 300", "Expires: 10000000000000000000"],
        "",
        Refused(400),
    ),
    (
        "scalarlg",
        "SIP/2.0 503 Service Unavailable",
        &["CSeq: 9292394834772304023312 OPTIONS"],
        "",
        Refused(400),
    ),
    (
        "quotbal",
        "INVITE sip:user@example.com SIP/2.0",
        &["To: \"Mr. J. User <sip:j.user@example.com>"],
        "",
        Refused(400),
    ),
    ("ltgtruri", "INVITE <sip:user@example.com> SIP/2.0", &[], "", Refused(400)),
    ("lwsruri", "INVITE sip:user@example.com; lr SIP/2.0", &[], "", Refused(400)),
    ("lwsstart", "INVITE  sip:user@example.com  SIP/2.0", &[], "", Request(Method::Invite)),
    ("trws", "OPTIONS sip:t1@example.com SIP/2.0  ", &[], "", Request(Method::Options)),
    (
        "escruri",
        "INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0",
        &[],
        "",
        Request(Method::Invite),
    ),
    (
        "baddate",
        "INVITE sip:user@example.com SIP/2.0",
        &["Date: Fri, 01 Jan 2010 16:00:00 EST"],
        "",
        Request(Method::Invite),
    ),
    (
        "regbadct",
        "REGISTER sip:example.com SIP/2.0",
        &["Contact: sip:user@example.com?Route=%3Csip:x%3E"],
        "",
        Request(Method::Register),
    ),
    (
        "badaspec",
        "OPTIONS sip:user@example.org SIP/2.0",
        &["To: \"Watson, T\" < sip:t.watson@example.org >"],
        "",
        Request(Method::Options),
    ),
    (
        "baddn",
        "OPTIONS sip:t.watson@example.org SIP/2.0",
        &["From: Bell, Alexander <sip:a.bell@example.org>;tag=4"],
        "",
        Request(Method::Options),
    ),
    (
        "badvers",
        "OPTIONS sip:t.watson@example.org SIP/7.0",
        &["Via: SIP/7.0/UDP c.example.com;branch=z9hG4bKkdjuw"],
        "",
        Refused(505),
    ),
    ("mismatch01", "OPTIONS sip:user@example.com SIP/2.0", &["CSeq: 8 INVITE"], "", Refused(400)),
    ("mismatch02", "NEWMETHOD sip:user@example.com SIP/2.0", &["CSeq: 8 INVITE"], "", Refused(400)),
    ("bigcode", "SIP/2.0 4294967301 better not break the receiver", &[], "", Refused(400)),
];

#[test]
fn broken_messages_are_refused_or_read_leniently() {
    check_all(&BROKEN);
}

const UNUSUAL: [Case; 16] = [
    ("insuf", "INVITE sip:user@example.com SIP/2.0", &["-From", "-To", "-Call-ID"], "", Refused(400)),
    (
        "unkscm",
        "OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0",
        &[],
        "",
        Request(Method::Options),
    ),
    ("novelsc", "OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0", &[], "", Request(Method::Options)),
    (
        "unksm2",
        "REGISTER sip:example.com SIP/2.0",
        &["To: isbn:2983792873", "From: <http://www.example.com>;tag=3"],
        "",
        Request(Method::Register),
    ),
    (
        "bext01",
        "OPTIONS sip:user@example.com SIP/2.0",
        &["Require: nothingSupportsThis, nothingSupportsThisEither"],
        "",
        Request(Method::Options),
    ),
    (
        "invut",
        "INVITE sip:user@example.com SIP/2.0",
        &["Content-Type: application/unknownformat"],
        "<audio/>",
        Request(Method::Invite),
    ),
    (
        "regaut01",
        "REGISTER sip:example.com SIP/2.0",
        &["Authorization: NoOneKnowsThisScheme opaque-data=here"],
        "",
        Request(Method::Register),
    ),
    (
        "multi01",
        "INVITE sip:user@company.example.com SIP/2.0",
        &[
            "Call-ID: a",
            "Call-ID: b",
            "From: <sip:a@b>;tag=1",
            "From: <sip:c@d>;tag=2",
            "CSeq: 5 INVITE",
            "CSeq: 59 INVITE",
        ],
        "",
        Refused(400),
    ),
    (
        "mcl01",
        "OPTIONS sip:user@example.com SIP/2.0",
        &["Content-Length: 13", "Content-Length: 5"],
        "There's no way",
        Refused(400),
    ),
    (
        "bcast",
        "SIP/2.0 200 OK",
        &["Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1", "Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK2"],
        "",
        Response(200),
    ),
    ("zeromf", "OPTIONS sip:user@example.com SIP/2.0", &["Max-Forwards: 0"], "", Request(Method::Options)),
    (
        "cparam01",
        "REGISTER sip:example.com SIP/2.0",
        &["Contact: sip:+19725552222@gw1.example.net;unknownparam"],
        "",
        Request(Method::Register),
    ),
    (
        "cparam02",
        "REGISTER sip:example.com SIP/2.0",
        &["Contact: <sip:+19725552222@gw1.example.net;unknownparam>"],
        "",
        Request(Method::Register),
    ),
    (
        "regescrt",
        "REGISTER sip:example.com SIP/2.0",
        &["Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>"],
        "",
        Request(Method::Register),
    ),
    (
        "sdp01",
        "INVITE sip:user@example.com SIP/2.0",
        &["Accept: text/nobodyKnowsThis"],
        "v=0",
        Request(Method::Invite),
    ),
    (
        "inv2543",
        "INVITE sip:UserB@example.com SIP/2.0",
        &[
            "Via: SIP/2.0/UDP host.example.com",
            "-Max-Forwards",
            "-Content-Length",
            "From: sip:UserA@example.com",
        ],
        "v=0",
        Request(Method::Invite),
    ),
];

#[test]
fn unusual_transactions_and_applications_are_read() {
    check_all(&UNUSUAL);
    let bad_branch =
        build("OPTIONS sip:user@example.org SIP/2.0", &["Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK"], "");
    check("badbranch", &bad_branch, Request(Method::Options));
}

#[test]
fn details_of_the_unusual_are_read_right() {
    let bytes = build(
        "OPTIONS sip:user@example.com SIP/2.0",
        &["Contact: sip:+19725552222@gw1.example.net;unknownparam", "i: z", "-Call-ID"],
        "",
    );
    let message = Message::parse(&bytes, &Limits::default()).unwrap();
    let contact = message.contact().unwrap();
    assert_eq!((&*contact.user(), &*contact.host()), ("+19725552222", "gw1.example.net"));
    assert_eq!(message.call_id(), "z");
    let bytes = build(
        "MESSAGE sip:a@b SIP/2.0",
        &["From: \"K\u{f6}k\r\n  ute\" <sip:1@h>", "c: Application/SCAIP+xml ; charset=utf-8", "Subject : x"],
        "hej",
    );
    // A name in ISO 8859-1, as older devices send it.
    let latin: Vec<u8> =
        String::from_utf8(bytes).unwrap().chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let message = Message::parse(&latin, &Limits::default()).unwrap();
    assert_eq!(message.from().display(), "K\u{f6}k ute");
    assert_eq!(message.content_type().as_deref(), Some("application/scaip+xml"));
    assert_eq!(message.header_named("subject").as_deref(), Some("x"));
    assert_eq!(message.header(HeaderName::Expires), None);
    assert_eq!(message.body(), b"hej");
}
