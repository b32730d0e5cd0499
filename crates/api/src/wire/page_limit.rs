use serde::Deserialize;

/// How many rows a page of a list has at most: 1 to 200, 50 if nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u32")]
pub(crate) struct PageLimit(u32);

impl PageLimit {
    const MOST: u32 = 200;

    pub(crate) const fn get(self) -> u32 {
        self.0
    }
}

impl Default for PageLimit {
    fn default() -> Self {
        Self(50)
    }
}

impl TryFrom<u32> for PageLimit {
    type Error = String;

    fn try_from(rows: u32) -> Result<Self, Self::Error> {
        let fits = (1..=Self::MOST).contains(&rows);
        fits.then_some(Self(rows)).ok_or_else(|| format!("limit must lie between 1 and {}", Self::MOST))
    }
}
