//! One copy of the slip (一联): head with the QR code, table, signatures, footer.

use std::collections::BTreeSet;

use qrcode::QrCode;

use super::lines::{fit, one_line, set};
use super::pen::{Align, Ink, Pen, Style};
use super::{PaperSignature, SlipPaper};

/// Points from the page's left and right edge.
const MARGIN: f32 = 38.0;
/// Between a cell's edge and its text.
const PAD: f32 = 6.0;
/// From the copy's top to the table.
const HEAD: f32 = 90.0;
/// From the table to the copy's end.
const FOOT: f32 = 34.0;
/// Rows with one line of text.
const ROW: f32 = 23.0;
/// Rows with a signature.
const SIGN_ROW: f32 = 30.0;
/// The QR code's side.
const QR: f32 = 58.0;
/// Label and value sizes, the first that fits.
const LABEL: [f32; 4] = [9.5, 9.0, 8.5, 8.0];
const VALUE: [f32; 5] = [10.0, 9.5, 9.0, 8.0, SMALL];
/// The smallest size that is printed in a row.
const SMALL: f32 = 7.0;
/// Sizes of longer texts.
const PROSE: [f32; 7] = [10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0];
/// The least height of the customer's words and of the answer.
const LEAST_PROBLEM: f32 = 40.0;
const LEAST_ANSWER: f32 = 52.0;

pub(super) struct Copy<'a> {
    pub(super) slip: &'a SlipPaper,
    pub(super) name: &'a str,
    pub(super) code: &'a QrCode,
    pub(super) missing: &'a BTreeSet<char>,
    /// Where the copy begins on the page.
    pub(super) top: f32,
    pub(super) height: f32,
    pub(super) width: f32,
}

