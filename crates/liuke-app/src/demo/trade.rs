//! What the demo shop sells and repairs, and what its customers say.

/// A model: maker's VIN prefix, name, electric, price in yuan.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) maker: &'static str,
    pub(super) name: &'static str,
    pub(super) electric: bool,
    pub(super) price: i64,
}

pub(super) const MODELS: [Model; 12] = [
    Model {
        maker: "LFV",
        name: "迈腾 330 豪华型",
        electric: false,
        price: 219_900,
    },
    Model {
        maker: "LSV",
        name: "帕萨特 280 商务版",
        electric: false,
        price: 186_900,
    },
    Model {
        maker: "LSV",
        name: "途观 L 380",
        electric: false,
        price: 249_900,
    },
    Model {
        maker: "LFV",
        name: "探岳 300",
        electric: false,
        price: 189_900,
    },
    Model {
        maker: "LFV",
        name: "速腾 200",
        electric: false,
        price: 136_900,
    },
    Model {
        maker: "LFV",
        name: "宝来 200",
        electric: false,
        price: 109_900,
    },
    Model {
        maker: "LSV",
        name: "朗逸 新锐",
        electric: false,
        price: 93_900,
    },
    Model {
        maker: "LSV",
        name: "途岳 280",
        electric: false,
        price: 159_900,
    },
    Model {
        maker: "LFV",
        name: "ID.4 CROZZ",
        electric: true,
        price: 193_900,
    },
    Model {
        maker: "LSV",
        name: "ID.3 纯净版",
        electric: true,
        price: 129_900,
    },
    Model {
        maker: "LFV",
        name: "揽境 380",
        electric: false,
        price: 299_900,
    },
    Model {
        maker: "LSV",
        name: "途昂 530",
        electric: false,
        price: 359_900,
    },
];

/// A kind of job: category, work, parts, price range in yuan, advice.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) category: &'static str,
    pub(super) work: &'static str,
    pub(super) parts: &'static str,
    pub(super) yuan: (i64, i64),
    pub(super) advice: &'static str,
}

pub(super) const JOBS: [Job; 14] = [
    Job {
        category: "保养",
        work: "更换机油、机滤，全车检查",
        parts: "机油 4L、机滤",
        yuan: (420, 760),
        advice: "前刹车片余 5 mm，下次保养时更换",
    },
    Job {
        category: "保养",
        work: "更换机油三滤，轮胎换位",
        parts: "机油 4L、机滤、空滤、空调滤",
        yuan: (780, 1_280),
        advice: "轮胎花纹深度 3.5 mm，注意雨天制动距离",
    },
    Job {
        category: "保养",
        work: "首次保养：机油机滤，全车螺栓紧固",
        parts: "机油 4L、机滤",
        yuan: (0, 0),
        advice: "磨合期已过，可正常使用",
    },
    Job {
        category: "保养",
        work: "更换变速箱油及滤芯",
        parts: "变速箱油 6L、滤芯",
        yuan: (1_650, 2_400),
        advice: "6 万公里后再次更换",
    },
    Job {
        category: "维修",
        work: "更换前制动片，制动盘修整",
        parts: "前制动片一套",
        yuan: (880, 1_560),
        advice: "新片磨合 200 公里，避免急刹",
    },
    Job {
        category: "维修",
        work: "更换火花塞，清洗节气门",
        parts: "火花塞 4 支",
        yuan: (560, 980),
        advice: "建议使用 95 号汽油",
    },
    Job {
        category: "维修",
        work: "变速箱阀体清洗，软件升级",
        parts: "阀体垫、变速箱油 2L",
        yuan: (2_300, 4_800),
        advice: "低速顿挫如再现请立即回店",
    },
    Job {
        category: "维修",
        work: "更换蓄电池",
        parts: "蓄电池 70Ah",
        yuan: (760, 1_180),
        advice: "长期停放请断开负极",
    },
    Job {
        category: "维修",
        work: "空调不制冷检修，加注冷媒",
        parts: "冷媒 R134a、密封圈",
        yuan: (480, 1_350),
        advice: "每年入夏前检查一次",
    },
    Job {
        category: "钣喷",
        work: "前保险杠修复喷漆",
        parts: "底漆、面漆",
        yuan: (900, 1_800),
        advice: "7 天内勿用高压水枪冲洗",
    },
    Job {
        category: "钣喷",
        work: "右后门、右后翼子板钣金喷漆",
        parts: "面漆、密封胶条",
        yuan: (2_100, 4_600),
        advice: "提车后自然光下检查色差",
    },
    Job {
        category: "轮胎",
        work: "更换轮胎两条，四轮定位",
        parts: "轮胎 2 条",
        yuan: (1_200, 2_600),
        advice: "500 公里后复紧轮胎螺栓",
    },
    Job {
        category: "事故",
        work: "事故车维修：前部总成更换",
        parts: "大灯、水箱框架、前杠",
        yuan: (6_500, 26_000),
        advice: "保险已定损，三包期 1 年",
    },
    Job {
        category: "三电",
        work: "动力电池检测，冷却液更换",
        parts: "电池冷却液 8L",
        yuan: (680, 1_460),
        advice: "电池健康度 96%，建议每年检测",
    },
];

