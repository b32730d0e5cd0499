//! Candidates in turn, round by round: this machine's speed changes from minute to minute, so that only what was
//! measured side by side may be compared.

use std::{
    fmt,
    time::{Duration, Instant},
};

use crate::child::Candidate;

/// What a turn took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    /// Processor time of the candidate.
    pub(crate) cpu: Duration,
    /// Time on the clock.
    pub(crate) wall: Duration,
}

impl Turn {
    /// Measures what `work` costs the candidate.
    pub(crate) fn of(
        candidate: &Candidate,
        work: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        let (cpu, begun) = (candidate.cpu()?, Instant::now());
        work()?;
        let wall = begun.elapsed();
        Ok(Self { cpu: candidate.cpu()? - cpu, wall })
    }
}

/// A candidate's turns, one in every round.
#[derive(Debug)]
pub(crate) struct Series {
    /// Who.
    pub(crate) name: &'static str,
    turns: Vec<Turn>,
}

impl Series {
    /// The median processor time, in seconds.
    pub(crate) fn cpu(&self) -> f64 {
        median(self.turns.iter().map(|turn| turn.cpu.as_secs_f64()))
    }

    /// The median time on the clock, in seconds.
    pub(crate) fn wall(&self) -> f64 {
        median(self.turns.iter().map(|turn| turn.wall.as_secs_f64()))
    }

    /// The median, lowest and highest of the rounds' ratios of processor time.
    pub(crate) fn cpu_ratio(&self, base: &Self) -> Ratio {
        let ratios: Vec<f64> = self
            .turns
            .iter()
            .zip(&base.turns)
            .map(|(turn, base)| turn.cpu.as_secs_f64() / base.cpu.as_secs_f64())
            .collect();
        Ratio {
            median: median(ratios.iter().copied()),
            low: ratios.iter().copied().fold(f64::INFINITY, f64::min),
            high: ratios.iter().copied().fold(0.0, f64::max),
        }
    }
}

/// How two candidates compare within the rounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ratio {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} ({:.2} to {:.2})", self.median, self.low, self.high)
    }
}

/// A candidate's turn.
pub(crate) type Work<'a> = Box<dyn FnMut() -> anyhow::Result<Turn> + 'a>;

/// Lets the candidates work in turn, once without counting and then `rounds` times; another begins in each round.
pub(crate) fn run(
    rounds: usize,
    mut candidates: Vec<(&'static str, Work<'_>)>,
) -> anyhow::Result<Vec<Series>> {
    let mut series: Vec<Series> =
        candidates.iter().map(|(name, _)| Series { name, turns: Vec::with_capacity(rounds) }).collect();
    for (_, work) in &mut candidates {
        work()?;
    }
    for round in 0..rounds {
        for turn in 0..candidates.len() {
            let index = (round + turn) % candidates.len();
            series[index].turns.push(candidates[index].1()?);
        }
    }
    Ok(series)
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    match numbers.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => numbers[odd / 2],
        even => (numbers[even / 2 - 1] + numbers[even / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_in_the_middle() {
        assert!((median([3.0, 1.0, 2.0].into_iter()) - 2.0).abs() < f64::EPSILON);
        assert!((median([4.0, 1.0, 2.0, 3.0].into_iter()) - 2.5).abs() < f64::EPSILON);
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        let series = |cpu: [u64; 3]| Series {
            name: "",
            turns: cpu.map(|cpu| Turn { cpu: Duration::from_secs(cpu), wall: Duration::ZERO }).into(),
        };
        let ratio = series([2, 20, 300]).cpu_ratio(&series([1, 10, 100]));
        assert!((ratio.median - 2.0).abs() < 1e-9 && (ratio.high - 3.0).abs() < 1e-9, "{ratio:?}");
    }
}
