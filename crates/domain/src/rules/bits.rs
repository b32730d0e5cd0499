//! A set of numbers of rules.

/// A set of numbers below a bound: a bit for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// The empty set of numbers below `bound`.
    pub(super) fn below(bound: usize) -> Self {
        Self(vec![0; bound.div_ceil(64)])
    }

    pub(super) fn insert(&mut self, number: u32) {
        self.0[number as usize / 64] |= 1 << (number % 64);
    }

    pub(super) fn contains(&self, number: u32) -> bool {
        self.0[number as usize / 64] & (1 << (number % 64)) != 0
    }

    /// Leaves what the other holds, too.
    pub(super) fn intersect(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, other)| *mine &= other);
    }

    /// The lowest number.
    pub(super) fn first(&self) -> Option<usize> {
        let (place, word) = self.0.iter().enumerate().find(|(_, word)| **word != 0)?;
        Some(place * 64 + word.trailing_zeros() as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let (mut a, mut b) = (Bits::below(200), Bits::below(200));
        assert_eq!(a.first(), None);
        [3, 64, 127, 199].into_iter().for_each(|number| a.insert(number));
        [64, 65, 199].into_iter().for_each(|number| b.insert(number));
        assert_eq!(a.first(), Some(3));
        a.intersect(&b);
        assert_eq!((0..200).filter(|number| a.contains(*number)).collect::<Vec<_>>(), [64, 199]);
        assert_eq!(a.first(), Some(64));
        assert_eq!(Bits::below(0).first(), None);
    }
}
