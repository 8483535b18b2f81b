//! Data quality (档案质量): what a record lacks.

use super::CustomerKind;
use crate::text;

crate::text_enum! {
    /// What a record lacks (档案缺项), in the order in which it should be repaired.
    Gap {
        /// No phone at all (无电话).
        NoPhone => "no_phone",
        /// Phones, but none that can be called (无有效电话).
        NoValidPhone => "no_valid_phone",
        /// A phone that a caller found wrong (号码已证实有误).
        WrongPhone => "wrong_phone",
        /// A name of one character or only a title such as 先生 (姓名不全).
        PartialName => "partial_name",
        /// No vehicle or equipment (无车辆/设备).
        NoAsset => "no_asset",
        /// A vehicle without plate and without VIN (车辆无车牌和车架号).
        AssetUnidentified => "asset_unidentified",
        /// Nobody is responsible (无负责人).
        NoOwner => "no_owner",
        /// Source unknown (无来源).
        NoSource => "no_source",
        /// No consent recorded for service calls (无服务联系同意).
        NoConsent => "no_consent",
        /// A person without birthday (无生日).
        NoBirthday => "no_birthday",
        /// No address (无地址).
        NoAddress => "no_address",
    }
}

/// What [`gaps`] needs to know of a record.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Person or organisation.
    pub kind: CustomerKind,
    /// Name.
    pub name: &'a str,
    /// For each phone: may it be called at all (valid), has a caller found it wrong (do not use).
    pub phones: &'a [PhoneState],
    /// For each vehicle or piece of equipment: has it a plate, VIN or serial number.
    pub assets_identified: &'a [bool],
    /// Somebody is responsible.
    pub has_owner: bool,
    /// Source is known.
    pub has_source: bool,
    /// Consent for service is recorded on any channel.
    pub has_service_consent: bool,
    /// Birthday is known.
    pub has_birthday: bool,
    /// Address is known.
    pub has_address: bool,
}

/// A stored phone in the eyes of data quality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneState {
    /// The number can exist.
    pub valid: bool,
    /// A caller found it wrong, or the customer asked not to use it.
    pub do_not_use: bool,
}

/// What the record lacks (档案质量), most urgent first.
pub fn gaps(record: &Record<'_>) -> Vec<Gap> {
    let callable = record.phones.iter().any(|p| p.valid && !p.do_not_use);
    let found = |gap: Gap| match gap {
        Gap::NoPhone => record.phones.is_empty(),
        Gap::NoValidPhone => !record.phones.is_empty() && !callable,
        Gap::WrongPhone => callable && record.phones.iter().any(|p| p.do_not_use),
        Gap::PartialName => is_partial_name(record.kind, record.name),
        Gap::NoAsset => record.assets_identified.is_empty(),
        Gap::AssetUnidentified => record.assets_identified.contains(&false),
        Gap::NoOwner => !record.has_owner,
        Gap::NoSource => !record.has_source,
        Gap::NoConsent => !record.has_service_consent,
        Gap::NoBirthday => record.kind == CustomerKind::Person && !record.has_birthday,
        Gap::NoAddress => !record.has_address,
    };
    Gap::ALL.iter().copied().filter(|gap| found(*gap)).collect()
}

/// Whether the record counts as valid (有效档案): it can be called and says who is called.
pub fn is_valid_record(record: &Record<'_>) -> bool {
    !gaps(record)
        .iter()
        .any(|g| matches!(g, Gap::NoPhone | Gap::NoValidPhone | Gap::PartialName))
}

fn is_partial_name(kind: CustomerKind, name: &str) -> bool {
    const TITLES: [&str; 10] = [
        "先生", "女士", "小姐", "太太", "师傅", "老板", "经理", "总", "阿姨", "老师",
    ];
    let name = text::clean_name(name).unwrap_or_default();
    if kind == CustomerKind::Organisation {
        return name.chars().count() < 2;
    }
    let bare = TITLES
        .iter()
        .find_map(|t| name.strip_suffix(t))
        .unwrap_or(&name);
    bare.chars().count() < 2
}
