//! Words of files for the words of the trade (选项识别): Chinese, English and our own codes.

use crate::asset::AssetKind;
use crate::customer::{CustomerKind, Gender, Personality, Source, Stage};
use crate::text;

/// 性别.
pub fn parse_gender(cell: &str) -> Option<Gender> {
    match text::fold_key(cell).as_str() {
        "男" | "男性" | "先生" | "m" | "male" | "mr" => Some(Gender::Male),
        "女" | "女性" | "女士" | "小姐" | "太太" | "f" | "female" | "ms" | "mrs" | "miss" => {
            Some(Gender::Female)
        }
        _ => None,
    }
}

/// 客户类型.
pub fn parse_kind(cell: &str) -> Option<CustomerKind> {
    match text::fold_key(cell).as_str() {
        "个人" | "个体" | "个人客户" | "私人" | "私家车" | "自然人" | "零售" | "person"
        | "personal" | "individual" | "private" | "b2c" => Some(CustomerKind::Person),
        "单位" | "单位客户" | "公司" | "企业" | "企业客户" | "公司客户" | "集团" | "集团客户"
        | "对公" | "公户" | "机构" | "车队" | "organisation" | "organization" | "company"
        | "business" | "corporate" | "firm" | "fleet" | "b2b" => Some(CustomerKind::Organisation),
        _ => None,
    }
}

/// What a name says about its bearer when no column does (按名称判断): firms end in 公司, 厂, 医院 …, and Latin ones in Ltd, Inc, GmbH.
pub fn guess_kind(name: &str) -> CustomerKind {
    const ENDINGS: [&str; 24] = [
        "公司",
        "集团",
        "厂",
        "工厂",
        "医院",
        "学校",
        "大学",
        "中学",
        "小学",
        "幼儿园",
        "银行",
        "酒店",
        "宾馆",
        "饭店",
        "商店",
        "超市",
        "研究院",
        "研究所",
        "委员会",
        "事务所",
        "合作社",
        "车队",
        "局",
        "中心",
    ];
    const LATIN: [&str; 8] = [
        " ltd", " inc", " llc", " gmbh", " co", " corp", " limited", " plc",
    ];
    let cleaned = text::clean_name(name).unwrap_or_default();
    let plain = cleaned
        .trim_end_matches([')', ']'])
        .trim_end_matches('.')
        .to_lowercase();
    let firm = cleaned.contains("公司")
        || cleaned.chars().count() >= 4 && ENDINGS.iter().any(|e| cleaned.ends_with(e))
        || LATIN.iter().any(|e| plain.ends_with(e));
    if firm {
        CustomerKind::Organisation
    } else {
        CustomerKind::Person
    }
}

/// 资产类型.
pub fn parse_asset_kind(cell: &str) -> Option<AssetKind> {
    match text::fold_key(cell).as_str() {
        "车" | "车辆" | "汽车" | "轿车" | "摩托车" | "vehicle" | "car" | "truck" => {
            Some(AssetKind::Vehicle)
        }
        "设备" | "机器" | "仪器" | "家电" | "电梯" | "空调" | "equipment" | "machine"
        | "device" => Some(AssetKind::Equipment),
        _ => None,
    }
}

/// 客户来源.
pub fn parse_source(cell: &str) -> Option<Source> {
    let folded = text::fold_key(cell);
    match folded.as_str() {
        "自然到店" | "到店" | "进店" | "自来" | "自然进店" | "walkin" => {
            Some(Source::WalkIn)
        }
        "转介绍" | "介绍" | "老客户介绍" | "朋友介绍" | "推荐" | "referral" => {
            Some(Source::Referral)
        }
        "电话" | "来电" | "电话咨询" | "热线" | "phone" | "call" => Some(Source::Phone),
        "网络" | "网站" | "互联网" | "线上" | "微信" | "抖音" | "汽车之家" | "公众号" | "web"
        | "website" | "online" | "internet" => Some(Source::Web),
        "活动" | "车展" | "展会" | "外拓" | "event" | "show" => Some(Source::Event),
        "导入" | "import" => Some(Source::Import),
        "其他" | "其它" | "other" => Some(Source::Other),
        _ => None,
    }
}

/// 性格四型.
pub fn parse_personality(cell: &str) -> Option<Personality> {
    match text::fold_key(cell).trim_end_matches('型') {
        "完美" | "perfectionist" => Some(Personality::Perfectionist),
        "成就" | "achiever" => Some(Personality::Achiever),
        "自我" | "selfcentred" | "selfcentered" => Some(Personality::SelfCentred),
        "专业" | "expert" => Some(Personality::Expert),
        _ => None,
    }
}

/// 生命周期阶段.
pub fn parse_stage(cell: &str) -> Option<Stage> {
    match text::fold_key(cell).as_str() {
        "认识" | "潜在" | "线索" | "known" | "lead" => Some(Stage::Known),
        "选定" | "意向" | "selected" => Some(Stage::Selected),
        "发展" | "跟进" | "developed" => Some(Stage::Developed),
        "告知" | "informed" => Some(Stage::Informed),
        "分级" | "graded" => Some(Stage::Graded),
        "对话" | "indialogue" => Some(Stage::InDialogue),
        "满意" | "satisfied" => Some(Stage::Satisfied),
        "忠诚" | "loyal" => Some(Stage::Loyal),
        "流失" | "lost" => Some(Stage::Lost),
        "挽回" | "wonback" => Some(Stage::WonBack),
        "终结" | "关闭" | "closed" => Some(Stage::Closed),
        _ => None,
    }
}

/// Whether a service record's status says that it is closed (工单状态); `None` for a word that is not known.
pub fn parse_service_closed(cell: &str) -> Option<bool> {
    match text::fold_key(cell).as_str() {
        "完工" | "已完工" | "完成" | "已完成" | "结算" | "已结算" | "结清" | "已结清" | "交车"
        | "已交车" | "出厂" | "已出厂" | "关闭" | "已关闭" | "竣工" | "已竣工" | "closed"
        | "done" | "completed" | "complete" | "finished" | "delivered" | "invoiced" | "paid" => {
            Some(true)
        }
        "在修" | "维修中" | "施工中" | "进行中" | "未完工" | "未结算" | "待修" | "待料"
        | "待派工" | "待结算" | "开单" | "已开单" | "open" | "inprogress" | "pending"
        | "waiting" => Some(false),
        _ => None,
    }
}

/// 标签: separated by commas, semicolons, slashes, 、 or spaces between Han words; cleaned, without doubles, in the order of the cell.
pub fn parse_tags(cell: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for piece in cell.split(['，', ',', '、', ';', '；', '|', '/', '\n', '#']) {
        if let Some(tag) = text::clean(piece)
            && !tags.contains(&tag)
        {
            tags.push(tag);
        }
    }
    tags
}
