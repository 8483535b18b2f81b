//! Small files that stand for huge ones.

use std::io::Write as _;

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc};

use crate::on_both;
use crate::testing::TestApp;

on_both!(
    a_bomb_is_refused_and_nothing_of_it_is_kept,
    a_damaged_file_is_the_senders_fault
);

fn gz(pieces: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::best());
    for piece in pieces {
        gz.write_all(&piece).unwrap();
    }
    gz.finish().unwrap()
}

/// A part of a workbook: its name, its content piece by piece.
type Part<'a> = (&'a str, Box<dyn Iterator<Item = Vec<u8>> + 'a>);

fn text<'a>(name: &'a str, text: &str) -> Part<'a> {
    (name, Box::new(std::iter::once(text.as_bytes().to_vec())))
}

/// A ZIP archive with these parts; `claimed` is what it says the size of each is, if not the truth.
fn zip(parts: Vec<Part<'_>>, claimed: Option<u32>) -> Vec<u8> {
    let (mut file, mut index) = (Vec::new(), Vec::new());
    let count = u16::try_from(parts.len()).unwrap();
    for (name, content) in parts {
        let (mut crc, mut packed) = (
            Crc::new(),
            DeflateEncoder::new(Vec::new(), Compression::best()),
        );
        for piece in content {
            crc.update(&piece);
            packed.write_all(&piece).unwrap();
        }
        let (sum, packed) = (crc.sum(), packed.finish().unwrap());
        let size = claimed.unwrap_or_else(|| crc.amount());
        let mut about = Vec::new();
        for field in [20_u16, 0, 8, 0, 0] {
            about.extend(field.to_le_bytes());
        }
        for field in [sum, u32::try_from(packed.len()).unwrap(), size] {
            about.extend(field.to_le_bytes());
        }
        about.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        about.extend(0_u16.to_le_bytes());
        index.extend(b"PK\x01\x02\x14\x00");
        index.extend(&about);
        index.extend([0; 10]);
        index.extend(u32::try_from(file.len()).unwrap().to_le_bytes());
        index.extend(name.as_bytes());
        file.extend(b"PK\x03\x04");
        file.extend(&about);
        file.extend(name.as_bytes());
        file.extend(packed);
    }
    let (start, size) = (
        u32::try_from(file.len()).unwrap(),
        u32::try_from(index.len()).unwrap(),
    );
    file.extend(index);
    file.extend(b"PK\x05\x06\x00\x00\x00\x00");
    file.extend(count.to_le_bytes());
    file.extend(count.to_le_bytes());
    file.extend(size.to_le_bytes());
    file.extend(start.to_le_bytes());
    file.extend(0_u16.to_le_bytes());
    file
}

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
const TEXTS: &str = r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="4" uniqueCount="4"><si><t>姓名</t></si><si><t>手机号</t></si><si><t>王建国</t></si><si><t>13800138000</t></si></sst>"#;
const SHEET: &str = r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" t="s"><v>3</v></c></row></sheetData></worksheet>"#;

/// A workbook with these for its list of texts and its sheet.
fn book(texts: Part<'_>, sheet: Part<'_>, claimed: Option<u32>) -> Vec<u8> {
    let parts = vec![
        text("[Content_Types].xml", TYPES),
        text("_rels/.rels", ROOT),
        text("xl/workbook.xml", BOOK),
        text("xl/_rels/workbook.xml.rels", RELS),
        texts,
        sheet,
    ];
    zip(parts, claimed)
}

const TEXTS_AT: &str = "xl/sharedStrings.xml";
const SHEET_AT: &str = "xl/worksheets/sheet1.xml";

/// Content with this in the middle, so many times.
fn filled<'a>(name: &'a str, whole: &str, before: &str, piece: &str, times: usize) -> Part<'a> {
    let (start, end) = whole.split_at(whole.find(before).unwrap());
    let piece = piece.repeat(1 << 10).into_bytes();
    let (start, end) = (start.as_bytes().to_vec(), end.as_bytes().to_vec());
    (
        name,
        Box::new(
            std::iter::once(start)
                .chain(std::iter::repeat_n(piece, times))
                .chain(std::iter::once(end)),
        ),
    )
}