impl Copy<'_> {
    pub(super) fn draw(&self, pen: &mut Pen<'_, '_>) {
        self.head(pen);
        let end = self.table(pen);
        self.foot(pen, end);
    }

    fn right(&self) -> f32 {
        self.width - MARGIN
    }

    fn head(&self, pen: &mut Pen<'_, '_>) {
        let slip = self.slip;
        let face = pen.face();
        let middle = self.width / 2.0;
        let beside = 140.0;
        let (size, company) = one_line(face, &slip.company, &VALUE, beside);
        pen.text(
            MARGIN,
            self.top + 38.0,
            Align::Left,
            Style::plain(size),
            &company,
        );
        let (size, name) = one_line(face, self.name, &LABEL, beside);
        pen.text(
            MARGIN,
            self.top + 54.0,
            Align::Left,
            Style::bold(size),
            &name,
        );
        let (size, remark) = one_line(face, &slip.remark, &[8.5, 8.0, 7.0], beside);
        pen.text(
            MARGIN,
            self.top + 69.0,
            Align::Left,
            Style::grey(size),
            &remark,
        );

        let (size, title) = one_line(
            face,
            &slip.words.title,
            &[20.0, 19.0, 18.0, 17.0, 16.0],
            215.0,
        );
        let style = Style {
            spacing: f32::from(slip.words.title_spacing),
            ..Style::bold(size)
        };
        pen.text(middle, self.top + 48.0, Align::Centre, style, &title);
        let number = format!("{} {}", slip.words.number, slip.number);
        pen.text(
            middle,
            self.top + 69.0,
            Align::Centre,
            Style::plain(10.5),
            &number,
        );

        pen.qr(self.code, self.right() - QR, self.top + HEAD - 8.0 - QR, QR);
    }

    /// Draws the table and answers where it ends.
    fn table(&self, pen: &mut Pen<'_, '_>) -> f32 {
        let slip = self.slip;
        let words = &slip.words;
        let label = self.label_width(pen);
        let begin = self.top + HEAD;
        let mut y = begin;

        // A long name is cut before the tier and the phone are.
        let tier = slip
            .tier
            .map(|tier| format!("（{}）", words.tier.replace("{}", &tier.to_string())));
        let after = joined("　", [tier, Some(slip.phone_masked.clone())]);
        let between = if after.starts_with('（') { "" } else { "　" };
        let room =
            (self.right() - MARGIN) * 0.5 - label - PAD * 3.0 - pen.face().width(&after, SMALL);
        let (_, name) = one_line(pen.face(), &slip.customer_name, &[SMALL], room);
        let customer = joined(between, [Some(name), Some(after)]);
        self.pair(
            pen,
            y,
            label,
            (&words.customer, &customer),
            (&words.asset, &slip.asset_line),
        );
        y += ROW;
        let raised = joined(
            "　",
            [Some(slip.raised_by.clone()), Some(slip.raised_at.clone())],
        );
        let due = (!slip.due_at.is_empty()).then(|| format!("{} {}", words.due, slip.due_at));
        let responsible = joined("　", [Some(slip.responsible.clone()), due]);
        self.pair(
            pen,
            y,
            label,
            (&words.raised, &raised),
            (&words.responsible, &responsible),
        );
        y += ROW;
        if !slip.factors.is_empty() {
            self.cell(pen, y, ROW, label, &words.factors);
            self.factors(pen, y, label);
            y += ROW;
        }

        let room = self.top + self.height - FOOT - y - SIGN_ROW * 3.0;
        let (problem, answer) = self.shares(pen, label, room);
        self.cell(pen, y, problem, label, &words.problem);
        self.prose(pen, y, problem, label, &slip.problem);
        y += problem;
        self.cell(pen, y, answer, label, &words.answer);
        match &slip.answer {
            Some(text) => self.prose(pen, y, answer, label, text),
            None => self.ruled(pen, y, answer, label),
        }
        y += answer;

        self.signature(pen, y, label, &words.answered, slip.answered.as_ref(), None);
        y += SIGN_ROW;
        self.signature(
            pen,
            y,
            label,
            &words.countersigned,
            slip.countersigned.as_ref(),
            None,
        );
        y += SIGN_ROW;
        let confirmed = slip.confirmed.as_ref();
        let result = confirmed.map(|call| {
            if call.satisfied {
                &words.satisfied
            } else {
                &words.dissatisfied
            }
        });
        self.signature(
            pen,
            y,
            label,
            &words.confirmed,
            confirmed.map(|call| &call.signature),
            result,
        );
        y += SIGN_ROW;

        pen.frame(MARGIN, begin, self.right() - MARGIN, y - begin, 1.1);
        y
    }

    /// As wide as the longest label, so that none is broken.
    fn label_width(&self, pen: &Pen<'_, '_>) -> f32 {
        let words = &self.slip.words;
        [
            &words.customer,
            &words.raised,
            &words.factors,
            &words.problem,
            &words.answer,
            &words.answered,
            &words.countersigned,
            &words.confirmed,
        ]
        .into_iter()
        .map(|word| pen.face().width(word, LABEL[0]))
        .fold(40.0, f32::max)
            + PAD * 2.0
    }

    /// How the room is shared between the customer's words and the answer.
    fn shares(&self, pen: &Pen<'_, '_>, label: f32, room: f32) -> (f32, f32) {
        let width = self.right() - MARGIN - label - PAD * 2.0;
        let natural = |text: &str| set(pen.face(), text, PROSE[0], width).height() + PAD * 2.0;
        let wanted = natural(&self.slip.problem).max(LEAST_PROBLEM);
        let answer = self
            .slip
            .answer
            .as_deref()
            .map_or(LEAST_ANSWER, natural)
            .max(LEAST_ANSWER);
        let problem = if wanted + answer <= room {
            // Spare room goes to both, more of it to an answer still to be written.
            let share = if self.slip.answer.is_some() {
                0.4
            } else {
                0.15
            };
            wanted + (room - wanted - answer) * share
        } else {
            // Too much of both: in proportion, but neither starves.
            (room * wanted / (wanted + answer)).clamp(LEAST_PROBLEM, room - LEAST_ANSWER)
        };
        (problem, room - problem)
    }

    /// A tinted label cell with its lines.
    fn cell(&self, pen: &mut Pen<'_, '_>, y: f32, height: f32, label: f32, text: &str) {
        Self::label(pen, MARGIN, y, label, height, text);
        pen.line((MARGIN, y), (self.right(), y), Ink::Black, 0.6);
    }

    fn label(pen: &mut Pen<'_, '_>, x: f32, y: f32, width: f32, height: f32, text: &str) {
        pen.fill(Ink::Tint, x, y, width, height);
        pen.line((x + width, y), (x + width, y + height), Ink::Black, 0.6);
        let (size, text) = one_line(pen.face(), text, &LABEL, width - PAD * 1.2);
        pen.text(
            x + width / 2.0,
            middle(y, height, size),
            Align::Centre,
            Style::bold(size),
            &text,
        );
    }

    /// Two labels with their values in one row.
    fn pair(
        &self,
        pen: &mut Pen<'_, '_>,
        y: f32,
        label: f32,
        left: (&str, &str),
        right: (&str, &str),
    ) {
        self.cell(pen, y, ROW, label, left.0);
        let centre = MARGIN + (self.right() - MARGIN) * 0.5;
        Self::value(pen, MARGIN + label, y, centre - MARGIN - label, left.1);
        pen.line((centre, y), (centre, y + ROW), Ink::Black, 0.6);
        Self::label(pen, centre, y, label, ROW, right.0);
        pen.line((centre, y), (centre + label, y), Ink::Black, 0.6);
        Self::value(
            pen,
            centre + label,
            y,
            self.right() - centre - label,
            right.1,
        );
    }

    fn value(pen: &mut Pen<'_, '_>, x: f32, y: f32, width: f32, text: &str) {
        let (size, text) = one_line(pen.face(), text, &VALUE, width - PAD * 2.0);
        pen.text(
            x + PAD,
            middle(y, ROW, size),
            Align::Left,
            Style::plain(size),
            &text,
        );
    }

    /// The factors side by side: name, figure and, where there is room, five dots.
    fn factors(&self, pen: &mut Pen<'_, '_>, y: f32, label: f32) {
        const DOT: f32 = 2.1;
        const STEP: f32 = 6.2;
        let factors = &self.slip.factors;
        let Ok(count) = u16::try_from(factors.len()) else {
            return;
        };
        let left = MARGIN + label;
        let each = (self.right() - left) / f32::from(count);
        let size = 9.5;
        let widest = factors
            .iter()
            .map(|(name, _)| pen.face().width(name, size))
            .fold(0.0, f32::max);
        let dotted = widest + PAD * 2.0 + STEP * 5.0 + 10.0 <= each;
        let said = |name: &str, score: u8| {
            if dotted {
                format!("{name} {score}")
            } else {
                format!("{name} {score}/5")
            }
        };
        let sizes = [size, 9.0, 8.5, 8.0, 7.5, SMALL];
        // One size for all of them.
        let size = factors
            .iter()
            .map(|(name, score)| one_line(pen.face(), &said(name, *score), &sizes, each - PAD).0)
            .fold(size, f32::min);
        let mut x = left;
        for (name, score) in factors {
            let (size, text) = one_line(pen.face(), &said(name, *score), &[size], each - PAD);
            let style = if *score <= 2 {
                Style::bold(size)
            } else {
                Style::plain(size)
            };
            pen.text(x + PAD, middle(y, ROW, size), Align::Left, style, &text);
            if dotted {
                let mut dot = x + PAD + pen.face().width(&text, size) + 7.0;
                for mark in 1..=5_u8 {
                    pen.dot(dot, y + ROW / 2.0, DOT, mark <= *score);
                    dot += STEP;
                }
            }
            x += each;
        }
    }

    /// A longer text in its box.
    fn prose(&self, pen: &mut Pen<'_, '_>, y: f32, height: f32, label: f32, text: &str) {
        let x = MARGIN + label + PAD;
        let fitted = fit(
            pen.face(),
            text,
            &PROSE,
            self.right() - x - PAD,
            height - PAD * 1.5,
        );
        // The baseline of the first line, so that the block stands a little above the middle of the free space.
        let free = (height - fitted.height()).max(0.0);
        let mut baseline = y + (free / 2.0).min(PAD + 2.0) + fitted.size * 1.08;
        for line in &fitted.lines {
            pen.text(x, baseline, Align::Left, Style::plain(fitted.size), line);
            baseline += fitted.leading;
        }
    }

    /// Pale lines to write on.
    fn ruled(&self, pen: &mut Pen<'_, '_>, y: f32, height: f32, label: f32) {
        let gap = 22.0;
        let mut line = y + gap;
        while line < y + height - 6.0 {
            pen.line(
                (MARGIN + label + PAD, line),
                (self.right() - PAD, line),
                Ink::Pale,
                0.4,
            );
            line += gap;
        }
    }

    /// A signature given in the product, or room and a date line for one by hand.
    fn signature(
        &self,
        pen: &mut Pen<'_, '_>,
        y: f32,
        label: f32,
        title: &str,
        signature: Option<&PaperSignature>,
        result: Option<&String>,
    ) {
        let words = &self.slip.words;
        self.cell(pen, y, SIGN_ROW, label, title);
        let left = MARGIN + label + PAD;
        let right = self.right() - PAD - 4.0;
        let Some(signature) = signature else {
            pen.text(
                right,
                middle(y, SIGN_ROW, 9.5),
                Align::Right,
                Style::grey(9.5),
                &words.date_by_hand,
            );
            return;
        };
        let (size, name) = one_line(
            pen.face(),
            &signature.name,
            &[13.0, 12.0, 11.0, 9.0, 8.0],
            110.0,
        );
        pen.text(
            left,
            middle(y, SIGN_ROW, size),
            Align::Left,
            Style::bold(size),
            &name,
        );
        let middle_x = left + 120.0;
        let said = joined("　", [Some(signature.at.clone()), result.cloned()]);
        let digest = format!("{} {}", words.e_signature, short(&signature.hash));
        let digest_style = Style::grey(7.5);
        let digest_width = pen.face().width(&digest, digest_style.size);
        let (size, said) = one_line(
            pen.face(),
            &said,
            &VALUE,
            right - digest_width - 8.0 - middle_x,
        );
        pen.text(
            middle_x,
            middle(y, SIGN_ROW, size),
            Align::Left,
            Style::plain(size),
            &said,
        );
        pen.text(
            right,
            middle(y, SIGN_ROW, digest_style.size),
            Align::Right,
            digest_style,
            &digest,
        );
    }

    fn foot(&self, pen: &mut Pen<'_, '_>, end: f32) {
        let words = &self.slip.words;
        let face = pen.face();
        let style = Style::grey(7.0);
        pen.text(MARGIN, end + 11.0, Align::Left, style, &words.footer);
        if !self.slip.printed.is_empty() {
            let printed = format!("{} {}", words.printed, self.slip.printed);
            let (size, printed) = one_line(face, &printed, &[7.0, 6.5, 6.0], 200.0);
            pen.text(
                self.right(),
                end + 11.0,
                Align::Right,
                Style { size, ..style },
                &printed,
            );
        }
        if !self.missing.is_empty() {
            let codes: Vec<String> = self
                .missing
                .iter()
                .take(8)
                .map(|character| format!("U+{:04X}", u32::from(*character)))
                .collect();
            let note = format!("{}{}", words.missing, codes.join(" "));
            pen.text(MARGIN, end + 20.0, Align::Left, style, &note);
        }
    }
}

