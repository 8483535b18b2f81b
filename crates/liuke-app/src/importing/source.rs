//! Reading a firm's file line by line (读取文件): CSV in any of the usual encodings and XLSX, in constant memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use calamine::{Data, Reader as _, Xlsx, XlsxError};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::read::MultiGzDecoder;
use liuke_domain::importing::{Delimiter, sniff_delimiter};

use super::guard;

/// How much of a file is looked at to tell its encoding and delimiter, in bytes.
const SAMPLE_BYTES: u64 = 256 * 1024;
/// Longest line, in bytes: a file of a few kB can unpack to one line that fills the memory.
const LONGEST_LINE: usize = 1 << 20;
/// Most cells of a line; a stray cell far to the right is no column of a table.
const MOST_CELLS: usize = 1_000;

/// Why a file cannot be read (文件无法读取).
#[derive(Debug, thiserror::Error)]
pub(super) enum SourceError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Neither text nor a workbook.
    #[error("not a text file or an XLSX workbook")]
    NotATable,
    /// The workbook cannot be opened.
    #[error("the workbook cannot be read")]
    Workbook(#[from] XlsxError),
    /// The workbook has no such sheet.
    #[error("no such sheet")]
    NoSuchSheet,
    /// The encoding is none that we know.
    #[error("unknown encoding")]
    UnknownEncoding,
    /// A line of the CSV cannot be read.
    #[error("the text cannot be read")]
    Csv(#[from] csv::Error),
    /// It unpacks to more than a table can be.
    #[error("the file unpacks to too much")]
    TooMuch,
    /// The file system failed.
    #[error("the file cannot be read")]
    Io(#[from] std::io::Error),
}

impl SourceError {
    /// Stable code of the problem document.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Empty => "import.empty_file",
            Self::NotATable => "import.not_a_table",
            Self::Workbook(_) => "import.bad_workbook",
            Self::NoSuchSheet => "import.no_such_sheet",
            Self::UnknownEncoding => "import.unknown_encoding",
            Self::TooMuch => "import.too_much",
            Self::Csv(_) | Self::Io(_) => "import.unreadable",
        }
    }
}

/// What kind of file it is (文件格式).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Text with a delimiter, perhaps gzipped.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

impl Format {
    /// As stored and shown.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// How a file is to be read (读取方式).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    /// Text or workbook.
    pub(super) format: Format,
    /// WHATWG name of the encoding, e.g. `UTF-8`, `gb18030`. Of no use for XLSX.
    pub(super) encoding: String,
    /// What stands between two cells.
    pub(super) delimiter: Delimiter,
    /// Sheet of the workbook.
    pub(super) sheet: Option<String>,
}

/// What a first look at a file says.
#[derive(Debug, Clone)]
pub(super) struct FirstLook {
    /// How it should be read.
    pub(super) shape: Shape,
    /// All sheets of a workbook, in order.
    pub(super) sheets: Vec<String>,
}

/// One line of a file: its number as an editor or Excel shows it, and its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Number of the line, from 1.
    pub(super) number: u64,
    /// The cells as text, trimmed.
    pub(super) cells: Vec<String>,
}

/// Tells format, encoding, delimiter and sheets of a file.
pub(super) fn look(file: &File) -> Result<FirstLook, SourceError> {
    let mut head = Vec::new();
    from_start(file)?.take(4).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(SourceError::Empty);
    }
    if head.starts_with(b"PK\x03\x04") {
        guard::check(from_start(file)?)?;
        let book = Xlsx::new(BufReader::new(from_start(file)?))?;
        let sheets = book.sheet_names();
        let sheet = sheets.first().cloned().ok_or(SourceError::Empty)?;
        let shape = Shape {
            format: Format::Xlsx,
            encoding: UTF_8.name().to_owned(),
            delimiter: Delimiter::Comma,
            sheet: Some(sheet),
        };
        return Ok(FirstLook { shape, sheets });
    }
    let mut sample = Vec::new();
    open_bytes(file)?
        .take(SAMPLE_BYTES)
        .read_to_end(&mut sample)?;
    let encoding = guess_encoding(&sample)?;
    let (text, _, _) = encoding.decode(&sample);
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{1a}'))
    {
        return Err(SourceError::NotATable);
    }
    if text.trim().is_empty() {
        return Err(SourceError::Empty);
    }
    let shape = Shape {
        format: Format::Csv,
        encoding: encoding.name().to_owned(),
        delimiter: sniff_delimiter(&text),
        sheet: None,
    };
    Ok(FirstLook {
        shape,
        sheets: Vec::new(),
    })
}

