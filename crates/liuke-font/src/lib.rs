//! The Chinese font that Liuke prints with (字体): Noto Sans SC Regular, taken from a registry at build by `build.rs`
//! and kept compressed in the binary, so that a printed form looks the same on every machine. Its own licence, the SIL
//! Open Font License 1.1, goes with it in [`LICENCE`].

use std::io::Read;
use std::sync::LazyLock;

/// The family's name, as doctors and licence lists show it.
pub const NAME: &str = "Noto Sans SC Regular";

/// The font's licence, to be shipped with the product.
pub const LICENCE: &str = include_str!("../licences/OFL-NotoSansSC.txt");

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/regular.z"));

static REGULAR: LazyLock<Option<Vec<u8>>> = LazyLock::new(|| {
    let mut bytes = Vec::with_capacity(PACKED.len().saturating_mul(2));
    flate2::read::ZlibDecoder::new(PACKED)
        .read_to_end(&mut bytes)
        .ok()?;
    (!bytes.is_empty()).then_some(bytes)
});

/// Whether the binary was built with the font, asked without unpacking it.
#[must_use]
pub fn present() -> bool {
    !PACKED.is_empty()
}

/// The TrueType file, unpacked once per process (about 10 MB). `None` in a binary built without it.
#[must_use]
pub fn regular() -> Option<&'static [u8]> {
    REGULAR.as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_is_there_with_its_licence() {
        assert!(present(), "built without the font");
        let font = regular().unwrap_or_default();
        assert!(
            font.starts_with(&[0, 1, 0, 0]) || font.starts_with(b"OTTO"),
            "not a font file"
        );
        assert!(LICENCE.contains("SIL OPEN FONT LICENSE Version 1.1"));
    }
}
