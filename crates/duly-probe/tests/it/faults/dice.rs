//! Positions by chance, repeatable by the seed that is printed with every failure.

/// Environment variable that sets the seed.
pub const SEED_VARIABLE: &str = "DULY_FAULT_SEED";

/// SplitMix64 (Steele, Lea, Flood 2014): enough for positions, and six lines.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The seed of this run: as set, else another one each time.
    pub fn seed() -> u64 {
        if let Some(seed) = std::env::var(SEED_VARIABLE)
            .ok()
            .and_then(|seed| seed.parse().ok())
        {
            return seed;
        }
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).expect("randomness");
        u64::from_le_bytes(bytes) >> 16
    }

    /// Dice thrown from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.bits() % end as u64).expect("below end")
    }

    /// That many random bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.bits().to_le_bytes()[0]).collect()
    }
}
