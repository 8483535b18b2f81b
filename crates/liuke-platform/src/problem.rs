//! Problem documents (RFC 9457, 问题文档): the only shape in which the server says no.
//!
//! A problem carries a stable `code`, never prose: the words per code live in the web's translations.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fault::Fault;

tokio::task_local! {
    /// The trace id of the request that runs in this task.
    pub(crate) static TRACE: String;
}

/// The trace id of the request that runs in this task, if one does.
pub fn current_trace() -> Option<String> {
    TRACE.try_with(Clone::clone).ok()
}

/// What is wrong with one field of the input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldProblem {
    /// Path in the input, such as `phones[0].number`; empty for the whole.
    pub path: String,
    /// Stable code.
    pub code: Cow<'static, str>,
    /// Values for the words.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    #[schema(value_type = Option<Object>)]
    pub params: Value,
}

impl FieldProblem {
    /// A field and what is wrong with it.
    pub fn new(path: impl Into<String>, code: impl Into<Cow<'static, str>>) -> Self {
        Self {
            path: path.into(),
            code: code.into(),
            params: Value::Null,
        }
    }

    /// Adds a value for the words.
    #[must_use]
    pub fn param(mut self, key: &str, value: impl Into<Value>) -> Self {
        set(&mut self.params, key, value.into());
        self
    }
}

/// Why a request was refused (RFC 9457).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// Stable code; its words live in the web's translations.
    pub code: Cow<'static, str>,
    /// Values for the words.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    #[schema(value_type = Option<Object>)]
    pub params: Value,
    /// Field by field, for forms.
    #[serde(default)]
    #[schema(required = true)]
    pub fields: Vec<FieldProblem>,
    /// Trace id under which the log knows more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

impl Problem {
    /// A problem with this status and code.
    pub fn new(status: u16, code: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            code: code.into(),
            params: Value::Null,
            fields: Vec::new(),
            trace: None,
        }
    }

    /// Adds a value for the words.
    #[must_use]
    pub fn param(mut self, key: &str, value: impl Into<Value>) -> Self {
        set(&mut self.params, key, value.into());
        self
    }

    /// Adds what is wrong with one field.
    #[must_use]
    pub fn field(mut self, path: impl Into<String>, code: impl Into<Cow<'static, str>>) -> Self {
        self.fields.push(FieldProblem::new(path, code));
        self
    }

    /// Adds what is wrong with fields.
    #[must_use]
    pub fn with_fields(mut self, fields: impl IntoIterator<Item = FieldProblem>) -> Self {
        self.fields.extend(fields);
        self
    }

    /// 404: it does not exist, or lies out of the reader's scope. `what` is the thing's name, such as `customer`.
    pub fn not_found(what: &str) -> Self {
        Self::new(404, "not_found").param("what", what)
    }

    /// 409: somebody else has changed the row meanwhile.
    pub fn edited_elsewhere() -> Self {
        Self::new(409, "edited_elsewhere")
    }

    /// 403: the right is lacking.
    pub fn forbidden(permission: &str) -> Self {
        Self::new(403, "forbidden").param("permission", permission)
    }

    /// 401: nobody is signed in.
    pub fn unauthenticated() -> Self {
        Self::new(401, "unauthenticated")
    }

    /// 422: the input is wrong, field by field.
    pub fn invalid(fields: impl IntoIterator<Item = FieldProblem>) -> Self {
        Self::new(422, "invalid").with_fields(fields)
    }

    /// 500 with only the trace.
    pub fn internal() -> Self {
        Self::new(500, "internal")
    }
}

fn set(params: &mut Value, key: &str, value: Value) {
    match params {
        Value::Object(map) => {
            map.insert(key.to_owned(), value);
        }
        other => *other = Value::Object(std::iter::once((key.to_owned(), value)).collect()),
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status, self.code)?;
        for field in &self.fields {
            write!(f, " {}:{}", field.path, field.code)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

impl From<Fault> for Problem {
    /// Logs the fault once, with its sources, and leaves only the trace in the answer.
    fn from(fault: Fault) -> Self {
        let mut problem = match &fault {
            Fault::Unique { columns, .. } => {
                tracing::debug!(error = fault.chain(), "duplicate");
                Self::new(409, "duplicate").with_fields(
                    columns
                        .iter()
                        .map(|c| FieldProblem::new(c.as_str(), "taken")),
                )
            }
            Fault::Foreign(_) => {
                tracing::warn!(error = fault.chain(), "reference");
                Self::new(409, "reference")
            }
            Fault::Busy(_) | Fault::Unavailable(_) => {
                tracing::warn!(error = fault.chain(), "database busy");
                Self::new(503, "busy").param("retry_after_s", 2)
            }
            Fault::DiskFull(_) => {
                tracing::error!(error = fault.chain(), "no space is left");
                Self::new(507, "disk.full")
            }
            _ => {
                tracing::error!(error = fault.chain(), "fault");
                Self::internal()
            }
        };
        problem.trace = current_trace();
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        if self.trace.is_none() {
            self.trace = current_trace();
        }
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = self.params.get("retry_after_s").and_then(Value::as_u64) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        if self.status == 401 {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"liuke\""),
            );
        }
        response.extensions_mut().insert(ProblemCode(self.code));
        response
    }
}

/// The code of the problem in a response, for the request log.
#[derive(Debug, Clone)]
pub(crate) struct ProblemCode(pub(crate) Cow<'static, str>);
