//! Calling another program: said before it is done, never through a shell.
//!
//! A failure names the whole command, so that it can be repeated by hand. Output is either passed
//! through or read whole; nothing here interprets it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};

use crate::say;

/// A call that has not been made yet.
pub struct Program {
    command: Command,
    name: String,
    folder: Option<PathBuf>,
}

impl Program {
    /// A call of the named program, found on the path.
    pub fn new(name: impl AsRef<OsStr>) -> Self {
        let shown = name.as_ref().to_string_lossy().into_owned();
        Self {
            command: Command::new(name),
            name: shown,
            folder: None,
        }
    }

    /// Names the program as people know it, where it is called by a long path.
    pub fn shown_as(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Runs it in this folder.
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self.folder = Some(folder.to_path_buf());
        self
    }

    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets a variable of its environment.
    pub fn set(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Puts a folder before all others in which it looks for programs.
    pub fn finding_programs_in(self, folder: &Path) -> Result<Self> {
        let others = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&others));
        let path: OsString = std::env::join_paths(folders).context("putting PATH together")?;
        Ok(self.set("PATH", path))
    }

    /// The command as a person would type it.
    pub fn line(&self) -> String {
        let args = self.command.get_args().map(OsStr::to_string_lossy);
        std::iter::once(self.name.as_str().into())
            .chain(args)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Says the command, runs it and passes its output through.
    ///
    /// # Errors
    ///
    /// It cannot be started, or ends with anything but success.
    pub fn run(mut self) -> Result<()> {
        let line = self.line();
        say(format!("$ {line}"));
        let status = self.command.stdin(Stdio::null()).status();
        let status = status.with_context(|| format!("cannot start `{line}`"))?;
        if !status.success() {
            bail!("`{line}` failed ({status})");
        }
        Ok(())
    }

    /// Runs it quietly and returns what it printed on standard output.
    ///
    /// # Errors
    ///
    /// It cannot be started, or ends with anything but success; what it said is in the message.
    pub fn text(self) -> Result<String> {
        let line = self.line();
        let output = self.output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            bail!("`{line}` failed ({}): {said}", output.status);
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs it quietly and returns everything, whether it succeeded or not.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn output(mut self) -> Result<Output> {
        let line = self.line();
        let output = self.command.stdin(Stdio::null()).output();
        output.with_context(|| format!("cannot start `{line}`"))
    }

    /// Whether it can be started and succeeds; its output is dropped.
    pub fn succeeds(self) -> bool {
        self.output().is_ok_and(|output| output.status.success())
    }

    /// Says the command and becomes it: signals, terminal and exit code are its own from here on.
    ///
    /// # Errors
    ///
    /// It cannot be started; on success this does not return.
    #[cfg(unix)]
    pub fn become_it(mut self) -> Result<()> {
        use std::os::unix::process::CommandExt;
        let line = self.line();
        say(format!("$ {line}"));
        let error = self.command.exec();
        Err(error).with_context(|| format!("cannot start `{line}`"))
    }
}

/// Whether a program of this name is on the path.
pub fn is_installed(name: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(name).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_whole_command() {
        let error = Program::new("false").args(["--now"]).run().unwrap_err();
        assert!(
            error.to_string().contains("`false --now` failed"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = Program::new("no-such-program").text().unwrap_err();
        assert_eq!(error.to_string(), "cannot start `no-such-program`");
    }

    #[test]
    fn the_text_of_a_program_is_its_standard_output() {
        assert_eq!(
            Program::new("echo").args(["a", "b"]).text().unwrap(),
            "a b\n"
        );
    }
}
