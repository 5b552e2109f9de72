//! Reading a pack: the directory says where members should be, and every byte of the archive is
//! then compared with what the writer would have put there.

use super::format::{
    CENTRAL_BYTES, CENTRAL_SIGNATURE, END_BYTES, END_SIGNATURE, Header, LOCAL_BYTES, end,
};
use super::{MEMBERS_MAX, Member, PACK_BYTES_MAX, PackError, name};

/// The files of a pack, in order of their names. Nothing is copied.
///
/// # Errors
///
/// When the bytes are anything but what [`super::write`] makes of these files.
pub fn read(archive: &[u8]) -> Result<Vec<Member<'_>>, PackError> {
    if archive.len() > PACK_BYTES_MAX {
        return Err(PackError::TooLarge);
    }
    let (contents, directory, count) = split(archive).ok_or(PackError::NotAnArchive)?;
    if count > MEMBERS_MAX {
        return Err(PackError::TooLarge);
    }
    let mut members = Vec::with_capacity(count);
    let (mut contents_left, mut directory_left) = (contents, directory);
    for _ in 0..count {
        let (name, length, after) = record(directory_left)?;
        let bytes = contents_left
            .get(LOCAL_BYTES + name.len()..)
            .and_then(|rest| rest.get(..length))
            .ok_or(PackError::NotAnArchive)?;
        let member = Member { name, bytes };
        let header = Header::of(&member, contents.len() - contents_left.len());
        let local = header.local();
        if !contents_left.starts_with(&local) || !directory_left.starts_with(&header.central()) {
            return Err(PackError::Member(name.to_owned()));
        }
        contents_left = contents_left
            .get(local.len() + length..)
            .ok_or(PackError::NotAnArchive)?;
        directory_left = after;
        members.push(member);
    }
    // What is left over belongs to no member.
    if !contents_left.is_empty() || !directory_left.is_empty() {
        return Err(PackError::NotAnArchive);
    }
    name::check(members.iter().map(|member| member.name))?;
    Ok(members)
}

/// The contents, the directory, and the number of members that the end record tells of.
fn split(archive: &[u8]) -> Option<(&[u8], &[u8], usize)> {
    let (rest, found) = archive.split_at_checked(archive.len().checked_sub(END_BYTES)?)?;
    let count = usize::from(u16::from_le_bytes(*found.get(8..)?.first_chunk()?));
    let directory_bytes = u32::from_le_bytes(*found.get(12..)?.first_chunk()?);
    let offset = rest
        .len()
        .checked_sub(usize::try_from(directory_bytes).ok()?)?;
    let (contents, directory) = rest.split_at_checked(offset)?;
    let is_end = found.starts_with(&END_SIGNATURE) && found == end(count, directory.len(), offset);
    is_end.then_some((contents, directory, count))
}

/// The name and length in the first record of the directory, and the records after it. What else
/// the record says is compared, not read.
fn record(directory: &[u8]) -> Result<(&str, usize, &[u8]), PackError> {
    let read = || {
        if !directory.starts_with(&CENTRAL_SIGNATURE) {
            return None;
        }
        let length = u32::from_le_bytes(*directory.get(20..)?.first_chunk()?);
        let name_length = u16::from_le_bytes(*directory.get(28..)?.first_chunk()?);
        let (name, after) = directory
            .get(CENTRAL_BYTES..)?
            .split_at_checked(usize::from(name_length))?;
        Some((name, usize::try_from(length).ok()?, after))
    };
    let (name, length, after) = read().ok_or(PackError::NotAnArchive)?;
    let name = std::str::from_utf8(name)
        .map_err(|_| PackError::Name(String::from_utf8_lossy(name).into_owned()))?;
    Ok((name, length, after))
}
