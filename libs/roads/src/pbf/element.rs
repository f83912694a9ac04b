//! Nodes, ways and relations of one block.

use super::WireFault;
use super::wire::{Cursor, Sums, Value, WireError, zigzag};
use crate::geo::Fixed;

/// Billionths of a degree in one unit of [`Fixed`].
pub(super) const NANODEGREES_PER_UNIT: i64 = 100;

/// The tags of one element, in the order of the file.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tags<'a> {
    pairs: &'a [(&'a str, &'a str)],
}

impl<'a> Tags<'a> {
    #[cfg(test)]
    pub(crate) fn new(pairs: &'a [(&'a str, &'a str)]) -> Self {
        Self { pairs }
    }

    pub(crate) fn get(self, key: &str) -> Option<&'a str> {
        self.pairs.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }

    pub(crate) fn is(self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.pairs.is_empty()
    }
}

/// A point of the map.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'a> {
    pub(crate) id: i64,
    pub(crate) point: Fixed,
    pub(crate) tags: Tags<'a>,
}

/// A line or an area of the map: its nodes in order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way<'a> {
    pub(crate) id: i64,
    pub(crate) nodes: &'a [i64],
    pub(crate) tags: Tags<'a>,
}

/// What a relation's member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberKind {
    Node,
    Way,
    Other,
}

/// Several elements that belong together, such as the rings of a lake.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Relation<'a> {
    pub(crate) members: &'a [(MemberKind, i64, &'a str)],
    pub(crate) tags: Tags<'a>,
}

/// One unpacked block of elements.
pub(crate) struct Block<'a> {
    strings: Vec<&'a str>,
    groups: Vec<&'a [u8]>,
    granularity: i64,
    latitude_offset: i64,
    longitude_offset: i64,
}

