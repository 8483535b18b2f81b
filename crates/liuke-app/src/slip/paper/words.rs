//! The slip's printed words (打印用语), Chinese and English.

/// Every label on the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperWords {
    /// Language tag of the document, `zh-CN` or `en`.
    pub language: String,
    /// The form's name.
    pub title: String,
    /// Points added between the title's characters.
    pub title_spacing: u8,
    /// Name of the upper copy.
    pub first_copy: String,
    /// Name of the lower copy.
    pub second_copy: String,
    /// Beside the cut line.
    pub cut_here: String,
    /// Before the number.
    pub number: String,
    /// The customer's row.
    pub customer: String,
    /// After the tier's letter, with a `{}` for it, such as `{} 级`.
    pub tier: String,
    /// The vehicle's or equipment's cell.
    pub asset: String,
    /// The cell of who raised it and when.
    pub raised: String,
    /// The cell of the person responsible and the time limit.
    pub responsible: String,
    /// Before the time limit.
    pub due: String,
    /// The satisfaction row.
    pub factors: String,
    /// The customer's own words.
    pub problem: String,
    /// The answer.
    pub answer: String,
    /// The answerer's signature.
    pub answered: String,
    /// The countersignature.
    pub countersigned: String,
    /// The confirming call.
    pub confirmed: String,
    /// The confirming call found the customer satisfied.
    pub satisfied: String,
    /// The confirming call found the customer not satisfied.
    pub dissatisfied: String,
    /// What a person fills in by hand after signing on paper.
    pub date_by_hand: String,
    /// Before the hash of a signature given in the product.
    pub e_signature: String,
    /// The footer's left side.
    pub footer: String,
    /// Before the time and name of the print.
    pub printed: String,
    /// Before the code points of characters that the font lacks.
    pub missing: String,
}

impl PaperWords {
    /// 简体中文.
    #[must_use]
    pub fn chinese() -> Self {
        Self {
            language: "zh-CN".to_owned(),
            title: "客户反馈处理单".to_owned(),
            title_spacing: 5,
            first_copy: "第一联 · 客户关怀部存".to_owned(),
            second_copy: "第二联 · 处理部门存".to_owned(),
            cut_here: "沿此线裁开".to_owned(),
            number: "编号".to_owned(),
            customer: "客户".to_owned(),
            tier: "{} 级".to_owned(),
            asset: "车辆/设备".to_owned(),
            raised: "提出人".to_owned(),
            responsible: "责任人".to_owned(),
            due: "期限".to_owned(),
            factors: "满意五度".to_owned(),
            problem: "客户原话".to_owned(),
            answer: "处理意见".to_owned(),
            answered: "责任人签字".to_owned(),
            countersigned: "主管会签".to_owned(),
            confirmed: "回访确认".to_owned(),
            satisfied: "客户满意".to_owned(),
            dissatisfied: "客户仍不满意".to_owned(),
            date_by_hand: "日期：　　　　年　　　月　　　日".to_owned(),
            e_signature: "电子签名".to_owned(),
            footer: "扫码可在系统中核对本单；电子签名以系统记录为准。".to_owned(),
            printed: "打印".to_owned(),
            missing: "〓 为字库所缺字：".to_owned(),
        }
    }

    /// English.
    #[must_use]
    pub fn english() -> Self {
        Self {
            language: "en".to_owned(),
            title: "Customer Feedback Slip".to_owned(),
            title_spacing: 0,
            first_copy: "Copy 1 · Customer care".to_owned(),
            second_copy: "Copy 2 · Solving department".to_owned(),
            cut_here: "cut here".to_owned(),
            number: "No.".to_owned(),
            customer: "Customer".to_owned(),
            tier: "tier {}".to_owned(),
            asset: "Vehicle".to_owned(),
            raised: "Raised by".to_owned(),
            responsible: "Responsible".to_owned(),
            due: "due".to_owned(),
            factors: "Satisfaction".to_owned(),
            problem: "Customer's words".to_owned(),
            answer: "Answer".to_owned(),
            answered: "Answered by".to_owned(),
            countersigned: "Countersigned by".to_owned(),
            confirmed: "Confirmed by call".to_owned(),
            satisfied: "Customer satisfied".to_owned(),
            dissatisfied: "Still not satisfied".to_owned(),
            date_by_hand: "Date: ______ / ______ / __________".to_owned(),
            e_signature: "signed electronically".to_owned(),
            footer: "Scan to check this slip in the system; electronic signatures are as recorded there.".to_owned(),
            printed: "Printed".to_owned(),
            missing: "〓 = not in the font: ".to_owned(),
        }
    }

    /// By language tag: Chinese for anything that does not begin with `en`.
    #[must_use]
    pub fn of(language: &str) -> Self {
        if language.to_ascii_lowercase().starts_with("en") {
            Self::english()
        } else {
            Self::chinese()
        }
    }
}
