//! Fields one after another, each behind its length: how records stand in files of our own.

/// Writes fields behind what stands there already.
pub(crate) fn write<'a>(fields: impl IntoIterator<Item = &'a [u8]>, record: &mut Vec<u8>) {
    for field in fields {
        record.extend(u32::try_from(field.len()).unwrap_or(u32::MAX).to_le_bytes());
        record.extend(field);
    }
}

/// Reads what [`write`] wrote; `None` where it was cut off.
pub(crate) fn read(record: &[u8]) -> Option<Vec<&[u8]>> {
    let mut fields = Vec::new();
    let mut left = record;
    while !left.is_empty() {
        let (length, rest) = left.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        fields.push(rest.get(..length)?);
        left = rest.get(length..)?;
    }
    Some(fields)
}
