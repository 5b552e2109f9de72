//! Where this repository lies on the machine, and how its programs are called.
//!
//! All paths are worked out here, so that nothing else depends on the folder a command was started
//! from. It never writes anything.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::program::Program;

/// The root of the repository and the folder its programs are built into.
pub struct Workspace {
    root: PathBuf,
    profile_folder: PathBuf,
}

impl Workspace {
    /// Finds the repository by what cargo says about this very program.
    ///
    /// # Errors
    ///
    /// The program was started by something else than cargo, outside of the repository.
    pub fn here() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let from_cargo = manifest
            .as_deref()
            .and_then(Path::parent)
            .map(Path::to_path_buf);
        let root = match from_cargo {
            Some(root) => root,
            None => env::current_dir()?
                .ancestors()
                .find(|folder| folder.join("Cargo.lock").is_file())
                .map(Path::to_path_buf)
                .context("no Cargo.lock in this folder or above: call `cargo xtask` inside")?,
        };
        let program = env::current_exe().context("finding the folder of built programs")?;
        let profile_folder = program.parent().context("this program lies in no folder")?;
        Ok(Self {
            root,
            profile_folder: profile_folder.to_path_buf(),
        })
    }

    /// A path inside the repository.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A program of this repository in the profile for development; it need not be built yet.
    pub fn built(&self, name: &str) -> PathBuf {
        self.profile_folder.join(name)
    }

    /// The folder of this repository's programs in the profile for development.
    pub fn built_folder(&self) -> &Path {
        &self.profile_folder
    }

    /// The folder of this repository's programs as released.
    pub fn released_folder(&self) -> PathBuf {
        self.profile_folder.with_file_name("release")
    }

    /// A call of another program from the root of the repository.
    pub fn program(&self, name: &str) -> Program {
        Program::new(name).within(&self.root)
    }

    /// A call of the same cargo that called this program.
    pub fn cargo<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Program {
        let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        self.program(&cargo).shown_as("cargo").args(args)
    }
}
