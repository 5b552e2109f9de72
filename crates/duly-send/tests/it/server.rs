//! A server that is run for a test: started, asked for its port, stopped with everything it
//! started.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Where the scripts lie, seen from this crate and from those beside it.
pub const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../duly-send/tests/it");

/// Longest that a server may take until it says something.
const SAYS_WITHIN: Duration = Duration::from_secs(60);

pub struct Server {
    child: Child,
    lines: Receiver<String>,
}

impl Server {
    /// Starts a program in a process group of its own.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// Starts one of the scripts beside this file, which prints its port first.
    pub fn script(name: &str, args: &[&str]) -> (Self, u16) {
        let script = Path::new(SCRIPTS).join(name);
        // Debian's own Python: its packages are installed for that one.
        let server = Self::start(Command::new("/usr/bin/python3").arg(script).args(args));
        let port = server.line().parse().unwrap();
        (server, port)
    }

    /// The next line that it prints.
    pub fn line(&self) -> String {
        self.lines.recv_timeout(SAYS_WITHIN).unwrap()
    }

    /// Whether it printed something more.
    pub fn said_more(&self) -> bool {
        self.lines.try_recv().is_ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.child.wait();
    }
}

/// A port that is free now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
