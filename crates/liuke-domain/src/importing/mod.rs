//! Imports (导入): which columns a file can have, how their headers are recognised, and how a cell becomes a value. No file is opened here.

mod fields;
mod headers;
mod order;
mod sniff;
mod values;
mod words;

pub use fields::{Field, FieldSpec, FieldType, fields, missing};
pub use headers::{Proposal, propose, template_header};
pub use order::{OrderKind, is_refund_number, order_amount};
pub use sniff::{Delimiter, has_header, sniff_delimiter, split_spaces};
pub use values::{
    Moment, YEAR_MAX, YEAR_MIN, external_id, is_blank, parse_birthday, parse_day, parse_instant,
    parse_mileage, parse_moment, parse_money, parse_quantity,
};
pub use words::{
    guess_kind, parse_asset_kind, parse_gender, parse_kind, parse_personality,
    parse_service_closed, parse_source, parse_stage, parse_tags,
};

use serde::Serialize;

crate::text_enum! {
    /// What a file holds (导入类型).
    ImportKind {
        /// 客户.
        Customers => "customers",
        /// 车辆与设备.
        Assets => "assets",
        /// 订单.
        Orders => "orders",
        /// 维修记录.
        ServiceRecords => "service_records",
    }
}

crate::text_enum! {
    /// By what a row finds the record it belongs to (匹配方式), tried in this order.
    MatchBy {
        /// 外部编号.
        ExternalId => "external_id",
        /// 电话.
        Phone => "phone",
        /// 车牌.
        Plate => "plate",
        /// 车架号.
        Vin => "vin",
    }
}

crate::text_enum! {
    /// What happens to a record that a row finds (匹配后处理).
    OnMatch {
        /// Leave it (跳过).
        Skip => "skip",
        /// Fill only what it lacks (补空).
        FillBlanks => "fill_blanks",
        /// Take the file's values; blank cells change nothing (覆盖).
        Overwrite => "overwrite",
    }
}

crate::text_enum! {
    /// What a row does (每行结果).
    RowOutcome {
        /// 新建.
        Create => "create",
        /// 更新.
        Update => "update",
        /// 跳过.
        Skip => "skip",
        /// 拒绝.
        Refuse => "refuse",
    }
}

crate::text_enum! {
    /// Why a row is refused (拒绝原因).
    RowCode {
        /// No column of the row says whose it is (无客户).
        NoCustomer => "import.no_customer",
        /// The customer named in the row is not in the archive (客户不存在).
        UnknownCustomer => "import.unknown_customer",
        /// Two customers fit the row (匹配到多个客户).
        AmbiguousCustomer => "import.ambiguous_customer",
        /// A cell that must be filled is empty (缺必填项).
        MissingRequired => "import.missing_required",
        /// Not a date (日期无法识别).
        BadDate => "import.bad_date",
        /// Day and month could be the other way round (日期有歧义).
        AmbiguousDate => "import.ambiguous_date",
        /// A year before 1900 or after 2100 (年份超范围).
        DateOutOfRange => "import.date_out_of_range",
        /// A date ahead where only the past makes sense (日期在未来).
        DateInFuture => "import.date_in_future",
        /// Not an amount (金额无法识别).
        BadMoney => "import.bad_money",
        /// Not a number (数字无法识别).
        BadNumber => "import.bad_number",
        /// Not a mileage (里程无法识别).
        BadMileage => "import.bad_mileage",
        /// Not a phone at all, or digits lost (电话无法识别).
        BadPhone => "import.bad_phone",
        /// Not an e-mail address (邮箱无法识别).
        BadEmail => "import.bad_email",
        /// Not a plate (车牌无法识别).
        BadPlate => "import.bad_plate",
        /// Not a VIN (车架号无法识别).
        BadVin => "import.bad_vin",
        /// A word that is not in the list of the field (选项无法识别).
        BadWord => "import.bad_word",
        /// Longer than the field allows (超长).
        TooLong => "import.too_long",
        /// The same key stands in an earlier row of the file (文件内重复).
        DuplicateInFile => "import.duplicate_in_file",
        /// The customer number belongs to another customer (客户编号已属他人).
        CustomerNumberTaken => "import.customer_number_taken",
        /// A vehicle without plate and VIN, equipment without serial number (车辆无法辨认).
        NoAssetKey => "import.no_asset_key",
        /// The branch is not known (网点不存在).
        UnknownBranch => "import.unknown_branch",
        /// The person who imports may not write there (无权写入该网点).
        OutOfScope => "import.out_of_scope",
        /// The customer, vehicle or record is there, outside what the person who imports may write (属于其他网点).
        OtherBranch => "import.other_branch",
        /// More or fewer cells than the header has columns (列数不符).
        WrongColumns => "import.wrong_columns",
        /// Bytes that are no text in the chosen encoding (编码错误).
        BadEncoding => "import.bad_encoding",
    }
}

/// Why a row is refused, with the cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code}")]
pub struct RowError {
    /// Stable code.
    pub code: RowCode,
    /// The field, when one cell is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// The cell as it stands in the file, cut to 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Longest cell that an error repeats.
const VALUE_SHOWN: usize = 100;

impl RowError {
    /// The row as a whole is to blame.
    pub const fn row(code: RowCode) -> Self {
        Self {
            code,
            field: None,
            value: None,
        }
    }

    /// A required cell is empty.
    pub const fn missing(field: Field) -> Self {
        Self {
            code: RowCode::MissingRequired,
            field: Some(field),
            value: None,
        }
    }

    /// One cell is to blame.
    pub fn cell(code: RowCode, field: Field, value: &str) -> Self {
        Self {
            code,
            field: Some(field),
            value: Some(crate::text::truncate(value.trim(), VALUE_SHOWN).to_owned()),
        }
    }
}

impl crate::refusal::Refusal for RowError {
    fn status(&self) -> u16 {
        422
    }

    fn code(&self) -> &'static str {
        self.code.as_str()
    }
}

#[cfg(test)]
mod tests;
