//! Recognising headers (表头识别): Chinese and English synonyms, an exact one before one that is contained.

use serde::Serialize;

use super::fields::fields;
use super::{Field, ImportKind};
use crate::text;

/// A field proposed for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The field.
    pub field: Field,
    /// 100 = the header is a known synonym; below = it contains one.
    pub confidence: u8,
}

/// Confidence of an exact synonym.
const EXACT: u8 = 100;
/// Confidence when the header contains a synonym.
const CONTAINED: u8 = 70;

/// Synonyms as [`text::fold_key`] leaves them: lower case, no spaces, no signs. The first Chinese and English ones name the column in templates.
#[rustfmt::skip]
const SYNONYMS: &[(Field, &[&str])] = &[
    (Field::CustomerExternalId, &["客户编号", "customerid", "客户号", "客户代码", "客户id", "会员号", "会员编号", "会员卡号", "卡号", "用户编号", "顾客编号", "车主编号", "customerno", "customernumber", "customercode", "customer", "custid", "custno", "clientid", "memberid", "memberno", "userid", "masterid", "buyerid", "客户"]),
    (Field::CustomerName, &["客户名称", "customername", "客户姓名", "姓名", "车主", "车主姓名", "车主名称", "联系人", "联系人姓名", "送修人", "送修人姓名", "顾客", "顾客姓名", "会员姓名", "name", "owner", "ownername", "client", "clientname", "contact", "contactname", "单位名称"]),
    (Field::CustomerPhone, &["客户电话", "customerphone", "手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "联系手机", "移动电话", "车主电话", "车主手机", "客户手机", "送修人电话", "送修人手机", "固定电话", "座机", "固话", "mobile", "mobileno", "mobilephone", "phone", "phoneno", "phonenumber", "tel", "telephone", "cell", "cellphone", "手机1", "手机2", "电话1", "电话2"]),
    (Field::Name, &["姓名", "name", "客户名称", "客户姓名", "名称", "车主", "车主姓名", "车主名称", "联系人", "联系人姓名", "顾客姓名", "会员姓名", "单位名称", "公司名称", "客户", "customer", "customername", "fullname", "clientname", "client", "owner", "ownername", "contact", "contactname", "称呼"]),
    (Field::Phone, &["手机", "mobile", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "联系手机", "移动电话", "车主电话", "车主手机", "客户电话", "客户手机", "固定电话", "座机", "固话", "办公电话", "家庭电话", "备用电话", "手机1", "手机2", "电话1", "电话2", "联系电话1", "联系电话2", "mobileno", "mobilephone", "phone", "phone1", "phone2", "phoneno", "phonenumber", "tel", "telephone", "cell", "cellphone", "contactnumber", "homephone", "officephone"]),
    (Field::Email, &["邮箱", "email", "电子邮箱", "电子邮件", "邮件", "邮箱地址", "mail", "emailaddress"]),
    (Field::Kind, &["客户类型", "kind", "客户性质", "客户类别", "性质", "个人单位", "customertype", "customerkind", "type", "类型"]),
    (Field::Gender, &["性别", "gender", "sex", "称谓"]),
    (Field::Birthday, &["生日", "birthday", "出生日期", "出生年月日", "出生年月", "客户生日", "车主生日", "birthdate", "dateofbirth", "dob"]),
    (Field::Address, &["地址", "address", "联系地址", "客户地址", "通讯地址", "家庭地址", "详细地址", "住址", "车主地址", "addr", "street"]),
    (Field::Source, &["来源", "source", "客户来源", "来源渠道", "获客渠道", "渠道", "channel", "leadsource"]),
    (Field::Personality, &["性格", "personality", "性格类型", "客户性格", "personalitytype"]),
    (Field::Stage, &["阶段", "stage", "生命周期", "客户阶段", "客户状态", "lifecycle", "lifecyclestage"]),
    (Field::Tags, &["标签", "tags", "客户标签", "tag", "labels", "label"]),
    (Field::Notes, &["备注", "notes", "说明", "备注信息", "客户备注", "remark", "remarks", "note", "comment", "comments", "memo"]),
    (Field::Owner, &["负责人", "accountmanager", "归属人", "归属销售", "客户经理", "跟进人", "专属顾问", "salesowner", "responsible"]),
    (Field::PreferredStaff, &["指定专员", "指定顾问", "专属服务顾问", "preferredstaff"]),
    (Field::Branch, &["网点", "branch", "门店", "店名", "分店", "店铺", "所属门店", "所属网点", "机构", "经销商", "store", "shop", "dealer", "location"]),
    (Field::AssetKind, &["资产类型", "assetkind", "类别", "assettype", "车辆设备"]),
    (Field::Plate, &["车牌", "plate", "车牌号", "车牌号码", "牌照", "牌照号", "牌号", "号牌", "车号", "plateno", "platenumber", "licenseplate", "licenceplate", "licenseno", "regno", "registration"]),
    (Field::Vin, &["车架号", "vin", "车架号码", "车架", "底盘号", "车辆识别码", "车辆识别代号", "车辆识别代码", "识别代码", "vin码", "vin号", "vincode", "vinno", "chassis", "chassisno", "chassisnumber", "frameno"]),
    (Field::Serial, &["序列号", "serial", "设备号", "设备编号", "机身号", "机号", "出厂编号", "sn", "serialno", "serialnumber"]),
    (Field::Model, &["车型", "model", "车辆型号", "型号", "车系", "品牌车型", "车款", "设备型号", "规格型号", "产品型号", "carmodel", "vehiclemodel", "vehicle"]),
    (Field::Mileage, &["里程", "mileage", "公里数", "行驶里程", "进厂里程", "里程数", "当前里程", "入厂里程", "公里", "表显里程", "km", "odometer", "kilometers", "kilometres", "mileagekm"]),
    (Field::PurchasedOn, &["购买日期", "purchasedon", "购车日期", "购车时间", "销售日期", "提车日期", "交车日期", "上牌日期", "买车日期", "安装日期", "purchasedate", "solddate", "deliverydate"]),
    (Field::WarrantyUntil, &["质保到期", "warrantyuntil", "质保到期日", "保修到期", "保修到期日", "质保截止", "保修截止日期", "质保期至", "warrantyend", "warrantydate", "warrantyexpiry"]),
    (Field::Site, &["安装地点", "site", "使用地点", "安装位置", "所在地", "所在位置", "installationsite"]),
    (Field::OrderedAt, &["下单时间", "orderedat", "订单日期", "订单时间", "下单日期", "购买时间", "消费日期", "消费时间", "交易日期", "交易时间", "成交日期", "成交时间", "销售日期", "开票日期", "开单日期", "日期", "时间", "购买日期", "付款时间", "支付时间", "date", "orderdate", "ordertime", "invoicedate", "purchasedate", "transactiondate", "saledate", "time", "datetime", "timestamp"]),
    (Field::OrderKind, &["订单类型", "orderkind", "交易类型", "单据类型", "ordertype", "transactiontype"]),
    (Field::Title, &["商品", "title", "商品名称", "品名", "产品", "产品名称", "项目", "项目名称", "内容", "订单内容", "摘要", "消费项目", "套餐", "description", "product", "productname", "itemname", "goods"]),
    (Field::Item, &["商品编码", "item", "商品编号", "商品代码", "货号", "产品编码", "sku", "stockcode", "itemcode", "productid", "productcode", "itemno"]),
    (Field::Revenue, &["金额", "amount", "消费金额", "订单金额", "实收", "实收金额", "应收", "应收金额", "成交金额", "成交价", "销售额", "销售金额", "总金额", "总价", "合计", "合计金额", "收入", "结算金额", "维修金额", "工单金额", "总费用", "费用", "付款金额", "支付金额", "实付", "实付金额", "营业额", "revenue", "total", "totalamount", "totalprice", "sales", "dollarvalue", "dollars", "value", "price", "paid", "amountpaid", "sum"]),
    (Field::Quantity, &["数量", "quantity", "件数", "qty", "count", "units"]),
    (Field::UnitPrice, &["单价", "unitprice", "销售单价", "priceperunit", "priceeach"]),
    (Field::Cost, &["成本", "cost", "成本金额", "成本价", "总成本", "订单成本", "totalcost", "cogs", "costamount"]),
    (Field::Seller, &["销售员", "seller", "销售", "销售顾问", "业务员", "导购", "收银员", "经办人", "salesperson", "salesman", "salesrep", "clerk"]),
    (Field::OpenedAt, &["进厂时间", "openedat", "进厂日期", "进店时间", "进店日期", "接车时间", "接车日期", "开单时间", "开单日期", "送修时间", "送修日期", "维修日期", "维修时间", "工单日期", "来店日期", "到店日期", "服务日期", "报修时间", "报修日期", "日期", "date", "opendate", "opened", "checkin", "checkindate", "servicedate", "repairdate", "visitdate", "rodate"]),
    (Field::ClosedAt, &["完工时间", "closedat", "完工日期", "结算时间", "结算日期", "交车时间", "交车日期", "出厂时间", "出厂日期", "完成时间", "完成日期", "竣工时间", "竣工日期", "closedate", "closed", "completed", "completedat", "completiondate", "finished", "deliverydate"]),
    (Field::Status, &["状态", "status", "工单状态", "单据状态", "维修状态", "state"]),
    (Field::Category, &["维修类型", "category", "维修类别", "服务类型", "服务类别", "业务类型", "工单类型", "作业类型", "类别", "servicetype", "repairtype", "jobtype"]),
    (Field::Advisor, &["服务顾问", "advisor", "接待人", "接待", "接待员", "接车人", "顾问", "sa", "serviceadvisor", "advisorname"]),
    (Field::Technician, &["技师", "technician", "维修技师", "主修", "主修人", "主修技师", "维修工", "维修人员", "师傅", "施工人", "工程师", "服务人员", "mechanic", "tech", "engineer"]),
    (Field::Work, &["维修内容", "work", "维修项目", "服务内容", "服务项目", "项目", "作业项目", "作业内容", "施工项目", "工时项目", "故障描述", "故障现象", "workdone", "job", "jobs", "repair", "service", "labour", "labor", "description"]),
    (Field::Parts, &["配件", "parts", "更换配件", "使用配件", "零件", "零配件", "材料", "备件", "配件明细", "partsused", "materials", "part"]),
    (Field::Advice, &["建议", "advice", "维修建议", "建议项目", "建议维修项目", "未修项目", "增修建议", "recommendation", "recommendations", "suggestion"]),
    (Field::NextDueOn, &["下次保养日期", "nextdueon", "下次保养时间", "下次保养", "下次维护日期", "下次服务日期", "预计下次保养日期", "下次到店日期", "nextservicedate", "nextservice", "nextdue", "nextduedate"]),
    (Field::NextDueKm, &["下次保养里程", "nextduekm", "下次保养公里", "下次保养公里数", "下次里程", "预计下次保养里程", "nextservicekm", "nextservicemileage", "nextmileage"]),
    (Field::ExternalId, &["编号", "externalid", "外部编号", "id", "no", "number", "代码", "code", "单号", "单据号"]),
];

/// Further synonyms of a record's own number, by kind.
#[rustfmt::skip]
const OWN_NUMBER: &[(ImportKind, &[&str])] = &[
    (ImportKind::Customers, &["客户编号", "客户号", "客户代码", "客户id", "会员号", "会员编号", "会员卡号", "卡号", "customerid", "customerno", "customernumber", "customercode", "custid", "clientid", "memberid", "memberno", "userid", "档案号"]),
    (ImportKind::Assets, &["车辆编号", "资产编号", "车辆id", "assetid", "vehicleid", "assetno"]),
    (ImportKind::Orders, &["订单号", "订单编号", "流水号", "交易号", "小票号", "发票号", "销售单号", "结算单号", "invoiceno", "invoice", "invoicenumber", "invoiceid", "orderid", "orderno", "ordernumber", "order", "transactionid", "receiptno"]),
    (ImportKind::ServiceRecords, &["工单号", "工单编号", "维修单号", "委托书号", "施工单号", "结算单号", "派工单号", "服务单号", "ro", "rono", "ronumber", "repairorder", "workorder", "workorderno", "jobno", "jobcard"]),
];

/// Columns that look like a field but are none; they stay unmapped.
#[rustfmt::skip]
const STRANGERS: &[&str] = &["国家", "country", "身份证", "身份证号", "密码", "password", "numberofcds", "cds", "序号", "行号"];

/// Proposes a field for each header. A field that may occur once goes to the column that fits best, the first of equals.
pub fn propose(kind: ImportKind, headers: &[&str]) -> Vec<Option<Proposal>> {
    let allowed = fields(kind);
    let mut candidates: Vec<(u8, usize, usize, Field)> = Vec::new();
    for (column, header) in headers.iter().enumerate() {
        let folded = fold_header(header);
        if folded.is_empty() || STRANGERS.contains(&folded.as_str()) {
            continue;
        }
        for spec in &allowed {
            if let Some((confidence, length)) = fit(kind, spec.code, &folded) {
                candidates.push((confidence, length, column, spec.code));
            }
        }
    }
    // Best confidence, then longest synonym, then leftmost column; equal fields in the order of the template.
    candidates.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)));
    let mut proposed: Vec<Option<Proposal>> = vec![None; headers.len()];
    let mut taken: Vec<Field> = Vec::new();
    for (confidence, _, column, field) in candidates {
        let repeatable = allowed
            .iter()
            .any(|spec| spec.code == field && spec.repeatable);
        let Some(place) = proposed.get_mut(column) else {
            continue;
        };
        if place.is_none() && (repeatable || !taken.contains(&field)) {
            *place = Some(Proposal { field, confidence });
            taken.push(field);
        }
    }
    proposed
}

