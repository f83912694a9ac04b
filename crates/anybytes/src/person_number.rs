//! Identity numbers as people write them.

use base::time::Date;
use person::Identity;

/// A number: what is stored of it reads as the same number, on any day.
pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let today = Date::constant(2026, 11, 1);
    let Ok(identity) = Identity::parse(&text, today) else { return };
    let later = Date::constant(2099, 12, 31);
    assert_eq!(Identity::parse(identity.as_str(), later).as_ref(), Ok(&identity), "{text:?}");
    if !matches!(identity, Identity::ReserveNumber(_)) {
        assert!(identity.birth_date().is_some(), "{text:?} has a day of birth");
    }
}
