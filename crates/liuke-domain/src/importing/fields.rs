//! The columns that a file of each kind can have (可导入字段).

use serde::Serialize;

use super::ImportKind;

crate::text_enum! {
    /// A column of a file. `external_id` is the number of the record itself; the `customer_…` fields say whose it is.
    Field {
        /// 编号/单号/工单号.
        ExternalId => "external_id",
        /// 客户编号.
        CustomerExternalId => "customer_external_id",
        /// 客户名称, of a row that belongs to a customer.
        CustomerName => "customer_name",
        /// 客户电话, of a row that belongs to a customer.
        CustomerPhone => "customer_phone",
        /// 姓名.
        Name => "name",
        /// 客户类型.
        Kind => "kind",
        /// 性别.
        Gender => "gender",
        /// 电话, several columns allowed.
        Phone => "phone",
        /// 邮箱, several columns allowed.
        Email => "email",
        /// 地址.
        Address => "address",
        /// 生日.
        Birthday => "birthday",
        /// 来源.
        Source => "source",
        /// 性格类型.
        Personality => "personality",
        /// 生命周期阶段.
        Stage => "stage",
        /// 标签.
        Tags => "tags",
        /// 备注.
        Notes => "notes",
        /// 负责人.
        Owner => "owner",
        /// 指定专员.
        PreferredStaff => "preferred_staff",
        /// 网点.
        Branch => "branch",
        /// 车辆/设备.
        AssetKind => "asset_kind",
        /// 车牌.
        Plate => "plate",
        /// 车架号.
        Vin => "vin",
        /// 序列号.
        Serial => "serial",
        /// 车型/型号.
        Model => "model",
        /// 里程, kilometres.
        Mileage => "mileage",
        /// 购买日期.
        PurchasedOn => "purchased_on",
        /// 质保到期.
        WarrantyUntil => "warranty_until",
        /// 安装地点.
        Site => "site",
        /// 订单时间.
        OrderedAt => "ordered_at",
        /// 订单类型.
        OrderKind => "order_kind",
        /// 商品/内容.
        Title => "title",
        /// 商品编码, tells the lines of one order apart.
        Item => "item",
        /// 金额.
        Revenue => "revenue",
        /// 成本.
        Cost => "cost",
        /// 数量.
        Quantity => "quantity",
        /// 单价.
        UnitPrice => "unit_price",
        /// 销售员.
        Seller => "seller",
        /// 进厂时间.
        OpenedAt => "opened_at",
        /// 完工时间.
        ClosedAt => "closed_at",
        /// 工单状态.
        Status => "status",
        /// 维修类别.
        Category => "category",
        /// 服务顾问.
        Advisor => "advisor",
        /// 技师.
        Technician => "technician",
        /// 维修内容.
        Work => "work",
        /// 配件.
        Parts => "parts",
        /// 建议.
        Advice => "advice",
        /// 下次保养日期.
        NextDueOn => "next_due_on",
        /// 下次保养里程.
        NextDueKm => "next_due_km",
    }
}

crate::text_enum! {
    /// How a cell is read (字段格式).
    FieldType {
        /// Free text.
        Text => "text",
        /// One or two phones.
        Phone => "phone",
        /// A day.
        Day => "day",
        /// A day with or without time.
        Instant => "instant",
        /// An amount.
        Money => "money",
        /// A whole number.
        Integer => "integer",
        /// One of a list of words.
        Enum => "enum",
    }
}

/// A column that a kind of file can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FieldSpec {
    /// The field.
    pub code: Field,
    /// A row without it is refused. Alternatives are in [`missing`].
    pub required: bool,
    /// How the cell is read.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Several columns may map to it.
    pub repeatable: bool,
}

impl Field {
    /// How cells of this field are read.
    pub const fn kind(self) -> FieldType {
        match self {
            Self::Phone | Self::CustomerPhone => FieldType::Phone,
            Self::Birthday | Self::PurchasedOn | Self::WarrantyUntil | Self::NextDueOn => {
                FieldType::Day
            }
            Self::OrderedAt | Self::OpenedAt | Self::ClosedAt => FieldType::Instant,
            Self::Revenue | Self::Cost | Self::UnitPrice => FieldType::Money,
            Self::Mileage | Self::NextDueKm | Self::Quantity => FieldType::Integer,
            Self::Kind
            | Self::Gender
            | Self::Source
            | Self::Personality
            | Self::Stage
            | Self::AssetKind
            | Self::OrderKind
            | Self::Status => FieldType::Enum,
            _ => FieldType::Text,
        }
    }

