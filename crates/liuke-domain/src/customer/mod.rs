//! Customers (客户档案): the words of the record, what a record must have, and what it lacks.

mod birthday;
mod check;
mod quality;

pub use birthday::{age, is_birthday, next_birthday};
pub use check::{
    ADDRESS_MAX, Draft, FieldProblem, NAME_MAX, NOTES_MAX, NUMBERS_MAX, OLDEST_BIRTH_YEAR, TAG_MAX,
    TAGS_MAX, check, email, mask_address, mask_birthday, mask_email,
};
pub use quality::{Gap, PhoneState, Record, gaps, is_valid_record};

crate::text_enum! {
    /// A person or an organisation (客户类型).
    CustomerKind {
        /// 个人.
        Person => "person",
        /// 单位.
        Organisation => "organisation",
    }
}

crate::text_enum! {
    /// The four types of customers (性格四型), by which scripts adapt.
    Personality {
        /// 完美型: give options, do not decide for them, be patient.
        Perfectionist => "perfectionist",
        /// 成就型: respect, fitting praise, polite guidance.
        Achiever => "achiever",
        /// 自我型: listen, keep calm, details and comparisons, back to the point.
        SelfCentred => "self_centred",
        /// 专业型: fast exact knowledge, professional words.
        Expert => "expert",
    }
}

crate::text_enum! {
    /// Lifecycle (生命周期): acquaintance (恋爱期), relationship (婚姻期), loss (离婚期).
    Stage {
        /// 认识.
        Known => "known",
        /// 选定.
        Selected => "selected",
        /// 发展.
        Developed => "developed",
        /// 告知.
        Informed => "informed",
        /// 分级.
        Graded => "graded",
        /// 对话.
        InDialogue => "in_dialogue",
        /// 满意.
        Satisfied => "satisfied",
        /// 忠诚.
        Loyal => "loyal",
        /// 流失.
        Lost => "lost",
        /// 挽回.
        WonBack => "won_back",
        /// 终结.
        Closed => "closed",
    }
}

crate::text_enum! {
    /// The three periods of the lifecycle (生命周期阶段).
    Period {
        /// 恋爱期.
        Acquaintance => "acquaintance",
        /// 婚姻期.
        Relationship => "relationship",
        /// 离婚期.
        Loss => "loss",
    }
}

impl Stage {
    /// The period that the stage belongs to.
    pub const fn period(self) -> Period {
        match self {
            Self::Known | Self::Selected | Self::Developed => Period::Acquaintance,
            Self::Informed | Self::Graded | Self::InDialogue | Self::Satisfied | Self::Loyal => {
                Period::Relationship
            }
            Self::Lost | Self::WonBack | Self::Closed => Period::Loss,
        }
    }
}

crate::text_enum! {
    /// Where a customer came from (客户来源).
    Source {
        /// 自然到店.
        WalkIn => "walk_in",
        /// 转介绍.
        Referral => "referral",
        /// 电话.
        Phone => "phone",
        /// 网络.
        Web => "web",
        /// 活动.
        Event => "event",
        /// 导入.
        Import => "import",
        /// 其他.
        Other => "other",
    }
}

crate::text_enum! {
    /// How we reach a customer (联系渠道).
    Channel {
        /// 电话.
        Phone => "phone",
        /// 面访.
        FaceToFace => "face_to_face",
        /// 短信.
        Sms => "sms",
        /// 信函.
        Letter => "letter",
        /// 邮件.
        Email => "email",
        /// 微信.
        Wechat => "wechat",
    }
}

crate::text_enum! {
    /// What a consent is for (同意用途).
    ConsentPurpose {
        /// 服务.
        Service => "service",
        /// 营销.
        Marketing => "marketing",
    }
}

crate::text_enum! {
    /// 性别.
    Gender {
        /// 男.
        Male => "male",
        /// 女.
        Female => "female",
    }
}

#[cfg(test)]
mod tests;