async fn a_bomb_is_refused_and_nothing_of_it_is_kept(t: TestApp) {
    let good = || (text(TEXTS_AT, TEXTS), text(SHEET_AT, SHEET));
    let send = async |name: &str, bytes: &[u8]| {
        t.as_role("clerk")
            .upload("/api/v1/imports", name, bytes, &[("kind", "customers")])
            .await
    };
    let (texts, sheet) = good();
    send("good.xlsx", &book(texts, sheet, None)).await.ok();

    let a = |count: usize| vec![b'a'; count];
    let lines = |line: &'static str, count: usize| {
        std::iter::repeat_n(line.repeat(1 << 12).into_bytes(), count)
    };
    let claim =
        |count: &str| TEXTS.replace("uniqueCount=\"4\"", &format!("uniqueCount=\"{count}\""));
    let bombs = [
        (
            "line.csv.gz",
            "import.too_much|import.unreadable",
            gz(std::iter::repeat_with(|| a(1 << 16)).take(1 << 6)),
        ),
        (
            "quote.csv.gz",
            "import.unreadable",
            gz(std::iter::once(b"a,b\n\"".to_vec()).chain(lines("x\n", 1 << 8))),
        ),
        (
            "spaces.csv.gz",
            "import.unreadable",
            gz(std::iter::once(b"a b\nc d\n".to_vec()).chain(lines("x ", 1 << 8))),
        ),
        (
            "one text.xlsx",
            "import.too_much",
            book(
                filled(TEXTS_AT, TEXTS, "</t>", "aaaaaaaa", 1 << 7),
                good().1,
                None,
            ),
        ),
        (
            "a lie.xlsx",
            "import.too_much",
            book(
                filled(TEXTS_AT, TEXTS, "</t>", "aaaaaaaa", 1 << 7),
                good().1,
                Some(100),
            ),
        ),
        (
            "cell.xlsx",
            "import.too_much",
            book(good().0, filled(SHEET_AT, SHEET, "</v>", "0", 1 << 9), None),
        ),
        (
            "attribute.xlsx",
            "import.too_much",
            book(
                good().0,
                filled(SHEET_AT, SHEET, "\" t=\"s\"><v>0", "<><>", 1 << 7),
                None,
            ),
        ),
        (
            "comment.xlsx",
            "import.too_much",
            book(
                good().0,
                filled(
                    SHEET_AT,
                    &SHEET.replace("<sheetData>", "<!-- --><sheetData>"),
                    " -->",
                    "<><>",
                    1 << 9,
                ),
                None,
            ),
        ),
        (
            "cdata.xlsx",
            "import.too_much",
            book(
                good().0,
                filled(
                    SHEET_AT,
                    &SHEET.replace("<v>0", "<v><![CDATA[ ]]>0"),
                    "]]>",
                    "<><>",
                    1 << 9,
                ),
                None,
            ),
        ),
        (
            "closing.xlsx",
            "import.too_much",
            book(
                good().0,
                text(SHEET_AT, &SHEET.replace("</v>", "</v '>")),
                None,
            ),
        ),
        // Room for so many texts would be made before the first is read: this once brought the whole process down.
        (
            "claim.xlsx",
            "import.too_much",
            book(text(TEXTS_AT, &claim("99999999999")), good().1, None),
        ),
        (
            "large claim.xlsx",
            "import.too_much",
            book(
                text(TEXTS_AT, &claim("99999999999999999999999")),
                good().1,
                None,
            ),
        ),
        (
            "strange claim.xlsx",
            "import.too_much",
            book(
                text(
                    TEXTS_AT,
                    &TEXTS.replace("uniqueCount=\"4\"", "uniqueCount = '99999999999'"),
                ),
                good().1,
                None,
            ),
        ),
        ("utf16.xlsx", "import.too_much", {
            let wide: Vec<u8> = std::iter::once(0xfeff_u16)
                .chain(claim("99999999999").encode_utf16())
                .flat_map(u16::to_le_bytes)
                .collect();
            book((TEXTS_AT, Box::new(std::iter::once(wide))), good().1, None)
        }),
        ("parts.xlsx", "import.too_much", {
            let names: Vec<String> = (0..6_000).map(|n| format!("{n}.xml")).collect();
            zip(names.iter().map(|name| text(name, "")).collect(), None)
        }),
        (
            "no book.xlsx",
            "import.bad_workbook|import.too_much",
            zip(vec![text("a.xml", "")], None),
        ),
    ];
    for (name, codes, bytes) in &bombs {
        assert!(
            bytes.len() < 2 << 20,
            "{name} is large itself: {}",
            bytes.len()
        );
        let answer = send(name, bytes).await;
        assert_eq!(answer.status(), 422, "{name}: {}", answer.text());
        assert!(
            codes.split('|').any(|code| code == answer.code()),
            "{name}: {}",
            answer.text()
        );
    }
    let kept = t.as_role("clerk").get("/api/v1/imports").await.ok();
    assert_eq!(kept["items"].as_array().unwrap().len(), 1);

    // Many cells are not many columns, and one text in many cells is not many texts.
    let commas = gz(
        std::iter::once(b"name,phone\n".to_vec()).chain(std::iter::repeat_n(
            [",".repeat(500_000).as_bytes(), b"x\n"].concat(),
            30,
        )),
    );
    let answer = send("commas.csv.gz", &commas).await;
    assert!(matches!(answer.status(), 200 | 422), "{}", answer.text());
    let cells = "<c t=\"s\"><v>2</v></c>".repeat(900);
    let many = SHEET.replace(
        "<row r=\"2\">",
        &format!("<row r=\"2\">{cells}</row><row r=\"3\">"),
    );
    let long = TEXTS.replace("王建国", &"王".repeat(30_000));
    let answer = send(
        "cells.xlsx",
        &book(text(TEXTS_AT, &long), text(SHEET_AT, &many), None),
    )
    .await;
    answer.refused(422, "import.too_much");
}

async fn a_damaged_file_is_the_senders_fault(t: TestApp) {
    let whole = gz(std::iter::once(
        "姓名,手机号\n王五,13900139001\n".as_bytes().to_vec(),
    ));
    let mut spoilt = whole.clone();
    for byte in spoilt.iter_mut().skip(12).step_by(3) {
        *byte ^= 0x55;
    }
    for (name, bytes) in [
        ("torn.gz", &whole[..whole.len() / 2]),
        ("spoilt.gz", &spoilt[..]),
        ("head.gz", b"\x1f\x8b"),
        ("head.xlsx", b"PK\x03\x04"),
        (
            "zeros.xlsx",
            b"PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        ),
        ("zeros.csv", &[0; 1000]),
        ("noise.csv", b"\xff\xfe\x00\xd8\x00\xd8,\x00\xd8"),
        ("pdf.csv", b"%PDF-1.7\n\x00\x01\x02\x03"),
        ("empty.csv", b""),
        ("blank.csv", b"\xef\xbb\xbf\r\n\r\n"),
    ] {
        let answer = t
            .as_role("clerk")
            .upload("/api/v1/imports", name, bytes, &[("kind", "customers")])
            .await;
        assert_eq!(answer.status(), 422, "{name}: {}", answer.text());
    }
}
