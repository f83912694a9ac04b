//! What another node sends: the body of a frame, as a request and as a reply.

use peer::frame::{BODY_BYTES_MAX, COPY_BYTES_MAX, KEYS_MAX, RECORDS_MAX, Reply, Request, body_length};

/// A body: what is read is said again by the same bytes, and no limit is passed.
pub(crate) fn frame(bytes: &[u8]) {
    if let Some((first, _)) = bytes.split_first_chunk::<4>() {
        let said = u32::from_le_bytes(*first) as usize;
        assert_eq!(body_length(*first).ok(), (said <= BODY_BYTES_MAX).then_some(said));
    }
    let (request, reply) = (Request::read(bytes), Reply::read(bytes));
    assert!(request.is_err() || reply.is_err(), "nothing is both");
    if let Ok(request) = request {
        assert_eq!(request.to_body(), bytes);
        match request {
            Request::Keep(records) => {
                assert!(records.len() <= RECORDS_MAX);
                assert!(records.iter().all(|record| record.bytes.len() <= COPY_BYTES_MAX));
            }
            Request::Forget(keys) => assert!(keys.len() <= KEYS_MAX),
            Request::Alive => {}
        }
    }
    if let Ok(reply) = reply {
        assert_eq!(reply.to_body(), bytes);
    }
}
