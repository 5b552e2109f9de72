//! A Request Tracker with a database of its own, run for a test.

use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use duly_send::desk::{Desk, Kind};
use duly_send::mail::Mail;
use duly_send::reach::Reach;
use tempfile::TempDir;

use crate::server::{SCRIPTS, Server, free_port};

const PROGRAM: &str = "/usr/share/request-tracker5/libexec/rt-server";

/// Longest that it may take to start: it is a large program.
const STARTS_WITHIN: Duration = Duration::from_secs(90);

pub struct Tracker {
    _server: Server,
    _dir: TempDir,
    pub desk: Desk,
}

fn configured(command: &mut Command, dir: &Path) -> String {
    let out = command
        .env("RT_SITE_CONFIG", dir.join("RT_SiteConfig.pm"))
        .env("RT_SITE_CONFIG_DIR", dir.join("none"))
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8(out.stdout).unwrap()
}

impl Tracker {
    pub fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (path, port) = (dir.path(), free_port());
        std::fs::create_dir(path.join("none")).unwrap();
        let config = format!(
            "Set($rtname, 'harbour.example');\n\
             Set($Organization, 'harbour.example');\n\
             Set($DatabaseType, 'SQLite');\n\
             Set($DatabaseName, '{}/rt.sqlite');\n\
             Set($WebDomain, '127.0.0.1');\nSet($WebPort, {port});\nSet($WebPath, '');\n\
             Set($MailCommand, 'testfile');\n\
             Set($LogToSyslog, undef);\nSet($LogToSTDERR, 'critical');\n1;\n",
            path.display()
        );
        std::fs::write(path.join("RT_SiteConfig.pm"), config).unwrap();
        configured(
            Command::new("rt-setup-database-5").args(["--action", "init", "--skip-create"]),
            path,
        );
        let script = Path::new(SCRIPTS).join("tracker.pl");
        let token = configured(Command::new("perl").arg(script), path);
        let server = Server::start(
            Command::new(PROGRAM)
                .args(["--port", &port.to_string()])
                .env("RT_SITE_CONFIG", path.join("RT_SiteConfig.pm"))
                .env("RT_SITE_CONFIG_DIR", path.join("none"))
                .stderr(Stdio::null()),
        );
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < STARTS_WITHIN, "it does not start");
            std::thread::yield_now();
        }
        Self {
            _server: server,
            _dir: dir,
            desk: Desk {
                kind: Kind::RequestTracker,
                address: format!("http://127.0.0.1:{port}/"),
                token: token.trim().to_owned(),
                queue: "General".to_owned(),
                requester: "duly@harbour.example".to_owned(),
                reach: Reach::PrivateToo,
                authority: None,
            },
        }
    }

    /// Hands it a mail in the way that a mail server does.
    pub fn mail(&self, mail: &Mail) {
        let mut gate = Command::new("rt-mailgate-5")
            .args(["--url", self.desk.address.trim_end_matches('/')])
            .args(["--queue", "General", "--action", "correspond"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let bytes = mail.message().unwrap().formatted();
        gate.stdin.take().unwrap().write_all(&bytes).unwrap();
        assert!(gate.wait().unwrap().success());
    }
}
