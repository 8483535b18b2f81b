//! What a workbook unpacks to, before anything holds it in memory (解压炸弹): a small file can stand for a thousand times its size, in
//! all, in one cell, or in a number by which a reader makes room.

use std::fs::File;
use std::io::{BufReader, Read};

use zip::ZipArchive;

use super::source::SourceError;

/// Parts of a workbook; thousands of sheets would be no table either.
const MOST_PARTS: usize = 5_000;
/// All parts together, bytes. Sheets are read as they come, so this bounds time and not memory.
const MOST_UNPACKED: u64 = 4 << 30;
/// A part that is read as a whole, such as the list of texts, bytes.
const LARGEST_PART: u64 = 256 << 20;
/// A part that is no XML, such as a picture, bytes.
const LARGEST_PICTURE: u64 = 64 << 20;
/// A tag or a text, bytes: a cell of Excel holds at most 32,767 characters.
const LONGEST_PIECE: u64 = 256 << 10;
/// Where comments and the like may stand: workbooks have none, but small parts of strange programs may.
const SMALL_PART: u64 = 1 << 20;

/// Unpacks every part without keeping anything, and refuses the workbook if reading it could fill the memory.
pub(super) fn check(file: File) -> Result<(), SourceError> {
    let refused = |_| SourceError::TooMuch;
    // What is no archive at all is for the reader to refuse, in its own words.
    let Ok(mut book) = ZipArchive::new(BufReader::new(file)) else {
        return Ok(());
    };
    if book.len() > MOST_PARTS {
        return Err(SourceError::TooMuch);
    }
    let mut all = 0;
    for number in 0..book.len() {
        let mut part = book.by_index(number).map_err(refused)?;
        let name = part.name().map_err(refused)?.to_ascii_lowercase();
        let mut scan = Scan::of(&name);
        let mut buffer = vec![0; 64 << 10];
        loop {
            // A sum that does not fit, or bytes that are not packed as they say.
            let read = part.read(&mut buffer).map_err(|_| SourceError::TooMuch)?;
            if read == 0 {
                break;
            }
            all += u64::try_from(read).unwrap_or(u64::MAX);
            let bytes = buffer.get(..read).unwrap_or_default();
            if all > MOST_UNPACKED || !scan.take(bytes) {
                return Err(SourceError::TooMuch);
            }
        }
        if !scan.is_harmless() {
            return Err(SourceError::TooMuch);
        }
    }
    Ok(())
}

/// Where a part's text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    /// In a tag, and whether this is a closing one.
    Tag(bool),
    /// In an attribute, until this mark.
    Quoted(u8),
}

/// Looks at the bytes of a part as an XML reader will.
struct Scan {
    xml: bool,
    largest: u64,
    size: u64,
    place: Place,
    /// Bytes since the tag or text at hand began.
    piece: u64,
    /// There is a comment, a CDATA section or a declaration beyond the first line.
    special: bool,
    /// The number of texts that the list claims to have.
    claimed: u64,
    /// The last letters, to find the claim.
    word: Vec<u8>,
    /// Digits of the claim are being read.
    counting: bool,
}

const CLAIM: &[u8] = b"uniqueCount";

impl Scan {
    fn of(name: &str) -> Self {
        let xml = name.ends_with(".xml") || name.ends_with(".rels");
        let largest = match (xml, name.contains("worksheets/")) {
            (true, true) => MOST_UNPACKED,
            (true, false) => LARGEST_PART,
            (false, _) => LARGEST_PICTURE,
        };
        Self {
            xml,
            largest,
            size: 0,
            place: Place::Text,
            piece: 0,
            special: false,
            claimed: 0,
            word: Vec::with_capacity(CLAIM.len() + 1),
            counting: false,
        }
    }

    /// Whether it may go on.
    fn take(&mut self, bytes: &[u8]) -> bool {
        if !self.xml {
            self.size += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            return self.size <= self.largest;
        }
        bytes.iter().all(|byte| self.step(*byte)) && self.size <= self.largest
    }

    fn step(&mut self, byte: u8) -> bool {
        // No XML in UTF-8 has these; in other encodings a reader would see tags where we see none.
        if byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n') {
            return false;
        }
        self.size += 1;
        self.piece += 1;
        let begins = self.piece == 1;
        match self.place {
            Place::Text if byte == b'<' => self.enter(Place::Tag(false)),
            Place::Text => {}
            Place::Tag(_) if begins && byte == b'/' => self.place = Place::Tag(true),
            Place::Tag(_) if byte == b'>' => self.enter(Place::Text),
            // Readers differ over quotes in a closing tag; writers write none.
            Place::Tag(true) if matches!(byte, b'"' | b'\'') => return false,
            Place::Tag(false) if matches!(byte, b'"' | b'\'') => self.place = Place::Quoted(byte),
            Place::Tag(_) if begins && (byte == b'!' || byte == b'?' && self.size > 8) => {
                self.special = true;
            }
            Place::Quoted(mark) if byte == mark => self.place = Place::Tag(false),
            Place::Tag(_) | Place::Quoted(_) => self.claim(byte),
        }
        self.piece <= LONGEST_PIECE
    }

    fn enter(&mut self, place: Place) {
        self.place = place;
        self.piece = 0;
        self.word.clear();
        self.counting = false;
    }

    /// Reads on in `uniqueCount="123"`.
    fn claim(&mut self, byte: u8) {
        if byte.is_ascii_digit() && self.counting {
            self.claimed = self
                .claimed
                .saturating_mul(10)
                .saturating_add(u64::from(byte - b'0'));
        } else if byte.is_ascii_alphabetic() {
            self.word.push(byte);
            if self.word.len() > CLAIM.len() {
                self.word.remove(0);
            }
            self.counting = self.word == CLAIM;
            if self.counting {
                self.claimed = 0;
            }
        }
    }

    /// Whether the whole part is. A text of the list takes five bytes at the least.
    fn is_harmless(&self) -> bool {
        self.claimed <= self.size / 5 + 1 && !(self.special && self.size > SMALL_PART)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_as_large_as_what_stands_for_it_may_be() {
        for (name, largest) in [
            ("xl/sharedStrings.xml", LARGEST_PART),
            ("xl/media/image1.png", LARGEST_PICTURE),
            ("xl/worksheets/sheet1.xml", MOST_UNPACKED),
        ] {
            let mut scan = Scan::of(&name.to_ascii_lowercase());
            scan.size = largest - 4;
            assert!(scan.take(b"<a/>"), "{name}");
            assert!(!scan.take(b"<"), "{name}");
        }
    }

    #[test]
    fn a_claim_of_texts_is_held_against_the_size_of_the_part() {
        let claims = |text: &str| {
            let mut scan = Scan::of("xl/sharedstrings.xml");
            !scan.take(text.as_bytes()) || !scan.is_harmless()
        };
        assert!(!claims(
            "<sst count=\"9\" uniqueCount=\"2\"><si/><si/></sst>"
        ));
        assert!(claims("<sst uniqueCount=\"200\"><si/><si/></sst>"));
        assert!(claims("<x:sst a='b' uniqueCount\n=\n'200'><si/></x:sst>"));
        assert!(!claims("<t>uniqueCount=\"200\"</t>"));
    }
}
