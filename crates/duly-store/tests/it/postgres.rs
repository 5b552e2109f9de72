//! A PostgreSQL server for the tests, from Debian's package: one cluster, started by the first
//! test that wants it and stopped by the last, over processes too; one schema for each test.
//!
//! It listens on a Unix socket only and runs as an unprivileged user, since PostgreSQL refuses to
//! run as root.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, Weak};

const BIN: &str = "/usr/lib/postgresql/15/bin";

/// Memory that a whole run of the tests stays below.
const SCRATCH_KIB: u64 = 1_024 * 1_024;

/// Where the tests put their files: memory, where there is enough of it. Syncing costs nothing
/// there, and what a killed process wrote survives it as it would on a disk. That a sync reaches
/// the disk is not tested here, nor could it be without cutting the power.
pub fn scratch() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        let free = run("df", &["--output=avail", "/dev/shm"]);
        let free = free
            .lines()
            .last()
            .and_then(|line| line.trim().parse().ok());
        if free.is_some_and(|kib: u64| kib >= SCRATCH_KIB) {
            return memory.to_owned();
        }
    }
    std::env::temp_dir()
}

/// The running server; the last one dropped stops it.
pub struct Server {
    dir: PathBuf,
    users: File,
}

static SERVER: Mutex<Weak<Server>> = Mutex::new(Weak::new());

/// The server, started if need be; `None` where PostgreSQL is not installed, which is said once
/// for each test.
pub fn server() -> Option<Arc<Server>> {
    if !Path::new(BIN).join("pg_ctl").exists() {
        eprintln!("skipped: postgresql-15 is not installed");
        return None;
    }
    let mut shared = SERVER
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(server) = shared.upgrade() {
        return Some(server);
    }
    let server = Arc::new(Server::start());
    *shared = Arc::downgrade(&server);
    Some(server)
}

impl Server {
    fn start() -> Self {
        // Short: the path of a Unix socket has at most 107 bytes.
        let user = run("id", &["-u"]).trim().to_owned();
        let dir = scratch().join(format!("duly-store-postgres-{user}"));
        fs::create_dir_all(&dir).unwrap();
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o777)).unwrap();
        let gate = File::create(dir.join("gate")).unwrap();
        gate.lock().unwrap();
        let users = File::create(dir.join("users")).unwrap();
        users.lock_shared().unwrap();
        let server = Self { dir, users };
        if !server.data().join("PG_VERSION").exists() {
            let data = server.data().display().to_string();
            as_user(
                "initdb",
                &[
                    "-D",
                    &data,
                    "-U",
                    "duly",
                    "-A",
                    "trust",
                    "-E",
                    "UTF8",
                    "--no-sync",
                ],
            );
        }
        if !server.is_running() {
            let options = format!(
                "-c listen_addresses= -c unix_socket_directories={} -c shared_buffers=32MB \
                 -c max_connections=200",
                server.dir.display()
            );
            let data = server.data().display().to_string();
            let log = server.dir.join("log").display().to_string();
            as_user(
                "pg_ctl",
                &["-D", &data, "-l", &log, "-o", &options, "-w", "start"],
            );
        }
        server
    }

    fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    fn is_running(&self) -> bool {
        let data = self.data().display().to_string();
        user_command("pg_ctl", &["-D", &data, "status"])
            .output()
            .unwrap()
            .status
            .success()
    }

    /// Where a store finds it.
    pub fn url(&self) -> String {
        let socket = self.dir.display().to_string().replace('/', "%2F");
        format!("postgres://duly@{socket}/postgres")
    }

    /// Runs a statement in a schema, as somebody with the database's password would.
    pub fn sql(&self, schema: &str, sql: &str) -> String {
        let host = self.dir.display().to_string();
        let set = format!("set search_path to \"{schema}\"");
        run(
            "psql",
            &[
                "-h",
                &host,
                "-U",
                "duly",
                "-d",
                "postgres",
                "-v",
                "ON_ERROR_STOP=1",
                "-qAt",
                "-c",
                &set,
                "-c",
                sql,
            ],
        )
    }
}

impl Server {
    /// A schema with everything in it, as SQL.
    pub fn dump(&self, schema: &str) -> String {
        let host = self.dir.display().to_string();
        let arguments = ["-h", &host, "-U", "duly", "-d", "postgres", "-n", schema];
        run("pg_dump", &arguments)
    }

    /// Puts a dumped schema in place of the present one.
    pub fn restore(&self, schema: &str, dump: &str) {
        let host = self.dir.display().to_string();
        self.sql("public", &format!("drop schema \"{schema}\" cascade"));
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, dump.as_bytes()).unwrap();
        let path = file.path().display().to_string();
        let options = ["-h", &host, "-U", "duly", "-d", "postgres"];
        let quiet = ["-v", "ON_ERROR_STOP=1", "-q", "-f", &path];
        run("psql", &[&options[..], &quiet[..]].concat());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let gate = File::create(self.dir.join("gate")).unwrap();
        gate.lock().unwrap();
        self.users.unlock().unwrap();
        if self.users.try_lock().is_ok() {
            let data = self.data().display().to_string();
            as_user("pg_ctl", &["-D", &data, "-m", "fast", "-w", "stop"]);
        }
    }
}

fn as_user(program: &str, arguments: &[&str]) {
    let done = user_command(program, arguments).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{program}: {said}");
}

/// A program of the package, as the user `postgres` where we are root.
fn user_command(program: &str, arguments: &[&str]) -> Command {
    let path = format!("{BIN}/{program}");
    let mut command = if run("id", &["-u"]).trim() == "0" {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", &path]);
        command
    } else {
        Command::new(path)
    };
    command.args(arguments).current_dir("/");
    // A server that inherits our pipes would keep a test runner waiting for their end.
    command.stdin(std::process::Stdio::null());
    command
}

/// Runs a program that has to succeed; what it printed.
pub fn run(program: &str, arguments: &[&str]) -> String {
    let done = Command::new(program).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{program} {arguments:?}: {said}");
    String::from_utf8(done.stdout).unwrap()
}
