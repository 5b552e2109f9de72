//! Process files on disk: which files a path means, read with bounds, and what only several files
//! together can get wrong. It follows no symbolic links below the paths it is given.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use duly_core::process::Process;
use jiff::civil::Date;

use crate::code::Code;
use crate::refusal::Refusal;
use crate::source::FILE_BYTES_MAX;

/// Most files read at once: a provider has tens of processes. The bound keeps a wrong path, such
/// as `/`, from being a long wait.
pub const FILES_MAX: usize = 1_000;

/// Most directory entries looked at on the way to the files.
const ENTRIES_MAX: usize = 100_000;

/// Deepest directory looked into, counted from the given path.
const DEPTH_MAX: usize = 16;

/// Refusals of all files together after which no further file is read.
pub const REFUSALS_IN_ALL_MAX: usize = 1_000;

/// Why files could not be read at all; nothing is said about what is in them.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// There is nothing at a given path.
    #[error("there is nothing at `{}`", path.display())]
    Missing {
        /// The path as given.
        path: PathBuf,
    },
    /// The operating system refused to read it.
    #[error("`{}` cannot be read: {error}", path.display())]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        error: std::io::Error,
    },
    /// A directory holds no process file.
    #[error("`{}` holds no process file (`*.yaml` or `*.yml`)", path.display())]
    NoFiles {
        /// The directory as given.
        path: PathBuf,
    },
    /// There is more under the paths than process files can be.
    #[error("`{}` holds too much: at most {FILES_MAX} process files are read", path.display())]
    TooMany {
        /// Where it became too much.
        path: PathBuf,
    },
}

impl FilesError {
    /// Stable, in kebab-case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "path-missing",
            Self::Unreadable { .. } => "path-unreadable",
            Self::NoFiles { .. } => "path-without-files",
            Self::TooMany { .. } => "path-too-large",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "give a file, or a directory of `*.yaml` files",
            Self::Unreadable { .. } => "look at its owner and its permissions",
            Self::NoFiles { .. } => "name the file itself if it is called otherwise",
            Self::TooMany { .. } => "give the directory of the process files alone",
        }
    }
}

/// Why a file or directory gave no processes.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It could not be read.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// What it says was refused.
    #[error("{}", every(.0))]
    Refused(Vec<Refusal>),
}

fn every(refusals: &[Refusal]) -> String {
    let told: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    told.join("\n")
}

/// A process and the file that declares it.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// The file, as a path from the one that was given.
    pub file: PathBuf,
    /// What it declares.
    pub process: Process,
}

/// What several files together say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// How many files were read.
    pub files: usize,
    /// The processes of those that were accepted, in the order of their paths.
    pub declared: Vec<Declared>,
    /// What was refused, file by file.
    pub refusals: Vec<Refusal>,
    /// Files that were not read any more, after [`REFUSALS_IN_ALL_MAX`] refusals.
    pub files_left: usize,
}

/// Reads every process file at the given paths; directories are searched for `*.yaml` and `*.yml`.
///
/// # Errors
/// A path that is missing, cannot be read or holds too much. What files say is never an error
/// here but a refusal in [`Checked`].
pub fn check(paths: &[PathBuf], today: Option<Date>) -> Result<Checked, FilesError> {
    let files = files_of(paths)?;
    let mut checked = Checked::default();
    let mut versions: BTreeMap<(String, Date), PathBuf> = BTreeMap::new();
    for file in &files {
        if checked.refusals.len() >= REFUSALS_IN_ALL_MAX {
            break;
        }
        checked.files += 1;
        let bytes = read_bounded(file)?;
        let name = file.display().to_string();
        match crate::load_from(&bytes, &name, today) {
            Err(refusals) => checked.refusals.extend(refusals),
            Ok(process) => {
                let version = (process.process.0.clone(), process.effective);
                if let Some(first) = versions.get(&version) {
                    checked
                        .refusals
                        .extend(repeated(&bytes, &name, &process, first));
                } else {
                    versions.insert(version, file.clone());
                }
                let file = file.clone();
                checked.declared.push(Declared { file, process });
            }
        }
    }
    checked.files_left = files.len() - checked.files;
    Ok(checked)
}

/// Reads one process file.
///
/// # Errors
/// A file that cannot be read, or what is wrong with it.
pub fn load_path(path: &Path) -> Result<Process, LoadError> {
    let bytes = read_bounded(path)?;
    let name = path.display().to_string();
    crate::load(&bytes, &name).map_err(LoadError::Refused)
}

/// Reads every process file of a directory.
///
/// # Errors
/// A directory that cannot be read, or everything that is wrong with any of its files.
pub fn load_dir(directory: &Path) -> Result<Vec<Process>, LoadError> {
    let checked = check(&[directory.to_owned()], None)?;
    if !checked.refusals.is_empty() {
        return Err(LoadError::Refused(checked.refusals));
    }
    let processes = checked.declared.into_iter();
    Ok(processes.map(|declared| declared.process).collect())
}

/// The file's bytes, and one more than allowed at most: enough to see that it is too large.
fn read_bounded(path: &Path) -> Result<Vec<u8>, FilesError> {
    let unreadable = |error: std::io::Error| unreadable(path, error);
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(FILE_BYTES_MAX)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    file.take(limit)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}

fn unreadable(path: &Path, error: std::io::Error) -> FilesError {
    let path = path.to_owned();
    if error.kind() == std::io::ErrorKind::NotFound {
        return FilesError::Missing { path };
    }
    FilesError::Unreadable { path, error }
}

/// The files that the paths mean, in order, each once.
fn files_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>, FilesError> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut entries = 0;
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|error| unreadable(path, error))?;
        if !metadata.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        search(path, 0, &mut files, &mut entries)?;
        if files.len() == before {
            return Err(FilesError::NoFiles { path: path.clone() });
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    files.retain(|file| seen.insert(file.clone()));
    Ok(files)
}

fn search(
    directory: &Path,
    depth: usize,
    files: &mut Vec<PathBuf>,
    entries: &mut usize,
) -> Result<(), FilesError> {
    let unreadable = |error: std::io::Error| unreadable(directory, error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        *entries += 1;
        if *entries > ENTRIES_MAX {
            let path = directory.to_owned();
            return Err(FilesError::TooMany { path });
        }
        found.push((entry.path(), entry.file_type().map_err(unreadable)?));
    }
    found.sort_by(|(left, _), (right, _)| left.cmp(right));
    for (path, kind) in found {
        if kind.is_dir() && depth < DEPTH_MAX {
            search(&path, depth + 1, files, entries)?;
        } else if kind.is_file() && is_process_file(&path) {
            if files.len() >= FILES_MAX {
                return Err(FilesError::TooMany { path });
            }
            files.push(path);
        }
    }
    Ok(())
}

fn is_process_file(path: &Path) -> bool {
    let extension = path.extension().and_then(std::ffi::OsStr::to_str);
    matches!(extension, Some("yaml" | "yml"))
}

/// Two files cannot both say what a process is from the same day on.
fn repeated(bytes: &[u8], name: &str, process: &Process, first: &Path) -> Vec<Refusal> {
    let (id, effective, first) = (&process.process, process.effective, first.display());
    let message = format!("`{id}` with effect from {effective} is declared in `{first}` already");
    let help = "give the newer version a later `effective`, or delete one of the files";
    crate::refuse_key(bytes, name, "process", Code::ProcessRepeated, message, help)
}
