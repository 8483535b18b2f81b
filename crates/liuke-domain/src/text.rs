//! Text as people type it (文本整理): width folding, cleaning of names, and the one folding used for search.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The dot inside names of minorities and foreigners (间隔号), U+00B7.
pub const MIDDLE_DOT: char = '·';

/// Full width to half width (全角转半角) for letters, digits and punctuation; every kind of space becomes a plain one, every dash a
/// hyphen-minus; invisible characters vanish. Han characters stay as they are.
pub fn fold_width(input: &str) -> String {
    input.chars().filter_map(fold_char).collect()
}

fn fold_char(c: char) -> Option<char> {
    Some(match c {
        '\u{3000}' | '\u{00a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\t' => ' ',
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{feff}'
        | '\u{00ad}' => return None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '【' | '〔' => '[',
        '】' | '〕' => ']',
        '。' => '.',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0)?,
        _ => c,
    })
}

/// Trims, folds the width and collapses runs of white space; control characters vanish. `None` when nothing is left.
pub fn clean(input: &str) -> Option<String> {
    let folded = fold_width(input);
    let visible: String = folded
        .chars()
        .map(|c| if c == '\n' || c == '\r' { ' ' } else { c })
        .filter(|c| !c.is_control())
        .collect();
    let joined = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    (!joined.is_empty()).then_some(joined)
}

/// Cleans free text of several lines (备注): line ends become `\n`, control characters vanish, ends are trimmed.
pub fn clean_lines(input: &str) -> Option<String> {
    let unified = input.replace("\r\n", "\n").replace('\r', "\n");
    let visible: String = unified
        .chars()
        .filter(|c| !c.is_control() || *c == '\n' || *c == '\t')
        .collect();
    let trimmed = visible.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// A cell of a CSV that no spreadsheet takes for a formula (公式注入): what begins like one gets an apostrophe in front. Plain
/// numbers, amounts and phones stay as they are.
pub fn plain_cell(cell: &str) -> Cow<'_, str> {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let number = cell.strip_prefix(['+', '-']).is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '-'))
    });
    if formula && !number {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Cleans a name (姓名): canonical composition, half width, one kind of middle dot, no space between Han characters (`张　三` → `张三`).
/// `None` when nothing is left.
pub fn clean_name(input: &str) -> Option<String> {
    let cleaned = clean(&input.nfc().collect::<String>())?;
    let dotted: Vec<char> = cleaned
        .chars()
        .map(|c| if is_middle_dot(c) { MIDDLE_DOT } else { c })
        .collect();
    let mut name = String::with_capacity(cleaned.len());
    for (i, c) in dotted.iter().enumerate() {
        if *c == ' ' {
            let before = i
                .checked_sub(1)
                .and_then(|j| dotted.get(j))
                .copied()
                .unwrap_or(' ');
            let after = dotted.get(i + 1).copied().unwrap_or(' ');
            let glued = |c: char| is_han(c) || c == MIDDLE_DOT;
            if glued(before) && glued(after) || before == MIDDLE_DOT || after == MIDDLE_DOT {
                continue;
            }
        }
        name.push(*c);
    }
    Some(name)
}

/// The dots that people type for the 间隔号.
pub fn is_middle_dot(c: char) -> bool {
    matches!(
        c,
        '·' | '•' | '・' | '･' | '‧' | '∙' | '⋅' | '●' | '᛫' | '\u{0387}'
    )
}

/// Whether the character is Han (汉字), extension planes included.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇')
}

/// The one folding for search keys and queries (检索归一): compatibility forms and accents folded, lower case, traditional characters
/// common in names made simplified, and only letters and digits kept. `京A·12345` → `京a12345`, `O'Neill` → `oneill`.
pub fn fold_key(input: &str) -> String {
    input
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .nfc()
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .map(simplify)
        .collect()
}

