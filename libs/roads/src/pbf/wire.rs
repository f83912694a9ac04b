//! The part of the protocol buffer wire format that map files use.

/// What a field of a message holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    /// A whole number.
    Number(u64),
    /// Bytes: text, an inner message or a packed list.
    Bytes(&'a [u8]),
    /// A fixed-size number; no field that is read here has one.
    Other,
}

/// Why bytes are no protocol buffer message: what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WireError(pub(super) &'static str);

/// Walks over the fields of one message, or over the numbers of one packed list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// The next field's number and value, `None` at the end of the message.
    pub(super) fn field(&mut self) -> Result<Option<(u64, Value<'a>)>, WireError> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let key = self.number()?.ok_or(WireError("a field key"))?;
        let value = match key & 7 {
            0 => Value::Number(self.number()?.ok_or(WireError("a number"))?),
            1 => self.take(8).map(|_| Value::Other)?,
            2 => {
                let length = self.number()?.ok_or(WireError("a length"))?;
                Value::Bytes(self.take(usize::try_from(length).unwrap_or(usize::MAX))?)
            }
            5 => self.take(4).map(|_| Value::Other)?,
            _ => return Err(WireError("a known wire type")),
        };
        Ok(Some((key >> 3, value)))
    }

    /// The next number of a packed list, `None` at its end.
    pub(super) fn number(&mut self) -> Result<Option<u64>, WireError> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let mut number = 0_u64;
        for (position, &byte) in self.bytes.iter().enumerate().take(10) {
            number |= u64::from(byte & 0x7f) << (7 * position);
            if byte & 0x80 == 0 {
                self.bytes = &self.bytes[position + 1..];
                return Ok(Some(number));
            }
        }
        Err(WireError("a number of at most ten bytes"))
    }

    /// The next number of a packed list in zigzag form (`sint64`).
    pub(super) fn signed(&mut self) -> Result<Option<i64>, WireError> {
        Ok(self.number()?.map(zigzag))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(WireError("more bytes"))?;
        self.bytes = rest;
        Ok(taken)
    }
}

/// A signed number from its zigzag form, in which small ones of either sign are short.
pub(super) fn zigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// A packed list of differences (`sint64`), given back as running sums.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums<'a> {
    cursor: Cursor<'a>,
    sum: i64,
}

impl<'a> Sums<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { cursor: Cursor::new(bytes), sum: 0 }
    }

    pub(super) fn next(&mut self) -> Result<Option<i64>, WireError> {
        let Some(difference) = self.cursor.signed()? else { return Ok(None) };
        self.sum = self.sum.checked_add(difference).ok_or(WireError("a sum within 64 bits"))?;
        Ok(Some(self.sum))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_of_every_length() {
        for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut bytes = Vec::new();
            let mut rest = number;
            while rest >= 0x80 {
                bytes.push((rest & 0x7f) as u8 | 0x80);
                rest >>= 7;
            }
            bytes.push(rest as u8);
            assert_eq!(Cursor::new(&bytes).number(), Ok(Some(number)));
            if bytes.len() > 1 {
                assert!(Cursor::new(&bytes[..bytes.len() - 1]).number().is_err());
            }
        }
    }

    #[test]
    fn reads_zigzag_and_sums() {
        let mut sums = Sums::new(&[2, 1, 4]);
        assert_eq!(sums.next(), Ok(Some(1)));
        assert_eq!(sums.next(), Ok(Some(0)));
        assert_eq!(sums.next(), Ok(Some(2)));
        assert_eq!(sums.next(), Ok(None));
    }

    #[test]
    fn refuses_a_field_longer_than_its_message() {
        assert_eq!(Cursor::new(&[0x0a, 5, 1]).field().unwrap_err(), WireError("more bytes"));
        assert_eq!(Cursor::new(&[0x0b]).field().unwrap_err(), WireError("a known wire type"));
    }
}
