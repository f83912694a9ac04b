//! Messages published in open code, byte for byte, and what each must give.

use scaip::{
    Class, Deviation, DeviceType, Fault, Limits, Request, StatusCode, TechnicalStatuses, classify, salvage,
};

fn read(bytes: &[u8]) -> Request {
    Request::parse(bytes, &Limits::default()).unwrap()
}

fn check(bytes: &str, class: Class, reference: &str, controller_id: &str, device: u16, status: Option<u16>) {
    let request = read(bytes.as_bytes());
    assert_eq!(classify(&request, TechnicalStatuses::OBSERVED), class, "{bytes}");
    assert_eq!((request.reference.as_str(), request.controller_id.as_str()), (reference, controller_id));
    assert_eq!((request.device_type.0, request.status.map(|code| code.0)), (device, status));
    assert_eq!(request.flags, [], "{bytes}");
}

#[test]
fn essence_heartbeat() {
    check(
        "<mrq><ref>00001A85</ref><cha>0</cha><mty>PI</mty><cid>26317</cid><dty>02</dty><did>00</did><crd>no-voice:</crd><stc>102</stc></mrq>",
        Class::Heartbeat,
        "00001A85",
        "26317",
        2,
        Some(102),
    );
}

#[test]
fn possum_heartbeat() {
    let bytes = "<mrq><mty>PI</mty><ref>1998218577</ref><cid>10149471</cid><dty>2</dty></mrq>";
    check(bytes, Class::Heartbeat, "1998218577", "10149471", 2, None);
    assert_eq!(read(bytes.as_bytes()).status(), StatusCode::MANUAL_ALARM);
}

#[test]
fn telealarm_heartbeat() {
    let bytes = "<mrq><ref>v6l7eiuzBTfybE7j</ref><cid>999998</cid><dty>0002</dty><mty>PI</mty><stc>0009</stc><lco>002</lco><crd>gsm:</crd><cha>0</cha></mrq>";
    check(bytes, Class::Heartbeat, "v6l7eiuzBTfybE7j", "999998", 2, Some(9));
    assert_eq!(read(bytes.as_bytes()).number_to_call(), None);
}

#[test]
fn telealarm_alarm() {
    let bytes = "<mrq><ref>yhexGeV5E49zglfi</ref><cid>999998</cid><dty>0004</dty><mty>ME</mty><stc>0010</stc><lco>002</lco><crd>gsm:</crd><cha>0</cha></mrq>";
    check(bytes, Class::Alarm, "yhexGeV5E49zglfi", "999998", 4, Some(10));
    assert_eq!(read(bytes.as_bytes()).location().text().swedish, "hemmet");
}

#[test]
fn doro_alarm() {
    let bytes = "<mrq><ref>803137200003</ref><mty>ME</mty><cid> 8031372</cid><dty>0004</dty><stc>0010</stc><crd>gsm:+</crd></mrq>";
    check(bytes, Class::Alarm, "803137200003", "8031372", 4, Some(10));
    assert_eq!(read(bytes.as_bytes()).number_to_call(), None);
}

#[test]
fn climax_test() {
    check(
        "<mrq><ref>00020486</ref><cha>0</cha><mty>ME</mty><cid>2342566343454</cid><dty>02</dty><did>00</did><crd>no-voice:</crd><stc>102</stc></mrq>",
        Class::Test,
        "00020486",
        "2342566343454",
        2,
        Some(102),
    );
}

#[test]
fn what_xml_cannot_carry_is_left_out_before_blank_ends_are() {
    let request = read(b"<mrq><ref>A1</ref><cid>\x00 7&#1;</cid><dty>\x02\n001</dty></mrq>");
    assert_eq!((request.controller_id.as_str(), request.device_type), ("7", DeviceType(1)));
    assert_eq!(read(request.to_xml().as_bytes()).to_xml(), request.to_xml());
}

