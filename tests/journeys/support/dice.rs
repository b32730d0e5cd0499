/// Numbers that look random and come again with the same seed (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    /// The seed is printed, and `SEALPOST_TEST_SEED` sets another one.
    pub(crate) fn new(name: &str, seed: u64) -> Self {
        let seed = std::env::var("SEALPOST_TEST_SEED")
            .map_or(seed, |text| text.parse().expect("SEALPOST_TEST_SEED"));
        println!("{name}: SEALPOST_TEST_SEED={seed}");
        Self(seed)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// Below `bound`, which is not 0.
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

pub(super) const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
