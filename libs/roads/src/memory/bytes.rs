//! Numbers to bytes and back, with every step checked.

use crate::geo::Fixed;

/// The bytes do not hold what they should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

/// FNV-1a with 64 bits (Fowler, Noll and Vo; RFC 9923).
///
/// Each step is reversible, so that no change within one byte can go unseen. It guards against accidents,
/// not against a forger.
pub(super) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    pub(super) fn text(&mut self, text: &[u8]) {
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text);
    }

    /// Points as differences from the one before: near neighbours take a few bytes.
    pub(super) fn points(&mut self, points: &[Fixed]) {
        self.number(points.len() as u64);
        let mut last = Fixed::default();
        for point in points {
            self.signed(i64::from(point.latitude) - i64::from(last.latitude));
            self.signed(i64::from(point.longitude) - i64::from(last.longitude));
            last = *point;
        }
    }

    fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

pub(super) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub(super) fn number(&mut self) -> Result<u64, Broken> {
        let mut number = 0;
        for position in 0..10 {
            let (byte, rest) = self.bytes.split_first().ok_or(Broken)?;
            self.bytes = rest;
            number |= u64::from(byte & 0x7f) << (7 * position);
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Broken)
    }

    /// A number of 32 bits.
    pub(super) fn small(&mut self) -> Result<u32, Broken> {
        u32::try_from(self.number()?).map_err(|_| Broken)
    }

    /// How many things follow; never more than the bytes that are left could hold.
    pub(super) fn count(&mut self, max: usize) -> Result<usize, Broken> {
        let count = usize::try_from(self.number()?).map_err(|_| Broken)?;
        if count > max.min(self.bytes.len()) {
            return Err(Broken);
        }
        Ok(count)
    }

    pub(super) fn text(&mut self) -> Result<&'a [u8], Broken> {
        let length = self.count(usize::MAX)?;
        let (text, rest) = self.bytes.split_at_checked(length).ok_or(Broken)?;
        self.bytes = rest;
        Ok(text)
    }

    pub(super) fn points(&mut self, max: usize) -> Result<Vec<Fixed>, Broken> {
        let count = self.count(max)?;
        let mut points = Vec::with_capacity(count);
        let (mut latitude, mut longitude) = (0_i64, 0_i64);
        for _ in 0..count {
            latitude = latitude.checked_add(self.signed()?).ok_or(Broken)?;
            longitude = longitude.checked_add(self.signed()?).ok_or(Broken)?;
            points.push(Fixed::new(latitude, longitude).ok_or(Broken)?);
        }
        Ok(points)
    }

    fn signed(&mut self) -> Result<i64, Broken> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(super) fn end(&self) -> Result<(), Broken> {
        if self.bytes.is_empty() { Ok(()) } else { Err(Broken) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_of_known_texts() {
        assert_eq!(fingerprint(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fingerprint(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn numbers_come_back() {
        let mut writer = Writer::default();
        let numbers = [0, 127, 128, u64::from(u32::MAX), u64::MAX];
        for number in numbers {
            writer.number(number);
        }
        let points = [Fixed { latitude: -900_000_000, longitude: 1_800_000_000 }, Fixed::default()];
        writer.points(&points);
        writer.text(b"end");
        let bytes = writer.into_bytes();
        let mut reader = Reader::new(&bytes);
        for number in numbers {
            assert_eq!(reader.number(), Ok(number));
        }
        assert_eq!(reader.points(2), Ok(points.to_vec()));
        assert_eq!(reader.text(), Ok(&b"end"[..]));
        assert_eq!(reader.end(), Ok(()));
        assert_eq!(reader.number(), Err(Broken));
    }

    #[test]
    fn a_count_beyond_the_bytes_is_refused() {
        assert_eq!(Reader::new(&[3, 0, 0]).count(9), Err(Broken));
        assert_eq!(Reader::new(&[3, 0, 0, 0]).count(2), Err(Broken));
        assert_eq!(Reader::new(&[3, 0, 0, 0]).count(3), Ok(3));
    }
}
