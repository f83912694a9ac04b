//! A set of small numbers that is walked in order while it changes.

/// A set of numbers below a fixed limit. Walking upwards sees numbers that are added above the walker.
///
/// It serves as a priority queue where priorities are dense: adding is one `or`, the next is one bit scan.
#[derive(Debug, Clone)]
pub struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    /// An empty set for numbers below `limit`.
    pub fn new(limit: usize) -> Self {
        BitSet { words: vec![0; limit.div_ceil(64)] }
    }

    /// Adds a number.
    #[inline]
    pub fn add(&mut self, number: usize) {
        self.words[number / 64] |= 1 << (number % 64);
    }

    /// Takes out the smallest number that is `from` or more.
    #[inline]
    pub fn take_from(&mut self, from: usize) -> Option<usize> {
        let mut index = from / 64;
        let mut word = self.words.get(index)? & (u64::MAX << (from % 64));
        while word == 0 {
            index += 1;
            word = *self.words.get(index)?;
        }
        self.words[index] &= !(word & word.wrapping_neg());
        Some(index * 64 + word.trailing_zeros() as usize)
    }

    /// Takes out the largest number that is `to` or less.
    #[inline]
    pub fn take_to(&mut self, to: usize) -> Option<usize> {
        let mut index = to / 64;
        let mut word = self.words.get(index)? & (u64::MAX >> (63 - to % 64));
        while word == 0 {
            index = index.checked_sub(1)?;
            word = self.words[index];
        }
        let bit = 63 - word.leading_zeros() as usize;
        self.words[index] &= !(1 << bit);
        Some(index * 64 + bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_up_and_down_and_sees_what_is_added_ahead() {
        let mut set = BitSet::new(200);
        for number in [3, 64, 130] {
            set.add(number);
        }
        assert_eq!(set.take_from(0), Some(3));
        set.add(65);
        assert_eq!(set.take_from(4), Some(64));
        assert_eq!(set.take_from(65), Some(65));
        assert_eq!(set.take_from(131), None);
        set.add(199);
        set.add(0);
        assert_eq!([set.take_to(199), set.take_to(199), set.take_to(130)], [Some(199), Some(130), Some(0)]);
        assert_eq!(set.take_to(199), None);
    }
}
