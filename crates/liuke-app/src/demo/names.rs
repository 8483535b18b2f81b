//! Names, numbers and places of the demo shop's customers: invented, deterministic.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

/// Common surnames, the commonest more often; among them some with two readings.
const SURNAMES: &str = "王王王王李李李李张张张刘刘刘陈陈陈杨杨黄黄赵赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戴莫孔向汤单解仇区查翟";
const DOUBLE_SURNAMES: [&str; 4] = ["欧阳", "上官", "司马", "尉迟"];
const GIVEN_M: &str =
    "伟强磊军勇杰涛明超刚平辉建国志华文斌波宇浩鹏飞龙海峰林俊凯旭东晨昊然子轩博文嘉树一鸣思远天佑";
const GIVEN_F: &str =
    "芳娜敏静丽娟艳秀英霞玲桂兰雪梅琳倩颖婷玉慧洁莉红燕萍欣怡雨涵思琪梦瑶佳宁晓雯若溪诗语可心";
const ORG_WORDS: [&str; 24] = [
    "锦程", "川建", "蓉达", "天府", "西联", "宏远", "恒泰", "嘉禾", "万通", "新蓝", "鼎盛", "众合",
    "益民", "华川", "金牛", "青羊", "顺风", "瑞安", "同创", "博远", "中蓉", "岷江", "都江", "峨眉",
];
const ORG_KINDS: [&str; 8] = [
    "物流有限公司",
    "建设工程有限公司",
    "商贸有限公司",
    "汽车租赁有限公司",
    "医药有限公司",
    "餐饮管理有限公司",
    "科技有限公司",
    "电力设备有限公司",
];
const STREETS: [&str; 16] = [
    "天府大道",
    "人民南路",
    "科华北路",
    "锦城大道",
    "益州大道",
    "建设北路",
    "玉双路",
    "二环路南",
    "光华大道",
    "蜀汉路",
    "武侯大道",
    "成龙大道",
    "龙都路",
    "双楠路",
    "府城大道",
    "剑南大道",
];
const DISTRICTS: [&str; 8] = [
    "锦江区",
    "青羊区",
    "金牛区",
    "武侯区",
    "成华区",
    "高新区",
    "双流区",
    "龙泉驿区",
];
const MOBILE_HEADS: [&str; 18] = [
    "133", "135", "136", "137", "138", "139", "150", "151", "158", "159", "177", "180", "181",
    "182", "186", "187", "188", "199",
];
const PLATE_LETTERS: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ";

fn pick(rng: &mut StdRng, text: &str) -> char {
    let chars: Vec<char> = text.chars().collect();
    chars.choose(rng).copied().unwrap_or('王')
}

/// A person's name; the second is true for a woman.
pub(super) fn person(rng: &mut StdRng) -> (String, bool) {
    let woman = rng.random_bool(0.42);
    let given = if woman { GIVEN_F } else { GIVEN_M };
    let mut name = if rng.random_bool(0.012) {
        DOUBLE_SURNAMES
            .choose(rng)
            .copied()
            .unwrap_or_default()
            .to_owned()
    } else {
        pick(rng, SURNAMES).to_string()
    };
    name.push(pick(rng, given));
    if rng.random_bool(0.72) {
        name.push(pick(rng, given));
    }
    (name, woman)
}

/// A firm's name.
pub(super) fn firm(rng: &mut StdRng) -> String {
    format!(
        "四川{}{}{}",
        ORG_WORDS.choose(rng).copied().unwrap_or_default(),
        ORG_WORDS.choose(rng).copied().unwrap_or_default(),
        ORG_KINDS.choose(rng).copied().unwrap_or_default()
    )
}

/// An invented mobile number.
pub(super) fn mobile(rng: &mut StdRng) -> String {
    format!(
        "{}{:08}",
        MOBILE_HEADS.choose(rng).copied().unwrap_or("138"),
        rng.random_range(0..100_000_000_u32)
    )
}

/// An invented landline of the town.
pub(super) fn landline(rng: &mut StdRng) -> String {
    format!("028-8{:07}", rng.random_range(0..10_000_000_u32))
}

/// An address.
pub(super) fn address(rng: &mut StdRng) -> String {
    format!(
        "成都市{}{}{}号{}栋{}单元{}",
        DISTRICTS.choose(rng).copied().unwrap_or_default(),
        STREETS.choose(rng).copied().unwrap_or_default(),
        rng.random_range(1..900),
        rng.random_range(1..20),
        rng.random_range(1..5),
        rng.random_range(101..2_900)
    )
}

/// A plate: five signs for petrol, six for an electric car.
pub(super) fn plate(rng: &mut StdRng, electric: bool) -> String {
    let town = ["A", "A", "A", "G"].choose(rng).copied().unwrap_or("A");
    if electric {
        return format!("川{town}·D{:05}", rng.random_range(0..100_000_u32));
    }
    let letter = pick(rng, PLATE_LETTERS);
    let at = rng.random_range(0..5);
    let mut tail: Vec<char> = format!("{:05}", rng.random_range(0..100_000_u32))
        .chars()
        .collect();
    if let Some(place) = tail.get_mut(at) {
        *place = letter;
    }
    format!("川{town}·{}", tail.into_iter().collect::<String>())
}

/// A VIN with a right check digit (GB 16735).
pub(super) fn vin(rng: &mut StdRng, maker: &str) -> String {
    const SIGNS: &str = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ";
    let mut vin: Vec<char> = maker.chars().take(3).collect();
    while vin.len() < 8 {
        vin.push(pick(rng, SIGNS));
    }
    vin.push('0');
    vin.push(pick(rng, "FGHJKLMNPR"));
    vin.push(pick(rng, "ABCDE"));
    vin.extend(format!("{:06}", rng.random_range(0..1_000_000_u32)).chars());
    let text: String = vin.iter().collect();
    if let (Some(place), Some(digit)) = (vin.get_mut(8), liuke_domain::asset::check_digit(&text)) {
        *place = digit;
    }
    vin.into_iter().collect()
}
