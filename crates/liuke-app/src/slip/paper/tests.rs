#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]
//! The page is made and read back by poppler's own tools, as an archive or a customer would.

use std::process::Command;

use super::*;

fn signature(name: &str, at: &str) -> PaperSignature {
    PaperSignature {
        name: name.to_owned(),
        at: at.to_owned(),
        hash: "3f9ac21b77d0e4a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef012".to_owned(),
    }
}

/// An open slip, to be signed by hand.
fn open_slip() -> SlipPaper {
    SlipPaper {
        company: "蓉城汽车服务有限公司".to_owned(),
        number: "FK-20261121-0007".to_owned(),
        remark: String::new(),
        customer_name: "王建国".to_owned(),
        tier: Some('A'),
        phone_masked: "138****6217".to_owned(),
        asset_line: "迈腾 330　川A·7F3K2　58,240 km".to_owned(),
        problem: "变速箱异响返修未解决，低速 2–3 挡顿挫。".to_owned(),
        factors: [
            ("结果度", 2),
            ("有形度", 4),
            ("反应度", 3),
            ("情感度", 5),
            ("对比度", 1),
        ]
        .map(|(name, score)| (name.to_owned(), score))
        .to_vec(),
        raised_by: "陈晓燕".to_owned(),
        raised_at: "2026-11-21 10:32".to_owned(),
        responsible: "李明".to_owned(),
        due_at: "2026-11-22 18:00".to_owned(),
        answer: None,
        answered: None,
        countersigned: None,
        confirmed: None,
        printed: "2026-11-21 10:40 陈晓燕".to_owned(),
        printed_at: "2026-11-21T02:40:00Z".parse().unwrap(),
        qr_url: "https://care.example.cn/slips/0193a5c2-7b1e-7c3d-9f40-2a5b8c7d6e1f".to_owned(),
        words: PaperWords::chinese(),
    }
}

/// A closed slip with long texts.
fn closed_slip() -> SlipPaper {
    SlipPaper {
        remark: "重开 1 次".to_owned(),
        problem: "上个月在你们店修的变速箱，开了不到一个星期又开始响，低速 2–3 挡还是顿，跟没修一样。打电话问，前台说让我再等等，\
            等了三天没人回。说实话我对你们的技术挺失望的，花了 4,860 元，问题还在。"
            .to_owned(),
        answer: Some(
            "1. 11 月 21 日 14:00 上门取车，由技师长李明复检；确认换挡电磁阀 N216 卡滞，上次仅更换了变速箱油，属漏诊。\n\
             2. 免费更换电磁阀总成并做自适应学习，路试 30 公里正常；上次工时费 860 元退回客户账户。\n\
             3. 前台未回电一事，已与当班顾问面谈，今后承诺回电登记到待办，超时升级至服务总监。"
                .to_owned(),
        ),
        answered: Some(signature("李明", "2026-11-21 16:20")),
        countersigned: Some(signature("周立", "2026-11-21 17:05")),
        confirmed: Some(PaperConfirmation { signature: signature("赵婷", "2026-11-24 10:12"), satisfied: true }),
        ..open_slip()
    }
}

/// Hands a PDF to one of poppler's tools and reads what it says.
fn poppler(tool: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slip.pdf");
    std::fs::write(&file, pdf).unwrap();
    let run = Command::new(tool)
        .args(arguments)
        .arg(&file)
        .arg("-")
        .output();
    let run = run.expect("poppler-utils is needed by this test (cargo xtask test installs it)");
    assert!(
        run.status.success(),
        "{tool}: {}",
        String::from_utf8_lossy(&run.stderr)
    );
    String::from_utf8(run.stdout).unwrap()
}