/// Whether any field of any kind knows this header exactly; used to tell a header line from data.
pub(super) fn is_known(header: &str) -> bool {
    let folded = fold_header(header);
    let listed = |list: &[&str]| list.contains(&folded.as_str());
    !folded.is_empty()
        && (SYNONYMS.iter().any(|(_, list)| listed(list))
            || OWN_NUMBER.iter().any(|(_, list)| listed(list))
            || listed(STRANGERS))
}

/// The header of a field in templates and error files, Chinese or English; reading it back proposes the same field.
pub fn template_header(kind: ImportKind, field: Field, chinese: bool) -> &'static str {
    match (chinese, field) {
        // In lists of vehicles "owner" is the customer.
        (false, Field::Owner) => return "account_manager",
        (false, _) => return field.as_str(),
        (true, _) => {}
    }
    let own = OWN_NUMBER
        .iter()
        .find(|(k, _)| *k == kind)
        .and_then(|(_, list)| list.first());
    let general = SYNONYMS
        .iter()
        .find(|(f, _)| *f == field)
        .and_then(|(_, list)| list.first());
    let label = if field == Field::ExternalId {
        own.or(general)
    } else {
        general
    };
    label.copied().unwrap_or(field.as_str())
}

fn fit(kind: ImportKind, field: Field, folded: &str) -> Option<(u8, usize)> {
    let general = SYNONYMS
        .iter()
        .filter(|(f, _)| *f == field)
        .flat_map(|(_, list)| list.iter());
    let own = OWN_NUMBER
        .iter()
        .filter(|(k, _)| *k == kind && field == Field::ExternalId)
        .flat_map(|(_, list)| list.iter());
    let mut best: Option<(u8, usize)> = None;
    for synonym in general.chain(own) {
        let length = synonym.chars().count();
        let long_enough = if synonym.is_ascii() {
            length >= 5
        } else {
            length >= 2
        };
        let found = if *synonym == folded {
            (EXACT, length)
        } else if long_enough && folded.contains(synonym) {
            (CONTAINED, length)
        } else {
            continue;
        };
        best = best.max(Some(found));
    }
    best
}

/// Folds a header: remarks in brackets (`（必填）`, `(元)`) and stars go.
fn fold_header(header: &str) -> String {
    let width = text::fold_width(header);
    let mut outside = String::new();
    let mut depth = 0u32;
    for c in width.chars() {
        match c {
            '(' | '[' | '<' => depth += 1,
            ')' | ']' | '>' => depth = depth.saturating_sub(1),
            c if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    let folded = text::fold_key(&outside);
    if folded.is_empty() {
        text::fold_key(&width)
    } else {
        folded
    }
}
