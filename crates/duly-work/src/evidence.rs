//! Takes a file that somebody brings as evidence: looks at what it is, not at what it is called;
//! for a picture draws a small one anew, takes a hash that survives saving it again, and reads when
//! it claims to have been taken. Then the store keeps it.
//!
//! A picture is decoded only within limits, one at a time, and what cannot be decoded is refused:
//! nobody should have to open it either.

use std::io::Cursor;

use duly_core::evidence::exif::{self, Taken};
use duly_core::evidence::kind::{FileKind, NotKept};
use duly_core::evidence::{FILE_BYTES_MAX, NAME_CHARS_MAX};
use duly_core::id::{ClientId, DutyId, PersonId, StepId};
use duly_store::{EvidenceAdded, NewEvidence, Picture, Store, random_id};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use image_hasher::{HashAlg, HasherConfig};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::error::WorkError;

/// Longest side of a picture: a scanned plan, a screen of many screens.
const SIDE_PIXELS_MAX: u32 = 16_384;

/// Most pixels of a picture: a telephone's 40 megapixels. Decoded they are 160 MB.
const PIXELS_MAX: u64 = 40_000_000;

/// Most memory that decoding may ask for: four bytes a pixel, and as much again for the way.
const DECODE_BYTES_MAX: u64 = 2 * 4 * PIXELS_MAX;

/// Longest side of the small picture on a page.
const THUMBNAIL_PIXELS: u32 = 320;

/// Quality of the small picture; it is for recognising, not for reading.
const THUMBNAIL_QUALITY: u8 = 75;

/// Rows and columns of the hash of a picture: 256 bits. With 64 two screens of the same program are
/// often alike.
const HASH_SIDE: u32 = 16;

/// Pictures decoded at the same time in this process: each takes up to [`DECODE_BYTES_MAX`].
static DECODING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(1);

/// A file as it was brought.
#[derive(Clone, Debug)]
pub struct Brought {
    /// Whose ticket.
    pub client: ClientId,
    /// On which ticket.
    pub ticket: DutyId,
    /// For which step; absent for the ticket as a whole.
    pub step: Option<StepId>,
    /// By whom.
    pub person: PersonId,
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub content: Vec<u8>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// The store's answer.
    Stored(EvidenceAdded),
    /// It is nothing that is kept.
    NotKept(NotKept),
    /// It says that it is a picture, and cannot be decoded.
    Damaged,
    /// It is a picture of more pixels than are decoded.
    TooManyPixels,
}

/// What was seen in a picture.
struct Seen {
    picture: Picture,
    thumbnail: Vec<u8>,
    taken: Option<Taken>,
}

/// Why nothing was.
enum Unseen {
    Damaged,
    TooManyPixels,
}

