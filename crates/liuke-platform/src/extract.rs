//! What handlers take in: body, query and path, whose refusals are problem documents with field paths.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use http_body_util::Limited;
use serde::de::DeserializeOwned;

use crate::problem::{FieldProblem, Problem};

/// Longest JSON body, bytes. Only files are longer: whoever is not signed in must not fill the memory.
pub const LONGEST_JSON: usize = 2 << 20;

/// A JSON body. Wrong input answers 422 with the path of the field.
#[derive(Debug, Clone, Copy)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.split(';').next())
            .is_some_and(|v| {
                let v = v.trim();
                v.eq_ignore_ascii_case("application/json") || v.ends_with("+json")
            });
        if !is_json {
            return Err(Problem::new(415, "json.content_type"));
        }
        let bytes = Bytes::from_request(
            request.map(|body| axum::body::Body::new(Limited::new(body, LONGEST_JSON))),
            state,
        )
        .await
        .map_err(|r| body_refused(&r))?;
        from_json(&bytes).map(Self)
    }
}

fn body_refused(rejection: &BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(413, "body.too_large")
    } else {
        Problem::new(400, "body.unreadable")
    }
}

/// Reads JSON; says where and why it does not fit.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() {
            Problem::invalid([field_of(&path, &inner.to_string())])
        } else {
            Problem::new(400, "json.malformed")
                .param("line", inner.line())
                .param("column", inner.column())
        }
    })?;
    reader.end().map_err(|e| {
        Problem::new(400, "json.malformed")
            .param("line", e.line())
            .param("column", e.column())
    })?;
    Ok(value)
}

/// Path and code out of what serde says.
fn field_of(path: &str, said: &str) -> FieldProblem {
    let path = if path == "." { "" } else { path };
    let quoted = said.split('`').nth(1).unwrap_or_default();
    let joined = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    if said.starts_with("missing field") {
        FieldProblem::new(joined(quoted), "required")
    } else if said.starts_with("unknown field") {
        let path = if path.ends_with(quoted) {
            path.to_owned()
        } else {
            joined(quoted)
        };
        FieldProblem::new(path, "unknown_field")
    } else if said.starts_with("unknown variant") {
        FieldProblem::new(path, "unknown_value")
    } else if said.starts_with("invalid type") {
        FieldProblem::new(path, "wrong_type")
    } else {
        FieldProblem::new(path, "bad_value")
    }
}

/// The query part of the address. Wrong input answers 422 with the name of the parameter.
#[derive(Debug, Clone, Copy)]
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let said = rejection.body_text();
                let said = said
                    .strip_prefix("Failed to deserialize query string: ")
                    .unwrap_or(&said);
                let (path, why) = match said.split_once(": ") {
                    Some((path, why)) if !path.contains(' ') => (path, why),
                    _ => ("", said),
                };
                let field = field_of(path, why);
                Err(Problem::invalid([field]))
            }
        }
    }
}

/// Ids in the path: one newtype or a tuple of them. What is no id identifies nothing: 404.
#[derive(Debug, Clone, Copy)]
pub struct PathId<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathId<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(_)) => {
                Err(Problem::new(404, "not_found"))
            }
            Err(rejection) => {
                tracing::error!(error = rejection.body_text(), "path parameters");
                Err(Problem::internal())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only the shape matters")]
    struct Phone {
        number: String,
        primary: bool,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only the shape matters")]
    struct Input {
        name: String,
        phones: Vec<Phone>,
    }

    fn said(json: &str) -> (u16, String, String) {
        let problem = from_json::<Input>(json.as_bytes()).unwrap_err();
        let field = problem.fields.first();
        (
            problem.status,
            field.map(|f| f.path.clone()).unwrap_or_default(),
            field.map_or(problem.code.to_string(), |f| f.code.to_string()),
        )
    }

    #[test]
    fn a_wrong_field_is_named_by_its_path() {
        let got = [
            said(r#"{"name":"a","phones":[{"number":"1"}]}"#),
            said(r#"{"name":"a","phones":[{"number":1,"primary":true}]}"#),
            said(r#"{"name":"a","phones":[{"number":"1","primary":true,"x":1}]}"#),
            said(r#"{"phones":[]}"#),
            said(r#"{"phones":"#),
        ];
        let want = [
            (422, "phones[0].primary", "required"),
            (422, "phones[0].number", "wrong_type"),
            (422, "phones[0].x", "unknown_field"),
            (422, "name", "required"),
            (400, "", "json.malformed"),
        ];
        for (got, want) in got.iter().zip(want) {
            assert_eq!((got.0, got.1.as_str(), got.2.as_str()), want);
        }
    }
}