#[test]
fn liberal_forms_are_read_and_flagged() {
    let request = read(
        b"\xEF\xBB\xBF<?xml version=\"1.0\"?><!-- x --> noise <s:SCAIP xmlns:s='u>v'>\r\n <mrq>\
          <ref> a-1 </ref><cid>A&#66;</cid><dty> 003 </dty><dte>K\xF6k &amp; A & B</dte>\
          <lge><geo>58.41,15.62</geo><tim>x</tim></lge><pri/><odd a='1'>kept</odd><did>123456789012</did>\
          <crd>gsm:+46700000000</crd><crd><![CDATA[sip:<a>]]></crd><hbo>001</hbo></mrq></s:SCAIP>\0 tail",
    );
    assert_eq!(request.reference, "a-1");
    assert_eq!(request.controller_id, "AB");
    assert_eq!(request.device_text.as_deref(), Some("K\u{f6}k & A & B"));
    assert_eq!(request.position.as_ref().and_then(|p| p.geo.as_deref()), Some("58.41,15.62"));
    assert_eq!(request.caller_ids, ["gsm:+46700000000", "sip:<a>"]);
    assert_eq!(request.number_to_call(), Some("gsm:+46700000000"));
    assert_eq!((request.unknown.len(), request.unknown[0].text.as_str()), (1, "kept"));
    let flags: Vec<_> = request.flags.iter().map(|flag| (flag.element, flag.deviation)).collect();
    assert_eq!(
        flags,
        [
            ("ref", Deviation::OutsidePattern),
            ("cid", Deviation::OutsidePattern),
            ("dte", Deviation::NotUtf8),
            ("did", Deviation::OverLength),
            ("message", Deviation::OutsideRoot),
        ]
    );
    let shown = format!("{request:?}");
    assert!(!shown.contains("4670") && !shown.contains("58.41") && !shown.contains("kept"), "{shown}");
}

fn check_refused(bytes: &[u8], fault: Fault, element: &str, status: u16) {
    let error = Request::parse(bytes, &Limits::default()).unwrap_err();
    assert_eq!(
        (error.fault, error.element.as_str(), error.reply_status().0),
        (fault, element, status),
        "{error}"
    );
}

#[test]
fn refusals_say_what_and_where() {
    check_refused(b"", Fault::InvalidFormat, "message", 2);
    check_refused(b"alarm!", Fault::InvalidFormat, "message", 2);
    check_refused(b"<mrs><ref>1</ref><snu>0</snu></mrs>", Fault::InvalidFormat, "message", 2);
    check_refused(b"<mrq><cid>1</cid><dty>2</dty></mrq>", Fault::MandatoryMissing, "ref", 7);
    check_refused(b"<mrq><ref>1</ref><cid> </cid><dty>2</dty></mrq>", Fault::MandatoryMissing, "cid", 7);
    check_refused(b"<mrq><ref>1</ref><cid>1</cid></mrq>", Fault::MandatoryMissing, "dty", 7);
    check_refused(b"<mrq><ref>1</ref><cid>1</cid><dty>knapp</dty></mrq>", Fault::WrongData, "dty", 3);
    check_refused(b"<mrq><ref>1</ref><cid>1</cid><dty>70000</dty></mrq>", Fault::WrongData, "dty", 3);
    check_refused(b"<mrq><ref>1</ref><cid>1</dic></mrq>", Fault::InvalidFormat, "cid", 2);
    check_refused(b"<mrq><ref>1</ref><cid>1", Fault::InvalidFormat, "cid", 2);
    check_refused(b"<mrq><ref>1</ref><cid>&x;</cid></mrq>", Fault::InvalidFormat, "cid", 2);
    check_refused(
        b"<!DOCTYPE mrq [<!ENTITY x 'y'>]><mrq><ref>&x;</ref></mrq>",
        Fault::InvalidFormat,
        "message",
        2,
    );
    check_refused(&vec![b' '; scaip::limits::MESSAGE_BYTES_MAX + 1], Fault::TooLong, "message", 1);
    let long = format!("<mrq><ref>{}</ref></mrq>", "1".repeat(scaip::limits::FIELD_BYTES_MAX + 1));
    check_refused(long.as_bytes(), Fault::TooLong, "ref", 1);
    check_refused(&b"<mrq>".repeat(scaip::limits::DEPTH_MAX + 1), Fault::TooLong, "mrq", 1);
    let many = format!("<mrq>{}", "<a/>".repeat(scaip::limits::ELEMENTS_MAX));
    check_refused(many.as_bytes(), Fault::TooLong, "mrq", 1);
}

#[test]
fn limits_are_reached_but_not_passed() {
    let reference = "1".repeat(scaip::limits::FIELD_BYTES_MAX);
    let fill = "<a/>".repeat(scaip::limits::ELEMENTS_MAX - 4);
    let xml = format!("<mrq><ref>{reference}</ref><cid>1</cid><dty>2</dty>{fill}</mrq>");
    let padding = " ".repeat(scaip::limits::MESSAGE_BYTES_MAX - xml.len());
    assert_eq!(read((xml + &padding).as_bytes()).reference, reference);
}

#[test]
fn errors_do_not_show_the_message() {
    let error = Request::parse(b"<mrq><dty>Tant Agda</dty></mrq>", &Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), "dty at byte 5: expected a number of one to four digits");
    assert!(!format!("{error:?}").contains("Agda"));
    assert_eq!(error.found(), "Tant Agda");
    assert_eq!(salvage(b"<mrq><cid>7</cid><dty>x").controller_id.as_deref(), Some("7"));
}