    const fn repeatable(self) -> bool {
        matches!(
            self,
            Self::Phone
                | Self::Email
                | Self::CustomerPhone
                | Self::Notes
                | Self::Tags
                | Self::Work
                | Self::Parts
        )
    }
}

#[rustfmt::skip]
const CUSTOMERS: &[Field] = &[
    Field::Name, Field::ExternalId, Field::Phone, Field::Email, Field::Kind, Field::Gender, Field::Birthday, Field::Address, Field::Source,
    Field::Personality, Field::Stage, Field::Tags, Field::Notes, Field::Owner, Field::PreferredStaff, Field::Branch, Field::Plate, Field::Vin,
    Field::Model, Field::Mileage,
];

#[rustfmt::skip]
const ASSETS: &[Field] = &[
    Field::CustomerExternalId, Field::CustomerName, Field::CustomerPhone, Field::ExternalId, Field::AssetKind, Field::Plate, Field::Vin,
    Field::Serial, Field::Model, Field::Mileage, Field::PurchasedOn, Field::WarrantyUntil, Field::Site, Field::Notes, Field::Branch,
];

#[rustfmt::skip]
const ORDERS: &[Field] = &[
    Field::CustomerExternalId, Field::CustomerName, Field::CustomerPhone, Field::Plate, Field::Vin, Field::ExternalId, Field::OrderedAt,
    Field::OrderKind, Field::Title, Field::Item, Field::Revenue, Field::Quantity, Field::UnitPrice, Field::Cost, Field::Seller, Field::Branch,
];

#[rustfmt::skip]
const SERVICE_RECORDS: &[Field] = &[
    Field::CustomerExternalId, Field::CustomerName, Field::CustomerPhone, Field::Plate, Field::Vin, Field::ExternalId, Field::OpenedAt,
    Field::ClosedAt, Field::Status, Field::Category, Field::Advisor, Field::Technician, Field::Work, Field::Parts, Field::Mileage, Field::Advice,
    Field::NextDueOn, Field::NextDueKm, Field::Revenue, Field::Cost, Field::Model, Field::Branch,
];

/// The columns of a kind, in the order of its template.
pub fn fields(kind: ImportKind) -> Vec<FieldSpec> {
    let (list, required): (&[Field], &[Field]) = match kind {
        ImportKind::Customers => (CUSTOMERS, &[Field::Name]),
        ImportKind::Assets => (ASSETS, &[]),
        ImportKind::Orders => (ORDERS, &[Field::OrderedAt]),
        ImportKind::ServiceRecords => (SERVICE_RECORDS, &[Field::OpenedAt]),
    };
    list.iter()
        .map(|code| FieldSpec {
            code: *code,
            required: required.contains(code),
            kind: code.kind(),
            repeatable: code.repeatable(),
        })
        .collect()
}

/// What a choice of columns lacks for its kind: groups of which one field is needed. Empty: the file can be checked.
///
/// A service record with a closing time only takes that as its opening too.
pub fn missing(kind: ImportKind, mapped: &[Field]) -> Vec<Vec<Field>> {
    let whose: &[Field] = &[
        Field::CustomerExternalId,
        Field::CustomerPhone,
        Field::Plate,
        Field::Vin,
    ];
    let needs: &[&[Field]] = match kind {
        ImportKind::Customers => &[&[Field::Name]],
        ImportKind::Assets => &[
            &[
                Field::CustomerExternalId,
                Field::CustomerPhone,
                Field::CustomerName,
            ],
            &[Field::Plate, Field::Vin, Field::Serial],
        ],
        ImportKind::Orders => &[
            whose,
            &[Field::OrderedAt],
            &[Field::Revenue, Field::UnitPrice],
        ],
        ImportKind::ServiceRecords => &[whose, &[Field::OpenedAt, Field::ClosedAt]],
    };
    let mut lacking: Vec<Vec<Field>> = needs
        .iter()
        .filter(|group| !group.iter().any(|f| mapped.contains(f)))
        .map(|group| group.to_vec())
        .collect();
    let price_alone = kind == ImportKind::Orders
        && mapped.contains(&Field::UnitPrice)
        && !mapped.contains(&Field::Revenue);
    if price_alone && !mapped.contains(&Field::Quantity) {
        lacking.push(vec![Field::Quantity]);
    }
    lacking
}
