//! The program that is measured: started, watched and stopped as a process of its own.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Command;

use crate::Result;

/// How long the worker may take to catch up before it is measured as it is.
const SETTLE_MAX: Duration = Duration::from_secs(600);
/// Over how long it is looked whether it is busy: some rounds of the worker.
const LOOK_FOR: Duration = Duration::from_secs(15);
/// Busier than this part of a core, it is still catching up.
const BUSY: f64 = 0.6;
/// Ticks of the processor's clock a second, as Linux counts them for programs.
const TICKS_A_SECOND: f64 = 100.0;

/// A server.
pub struct Child {
    process: tokio::process::Child,
    id: u32,
    pub address: SocketAddr,
}

impl Child {
    /// Starts `duly serve` and waits until it says where.
    pub async fn serve(folder: &Path, program: &Path) -> Result<Self> {
        let mut process = Command::new(program)
            .arg("serve")
            .arg(folder)
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let id = process.id().ok_or("it ended at once")?;
        let error = process.stderr.take().ok_or("no standard error")?;
        let mut lines = BufReader::new(error).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some(rest) = line.strip_prefix("duly serves http://") {
                let address = rest.trim_end_matches('/').parse()?;
                // What it says from now on is read, so that it never waits for a reader.
                tokio::spawn(async move {
                    while let Ok(Some(line)) = lines.next_line().await {
                        if line.contains("ERROR") || line.contains("WARN") {
                            eprintln!("{line}");
                        }
                    }
                });
                return Ok(Self {
                    process,
                    id,
                    address,
                });
            }
        }
        Err("it ended before it served".into())
    }

    /// Waits until the worker has caught up; the part of a core that it goes on taking.
    pub async fn settled(&self) -> Result<f64> {
        let begun = Instant::now();
        loop {
            let before = self.ticks()?;
            tokio::time::sleep(LOOK_FOR).await;
            let spent = (self.ticks()? - before) / TICKS_A_SECOND;
            let busy = spent / LOOK_FOR.as_secs_f64();
            if busy < BUSY || begun.elapsed() > SETTLE_MAX {
                return Ok(busy);
            }
        }
    }

    /// Ticks of processor time that it has taken.
    fn ticks(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id))?;
        let (_, rest) = stat.rsplit_once(") ").ok_or("no stat")?;
        let mut fields = rest.split(' ').skip(11);
        let mut next = || -> Result<f64> { Ok(fields.next().ok_or("no time")?.parse()?) };
        Ok(next()? + next()?)
    }

    /// Resident memory at its peak and now, in MiB.
    pub fn memory(&self) -> Result<(f64, f64)> {
        memory(self.id)
    }

    /// Asks it to stop and waits until it has.
    pub async fn stop(mut self) -> Result<()> {
        let told = Command::new("kill")
            .args(["-TERM", &self.id.to_string()])
            .status()
            .await?;
        let ended = self.process.wait().await?;
        if !told.success() || !ended.success() {
            return Err(format!("the server did not stop as told: {ended}").into());
        }
        Ok(())
    }
}

fn memory(process: u32) -> Result<(f64, f64)> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let of = |name: &str| -> Result<f64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib: f64 = line
            .ok_or("no such line")?
            .trim_end_matches("kB")
            .trim()
            .parse()?;
        Ok(kib / 1_024.0)
    };
    Ok((of("VmHWM:")?, of("VmRSS:")?))
}

/// Runs `duly recount`; its report, and its memory at its peak in MiB.
pub async fn peak_of(folder: &Path, program: &Path) -> Result<(Value, f64)> {
    let mut process = Command::new(program)
        .arg("recount")
        .arg(folder)
        .arg("--json")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let id = process.id().ok_or("it ended at once")?;
    let mut output = process.stdout.take().ok_or("no standard output")?;
    let reading = tokio::spawn(async move {
        let mut text = Vec::new();
        output.read_to_end(&mut text).await.map(|_| text)
    });
    let mut peak = 0.0_f64;
    while process.try_wait()?.is_none() {
        if let Ok((most, _)) = memory(id) {
            peak = peak.max(most);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let text = reading.await??;
    Ok((serde_json::from_slice(&text)?, peak))
}