/// BOM first; then UTF-8 if the sample is UTF-8 (its last character may be cut); else GB18030, in which
/// Chinese Windows and its Excel write CSV.
fn guess_encoding(sample: &[u8]) -> Result<&'static Encoding, SourceError> {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return Ok(encoding);
    }
    let utf8 = match std::str::from_utf8(sample) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    let zeros = sample.iter().filter(|byte| **byte == 0).count();
    if zeros > 0 {
        // Text has no zero bytes, but UTF-16 without a BOM is full of them.
        let even = sample.iter().step_by(2).filter(|byte| **byte == 0).count();
        if zeros * 4 < sample.len() {
            return Err(SourceError::NotATable);
        }
        return Ok(if even * 2 > zeros { UTF_16BE } else { UTF_16LE });
    }
    Ok(if utf8 { UTF_8 } else { GB18030 })
}

fn from_start(file: &File) -> Result<File, SourceError> {
    let mut own = file.try_clone()?;
    own.seek(SeekFrom::Start(0))?;
    Ok(own)
}

fn open_bytes(file: &File) -> Result<Box<dyn Read + Send>, SourceError> {
    let mut magic = Vec::new();
    from_start(file)?.take(2).read_to_end(&mut magic)?;
    let file = BufReader::with_capacity(128 * 1024, from_start(file)?);
    Ok(if magic == [0x1f, 0x8b] {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    })
}

/// Calls `each` for every line that has a cell with something in it, until it answers `false`.
pub(super) fn read(
    file: &File,
    shape: &Shape,
    each: &mut dyn FnMut(Line) -> bool,
) -> Result<(), SourceError> {
    match shape.format {
        Format::Xlsx => read_workbook(file, shape, each),
        Format::Csv => read_text(file, shape, each),
    }
}