/// The cut line between the copies, with scissors.
pub(super) fn cut_line(pen: &mut Pen<'_, '_>, text: &str, width: f32, y: f32) {
    let half = pen.face().width(text, 7.0) / 2.0 + 5.0;
    let centre = width / 2.0;
    pen.dashes((14.0, y), (centre - half, y), 3.0);
    pen.dashes((centre + half, y), (width - 14.0, y), 3.0);
    pen.text(centre, y + 2.5, Align::Centre, Style::grey(7.0), text);
    // Scissors: two rings and two blades, cutting to the right.
    let x = 24.0;
    pen.fill(Ink::White, x - 2.0, y - 1.0, 20.0, 2.0);
    for side in [-1.0_f32, 1.0] {
        pen.dot(x, y + side * 3.0, 1.9, false);
        pen.line(
            (x + 1.7, y + side * 2.2),
            (x + 14.0, y - side * 2.6),
            Ink::Black,
            0.8,
        );
    }
}

/// The baseline that centres a line of `size` in a row.
fn middle(y: f32, height: f32, size: f32) -> f32 {
    y + height / 2.0 + size * 0.36
}

/// The parts that say something, with `between` between them.
fn joined<const N: usize>(between: &str, parts: [Option<String>; N]) -> String {
    parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(between)
}

/// A hash's beginning in groups of four, enough to compare by eye.
fn short(hash: &str) -> String {
    let start: Vec<char> = hash.chars().take(12).collect();
    start
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}