impl<'a> Block<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, WireError> {
        let mut block = Self {
            strings: Vec::new(),
            groups: Vec::new(),
            granularity: 100,
            latitude_offset: 0,
            longitude_offset: 0,
        };
        let mut fields = Cursor::new(bytes);
        while let Some(field) = fields.field()? {
            match field {
                (1, Value::Bytes(table)) => {
                    let mut entries = Cursor::new(table);
                    while let Some(entry) = entries.field()? {
                        if let (1, Value::Bytes(text)) = entry {
                            block
                                .strings
                                .push(std::str::from_utf8(text).map_err(|_| WireError("texts in UTF-8"))?);
                        }
                    }
                }
                (2, Value::Bytes(group)) => block.groups.push(group),
                (17, Value::Number(number)) => block.granularity = number as i64,
                (19, Value::Number(number)) => block.latitude_offset = number as i64,
                (20, Value::Number(number)) => block.longitude_offset = number as i64,
                _ => {}
            }
        }
        Ok(block)
    }

    /// Calls `visit` with every node of the block.
    pub(crate) fn for_each_node(&self, mut visit: impl FnMut(Node<'_>)) -> Result<(), WireFault> {
        for group in &self.groups {
            let mut fields = Cursor::new(group);
            while let Some(field) = fields.field()? {
                match field {
                    (1, Value::Bytes(node)) => self.plain_node(node, &mut visit)?,
                    (2, Value::Bytes(nodes)) => self.dense_nodes(nodes, &mut visit)?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Calls `visit` with every way of the block.
    pub(crate) fn for_each_way(&self, mut visit: impl FnMut(Way<'_>)) -> Result<(), WireFault> {
        let (mut nodes, mut pairs) = (Vec::new(), Vec::new());
        for message in self.messages(3) {
            let message = message?;
            let (mut id, mut keys, mut values) = (0, &[][..], &[][..]);
            nodes.clear();
            let mut fields = Cursor::new(message);
            while let Some(field) = fields.field()? {
                match field {
                    (1, Value::Number(number)) => id = number as i64,
                    (2, Value::Bytes(list)) => keys = list,
                    (3, Value::Bytes(list)) => values = list,
                    (8, Value::Bytes(list)) => {
                        let mut sums = Sums::new(list);
                        while let Some(node) = sums.next()? {
                            nodes.push(node);
                        }
                    }
                    _ => {}
                }
            }
            self.tags(keys, values, &mut pairs)?;
            visit(Way { id, nodes: &nodes, tags: Tags { pairs: &pairs } });
        }
        Ok(())
    }

    /// Calls `visit` with every relation of the block.
    pub(crate) fn for_each_relation(&self, mut visit: impl FnMut(Relation<'_>)) -> Result<(), WireFault> {
        let (mut members, mut pairs) = (Vec::new(), Vec::new());
        for message in self.messages(4) {
            let message = message?;
            let (mut keys, mut values) = (&[][..], &[][..]);
            let (mut roles, mut ids, mut kinds) = (&[][..], &[][..], &[][..]);
            let mut fields = Cursor::new(message);
            while let Some(field) = fields.field()? {
                match field {
                    (2, Value::Bytes(list)) => keys = list,
                    (3, Value::Bytes(list)) => values = list,
                    (8, Value::Bytes(list)) => roles = list,
                    (9, Value::Bytes(list)) => ids = list,
                    (10, Value::Bytes(list)) => kinds = list,
                    _ => {}
                }
            }
            members.clear();
            let (mut roles, mut ids, mut kinds) = (Cursor::new(roles), Sums::new(ids), Cursor::new(kinds));
            while let Some(id) = ids.next()? {
                let role = self.string(roles.number()?.ok_or(WireError("a role for each member"))?)?;
                let kind = match kinds.number()?.ok_or(WireError("a kind for each member"))? {
                    0 => MemberKind::Node,
                    1 => MemberKind::Way,
                    _ => MemberKind::Other,
                };
                members.push((kind, id, role));
            }
            self.tags(keys, values, &mut pairs)?;
            visit(Relation { members: &members, tags: Tags { pairs: &pairs } });
        }
        Ok(())
    }

    /// The messages of one kind in all groups.
    fn messages(&self, kind: u64) -> impl Iterator<Item = Result<&'a [u8], WireError>> + '_ {
        self.groups.iter().flat_map(move |group| {
            let mut fields = Cursor::new(group);
            std::iter::from_fn(move || {
                loop {
                    match fields.field() {
                        Ok(Some((field, Value::Bytes(message)))) if field == kind => {
                            return Some(Ok(message));
                        }
                        Ok(Some(_)) => {}
                        Ok(None) => return None,
                        Err(error) => {
                            fields = Cursor::new(&[]);
                            return Some(Err(error));
                        }
                    }
                }
            })
        })
    }

    fn plain_node(&self, message: &[u8], visit: &mut impl FnMut(Node<'_>)) -> Result<(), WireError> {
        let (mut id, mut latitude, mut longitude) = (0, 0, 0);
        let (mut keys, mut values) = (&[][..], &[][..]);
        let mut fields = Cursor::new(message);
        while let Some(field) = fields.field()? {
            match field {
                (1, Value::Number(number)) => id = zigzag(number),
                (2, Value::Bytes(list)) => keys = list,
                (3, Value::Bytes(list)) => values = list,
                (8, Value::Number(number)) => latitude = zigzag(number),
                (9, Value::Number(number)) => longitude = zigzag(number),
                _ => {}
            }
        }
        let mut pairs = Vec::new();
        self.tags(keys, values, &mut pairs)?;
        visit(Node { id, point: self.point(latitude, longitude)?, tags: Tags { pairs: &pairs } });
        Ok(())
    }

    fn dense_nodes(&self, message: &[u8], visit: &mut impl FnMut(Node<'_>)) -> Result<(), WireError> {
        let (mut ids, mut latitudes, mut longitudes, mut tags) = (&[][..], &[][..], &[][..], &[][..]);
        let mut fields = Cursor::new(message);
        while let Some(field) = fields.field()? {
            match field {
                (1, Value::Bytes(list)) => ids = list,
                (8, Value::Bytes(list)) => latitudes = list,
                (9, Value::Bytes(list)) => longitudes = list,
                (10, Value::Bytes(list)) => tags = list,
                _ => {}
            }
        }
        let (mut ids, mut tags) = (Sums::new(ids), Cursor::new(tags));
        let (mut latitudes, mut longitudes) = (Sums::new(latitudes), Sums::new(longitudes));
        let mut pairs = Vec::new();
        while let Some(id) = ids.next()? {
            let latitude = latitudes.next()?.ok_or(WireError("a latitude for each node"))?;
            let longitude = longitudes.next()?.ok_or(WireError("a longitude for each node"))?;
            pairs.clear();
            // A zero ends the tags of one node; the list is left out where no node has tags.
            while let Some(key @ 1..) = tags.number()? {
                let value = tags.number()?.ok_or(WireError("a value for each key"))?;
                pairs.push((self.string(key)?, self.string(value)?));
            }
            visit(Node { id, point: self.point(latitude, longitude)?, tags: Tags { pairs: &pairs } });
        }
        Ok(())
    }

    fn tags(&self, keys: &[u8], values: &[u8], pairs: &mut Vec<(&'a str, &'a str)>) -> Result<(), WireError> {
        pairs.clear();
        let (mut keys, mut values) = (Cursor::new(keys), Cursor::new(values));
        while let Some(key) = keys.number()? {
            let value = values.number()?.ok_or(WireError("a value for each key"))?;
            pairs.push((self.string(key)?, self.string(value)?));
        }
        Ok(())
    }

    fn string(&self, index: u64) -> Result<&'a str, WireError> {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        self.strings.get(index).copied().ok_or(WireError("an index within the table of texts"))
    }

    fn point(&self, latitude: i64, longitude: i64) -> Result<Fixed, WireError> {
        let units = |offset: i64, value: i64| {
            value.checked_mul(self.granularity)?.checked_add(offset).map(|nano| nano / NANODEGREES_PER_UNIT)
        };
        units(self.latitude_offset, latitude)
            .zip(units(self.longitude_offset, longitude))
            .and_then(|(latitude, longitude)| Fixed::new(latitude, longitude))
            .ok_or(WireError("a coordinate on the earth"))
    }
}