/// Looks at a file and keeps it as evidence. `zone` is the client's: a camera that names no zone
/// is taken to be there.
///
/// # Errors
///
/// When the store fails.
pub async fn receive(
    store: &Store,
    brought: Brought,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Received, WorkError> {
    let kind = match FileKind::of(&brought.content) {
        Ok(kind) => kind,
        Err(why) => return Ok(Received::NotKept(why)),
    };
    let (content, seen) = match format_of(kind) {
        Some(format) => match look(brought.content, format).await {
            (content, Ok(seen)) => (content, Some(seen)),
            (_, Err(Unseen::Damaged)) => return Ok(Received::Damaged),
            (_, Err(Unseen::TooManyPixels)) => return Ok(Received::TooManyPixels),
        },
        None => (brought.content, None),
    };
    let (mut picture, mut thumbnail, mut taken_at) = (None, None, None);
    if let Some(seen) = seen {
        taken_at = seen.taken.and_then(|taken| instant(taken, zone));
        (picture, thumbnail) = (Some(seen.picture), Some(seen.thumbnail));
    }
    let new = NewEvidence {
        id: random_id()?,
        client: brought.client,
        ticket: brought.ticket,
        step: brought.step,
        person: brought.person,
        name: brought.name.chars().take(NAME_CHARS_MAX).collect(),
        kind,
        content,
        picture,
        taken_at,
        thumbnail,
    };
    Ok(Received::Stored(store.add_evidence(new, now).await?))
}

fn format_of(kind: FileKind) -> Option<ImageFormat> {
    match kind {
        FileKind::Png => Some(ImageFormat::Png),
        FileKind::Jpeg => Some(ImageFormat::Jpeg),
        FileKind::Gif => Some(ImageFormat::Gif),
        FileKind::Webp => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// Looks at a picture on a thread of its own; the bytes come back.
async fn look(content: Vec<u8>, format: ImageFormat) -> (Vec<u8>, Result<Seen, Unseen>) {
    debug_assert!(content.len() <= FILE_BYTES_MAX);
    // The semaphore is never closed; without a permit nothing would be decoded.
    let Ok(_one) = DECODING.acquire().await else {
        return (content, Err(Unseen::Damaged));
    };
    let looking = tokio::task::spawn_blocking(move || {
        let seen = see(&content, format);
        (content, seen)
    });
    // A decoder that panics is one that could not decode.
    looking
        .await
        .unwrap_or_else(|_| (Vec::new(), Err(Unseen::Damaged)))
}

fn see(content: &[u8], format: ImageFormat) -> Result<Seen, Unseen> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_PIXELS_MAX);
    limits.max_image_height = Some(SIDE_PIXELS_MAX);
    limits.max_alloc = Some(DECODE_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(why)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(Unseen::TooManyPixels);
    }
    let block = decoder.exif_metadata().ok().flatten();
    let taken = block.as_deref().and_then(exif::taken);
    let turned = decoder.orientation().ok();
    let mut image = DynamicImage::from_decoder(decoder).map_err(why)?;
    if let Some(orientation) = turned {
        image.apply_orientation(orientation);
    }
    Ok(Seen {
        picture: Picture {
            hash: picture_hash(&image),
            width: image.width(),
            height: image.height(),
        },
        thumbnail: thumbnail(&image).map_err(why)?,
        taken,
    })
}

fn why(error: image::ImageError) -> Unseen {
    match error {
        image::ImageError::Limits(_) => Unseen::TooManyPixels,
        _ => Unseen::Damaged,
    }
}

/// What [`duly_core::evidence::are_alike`] compares.
fn picture_hash(image: &DynamicImage) -> String {
    let hasher = HasherConfig::new()
        .hash_size(HASH_SIDE, HASH_SIDE)
        .hash_alg(HashAlg::Gradient)
        .to_hasher();
    let hash = hasher.hash_image(image);
    hash.as_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A small picture, drawn anew: nothing of the file but its look is in it.
fn thumbnail(image: &DynamicImage) -> Result<Vec<u8>, image::ImageError> {
    let small = image
        .thumbnail(THUMBNAIL_PIXELS, THUMBNAIL_PIXELS)
        .to_rgb8();
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, THUMBNAIL_QUALITY);
    small.write_with_encoder(encoder)?;
    Ok(bytes)
}

fn instant(taken: Taken, zone: &TimeZone) -> Option<Timestamp> {
    match taken.offset {
        Some(offset) => offset.to_timestamp(taken.local).ok(),
        None => zone.to_timestamp(taken.local).ok(),
    }
}

#[cfg(test)]
mod tests {
    use duly_core::control::facts::PictureHash;
    use duly_core::control::rules::rule;
    use image::{Rgb, RgbImage, imageops::FilterType};

    use super::*;

    /// A screen: a dark bar, lines of text of some lengths, a table.
    fn screen(number: u32) -> DynamicImage {
        let image = RgbImage::from_fn(800, 500, |x, y| {
            let line = (y / 20)
                .wrapping_mul(2_654_435_761)
                .wrapping_add(number * 97_531);
            let length = 100 + line % 600;
            let is_text = y % 20 < 12 && x < length && (x / 7 + line) % 3 != 0;
            match (y < 30, is_text) {
                (true, _) => Rgb([30, 40, 60]),
                (false, true) => Rgb([20, 20, 20]),
                (false, false) => Rgb([250, 250, 245]),
            }
        });
        DynamicImage::ImageRgb8(image)
    }

    fn saved(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn seen(bytes: &[u8], format: ImageFormat) -> Seen {
        see(bytes, format).unwrap_or_else(|_| panic!("not seen"))
    }

    fn as_jpeg(image: &DynamicImage, quality: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
        image.to_rgb8().write_with_encoder(encoder).unwrap();
        bytes
    }

    /// In how many of 64 bits two hashes differ, and how many the rule of reused evidence allows.
    fn apart(one: &str, other: &str) -> (u32, u32) {
        let parameters = rule("evidence-reused").unwrap().parameters;
        let bits = parameters.iter().find(|one| one.name == "bits").unwrap();
        let hash = |hex| PictureHash::of_hex(hex).unwrap();
        let distance = hash(one).distance(&hash(other)).unwrap();
        (distance, bits.default.unwrap())
    }

    #[test]
    fn a_picture_saved_again_in_another_format_quality_or_size_is_the_same_picture() {
        for number in 0..8 {
            let original = screen(number);
            let hash = seen(&saved(&original, ImageFormat::Png), ImageFormat::Png)
                .picture
                .hash;
            let smaller = original.resize(500, 400, FilterType::Triangle);
            for (what, bytes, format) in [
                (
                    "webp",
                    saved(&original, ImageFormat::WebP),
                    ImageFormat::WebP,
                ),
                ("jpeg", as_jpeg(&original, 85), ImageFormat::Jpeg),
                ("bad jpeg", as_jpeg(&original, 40), ImageFormat::Jpeg),
                ("smaller", as_jpeg(&smaller, 80), ImageFormat::Jpeg),
            ] {
                let again = seen(&bytes, format).picture.hash;
                let (bits, most) = apart(&hash, &again);
                assert!(bits <= most, "{what} of {number}: {bits}");
            }
        }
    }

    #[test]
    fn two_screens_of_the_same_program_are_two_pictures() {
        let hashes: Vec<String> = (0..8)
            .map(|n| {
                seen(&saved(&screen(n), ImageFormat::Png), ImageFormat::Png)
                    .picture
                    .hash
            })
            .collect();
        for (place, one) in hashes.iter().enumerate() {
            for other in hashes.iter().skip(place + 1) {
                let (bits, most) = apart(one, other);
                assert!(bits > most, "{bits}");
            }
        }
    }

    #[test]
    fn the_small_picture_is_small_and_a_picture() {
        let small = seen(&saved(&screen(1), ImageFormat::Png), ImageFormat::Png).thumbnail;
        assert_eq!(FileKind::of(&small), Ok(FileKind::Jpeg));
        let small = image::load_from_memory(&small).unwrap();
        assert_eq!((small.width(), small.height()), (320, 200));
    }

    #[test]
    fn a_damaged_picture_and_one_of_too_many_pixels_are_refused() {
        let mut bytes = saved(&screen(1), ImageFormat::Png);
        bytes.truncate(bytes.len() / 2);
        assert!(matches!(
            see(&bytes, ImageFormat::Png),
            Err(Unseen::Damaged)
        ));
        // A header that promises 16000 × 16000 pixels and brings nothing.
        let mut bomb =
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x3e\x80\0\0\x3e\x80\x08\x02\0\0\0".to_vec();
        bomb.extend([0xd7, 0x1e, 0x54, 0x37]);
        assert!(see(&bomb, ImageFormat::Png).is_err());
        let wide = DynamicImage::new_luma8(SIDE_PIXELS_MAX + 1, 1);
        let found = see(&saved(&wide, ImageFormat::Png), ImageFormat::Png);
        assert!(matches!(found, Err(Unseen::TooManyPixels)));
    }
}
