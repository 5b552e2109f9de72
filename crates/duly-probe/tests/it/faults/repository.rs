//! Damage done to a repository, at a place that chance picks.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::world::World;

/// A piece of a pack: where it lies and how long it is.
pub struct Piece {
    /// The pack's file.
    pub pack: PathBuf,
    /// Where it begins.
    pub offset: usize,
    /// Bytes.
    pub length: usize,
}

/// All pieces of a kind (`data` or `tree`) that the index knows, sorted.
pub fn pieces(world: &World, kind: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for index in world.restic_prints(&["list", "index"]).lines() {
        let text = world.restic_prints(&["cat", "index", index]);
        let index: Value = serde_json::from_str(&text).expect("an index");
        for pack in index["packs"].as_array().expect("packs") {
            let id = pack["id"].as_str().expect("an id");
            let path = world.repository().join("data").join(&id[..2]).join(id);
            let blobs = pack["blobs"].as_array().expect("blobs");
            pieces.extend(
                blobs
                    .iter()
                    .filter(|blob| blob["type"] == kind)
                    .map(|blob| Piece {
                        pack: path.clone(),
                        offset: number(&blob["offset"]),
                        length: number(&blob["length"]),
                    }),
            );
        }
    }
    pieces.sort_by(|one, other| (&one.pack, one.offset).cmp(&(&other.pack, other.offset)));
    pieces
}

fn number(value: &Value) -> usize {
    value
        .as_u64()
        .and_then(|number| usize::try_from(number).ok())
        .expect("a number")
}

/// Flips one bit in a piece of a kind.
pub fn flip_a_bit(world: &mut World, kind: &str) {
    let all = pieces(world, kind);
    let piece = &all[world.dice.below(all.len())];
    let at = piece.offset + world.dice.below(piece.length);
    let bit = world.dice.below(8);
    change(&piece.pack, |content| content[at] ^= 1 << bit);
}

/// Zeroes up to 4 KiB from somewhere in a piece of data.
pub fn zero_a_block(world: &mut World) {
    let all = pieces(world, "data");
    let piece = &all[world.dice.below(all.len())];
    let length = piece.length.min(4_096);
    change(&piece.pack, |content| {
        content[piece.offset..piece.offset + length].fill(0)
    });
}

/// Cuts a pack of data to 70 %.
pub fn cut_a_pack(world: &mut World) {
    let pack = a_pack(world, "data");
    change(&pack, |content| content.truncate(content.len() * 7 / 10));
}

/// Deletes a pack of a kind.
pub fn delete_a_pack(world: &mut World, kind: &str) {
    fs::remove_file(a_pack(world, kind)).expect("deleted");
}

fn a_pack(world: &mut World, kind: &str) -> PathBuf {
    let all = pieces(world, kind);
    all[world.dice.below(all.len())].pack.clone()
}

/// The files of a folder of the repository, sorted.
pub fn files(world: &World, folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(world.repository().join(folder))
        .expect("a folder")
        .map(|entry| entry.expect("a name").path())
        .collect();
    files.sort();
    files
}

/// The file of the newest snapshot.
pub fn newest_snapshot(world: &World) -> PathBuf {
    let newest = world
        .known
        .present()
        .max_by_key(|(_, seen)| seen.time)
        .expect("a snapshot");
    world.repository().join("snapshots").join(newest.0)
}

/// Flips a bit somewhere in a file.
pub fn flip_anywhere(world: &mut World, path: &Path) {
    let length = usize::try_from(fs::metadata(path).expect("there").len()).expect("a length");
    let (at, bit) = (world.dice.below(length), world.dice.below(8));
    change(path, |content| content[at] ^= 1 << bit);
}

/// Copies a folder as it is.
pub fn copy(from: &Path, to: &Path) {
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .arg(from)
        .arg(to)
        .status();
    assert!(copied.expect("cp").success());
}

/// Changes a file of the repository, which restic makes read-only.
fn change(path: &Path, how: impl FnOnce(&mut Vec<u8>)) {
    let mut content = fs::read(path).expect("there");
    how(&mut content);
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("writable");
    fs::write(path, content).expect("written");
}
