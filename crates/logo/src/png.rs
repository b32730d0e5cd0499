//! Pixels in, pixels out: no chunk of what was handed in survives.

use std::io::Cursor;

use png::{Decoder, DecodingError, Encoder, Limits, Transformations};

use crate::{LogoError, MAX_HEIGHT, MAX_WIDTH};

/// Most bytes that reading takes: the pixels are at most 2 MiB.
const MAX_MEMORY: usize = 8 << 20;

pub(crate) fn clean(bytes: &[u8]) -> Result<Vec<u8>, LogoError> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MAX_MEMORY });
    // Text and colour profiles are compressed, too, and not wanted.
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let header = decoder.read_header_info().map_err(unreadable)?;
    let (width, height) = (header.width, header.height);
    if !(1..=MAX_WIDTH).contains(&width) || !(1..=MAX_HEIGHT).contains(&height) {
        return Err(LogoError::Dimensions);
    }
    let mut reader = decoder.read_info().map_err(unreadable)?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or(LogoError::Dimensions)?];
    let frame = reader.next_frame(&mut pixels).map_err(unreadable)?;
    if (frame.width, frame.height) != (width, height) {
        return Err(LogoError::Dimensions);
    }
    let mut kept = Vec::new();
    let mut encoder = Encoder::new(&mut kept, width, height);
    encoder.set_color(frame.color_type);
    encoder.set_depth(frame.bit_depth);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&pixels[..frame.buffer_size()])?;
        writer.finish()
    });
    written.map_err(|error| LogoError::Unreadable("PNG", error.to_string()))?;
    Ok(kept)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreadable(error: DecodingError) -> LogoError {
    LogoError::Unreadable("PNG", error.to_string())
}

#[cfg(test)]
mod tests {
    use png::{BitDepth, ColorType};
    use proptest::prelude::*;

    use super::*;

    fn png(width: u32, height: u32, color: ColorType, depth: BitDepth) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, width, height);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            encoder.set_palette(vec![255, 0, 0, 0, 255, 0]);
            encoder.set_trns(vec![0, 255]);
        }
        encoder.add_text_chunk("Author".to_owned(), "Anna Secret".to_owned()).unwrap();
        let line = (width as usize * color.samples() * depth as usize).div_ceil(8);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&vec![0; line * height as usize]).unwrap();
        writer.finish().unwrap();
        bytes
    }

    /// Types of the chunks in the order in which they stand.
    fn chunks(png: &[u8]) -> Vec<String> {
        let mut rest = &png[8..];
        let mut found = Vec::new();
        while !rest.is_empty() {
            let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
            found.push(String::from_utf8(rest[4..8].to_vec()).unwrap());
            rest = &rest[12 + length..];
        }
        found.dedup();
        found
    }

    #[test]
    fn of_a_png_its_pixels_are_kept_and_nothing_else() {
        for (color, depth) in [
            (ColorType::Rgba, BitDepth::Eight),
            (ColorType::Rgb, BitDepth::Sixteen),
            (ColorType::Grayscale, BitDepth::One),
            (ColorType::GrayscaleAlpha, BitDepth::Eight),
            (ColorType::Indexed, BitDepth::Two),
        ] {
            let mut bytes = png(20, 10, color, depth);
            bytes.extend(b"<script>alert(1)</script>");
            let kept = clean(&bytes).unwrap();
            assert_eq!(chunks(&kept), ["IHDR", "IDAT", "IEND"], "{color:?}");
            assert!(!kept.windows(6).any(|six| six == b"Secret" || six == b"script"));
            assert_eq!(clean(&kept).unwrap(), kept);
        }
    }

    #[test]
    fn pictures_that_are_too_large_are_refused_before_they_are_read() {
        for (width, height) in [(MAX_WIDTH + 1, 1), (1, MAX_HEIGHT + 1)] {
            let bytes = png(width, height, ColorType::Rgb, BitDepth::Eight);
            assert_eq!(clean(&bytes), Err(LogoError::Dimensions));
        }
        let mut bytes = png(MAX_WIDTH, MAX_HEIGHT, ColorType::Rgba, BitDepth::Eight);
        assert!(clean(&bytes).is_ok());
        // The header of a bomb; its checksum is wrong, too.
        bytes[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
        assert!(clean(&bytes).is_err());
    }

    #[test]
    fn what_is_damaged_or_cut_off_is_refused() {
        let bytes = png(20, 10, ColorType::Rgba, BitDepth::Eight);
        let iend = bytes.len() - 12;
        for length in 0..iend - 20 {
            assert!(clean(&bytes[..length]).is_err(), "{length}");
        }
        let mut damaged = bytes.clone();
        damaged[20] ^= 1;
        assert!(clean(&damaged).is_err(), "the header's checksum counts");
        assert!(clean(b"GIF89a").is_err());
        assert!(clean(b"<svg xmlns='http://www.w3.org/2000/svg'/>").is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_as_a_png(
            place in 0_usize..200, with in any::<u8>(), tail in proptest::collection::vec(any::<u8>(), 0..64),
        ) {
            let mut bytes = png(8, 8, ColorType::Rgba, BitDepth::Eight);
            let place = place % bytes.len();
            bytes[place] = with;
            bytes.extend(tail);
            if let Ok(kept) = clean(&bytes) {
                prop_assert_eq!(clean(&kept).unwrap(), kept);
            }
        }
    }
}
