//! Doorways of imports.

use axum::Json;
use axum::body::Body as AxumBody;
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt as _, TryStreamExt as _};
use liuke_domain::importing::{self as rules, ImportKind};
use liuke_platform::blob;
use liuke_platform::extract::{Body, Params, PathId};
use liuke_platform::identity::May;
use liuke_platform::page::{Page, PageQuery};
use liuke_platform::problem::Problem;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::views::{ImportField, ImportMapping, ImportRowView, ImportView, LinesQuery};
use super::{actions, errors, store, upload};
use crate::App;
use crate::permission::ImportRun;
use crate::shapes::Version;
use crate::words::Lang;

/// Largest file by the browser: 200 MB. The command line has no limit.
pub(super) const LONGEST: u64 = 200 * 1024 * 1024;

/// A file and what it holds.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the multipart form")]
pub(super) struct ImportUpload {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// `customers`, `assets`, `orders` or `service_records`; stands before the file.
    kind: String,
}

/// Uploads, newest first (导入记录). permission: import.run
#[utoipa::path(get, path = "/api/v1/imports", tag = "importing", params(PageQuery),
    responses((status = 200, body = Page<ImportView>), (status = "4XX", body = Problem)))]
pub(super) async fn list_imports(
    State(app): State<App>,
    may: May<ImportRun>,
    Params(page): Params<PageQuery>,
) -> Result<Json<Page<ImportView>>, Problem> {
    let rows = store::page(&app.db, may.scope(), page.after()?, page.fetch()).await?;
    let page = Page::cut(rows, &page, |row| (row.created_at, row.id));
    let items = page
        .items
        .into_iter()
        .map(ImportView::try_from)
        .collect::<Result<_, _>>()?;
    Ok(Json(Page {
        items,
        next: page.next,
    }))
}

/// Takes a file in and proposes what its columns are (上传). permission: import.run
#[utoipa::path(post, path = "/api/v1/imports", tag = "importing",
    request_body(content = ImportUpload, content_type = "multipart/form-data"),
    responses((status = 200, body = ImportView), (status = "4XX", body = Problem)))]
pub(super) async fn upload_import(
    State(app): State<App>,
    may: May<ImportRun>,
    mut form: Multipart,
) -> Result<Json<ImportView>, Problem> {
    let mut kind = ImportKind::Customers;
    let mut spooled = None;
    while let Some(field) = form.next_field().await.map_err(|e| unreadable(&e))? {
        match field.name() {
            Some("kind") => {
                let text = field.text().await.map_err(|e| unreadable(&e))?;
                kind = ImportKind::parse(&text).ok_or_else(|| {
                    Problem::new(422, "invalid").field("kind", "import.unknown_kind")
                })?;
            }
            Some("file") => {
                let name = liuke_domain::text::truncate(field.file_name().unwrap_or("file"), 200)
                    .to_owned();
                spooled = Some((
                    name,
                    blob::spool(field.map_err(|e| unreadable(&e)).boxed(), LONGEST).await?,
                ));
            }
            _ => {}
        }
    }
    let (name, file) =
        spooled.ok_or_else(|| Problem::new(422, "invalid").field("file", "required"))?;
    let branch = upload::home_branch(&app, &may.who).await?;
    let row = upload::take_in(
        &app,
        &may.ctx,
        kind,
        (&name, file),
        branch,
        Some(may.who.staff_id),
    )
    .await?;
    actions::show(&app, &may.who, row.id).await.map(Json)
}

/// A form that is larger than the house allows, or none.
fn unreadable(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(413, "body.too_large")
    } else {
        Problem::new(400, "body.unreadable")
    }
}

/// One upload (导入详情). permission: import.run
#[utoipa::path(get, path = "/api/v1/imports/{id}", tag = "importing", params(("id" = Uuid, Path)),
    responses((status = 200, body = ImportView), (status = "4XX", body = Problem)))]
pub(super) async fn get_import(
    State(app): State<App>,
    may: May<ImportRun>,
    PathId(id): PathId<Uuid>,
) -> Result<Json<ImportView>, Problem> {
    actions::show(&app, &may.who, id).await.map(Json)
}

/// Chooses how the file is read and what its columns are (列对应). permission: import.run
#[utoipa::path(put, path = "/api/v1/imports/{id}", tag = "importing", params(("id" = Uuid, Path)), request_body = ImportMapping,
    responses((status = 200, body = ImportView), (status = "4XX", body = Problem)))]
pub(super) async fn map_import(
    State(app): State<App>,
    may: May<ImportRun>,
    PathId(id): PathId<Uuid>,
    Body(mapping): Body<ImportMapping>,
) -> Result<Json<ImportView>, Problem> {
    let row = upload::remap(&app, &may.ctx, &may.who, id, mapping).await?;
    Ok(Json(ImportView::try_from(row)?))
}

/// Says what each line would do, without doing it (试运行). permission: import.run
#[utoipa::path(post, path = "/api/v1/imports/{id}/check", tag = "importing", params(("id" = Uuid, Path)), request_body = Version,
    responses((status = 200, body = ImportView), (status = "4XX", body = Problem)))]
pub(super) async fn check_import(
    State(app): State<App>,
    may: May<ImportRun>,
    PathId(id): PathId<Uuid>,
    Body(seen): Body<Version>,
) -> Result<Json<ImportView>, Problem> {
    actions::start(
        &app,
        &may.ctx,
        &may.who,
        id,
        seen.version,
        actions::Stage::Check,
    )
    .await
    .map(Json)
}

