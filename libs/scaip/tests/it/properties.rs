//! Properties that hold for any input.

use proptest::prelude::*;
use scaip::{
    ComponentCode, DeviceType, Limits, LocationCode, MessageType, Position, Reply, ReplyStatus, Request,
    RootStyle, StatusCode, salvage,
};

/// Text that survives trimming and XML: no control characters, no blank ends.
fn text(chars_max: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![Just('&'), Just('<'), Just('"'), Just('å'), Just('€'), proptest::char::range('!', '~')],
        1..=chars_max,
    )
    .prop_map(|chars| chars.into_iter().collect())
}

prop_compose! {
    fn request()(
        root in prop_oneof![Just(RootStyle::Mrq), Just(RootStyle::Scaip)],
        reference in "[0-9a-zA-Z]{1,16}",
        controller_id in "[0-9]{1,16}",
        codes in (0u16..10_000, 0u16..1_000, 0u16..10_000, 0u16..10, 0u16..1_000),
        kind in prop_oneof![Just(MessageType::Message), Just(MessageType::Reset), Just(MessageType::Heartbeat)],
        texts in (text(32), text(8), text(128), text(23)),
        caller_ids in proptest::collection::vec(text(256), 0..4),
        optional in any::<[bool; 12]>(),
    ) -> Request {
        let (device, component, status, digit, location) = codes;
        let (short, id, long, geo) = texts;
        let mut request = Request::new(&reference, &controller_id, DeviceType(device));
        request.root = root;
        request.caller_ids = caller_ids;
        request.message_type = optional[0].then_some(kind);
        request.component = optional[1].then_some(ComponentCode(component));
        request.status = optional[2].then_some(StatusCode(status));
        request.priority = optional[3].then_some(digit);
        request.location = optional[4].then_some(LocationCode(location));
        request.device_text = optional[5].then(|| short.clone());
        request.device_id = optional[6].then_some(id);
        request.information_text = optional[7].then_some(long);
        request.position = optional[8].then_some(Position { geo: Some(geo), time: None, gga: None });
        request.additional_message = optional[9].then_some(optional[11]);
        request.call_handling = optional[10].then_some(digit);
        request.location_text = optional[11].then_some(short);
        request
    }
}

/// Cases of each property: many where the code is fast, fewer where it is checked.
const CASES: u32 = if cfg!(debug_assertions) { 64 } else { 2_000 };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]
    #[test]
    fn a_request_reads_back_as_written(request in request()) {
        let xml = request.to_xml();
        prop_assert_eq!(Request::parse(xml.as_bytes(), &Limits::default()), Ok(request));
    }

    #[test]
    fn a_reply_reads_back_as_written(reference in "[0-9a-zA-Z]{1,16}", status in 0u16..100, ste in text(128)) {
        let reply = Reply::new(&reference, ReplyStatus(status)).with_status_text(&ste);
        prop_assert_eq!(Reply::parse(reply.to_xml().as_bytes(), &Limits::default()), Ok(reply));
    }

    #[test]
    fn any_bytes_give_a_value(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Request::parse(&bytes, &Limits::default());
        let _ = Reply::parse(&bytes, &Limits::default());
        let _ = salvage(&bytes);
    }

    #[test]
    fn any_mutation_gives_a_value(
        request in request(),
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<proptest::sample::Index>(),
    ) {
        let mut bytes = request.to_xml().into_bytes();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = Request::parse(&bytes, &Limits::default());
        bytes.truncate(cut.index(bytes.len()));
        let _ = Request::parse(&bytes, &Limits::default());
        let _ = salvage(&bytes);
    }
}