/// What satisfied customers say.
pub(super) const PRAISE: [&str; 12] = [
    "师傅讲得很清楚，换下来的件也给我看了。",
    "比约好的时间还早了二十分钟，不错。",
    "顾问一直跟着，车也洗得干净。",
    "价格和报的一样，没有多收。",
    "没什么意见，挺好的。",
    "休息区可以办公，等着也不急。",
    "上次说的异响这次解决了。",
    "接待很热情，下次还来。",
    "电话里就把要换的说明白了。",
    "小李记得我上次说的事，很用心。",
    "维修速度快，比别家强。",
    "取送车服务方便，省了我半天。",
];

/// What dissatisfied customers say, with the factor that got the low score and the answer of the person responsible.
#[derive(Debug)]
pub(super) struct Grievance {
    pub(super) words: &'static str,
    pub(super) factor: usize,
    pub(super) answer: &'static str,
}

pub(super) const GRIEVANCES: [Grievance; 10] = [
    Grievance {
        words: "低速 2–3 挡还是顿挫，跟没修一样。",
        factor: 0,
        answer: "已邀客户回店路试，确认阀体磨损，免费更换阀体总成，路试 30 公里无顿挫，客户在场确认。",
    },
    Grievance {
        words: "说好一个半小时，等了三个多小时没人来说一声。",
        factor: 2,
        answer: "当日工位排程失误，已向客户致歉并赠送一次洗车；调度规则改为超时 30 分钟必须由顾问告知。",
    },
    Grievance {
        words: "结算比报价多了三百多，也没提前讲。",
        factor: 3,
        answer: "增项未经客户确认，差额 320 元已原路退还；增项须客户签字后方可施工，已对顾问培训。",
    },
    Grievance {
        words: "车内有油手印，方向盘也没擦。",
        factor: 1,
        answer: "已上门为客户做内饰清洁；交车检查表增加内饰一项，由质检签字。",
    },
    Grievance {
        words: "我问的问题顾问答不上来，一直说要问师傅。",
        factor: 3,
        answer: "由技术主管电话向客户逐项说明；顾问安排技术培训并考核。",
    },
    Grievance {
        words: "空调修完第二天又不凉了。",
        factor: 0,
        answer: "复查发现冷凝器微漏，免费更换并保压检测 2 小时，出风 6 ℃，客户满意。",
    },
    Grievance {
        words: "别的店还送检测报告，你们什么也没有。",
        factor: 4,
        answer: "已补打 36 项检测报告送达客户；今后每单随车附报告。",
    },
    Grievance {
        words: "喷漆有色差，太阳底下很明显。",
        factor: 0,
        answer: "返工重新调色喷漆，自然光下与客户共同验收。",
    },
    Grievance {
        words: "打了三次电话都没人接。",
        factor: 2,
        answer: "中午无人值守所致，已安排轮班；主管致电客户道歉并约定专人对接。",
    },
    Grievance {
        words: "休息区太脏，卫生间没有纸。",
        factor: 1,
        answer: "保洁改为每小时巡检签到，主管当日电话致歉。",
    },
];

/// Tags shops put on customers.
pub(super) const TAGS: [&str; 8] = [
    "车队客户",
    "老带新",
    "偏好上午联系",
    "关注价格",
    "女车主",
    "保险到期",
    "企业主",
    "二手车意向",
];

/// Notes on customers.
pub(super) const NOTES: [&str; 6] = [
    "上班时间不方便接电话，中午 12 点半后可以。",
    "对价格敏感，报价要写明细。",
    "车平时由司机送来，结算找财务。",
    "喜欢先看旧件再签字。",
    "之前因等待时间投诉过，务必提前告知时长。",
    "介绍过两位朋友来店。",
];
