//! Two ways of doing one thing, timed in turn.

use std::time::{Duration, Instant};

/// How long one sample of one contender should take.
const SAMPLE: Duration = Duration::from_millis(20);

/// The medians of two contenders that did the same work in turn.
pub struct Outcome {
    /// What was done.
    pub name: String,
    /// The hand-written driver, in seconds a run.
    pub hand: f64,
    /// umbral, in seconds a run.
    pub umbral: f64,
    /// The middle half of the ratios, round by round.
    pub spread: (f64, f64),
}

/// Times `hand` and `umbral` in turn, `rounds` times, each for about 20 ms, the order swapped every round: what
/// slows the machine for a while slows both.
pub async fn compare<H, U>(name: &str, rounds: usize, mut hand: H, mut umbral: U) -> Outcome
where
    H: AsyncFnMut(),
    U: AsyncFnMut(),
{
    let runs = runs_per_sample(&mut hand).await.min(runs_per_sample(&mut umbral).await);
    let (mut hands, mut umbrals) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        if round % 2 == 0 {
            hands.push(sample(&mut hand, runs).await);
            umbrals.push(sample(&mut umbral, runs).await);
        } else {
            umbrals.push(sample(&mut umbral, runs).await);
            hands.push(sample(&mut hand, runs).await);
        }
    }
    let mut ratios: Vec<f64> = umbrals.iter().zip(&hands).map(|(umbral, hand)| umbral / hand).collect();
    ratios.sort_by(f64::total_cmp);
    let spread = (ratios[ratios.len() / 4], ratios[ratios.len() * 3 / 4]);
    Outcome { name: name.to_owned(), hand: median(hands), umbral: median(umbrals), spread }
}

async fn runs_per_sample(work: &mut impl AsyncFnMut()) -> u32 {
    sample(work, 3).await;
    let one = sample(work, 5).await.max(1e-7);
    ((SAMPLE.as_secs_f64() / one) as u32).clamp(1, 50_000)
}

async fn sample(work: &mut impl AsyncFnMut(), runs: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..runs {
        work().await;
    }
    start.elapsed().as_secs_f64() / f64::from(runs)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Prints what came out, a line each.
pub fn print(engine: &str, outcomes: &[Outcome]) {
    println!("\n{engine}: ratio of medians, umbral to the hand-written driver (lower is better)\n");
    println!("{:<16} {:>10} {:>10} {:>7}   {}", "", "by hand", "umbral", "ratio", "middle half");
    for outcome in outcomes {
        let ratio = outcome.umbral / outcome.hand;
        println!(
            "{:<16} {:>10} {:>10} {ratio:>7.2}   {:.2}–{:.2}",
            outcome.name,
            time(outcome.hand),
            time(outcome.umbral),
            outcome.spread.0,
            outcome.spread.1
        );
    }
}

fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-6 => format!("{:.0} ns", s * 1e9),
        s if s < 1e-3 => format!("{:.2} µs", s * 1e6),
        s => format!("{:.2} ms", s * 1e3),
    }
}