/// Imports (导入). permission: import.run
#[utoipa::path(post, path = "/api/v1/imports/{id}/run", tag = "importing", params(("id" = Uuid, Path)), request_body = Version,
    responses((status = 200, body = ImportView), (status = "4XX", body = Problem)))]
pub(super) async fn run_import(
    State(app): State<App>,
    may: May<ImportRun>,
    PathId(id): PathId<Uuid>,
    Body(seen): Body<Version>,
) -> Result<Json<ImportView>, Problem> {
    actions::start(
        &app,
        &may.ctx,
        &may.who,
        id,
        seen.version,
        actions::Stage::Run,
    )
    .await
    .map(Json)
}

/// Stops a check or import; what is written stays and is counted (取消). permission: import.run
#[utoipa::path(post, path = "/api/v1/imports/{id}/cancel", tag = "importing", params(("id" = Uuid, Path)),
    responses((status = 200, body = ImportView), (status = "4XX", body = Problem)))]
pub(super) async fn cancel_import(
    State(app): State<App>,
    may: May<ImportRun>,
    PathId(id): PathId<Uuid>,
) -> Result<Json<ImportView>, Problem> {
    actions::cancel(&app, &may.ctx, &may.who, id)
        .await
        .map(Json)
}

/// Examples of lines by outcome (逐行结果). permission: import.run
#[utoipa::path(get, path = "/api/v1/imports/{id}/rows", tag = "importing", params(("id" = Uuid, Path), LinesQuery, PageQuery),
    responses((status = 200, body = Page<ImportRowView>), (status = "4XX", body = Problem)))]
pub(super) async fn import_rows(
    State(app): State<App>,
    may: May<ImportRun>,
    PathId(id): PathId<Uuid>,
    Params(query): Params<LinesQuery>,
) -> Result<Json<Page<ImportRowView>>, Problem> {
    store::find(&app.db, may.scope(), id)
        .await?
        .ok_or_else(|| Problem::not_found("import"))?;
    let rows = store::lines(
        &app.db,
        id,
        query.outcome.as_deref(),
        query.page.after()?,
        query.page.fetch(),
    )
    .await?;
    Ok(Json(
        Page::cut(rows, &query.page, |row| row.line).map(ImportRowView::from),
    ))
}

/// Language of a file.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LangQuery {
    /// `zh-CN` or `en`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    lang: Lang,
}

/// The refused lines as they came, with the reason behind (退回的行). permission: import.run
#[utoipa::path(get, path = "/api/v1/imports/{id}/errors.csv", tag = "importing", params(("id" = Uuid, Path), LangQuery),
    responses((status = 200, description = "CSV", content_type = "text/csv"), (status = "4XX", body = Problem)))]
pub(super) async fn import_errors(
    State(app): State<App>,
    may: May<ImportRun>,
    PathId(id): PathId<Uuid>,
    Params(query): Params<LangQuery>,
) -> Result<Response, Problem> {
    let row = store::find(&app.db, may.scope(), id)
        .await?
        .ok_or_else(|| Problem::not_found("import"))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}-errors.csv\"", row.number),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    let body = AxumBody::from_stream(errors::as_csv(&app.db, &row, query.lang)?);
    Ok((headers, body).into_response())
}

/// What a file holds.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct KindQuery {
    /// `customers`, `assets`, `orders` or `service_records`.
    kind: String,
    /// `zh-CN` or `en`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    lang: Lang,
}

impl KindQuery {
    fn kind(&self) -> Result<ImportKind, Problem> {
        ImportKind::parse(&self.kind)
            .ok_or_else(|| Problem::new(422, "invalid").field("kind", "import.unknown_kind"))
    }
}

/// The fields a file of a kind can have (可导入字段). permission: import.run
#[utoipa::path(get, path = "/api/v1/import-fields", tag = "importing", params(KindQuery),
    responses((status = 200, body = Vec<ImportField>), (status = "4XX", body = Problem)))]
pub(super) async fn import_fields(
    _may: May<ImportRun>,
    Params(query): Params<KindQuery>,
) -> Result<Json<Vec<ImportField>>, Problem> {
    let fields = rules::fields(query.kind()?)
        .into_iter()
        .map(|spec| ImportField {
            code: spec.code.as_str().to_owned(),
            required: spec.required,
            kind: spec.kind.as_str().to_owned(),
            repeatable: spec.repeatable,
        })
        .collect();
    Ok(Json(fields))
}

/// An empty file with all headings (模板). permission: import.run
#[utoipa::path(get, path = "/api/v1/import-template", tag = "importing", params(KindQuery),
    responses((status = 200, description = "CSV", content_type = "text/csv"), (status = "4XX", body = Problem)))]
pub(super) async fn import_template(
    _may: May<ImportRun>,
    Params(query): Params<KindQuery>,
) -> Result<Response, Problem> {
    let kind = query.kind()?;
    let headings: Vec<&str> = rules::fields(kind)
        .into_iter()
        .map(|spec| rules::template_header(kind, spec.code, query.lang == Lang::Zh))
        .collect();
    // The byte order mark is how Excel knows that the file is UTF-8.
    let text = format!("\u{feff}{}\r\n", headings.join(","));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"liuke-{}.csv\"", kind.as_str()),
        ),
    ];
    Ok((headers, text).into_response())
}
