//! The pictures that Tess leaves as evidence in the demonstration: a drawn screen with bars whose
//! lengths follow from the date, so that no two are alike. A PNG without compression, since nothing
//! here has to be small.

/// Width and height in pixels.
const SIDES: (u32, u32) = (192, 108);

/// Draws it.
pub fn screen(seed: &str) -> Vec<u8> {
    let mut rows = Vec::new();
    let mut state = seed.bytes().fold(0x811c_9dc5_u32, |state, byte| {
        (state ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let mut length = 0;
    for y in 0..SIDES.1 {
        if y % 12 == 0 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            length = 20 + (state >> 16) % (SIDES.0 - 40);
        }
        // Each row begins with the number of its filter: none.
        rows.push(0);
        for x in 0..SIDES.0 {
            let is_bar = y % 12 < 8 && x > 10 && x < length;
            rows.push(match (y < 12, is_bar) {
                (true, _) => 0x30,
                (false, true) => 0x60,
                (false, false) => 0xf0,
            });
        }
    }
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend(SIDES.0.to_be_bytes());
    header.extend(SIDES.1.to_be_bytes());
    // Eight bits of grey, nothing else.
    header.extend([8, 0, 0, 0, 0]);
    chunk(&mut png, *b"IHDR", &header);
    chunk(&mut png, *b"IDAT", &stored(&rows));
    chunk(&mut png, *b"IEND", &[]);
    png
}

/// A zlib stream of blocks that are stored as they are.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(usize::from(u16::MAX)).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in bytes {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    stream.extend(((high << 16) | low).to_be_bytes());
    stream
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    png.extend(length.to_be_bytes());
    let mut sum = u32::MAX;
    for byte in kind.iter().chain(content) {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 & (0_u32.wrapping_sub(sum & 1)));
        }
    }
    png.extend(kind);
    png.extend(content);
    png.extend((!sum).to_be_bytes());
}
