//! How long a report takes once the press is ready, and how long two hundred take.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a measurement that cannot be taken fails by panicking"
)]

use std::time::Instant;

use duly_paper::Press;

#[path = "../tests/it/sample.rs"]
mod sample;

/// As many clients as a provider with one program would have.
const CLIENTS: usize = 200;

fn main() {
    let start = Instant::now();
    let press = Press::new().expect("fonts that can be read");
    println!("figure ready {:.1}", start.elapsed().as_secs_f64() * 1e3);
    let mut report = sample::november();
    let all = Instant::now();
    for client in 0..CLIENTS {
        report.client = format!("client-{client}");
        report.client_name = format!("Baker & Sons number {client}");
        let one = Instant::now();
        let pdf = press.pdf(&report).expect("a report");
        assert!(pdf.starts_with(b"%PDF"), "no PDF");
        let word = if client == 0 { "first" } else { "report" };
        println!("figure {word} {:.2}", one.elapsed().as_secs_f64() * 1e3);
    }
    println!("figure all {:.2}", all.elapsed().as_secs_f64());
}
