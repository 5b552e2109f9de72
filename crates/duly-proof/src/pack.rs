//! The one sequence of bytes in which a set of files may travel: a ZIP archive with nothing left
//! to choose.
//!
//! Members are stored, never compressed, in ascending order of their names (byte by byte), dated
//! 1980-01-01, without flags, extra fields, attributes or comments, and nothing stands before,
//! between or after them. Any ZIP program can open it, and for a given set of files there is
//! exactly one archive; the reader refuses every other. Since members are stored, an archive
//! cannot explode; since nothing is unpacked to disk here, a name cannot escape, and names that
//! could escape elsewhere are refused all the same.

mod format;
mod name;
mod read;

pub use read::read;

/// Most members of a pack: 10,000 bundles hold 2.5 million entries, ten years of a large client.
pub const MEMBERS_MAX: usize = 10_000;

/// Longest pack: 2 GiB, well within what the archive's 32-bit lengths can say.
pub const PACK_BYTES_MAX: usize = 2 * 1024 * 1024 * 1024;

/// Longest name of a member.
pub const NAME_BYTES_MAX: usize = 200;

/// A file in a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// Its name: parts of letters, digits, `.`, `-` and `_`, separated by `/`.
    pub name: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

/// Why bytes are not a pack, or files cannot become one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// A limit passed: [`MEMBERS_MAX`] or [`PACK_BYTES_MAX`].
    #[error("too many files or too many bytes for a pack")]
    TooLarge,
    /// Not a ZIP archive that ends where its directory says.
    #[error("not a whole ZIP archive: it was cut off, or something was added to it")]
    NotAnArchive,
    /// A name that could mean something else on some system.
    #[error("the file name {0:?} is not one that may stand in a pack")]
    Name(String),
    /// Two names that are one on some system, or a name that is a folder of another.
    #[error("the file name {0:?} stands there twice, or is also a folder")]
    NameTwice(String),
    /// Names out of order.
    #[error("the file {0:?} is not in its place")]
    Order(String),
    /// A member whose header, length or checksum is not the one that its content has.
    #[error("the file {0:?} is not stored as it is in a pack")]
    Member(String),
}

/// Writes the archive of these files, whatever order they come in.
///
/// # Errors
///
/// When a name may not stand in a pack or stands there twice, or a limit is passed.
pub fn write(members: &[Member<'_>]) -> Result<Vec<u8>, PackError> {
    let mut members = members.to_vec();
    members.sort_by_key(|member| member.name);
    name::check(members.iter().map(|member| member.name))?;
    let total = members
        .iter()
        .map(|member| format::overhead(member.name) + member.bytes.len())
        .sum::<usize>()
        + format::END_BYTES;
    if total > PACK_BYTES_MAX {
        return Err(PackError::TooLarge);
    }
    let mut archive = Vec::with_capacity(total);
    let mut directory = Vec::new();
    for member in &members {
        let header = format::Header::of(member, archive.len());
        archive.extend_from_slice(&header.local());
        archive.extend_from_slice(member.bytes);
        directory.extend_from_slice(&header.central());
    }
    let end = format::end(members.len(), directory.len(), archive.len());
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(&end);
    Ok(archive)
}
