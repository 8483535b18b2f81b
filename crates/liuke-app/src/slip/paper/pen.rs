//! The pen (笔): text, lines and boxes on the page, in points from the top left.

use krilla::color::luma;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, Stroke, StrokeDash};
use krilla::surface::Surface;
use qrcode::{Color, QrCode};

use super::typeface::Typeface;

/// How dark: the paper is black and white.
#[derive(Clone, Copy)]
pub(super) enum Ink {
    Black,
    /// Secondary text.
    Grey,
    /// Rules for handwriting.
    Pale,
    /// Behind labels.
    Tint,
    /// The paper itself.
    White,
}

impl Ink {
    fn colour(self) -> luma::Color {
        luma::Color::new(match self {
            Self::Black => 0x11,
            Self::Grey => 0x55,
            Self::Pale => 0xAA,
            Self::Tint => 0xF1,
            Self::White => 0xFF,
        })
    }
}

/// A text's looks.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) ink: Ink,
    /// Made bolder by an outline; the product carries one weight.
    pub(super) bold: bool,
    /// Points between characters.
    pub(super) spacing: f32,
}

impl Style {
    pub(super) fn plain(size: f32) -> Self {
        Self {
            size,
            ink: Ink::Black,
            bold: false,
            spacing: 0.0,
        }
    }

    pub(super) fn grey(size: f32) -> Self {
        Self {
            ink: Ink::Grey,
            ..Self::plain(size)
        }
    }

    pub(super) fn bold(size: f32) -> Self {
        Self {
            bold: true,
            ..Self::plain(size)
        }
    }
}

/// Where a text's anchor is.
#[derive(Clone, Copy)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

pub(super) struct Pen<'s, 'd> {
    surface: &'s mut Surface<'d>,
    face: &'static Typeface,
}

impl<'s, 'd> Pen<'s, 'd> {
    pub(super) fn new(surface: &'s mut Surface<'d>, face: &'static Typeface) -> Self {
        Self { surface, face }
    }

    pub(super) fn face(&self) -> &'static Typeface {
        self.face
    }

    /// One line of text on the baseline `y`.
    pub(super) fn text(&mut self, x: f32, y: f32, align: Align, style: Style, text: &str) {
        if text.is_empty() {
            return;
        }
        let glyphs = self.face.glyphs(text, style.size, style.spacing);
        let width =
            glyphs.iter().map(|glyph| glyph.x_advance).sum::<f32>() * style.size - style.spacing;
        let left = match align {
            Align::Left => x,
            Align::Centre => x - width / 2.0,
            Align::Right => x - width,
        };
        self.surface.set_fill(Some(fill(style.ink)));
        self.surface
            .set_stroke(style.bold.then(|| stroke(style.ink, style.size * 0.028)));
        self.surface.draw_glyphs(
            Point::from_xy(left, y),
            &glyphs,
            self.face.font(),
            text,
            style.size,
            false,
        );
    }

    /// A filled box.
    pub(super) fn fill(&mut self, ink: Ink, x: f32, y: f32, width: f32, height: f32) {
        let Some(path) = rectangle(x, y, width, height) else {
            return;
        };
        self.surface.set_fill(Some(fill(ink)));
        self.surface.set_stroke(None);
        self.surface.draw_path(&path);
    }

    /// A box's outline.
    pub(super) fn frame(&mut self, x: f32, y: f32, width: f32, height: f32, thickness: f32) {
        let Some(path) = rectangle(x, y, width, height) else {
            return;
        };
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(stroke(Ink::Black, thickness)));
        self.surface.draw_path(&path);
    }

    /// A straight line.
    pub(super) fn line(&mut self, from: (f32, f32), to: (f32, f32), ink: Ink, thickness: f32) {
        self.stroked(from, to, stroke(ink, thickness));
    }

    /// A dashed line.
    pub(super) fn dashes(&mut self, from: (f32, f32), to: (f32, f32), dash: f32) {
        let dash = StrokeDash {
            array: vec![dash, dash],
            offset: 0.0,
        };
        self.stroked(
            from,
            to,
            Stroke {
                dash: Some(dash),
                ..stroke(Ink::Grey, 0.6)
            },
        );
    }

    fn stroked(&mut self, from: (f32, f32), to: (f32, f32), stroke: Stroke) {
        let mut path = PathBuilder::new();
        path.move_to(from.0, from.1);
        path.line_to(to.0, to.1);
        let Some(path) = path.finish() else { return };
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(stroke));
        self.surface.draw_path(&path);
    }

    /// A small circle, filled or hollow.
    pub(super) fn dot(&mut self, x: f32, y: f32, radius: f32, filled: bool) {
        // Four cubic curves; 0.5523 is the usual handle length for a quarter of a circle.
        let handle = radius * 0.5523;
        let mut path = PathBuilder::new();
        path.move_to(x + radius, y);
        path.cubic_to(
            x + radius,
            y + handle,
            x + handle,
            y + radius,
            x,
            y + radius,
        );
        path.cubic_to(
            x - handle,
            y + radius,
            x - radius,
            y + handle,
            x - radius,
            y,
        );
        path.cubic_to(
            x - radius,
            y - handle,
            x - handle,
            y - radius,
            x,
            y - radius,
        );
        path.cubic_to(
            x + handle,
            y - radius,
            x + radius,
            y - handle,
            x + radius,
            y,
        );
        path.close();
        let Some(path) = path.finish() else { return };
        self.surface.set_fill(filled.then(|| fill(Ink::Black)));
        self.surface.set_stroke(Some(stroke(Ink::Black, 0.6)));
        self.surface.draw_path(&path);
    }

    /// A QR code as one path of boxes: sharp at any resolution.
    pub(super) fn qr(&mut self, code: &QrCode, x: f32, y: f32, side: f32) {
        let modules = code.width();
        let Ok(count) = u16::try_from(modules) else {
            return;
        };
        let step = side / f32::from(count);
        let mut path = PathBuilder::new();
        let colours = code.to_colors();
        let mut row_top = y;
        for row in colours.chunks(modules.max(1)) {
            let mut left = x;
            for run in row.chunk_by(|one, next| one == next) {
                let width: f32 = run.iter().map(|_| step).sum();
                if run.first() == Some(&Color::Dark)
                    && let Some(dark) = Rect::from_xywh(left, row_top, width, step)
                {
                    path.push_rect(dark);
                }
                left += width;
            }
            row_top += step;
        }
        let Some(path) = path.finish() else { return };
        self.surface.set_fill(Some(fill(Ink::Black)));
        self.surface.set_stroke(None);
        self.surface.draw_path(&path);
    }
}

fn fill(ink: Ink) -> Fill {
    Fill {
        paint: ink.colour().into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

fn stroke(ink: Ink, width: f32) -> Stroke {
    Stroke {
        paint: ink.colour().into(),
        width,
        ..Stroke::default()
    }
}

fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x, y, width, height)?);
    path.finish()
}