/// Traditional and simplified forms of characters that are common in names (繁简对照), written as pairs.
const TRADITIONAL: &str = "張张陳陈劉刘楊杨黃黄趙赵吳吴孫孙馬马鄭郑馮冯蕭萧許许鄧邓韓韩曉晓蘇苏葉叶呂吕盧卢蔣蒋賈贾丁丁薛薛閆闫閻阎餘余\
鍾钟鐘钟範范譚谭鄒邹陸陆龍龙萬万錢钱湯汤賀贺顧顾龔龚嚴严溫温蘭兰華华國国偉伟強强軍军傑杰鵬鹏麗丽紅红艷艳豔艳靜静慶庆東东\
輝辉榮荣飛飞雲云鳳凤寧宁濤涛鋒锋銳锐鑫鑫興兴衛卫義义禮礼誠诚賢贤貴贵寶宝勝胜愛爱學学書书業业鴻鸿燕燕瓊琼瑩莹穎颖蓮莲蘋苹蓉蓉\
潔洁嬌娇嫻娴媛媛娟娟妍妍姍姗婭娅嬋婵歐欧陽阳諸诸葛葛長长魯鲁齊齐畢毕倫伦羅罗祿禄駱骆單单喬乔鮑鲍費费賴赖關关闕阙項项韋韦\
車车連连邊边鄔邬鄺邝鄭郑鎮镇鋼钢鐵铁銘铭鈞钧錦锦鎖锁鏡镜鑒鉴閔闵聞闻聶聂繆缪紀纪紹绍經经維维綱纲緒绪縣县練练績绩縱纵總总\
譽誉詩诗語语謝谢謙谦證证讓让豐丰貝贝財财質质贊赞趨趋跡迹軒轩載载輪轮轉转辦办遠远運运達达遙遥鄉乡隊队際际隨随雙双雋隽難难電电\
順顺須须頌颂預预領领頡颉頤颐顏颜願愿類类風风養养驍骁驥骥騰腾驊骅駿骏馳驰魏魏鯤鲲鳴鸣鶴鹤鷹鹰鸞鸾麥麦黨党齡龄龐庞億亿儀仪\
優优儒儒兒儿凱凯劍剑劉刘勁劲勳勋動动區区協协參参壽寿夢梦奧奥婦妇孫孙實实寬宽將将導导對对尋寻專专屆届島岛崗岗崢峥嶺岭嵐岚嶽岳\
幫帮廣广廠厂應应彥彦後后從从復复徵征憶忆憲宪懷怀戰战戲戏擇择據据攜携敏敏數数斂敛時时晉晋暉晖暢畅曄晔會会朮术樂乐樓楼標标樹树橋桥\
機机檢检權权歡欢歷历歸归氣气沖冲淚泪淵渊淺浅漢汉潤润澤泽濟济濱滨瀋沈灣湾灝灏炜炜燁烨燈灯爾尔狀状獻献現现瑪玛瑤瑶環环璽玺產产\
畫画異异當当療疗發发盛盛盡尽監监眾众睿睿碩硕祥祥禎祯禦御種种穌稣積积穩稳窮穷競竞筆笔節节簡简籃篮糧粮給给絲丝綠绿緯纬線线織织\
罡罡聖圣聯联聰聪聲声職职肅肃膠胶臨临與与舉举舊旧艦舰莊庄薦荐薩萨藍蓝藝艺藥药處处號号蟲虫蠻蛮術术衝冲裝装規规視视親亲覺觉觀观\
計计記记設设試试話话詳详談谈論论調调議议護护變变買买賣卖賓宾賽赛贏赢趕赶車车軟软較较輕轻農农遊游過过邁迈適适選选還还郵邮醫医\
釋释針针鈴铃銀银銷销錄录鋪铺鏈链鑼锣開开間间闊阔陣阵陰阴險险雜杂離离霧雾靈灵韻韵響响頂顶頭头題题館馆駕驾驗验體体鬥斗魚鱼鮮鲜鳥鸟點点";

