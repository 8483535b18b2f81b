//! The font's measures (字体): which glyph a character has and how wide it is.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use krilla::Data;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use ttf_parser::Face;

/// Stands for a character that the font lacks: 〓 (geta, 缺字符), as Chinese printers have always done it.
const GETA: char = '〓';

/// The font as the PDF wants it and as the layout measures it.
pub(super) struct Typeface {
    font: Font,
    face: Face<'static>,
    em: f32,
}

impl Typeface {
    /// The font that comes with the product, read once per process. `None` in a build without it.
    pub(super) fn shipped() -> Option<&'static Self> {
        static SHIPPED: LazyLock<Option<Typeface>> = LazyLock::new(|| {
            let bytes = liuke_font::regular()?;
            let face = Face::parse(bytes, 0).ok()?;
            let shared: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(bytes);
            let font = Font::new(Data::from(shared), 0)?;
            let em = f32::from(face.units_per_em());
            Some(Typeface { font, face, em })
        });
        SHIPPED.as_ref()
    }

    pub(super) fn font(&self) -> Font {
        self.font.clone()
    }

    /// The glyph of a character and its width as a fraction of the font size.
    fn glyph(&self, character: char) -> (ttf_parser::GlyphId, f32) {
        let id = self
            .face
            .glyph_index(character)
            .or_else(|| self.face.glyph_index(GETA))
            .unwrap_or(ttf_parser::GlyphId(0));
        (
            id,
            f32::from(self.face.glyph_hor_advance(id).unwrap_or(0)) / self.em,
        )
    }

    /// The width of a text in points.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars()
            .map(|character| self.glyph(character).1)
            .sum::<f32>()
            * size
    }

    /// The glyphs of one line. `spacing` is added after each, in points.
    pub(super) fn glyphs(&self, text: &str, size: f32, spacing: f32) -> Vec<KrillaGlyph> {
        text.char_indices()
            .map(|(start, character)| {
                let (id, advance) = self.glyph(character);
                KrillaGlyph::new(
                    GlyphId::new(u32::from(id.0)),
                    advance + spacing / size,
                    0.0,
                    0.0,
                    0.0,
                    start..start.saturating_add(character.len_utf8()),
                    None,
                )
            })
            .collect()
    }

    /// The characters that the font lacks, for a note on the paper.
    pub(super) fn missing<'a>(&self, texts: impl Iterator<Item = &'a str>) -> BTreeSet<char> {
        texts
            .flat_map(str::chars)
            .filter(|character| !character.is_control() && !unseen(*character))
            .filter(|character| self.face.glyph_index(*character).is_none())
            .collect()
    }
}

/// One line's text as it is set: control characters become spaces, invisible ones go.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .filter(|character| !unseen(*character))
        .map(|character| {
            if character.is_control() || character == '\u{2028}' {
                ' '
            } else {
                character
            }
        })
        .collect()
}

/// Joiners, direction marks and variation selectors: they have no shape of their own.
fn unseen(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0000}'..='\u{E01EF}')
}