fn text_of(pdf: &[u8]) -> String {
    poppler("pdftotext", &["-layout"], pdf)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn both_copies_stand_on_one_page_and_can_be_read_back() {
    let pdf = render(&closed_slip()).unwrap();
    let text = text_of(&pdf);
    assert_eq!(text.matches('\u{c}').count(), 1, "one page");
    let text = squeezed(&text);
    for once in ["第一联·客户关怀部存", "第二联·处理部门存", "沿此线裁开"] {
        assert_eq!(text.matches(once).count(), 1, "{once}");
    }
    for twice in [
        "客户反馈处理单",
        "编号FK-20261121-0007",
        "蓉城汽车服务有限公司",
        "王建国（A级）138****6217",
        "迈腾330川A·7F3K258,240km",
        "重开1次",
        "结果度2",
        "对比度1",
        "花了4,860元，问题还在。",
        "换挡电磁阀N216",
        "责任人签字",
        "主管会签",
        "2026-11-2116:20",
        "周立",
        "客户满意",
    ] {
        assert_eq!(text.matches(twice).count(), 2, "{twice} in {text}");
    }
    assert_eq!(
        text.matches("电子签名3f9ac21b77d0").count(),
        6,
        "three signatures on two copies"
    );
    assert!(!text.contains("日期"), "nothing is left to sign by hand");
}

#[test]
fn an_open_slip_leaves_room_for_signatures_by_hand() {
    let text = squeezed(&text_of(&render(&open_slip()).unwrap()));
    assert_eq!(
        text.matches("日期：年月日").count(),
        6,
        "three signatures on two copies"
    );
}

#[test]
fn long_texts_stay_in_their_boxes() {
    let mut slip = closed_slip();
    slip.problem = slip.problem.repeat(12);
    slip.answer = slip.answer.map(|answer| answer.repeat(12));
    slip.customer_name = "四川省某某某某工程机械租赁与维修服务股份有限公司成都分公司".to_owned();
    slip.asset_line = "小松 PC200-8M0 挖掘机　设备编号 DZJ-2019-000123　12,345 小时".to_owned();
    slip.raised_by = "欧阳上官司马诸葛".to_owned();
    let pdf = render(&slip).unwrap();
    let text = text_of(&pdf);
    assert_eq!(text.matches('\u{c}').count(), 1, "one page");
    assert!(text.contains('…'), "what does not fit is marked");
    assert_eq!(
        squeezed(&text).matches("（A级）138****6217").count(),
        2,
        "a long name does not push out the phone"
    );
    assert_eq!(
        squeezed(&text).matches("客户满意").count(),
        2,
        "signatures keep their place"
    );
    // Every word's box lies within the page's margins.
    let boxes = poppler("pdftotext", &["-bbox"], &pdf);
    for line in boxes.lines().filter(|line| line.contains("<word ")) {
        let edge = |name: &str| -> f32 {
            line.split(&format!("{name}=\""))
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap()
                .parse()
                .unwrap()
        };
        assert!(edge("xMin") >= 37.0 && edge("xMax") <= 558.5, "{line}");
        assert!(edge("yMin") >= 10.0 && edge("yMax") <= 838.0, "{line}");
    }
}

#[test]
fn only_the_glyphs_used_are_embedded() {
    let pdf = render(&closed_slip()).unwrap();
    assert!(pdf.len() < 300_000, "{} bytes", pdf.len());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slip.pdf");
    std::fs::write(&file, &pdf).unwrap();
    let run = Command::new("pdffonts")
        .arg(&file)
        .output()
        .expect("poppler-utils");
    let listed = String::from_utf8(run.stdout).unwrap();
    let fonts: Vec<&str> = listed.lines().skip(2).collect();
    assert_eq!(fonts.len(), 1, "{listed}");
    assert!(
        fonts[0].contains("+NotoSansSC"),
        "a subset carries a tag: {listed}"
    );
    assert!(
        fonts[0].contains("yes yes yes"),
        "embedded, subset, with Unicode: {listed}"
    );
}

#[test]
fn the_same_slip_gives_the_same_bytes() {
    assert_eq!(
        render(&closed_slip()).unwrap(),
        render(&closed_slip()).unwrap()
    );
}

#[test]
fn a_character_that_the_font_lacks_is_marked_and_named() {
    let slip = SlipPaper {
        customer_name: "𠮷大山".to_owned(),
        problem: "气死我了😡".to_owned(),
        ..open_slip()
    };
    let text = text_of(&render(&slip).unwrap());
    assert!(text.contains("〓 为字库所缺字：U+1F621 U+20BB7"), "{text}");
    assert!(
        text.contains("𠮷大山") && text.contains('😡'),
        "what is behind the mark can still be copied: {text}"
    );
    // Rare but common in names.
    let slip = SlipPaper {
        customer_name: "䶮㛃𬭊𬜬𫖯".to_owned(),
        ..open_slip()
    };
    assert!(!text_of(&render(&slip).unwrap()).contains("〓"));
}

#[test]
fn it_speaks_english_too() {
    let slip = SlipPaper {
        words: PaperWords::of("en-US"),
        factors: [
            ("Result", 2),
            ("Tangibles", 4),
            ("Responsiveness", 3),
            ("Empathy", 5),
            ("Contrast", 1),
        ]
        .map(|(name, score)| (name.to_owned(), score))
        .to_vec(),
        ..closed_slip()
    };
    let text = text_of(&render(&slip).unwrap());
    for word in [
        "Customer Feedback Slip",
        "Countersigned by",
        "Responsiveness",
        "Customer satisfied",
        "Copy 2",
    ] {
        assert!(text.contains(word), "{word} in {text}");
    }
}

#[test]
fn an_address_too_long_for_a_code_is_refused() {
    let slip = SlipPaper {
        qr_url: "x".repeat(5000),
        ..open_slip()
    };
    assert!(matches!(render(&slip), Err(PaperFault::Qr(_))));
}

#[test]
fn empty_fields_leave_a_whole_form() {
    let slip = SlipPaper {
        company: String::new(),
        tier: None,
        phone_masked: String::new(),
        asset_line: String::new(),
        factors: Vec::new(),
        responsible: String::new(),
        due_at: String::new(),
        printed: String::new(),
        ..open_slip()
    };
    let text = squeezed(&text_of(&render(&slip).unwrap()));
    assert!(!text.contains("满意五度") && text.contains("客户原话"));
}
