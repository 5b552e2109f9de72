//! Whether duly carries what it says: 200 clients with 100 assets each, the fifteen processes of
//! the catalogue and two years of tickets on SQLite, served by the real program on this machine.
//!
//! `size FOLDER DULY [PART]` builds the data in FOLDER unless it lies there (with PART only every
//! so-manieth client), serves it with the program DULY, reads Today, the control board and a
//! client's page as a technician and as a manager while people answer steps, then has everything
//! recounted. `cargo xtask bench size` does all of it.
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a bench reads the clock, and JSON of its own making; nothing it measures does"
)]

mod load;
mod past;
mod process;
mod world;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use load::{CHECK_INS_A_SECOND, READINGS, Taken};
use process::{Child, peak_of};

/// What the design aims at, at the 99th percentile.
const PAGE_AIM_MS: f64 = 100.0;
/// What it aims at for the nightly recomputation.
const RECOUNT_AIM_S: f64 = 60.0;
/// What it aims at for the memory of the server.
const MEMORY_AIM_MIB: f64 = 300.0;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let usage = "usage: size FOLDER DULY [PART]";
    let folder = PathBuf::from(words.next().ok_or(usage)?);
    let program = PathBuf::from(words.next().ok_or(usage)?);
    let part = words.next().map_or(Ok(1), |part| part.parse())?;
    let built = world::build(&folder, part).await?;
    println!("{built}");
    let who = world::sign_in(&folder).await?;
    served(&folder, &program, &who).await?;
    recounted(&folder, &program).await
}

/// Serves it and reads pages.
async fn served(folder: &Path, program: &Path, who: &world::Who) -> Result<()> {
    let begun = Instant::now();
    let server = Child::serve(folder, program).await?;
    let first = load::read_once(server.address, "/", &who.manager).await?;
    println!(
        "started; the first reading of Today after {:.1} s took {:.0} ms",
        begun.elapsed().as_secs_f64() - first.seconds,
        first.seconds * 1_000.0
    );
    let busy = server.settled().await?;
    println!(
        "the worker caught up with what came due since, in {:.0} s; it idles at {:.0} % of a core",
        begun.elapsed().as_secs_f64(),
        busy * 100.0
    );
    println!(
        "{READINGS} readings of each page, one after the other, while a technician answers \
         {CHECK_INS_A_SECOND} steps a second, or comments when none is left:"
    );
    let measured = load::measure(server.address, who).await?;
    for Taken { page, times, bytes } in &measured.pages {
        let (median, last) = (load::part_of(times, 0.5), load::part_of(times, 0.99));
        let most = load::part_of(times, 1.0);
        let word = if last <= PAGE_AIM_MS {
            "reached"
        } else {
            "not reached"
        };
        println!(
            "    {page:<44} median {median:>6.1} ms  p99 {last:>6.1} ms  most {most:>6.1} ms  \
             {:>5} kB; the aim of {PAGE_AIM_MS} ms is {word}",
            bytes / 1_000
        );
    }
    println!(
        "    answers and comments taken meanwhile: {} at {:.1} a second, median {:.1} ms, \
         p99 {:.1} ms",
        measured.answers.len(),
        measured.answers_a_second,
        load::part_of(&measured.answers, 0.5),
        load::part_of(&measured.answers, 0.99)
    );
    let (peak, now) = server.memory()?;
    let word = if peak <= MEMORY_AIM_MIB {
        "reached"
    } else {
        "not reached"
    };
    println!(
        "memory of the server: {peak:.0} MiB at its peak, {now:.0} MiB now; the aim of \
         {MEMORY_AIM_MIB} MiB is {word}"
    );
    server.stop().await
}

/// Has everything counted again from nothing, as it is done each night.
async fn recounted(folder: &Path, program: &Path) -> Result<()> {
    let begun = Instant::now();
    let (report, peak) = peak_of(folder, program).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let clients = report["clients"].as_array().ok_or("no clients")?;
    let sum = |what: &str| {
        clients
            .iter()
            .filter_map(|one| one[what].as_u64())
            .sum::<u64>()
    };
    let word = if seconds <= RECOUNT_AIM_S {
        "reached"
    } else {
        "not reached"
    };
    println!(
        "recounted from nothing: {} entries, {} duties and {} tickets of {} clients in \
         {seconds:.1} s, {} differences, {peak:.0} MiB at its peak; the aim of {RECOUNT_AIM_S} s \
         is {word}",
        sum("entries"),
        sum("duties"),
        sum("tickets"),
        clients.len(),
        sum("differences"),
    );
    let problems: Vec<&str> = clients
        .iter()
        .filter_map(|one| one["problem"].as_str())
        .collect();
    if let Some(problem) = problems.first() {
        return Err(format!("a client could not be counted: {problem}").into());
    }
    Ok(())
}
