//! Taking customers out as a file (导出): XLSX or CSV, page by page in constant memory, phones masked.
//!
//! A cell of the CSV that a spreadsheet would take for a formula gets an apostrophe in front; in the XLSX text is text. Every export is an
//! audit entry.

use std::io::{Seek as _, SeekFrom};

use axum::body::{Body as HttpBody, BodyDataStream, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use futures::stream;
use jiff::civil::Date;
use liuke_domain::customer::Stage;
use liuke_domain::money::Money;
use liuke_domain::text::plain_cell;
use liuke_platform::ctx::Ctx;
use liuke_platform::db::Db;
use liuke_platform::extract::Params;
use liuke_platform::fault::Fault;
use liuke_platform::identity::{May, Scope};
use liuke_platform::page::PageQuery;
use liuke_platform::problem::Problem;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::card::row_view;
use super::days;
use super::filter::CustomerFilter;
use super::list::page;
use super::log::log;
use super::record::{CustomerRecord, Names};
use super::views::CustomerRow;
use super::words::{CustomerSort, ExportFormat};
use crate::App;
use crate::permission::CustomerExport;

/// Rows fetched at once.
const PIECE: u32 = 200;

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct ExportQuery {
    #[serde(flatten)]
    filter: CustomerFilter,
    sort: Option<CustomerSort>,
    format: Option<ExportFormat>,
}

/// Export customers as a file (导出客户)
///
/// Phones stay masked. Headings follow `Accept-Language`. permission: customer.export
#[utoipa::path(get, path = "/api/v1/customers/export", tag = "customer", params(("format" = inline(Option<ExportFormat>), Query), CustomerFilter, ("sort" = inline(Option<CustomerSort>), Query)),
    responses((status = 200, description = "the file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn export_customers(
    State(app): State<App>,
    may: May<CustomerExport>,
    headers: HeaderMap,
    Params(query): Params<ExportQuery>,
) -> Result<Response, Problem> {
    let today = days::of_company(&app.db, may.ctx.now).await?;
    let mut pages = Pages {
        db: app.db.clone(),
        scope: may.scope().clone(),
        sort: query.sort.unwrap_or(CustomerSort::CreatedDesc),
        filter: query.filter,
        today,
        after: None,
        done: false,
    };
    // The first page before anything is sent: a wrong filter is a problem document and not half a file.
    let first = pages.next().await?.unwrap_or_default();
    let format = query.format.unwrap_or(ExportFormat::Xlsx);
    let tx = app.db.begin_for(&may.ctx).await?;
    // What was searched for may be a phone: the audit keeps only that something was.
    let filter = CustomerFilter {
        q: pages.filter.q.as_ref().map(|_| "***".to_owned()),
        ..pages.filter.clone()
    };
    let said = json!({ "format": format.as_str(), "filter": filter, "sort": pages.sort.as_str() });
    log(
        &tx,
        &may.ctx,
        "customer.export",
        "customer",
        Uuid::nil(),
        None,
        Some(said),
    )
    .await?;
    tx.commit().await?;
    let english = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.trim_start().to_ascii_lowercase().starts_with("en"));
    let (body, media) = match format {
        ExportFormat::Csv => (csv_body(pages, first, english)?, "text/csv; charset=utf-8"),
        ExportFormat::Xlsx => (
            xlsx_body(pages, first, english).await?,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    };
    let name = format!(
        "attachment; filename=\"customers-{today}.{}\"",
        format.as_str()
    );
    Ok((
        [
            (header::CONTENT_TYPE, media.to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ],
        body,
    )
        .into_response())
}

/// All customers as a file, for the command line; `format` is `csv` or `xlsx`. Phones stay masked and the export is audited.
pub async fn export_all(
    app: &App,
    ctx: &Ctx,
    format: &str,
    english: bool,
) -> Result<BodyDataStream, Problem> {
    let format = [ExportFormat::Csv, ExportFormat::Xlsx]
        .into_iter()
        .find(|known| known.as_str() == format)
        .ok_or_else(|| Problem::new(422, "invalid").field("format", "invalid"))?;
    let mut pages = Pages {
        db: app.db.clone(),
        scope: Scope::unlimited(),
        sort: CustomerSort::CreatedDesc,
        filter: CustomerFilter::default(),
        today: days::of_company(&app.db, ctx.now).await?,
        after: None,
        done: false,
    };
    let first = pages.next().await?.unwrap_or_default();
    let tx = app.db.begin().await?;
    let said = json!({ "format": format.as_str() });
    log(
        &tx,
        ctx,
        "customer.export",
        "customer",
        Uuid::nil(),
        None,
        Some(said),
    )
    .await?;
    tx.commit().await?;
    let body = match format {
        ExportFormat::Csv => csv_body(pages, first, english)?,
        ExportFormat::Xlsx => xlsx_body(pages, first, english).await?,
    };
    Ok(body.into_data_stream())
}

/// A customer in the file: the row of the list, and what only the file shows.
struct Line {
    row: CustomerRow,
    /// The customer's own contact window.
    window: String,
}

impl Line {
    fn of(record: CustomerRecord, names: &Names, tags: Vec<String>) -> Self {
        let window = match (&record.contact_from, &record.contact_to) {
            (Some(from), Some(to)) => format!("{from}–{to}"),
            _ => String::new(),
        };
        Self {
            row: row_view(record, names, tags),
            window,
        }
    }
}

/// The list, page by page.
struct Pages {
    db: Db,
    scope: Scope,
    filter: CustomerFilter,
    sort: CustomerSort,
    today: Date,
    /// Cursor of the page before.
    after: Option<String>,
    /// The last page was read.
    done: bool,
}

impl Pages {
    async fn next(&mut self) -> Result<Option<Vec<Line>>, Problem> {
        if self.done {
            return Ok(None);
        }
        let query = PageQuery {
            limit: Some(PIECE),
            after: self.after.take(),
        };
        let page = page(
            &self.db,
            &self.scope,
            &self.filter,
            self.sort,
            self.today,
            &query,
            Line::of,
        )
        .await?;
        self.done = page.next.is_none();
        self.after = page.next;
        Ok(Some(page.items))
    }
}

/// New columns come last: whoever reads the file by place finds the others where they were.
const HEADINGS: [(&str, &str); 16] = [
    ("客户编号", "Number"),
    ("姓名", "Name"),
    ("类型", "Kind"),
    ("等级", "Tier"),
    ("阶段", "Stage"),
    ("电话", "Phone"),
    ("车辆/设备", "Vehicle or equipment"),
    ("数量", "Assets"),
    ("负责人", "Owner"),
    ("网点", "Branch"),
    ("最近到店", "Last visit"),
    ("累计金额", "Revenue"),
    ("订单数", "Orders"),
    ("到店次数", "Visits"),
    ("标签", "Tags"),
    ("可联系时段", "Contact window"),
];

fn headings(english: bool) -> impl Iterator<Item = &'static str> {
    HEADINGS
        .iter()
        .map(move |(zh, en)| if english { *en } else { *zh })
}

fn kind_word(kind: &str, english: bool) -> &str {
    match (kind, english) {
        ("person", false) => "个人",
        ("organisation", false) => "单位",
        ("person", true) => "Person",
        ("organisation", true) => "Organisation",
        _ => kind,
    }
}

fn stage_word(stage: &str, english: bool) -> &str {
    let Some(known) = Stage::parse(stage) else {
        return stage;
    };
    let (zh, en) = match known {
        Stage::Known => ("认识", "Known"),
        Stage::Selected => ("选定", "Selected"),
        Stage::Developed => ("发展", "Developed"),
        Stage::Informed => ("告知", "Informed"),
        Stage::Graded => ("分级", "Graded"),
        Stage::InDialogue => ("对话", "In dialogue"),
        Stage::Satisfied => ("满意", "Satisfied"),
        Stage::Loyal => ("忠诚", "Loyal"),
        Stage::Lost => ("流失", "Lost"),
        Stage::WonBack => ("挽回", "Won back"),
        Stage::Closed => ("终结", "Closed"),
    };
    if english { en } else { zh }
}

fn csv_body(pages: Pages, first: Vec<Line>, english: bool) -> Result<HttpBody, Problem> {
    let mut head = csv::Writer::from_writer(Vec::new());
    head.write_record(headings(english)).map_err(broken)?;
    // The mark by which spreadsheets recognise UTF-8.
    let mut start = "\u{feff}".as_bytes().to_vec();
    start.extend(head.into_inner().map_err(broken)?);
    let pieces = stream::try_unfold(
        (pages, Some((start, first))),
        move |(mut pages, waiting)| async move {
            let (mut bytes, rows) = match waiting {
                Some(waiting) => waiting,
                None => match pages.next().await.map_err(std::io::Error::other)? {
                    Some(rows) => (Vec::new(), rows),
                    None => return Ok::<_, std::io::Error>(None),
                },
            };
            let mut writer = csv::Writer::from_writer(&mut bytes);
            for row in &rows {
                writer.write_record(
                    cells(row, english)
                        .iter()
                        .map(|cell| plain_cell(cell).into_owned()),
                )?;
            }
            writer.flush()?;
            drop(writer);
            Ok(Some((Bytes::from(bytes), (pages, None))))
        },
    );
    Ok(HttpBody::from_stream(pieces))
}

/// The cells of a line as text.
fn cells(line: &Line, english: bool) -> [String; 16] {
    let row = &line.row;
    [
        row.number.clone(),
        row.name.clone(),
        kind_word(&row.kind, english).to_owned(),
        row.tier.clone().unwrap_or_default(),
        stage_word(&row.stage, english).to_owned(),
        row.phone_masked.clone().unwrap_or_default(),
        row.asset_line.clone().unwrap_or_default(),
        row.asset_count.to_string(),
        row.owner_name.clone().unwrap_or_default(),
        row.branch_name.clone(),
        row.last_visit_on.clone().unwrap_or_default(),
        Money(row.revenue_fen).to_string(),
        row.order_count.to_string(),
        row.visit_count.to_string(),
        row.tags.join(" "),
        line.window.clone(),
    ]
}

async fn xlsx_body(mut pages: Pages, first: Vec<Line>, english: bool) -> Result<HttpBody, Problem> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let money = Format::new().set_num_format("0.00");
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let sheet = book.add_worksheet_with_constant_memory().map_err(broken)?;
    for (column, heading) in (0_u16..).zip(headings(english)) {
        sheet
            .write_string_with_format(0, column, heading, &bold)
            .map_err(broken)?;
    }
    let mut place = 1_u32;
    let mut rows = Some(first);
    while let Some(some) = rows {
        for row in &some {
            write_row(sheet, place, row, english, &money, &day).map_err(broken)?;
            place += 1;
        }
        rows = pages.next().await?;
    }
    let file = tokio::task::spawn_blocking(move || {
        let mut file = tempfile::tempfile().map_err(Fault::from)?;
        book.save_to_writer(&mut file)
            .map_err(|e| Fault::other(e.to_string()))?;
        file.seek(SeekFrom::Start(0))?;
        Ok::<_, Fault>(file)
    })
    .await
    .map_err(broken)??;
    Ok(HttpBody::from_stream(tokio_util::io::ReaderStream::new(
        tokio::fs::File::from_std(file),
    )))
}

fn write_row(
    sheet: &mut Worksheet,
    place: u32,
    line: &Line,
    english: bool,
    money: &Format,
    day: &Format,
) -> Result<(), XlsxError> {
    for (column, cell) in (0_u16..).zip(cells(line, english)) {
        match (column, cell.parse::<f64>()) {
            (10, _) if !cell.is_empty() => {
                sheet.write_datetime_with_format(
                    place,
                    column,
                    ExcelDateTime::parse_from_str(&cell)?,
                    day,
                )?;
            }
            (11, Ok(amount)) => {
                sheet.write_number_with_format(place, column, amount, money)?;
            }
            (7 | 12 | 13, Ok(number)) => {
                sheet.write_number(place, column, number)?;
            }
            _ if cell.is_empty() => {}
            _ => {
                sheet.write_string(place, column, cell)?;
            }
        }
    }
    Ok(())
}

fn broken(error: impl std::fmt::Display) -> Problem {
    Fault::other(error.to_string()).into()
}