/// The simplified form of a traditional character that is common in names; any other character unchanged.
pub fn simplify(c: char) -> char {
    use std::collections::BTreeMap;
    use std::sync::LazyLock;
    static PAIRS: LazyLock<BTreeMap<char, char>> = LazyLock::new(|| {
        let mut characters = TRADITIONAL.chars();
        std::iter::from_fn(|| Some((characters.next()?, characters.next()?))).collect()
    });
    if c < '\u{4e00}' {
        c
    } else {
        PAIRS.get(&c).copied().unwrap_or(c)
    }
}

/// The first `limit` characters, never cutting inside one.
pub fn truncate(input: &str, limit: usize) -> &str {
    input
        .char_indices()
        .nth(limit)
        .and_then(|(at, _)| input.get(..at))
        .unwrap_or(input)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_formula_is_defused_and_a_phone_or_refund_is_not() {
        for (cell, want) in [
            ("=1+1", "'=1+1"),
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
            ("+cmd", "'+cmd"),
            ("-", "'-"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("\n=1", "'\n=1"),
            ("＝1", "'＝1"),
            ("+86138", "+86138"),
            ("+86 138-0013-8000", "+86 138-0013-8000"),
            ("-12.50", "-12.50"),
            ("王建国", "王建国"),
            ("", ""),
        ] {
            assert_eq!(plain_cell(cell), want);
        }
    }

    #[test]
    fn full_width_becomes_half_width() {
        assert_eq!(fold_width("１３８ＡＢ（ａ）　－"), "138AB(a) -");
        assert_eq!(fold_width("\u{feff}张\u{200b}三"), "张三");
        assert_eq!(fold_width("010—12345678"), "010-12345678");
    }

    #[test]
    fn names_lose_padding_and_keep_what_belongs_to_them() {
        for (input, want) in [
            ("  张　三 ", Some("张三")),
            ("阿依古丽•买买提", Some("阿依古丽·买买提")),
            ("阿依古丽 · 买买提", Some("阿依古丽·买买提")),
            ("Anna   Smith", Some("Anna Smith")),
            ("ＡＢＣ 汽车", Some("ABC 汽车")),
            ("李 Anna", Some("李 Anna")),
            ("𠮷田", Some("𠮷田")),
            ("张三\u{0000}\n", Some("张三")),
            ("　", None),
            ("", None),
        ] {
            assert_eq!(clean_name(input).as_deref(), want, "{input:?}");
        }
    }

    #[test]
    fn the_search_folding_ignores_case_width_accents_dots_and_traditional_forms() {
        for (input, want) in [
            ("京A·12345", "京a12345"),
            ("Café ＡＢ", "cafeab"),
            ("陳曉東", "陈晓东"),
            ("O'Neill-Smith", "oneillsmith"),
            ("阿依古丽·买买提", "阿依古丽买买提"),
            ("𠮷", "𠮷"),
            ("---", ""),
        ] {
            assert_eq!(fold_key(input), want, "{input}");
        }
    }

    #[test]
    fn free_text_keeps_its_lines() {
        assert_eq!(clean_lines(" a\r\nb\u{7} \n"), Some("a\nb".to_owned()));
        assert_eq!(clean_lines(" \n "), None);
    }

    #[test]
    fn the_pairs_of_traditional_characters_are_whole() {
        assert_eq!(TRADITIONAL.chars().count() % 2, 0);
        assert!(TRADITIONAL.chars().all(is_han));
        for (from, to) in [
            ('張', '张'),
            ('點', '点'),
            ('龐', '庞'),
            ('驗', '验'),
            ('國', '国'),
            ('燁', '烨'),
        ] {
            assert_eq!(simplify(from), to);
        }
    }

    #[test]
    fn truncation_counts_characters() {
        assert_eq!(truncate("张三李四", 2), "张三");
        assert_eq!(truncate("ab", 5), "ab");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(input in "\\PC{0,20}") {
            let once = fold_key(&input);
            prop_assert_eq!(fold_key(&once), once.clone());
        }
    }
}