fn read_text(
    file: &File,
    shape: &Shape,
    each: &mut dyn FnMut(Line) -> bool,
) -> Result<(), SourceError> {
    let encoding =
        Encoding::for_label(shape.encoding.as_bytes()).ok_or(SourceError::UnknownEncoding)?;
    let text = DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding))
        .bom_override(true)
        .build(open_bytes(file)?);
    let line_left = Arc::new(AtomicUsize::new(LONGEST_LINE));
    let next_line = || line_left.store(LONGEST_LINE, Ordering::Relaxed);
    let text = Metered {
        inner: text,
        left: Arc::clone(&line_left),
    };
    match shape.delimiter {
        Delimiter::Spaces => {
            for (number, line) in (1..).zip(BufReader::new(text).lines()) {
                let line = line?;
                next_line();
                let cells = line.split_whitespace().take(MOST_CELLS);
                let cells: Vec<String> = cells.map(str::to_owned).collect();
                if !cells.is_empty() && !each(Line { number, cells }) {
                    return Ok(());
                }
            }
        }
        Delimiter::Comma | Delimiter::Semicolon | Delimiter::Tab | Delimiter::Pipe => {
            let mut text = text;
            let mut start = Vec::new();
            text.by_ref().take(64 * 1024).read_to_end(&mut start)?;
            // Told to end lines at CR LF, the reader counts the LF to the next line, and every line of a Windows file is one off.
            // The CR that stays goes with the blanks around a cell. Only very old files end lines with CR alone.
            let ends = if start.contains(&b'\n') {
                csv::Terminator::Any(b'\n')
            } else {
                csv::Terminator::CRLF
            };
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(shape.delimiter.byte().unwrap_or(b','))
                .terminator(ends)
                .has_headers(false)
                .flexible(true)
                .from_reader(Cursor::new(start).chain(text));
            let mut record = csv::StringRecord::new();
            while reader.read_record(&mut record)? {
                next_line();
                let number = record.position().map_or(0, csv::Position::line);
                let cells = record.iter().take(MOST_CELLS);
                let cells: Vec<String> = cells.map(|cell| cell.trim().to_owned()).collect();
                if cells.iter().any(|cell| !cell.is_empty()) && !each(Line { number, cells }) {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// Reads as long as the line at hand has room left.
struct Metered<R> {
    inner: R,
    left: Arc<AtomicUsize>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.left.load(Ordering::Relaxed).checked_sub(read);
        let left =
            left.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "line too long"))?;
        self.left.store(left, Ordering::Relaxed);
        Ok(read)
    }
}

fn read_workbook(
    file: &File,
    shape: &Shape,
    each: &mut dyn FnMut(Line) -> bool,
) -> Result<(), SourceError> {
    let mut book = Xlsx::new(BufReader::new(from_start(file)?))?;
    let sheet = shape.sheet.as_deref().unwrap_or_default();
    if !book.sheet_names().iter().any(|name| name == sheet) {
        return Err(SourceError::NoSuchSheet);
    }
    let mut cells = book.worksheet_cells_reader(sheet)?;
    let mut line = Line {
        number: 0,
        cells: Vec::new(),
    };
    let mut size = 0;
    while let Some(cell) = cells.next_cell()? {
        let (row, column) = cell.get_position();
        let number = u64::from(row) + 1;
        if number != line.number {
            size = 0;
            if line.cells.iter().any(|cell| !cell.is_empty()) {
                let full = std::mem::replace(
                    &mut line,
                    Line {
                        number,
                        cells: Vec::new(),
                    },
                );
                if !each(full) {
                    return Ok(());
                }
            }
            line = Line {
                number,
                cells: Vec::new(),
            };
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= MOST_CELLS {
            continue;
        }
        if line.cells.len() <= column {
            line.cells.resize(column + 1, String::new());
        }
        let text = cell_text(&Data::from(cell.get_value().clone()));
        // A text of the list can stand in any number of cells.
        size += text.len();
        if size > LONGEST_LINE {
            return Err(SourceError::TooMuch);
        }
        if let Some(place) = line.cells.get_mut(column) {
            *place = text;
        }
    }
    if line.cells.iter().any(|cell| !cell.is_empty()) {
        each(line);
    }
    Ok(())
}

/// A workbook's cell as a person would read it: whole numbers without `.0`, dates as `YYYY-MM-DD[ HH:MM:SS]`.
fn cell_text(value: &Data) -> String {
    match value {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{number:.0}")
        }
        Data::DateTime(serial) if serial.is_datetime() => {
            serial_text(serial.as_f64()).unwrap_or_else(|| serial.as_f64().to_string())
        }
        Data::DateTime(span) => span.as_f64().to_string(),
        other => other.to_string().trim().to_owned(),
    }
}

/// An Excel serial (days since 1899-12-30, as Excel counts after its false 29 February 1900) as a day or an instant.
fn serial_text(serial: f64) -> Option<String> {
    let seconds = jiff::SignedDuration::try_from_secs_f64(serial * 86_400.0)
        .ok()?
        .round(jiff::Unit::Second)
        .ok()?;
    let at = jiff::civil::date(1899, 12, 30)
        .at(0, 0, 0, 0)
        .checked_add(seconds)
        .ok()?;
    Some(if at.time() == jiff::civil::Time::midnight() {
        at.date().to_string()
    } else {
        at.strftime("%Y-%m-%d %H:%M:%S").to_string()
    })
}
