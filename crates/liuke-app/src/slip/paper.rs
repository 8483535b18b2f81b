//! The feedback slip on paper (反馈单打印): one A4 page in duplicate, 第一联 for the care department and 第二联 for the
//! department that solves it, with a cut line between them.
//!
//! A pure function: every word and figure goes in, a PDF comes out, the same bytes for the same slip. The font comes with
//! the product ([`liuke_font`]) and only the glyphs used are embedded. The text can be selected, searched and read back.

mod form;
mod lines;
mod pen;
mod typeface;
mod words;

use krilla::Document;
use krilla::SerializeSettings;
use krilla::configure::{Configuration, Validator};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use qrcode::{EcLevel, QrCode};

pub use words::PaperWords;

use form::Copy;
use pen::Pen;
use typeface::Typeface;

/// What is printed. Times are texts because the branch's zone is the caller's business; phones come masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipPaper {
    /// The firm's name, at the top left (公司名称).
    pub company: String,
    /// The slip's number as people say it, such as `FK-20261121-0007` (编号).
    pub number: String,
    /// A short remark under the copy's name, such as `重开 1 次`; empty for none (备注).
    pub remark: String,
    /// The customer's name (客户).
    pub customer_name: String,
    /// The customer's tier A–D (等级).
    pub tier: Option<char>,
    /// The customer's phone as the reader may see it (电话).
    pub phone_masked: String,
    /// The vehicle or equipment in one line: model, plate, mileage; empty for none (车辆/设备).
    pub asset_line: String,
    /// The problem in the customer's own words (客户原话).
    pub problem: String,
    /// The satisfaction factors answered, by name, each 1–5 (五度).
    pub factors: Vec<(String, u8)>,
    /// Who raised it (提出人).
    pub raised_by: String,
    /// When it was raised (提出时间).
    pub raised_at: String,
    /// Who has to answer (责任人); empty while nobody is named.
    pub responsible: String,
    /// When the answer is due (处理期限).
    pub due_at: String,
    /// How it was solved (处理意见); `None` leaves ruled lines for handwriting.
    pub answer: Option<String>,
    /// The signature under the answer (责任人签字).
    pub answered: Option<PaperSignature>,
    /// The countersignature (主管会签).
    pub countersigned: Option<PaperSignature>,
    /// The confirming call (回访确认).
    pub confirmed: Option<PaperConfirmation>,
    /// Who printed it and when, for the footer (打印).
    pub printed: String,
    /// The document's own date, an archive format's duty.
    pub printed_at: jiff::Timestamp,
    /// Where the slip is found in the product, as the QR code says it.
    pub qr_url: String,
    /// Every label, in the reader's language.
    pub words: PaperWords,
}

/// A signature given in the product by entering the password again (电子签名).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperSignature {
    /// The signer's name.
    pub name: String,
    /// When it was signed, in the branch's time.
    pub at: String,
    /// The hash of the content that was signed, in hexadecimal; its beginning is printed.
    pub hash: String,
}

/// The confirming call (回访确认).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperConfirmation {
    /// Who called, when, and the hash of what was confirmed.
    pub signature: PaperSignature,
    /// Whether the customer is now satisfied.
    pub satisfied: bool,
}

/// Why no paper could be made.
#[derive(Debug, thiserror::Error)]
pub enum PaperFault {
    /// The binary was built without the font: nothing is printed rather than boxes in place of characters.
    #[error("this build carries no Chinese font, so forms cannot be printed")]
    FontMissing,
    /// The address does not fit into a QR code.
    #[error("the slip's address does not fit into a QR code")]
    Qr(#[source] qrcode::types::QrError),
    /// The page could not be set up or written.
    #[error("the page could not be written: {0}")]
    Page(String),
}

/// A4 in points, 1/72 inch.
const PAGE: (f32, f32) = (595.28, 841.89);

/// Makes the page. The same slip gives the same bytes.
pub fn render(slip: &SlipPaper) -> Result<Vec<u8>, PaperFault> {
    let face = Typeface::shipped().ok_or(PaperFault::FontMissing)?;
    let code =
        QrCode::with_error_correction_level(&slip.qr_url, EcLevel::M).map_err(PaperFault::Qr)?;
    let missing = face.missing(slip.texts());

    let mut document = Document::new_with(SerializeSettings {
        // PDF/A-2u: an archive copy whose text can be read back, with everything it needs inside.
        configuration: Configuration::new_with_validator(Validator::A2_U),
        enable_tagging: false,
        ..SerializeSettings::default()
    });
    document.set_metadata(
        Metadata::new()
            .title(format!("{} {}", slip.words.title, slip.number))
            .creator("Liuke".to_owned())
            .language(slip.words.language.clone())
            .creation_date(document_date(slip.printed_at)),
    );
    let settings =
        PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| PaperFault::Page("size".to_owned()))?;
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    let mut pen = Pen::new(&mut surface, face);
    let half = PAGE.1 / 2.0;
    for (top, name) in [
        (0.0, &slip.words.first_copy),
        (half, &slip.words.second_copy),
    ] {
        Copy {
            slip,
            name,
            code: &code,
            missing: &missing,
            top,
            height: half,
            width: PAGE.0,
        }
        .draw(&mut pen);
    }
    form::cut_line(&mut pen, &slip.words.cut_here, PAGE.0, half);
    surface.finish();
    page.finish();
    document
        .finish()
        .map_err(|fault| PaperFault::Page(format!("{fault:?}")))
}

/// An instant as the file's header writes it, in UTC.
fn document_date(at: jiff::Timestamp) -> DateTime {
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    let part = |value: i8| u8::try_from(value).unwrap_or(0);
    DateTime::new(u16::try_from(at.year()).unwrap_or(0))
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

impl SlipPaper {
    /// Every text that goes on the page and did not come from [`PaperWords`].
    fn texts(&self) -> impl Iterator<Item = &str> {
        let signatures = [
            self.answered.as_ref(),
            self.countersigned.as_ref(),
            self.confirmed
                .as_ref()
                .map(|confirmed| &confirmed.signature),
        ];
        [
            &self.company,
            &self.number,
            &self.remark,
            &self.customer_name,
            &self.phone_masked,
            &self.asset_line,
            &self.problem,
            &self.raised_by,
            &self.raised_at,
            &self.responsible,
            &self.due_at,
            &self.printed,
        ]
        .into_iter()
        .map(String::as_str)
        .chain(self.answer.as_deref())
        .chain(self.factors.iter().map(|(name, _)| name.as_str()))
        .chain(
            signatures
                .into_iter()
                .flatten()
                .map(|signature| signature.name.as_str()),
        )
    }
}

#[cfg(test)]
mod tests;
