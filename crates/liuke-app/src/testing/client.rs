//! Requests as a browser or a program sends them.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tower::ServiceExt as _;
use uuid::Uuid;

use super::TestApp;

/// Sends requests on somebody's behalf.
pub struct Client<'a> {
    app: &'a TestApp,
    who: Option<Uuid>,
    token: Option<String>,
    cookie: Option<String>,
    key: Option<String>,
    marked: bool,
    headers: Vec<(String, String)>,
    address: IpAddr,
    router: Option<Router>,
}

impl<'a> Client<'a> {
    pub(super) fn of(app: &'a TestApp, who: Option<Uuid>, token: Option<String>) -> Self {
        Self {
            app,
            who,
            token,
            cookie: None,
            key: None,
            marked: true,
            headers: Vec::new(),
            address: Ipv4Addr::LOCALHOST.into(),
            router: None,
        }
    }

    /// With exactly this cookie, `name=value`.
    #[must_use]
    pub fn cookie(mut self, cookie: &str) -> Self {
        self.cookie = Some(cookie.to_owned());
        self
    }

    /// Without the mark that only our own pages can send.
    #[must_use]
    pub fn unmarked(mut self) -> Self {
        self.marked = false;
        self
    }

    /// With this idempotency key.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// From this address.
    #[must_use]
    pub fn address(mut self, address: &str) -> Self {
        self.address = address.parse().unwrap();
        self
    }

    /// To this router over the same application.
    #[must_use]
    pub fn to(mut self, router: &Router) -> Self {
        self.router = Some(router.clone());
        self
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Body::empty()).await
    }

    /// POST with JSON.
    pub async fn post(&self, path: &str, body: impl Serialize) -> Answer {
        self.json(Method::POST, path, body).await
    }

    /// PUT with JSON.
    pub async fn put(&self, path: &str, body: impl Serialize) -> Answer {
        self.json(Method::PUT, path, body).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, Body::empty()).await
    }

    /// POST of a form with a file and plain fields.
    pub async fn upload(
        &self,
        path: &str,
        file_name: &str,
        file: &[u8],
        fields: &[(&str, &str)],
    ) -> Answer {
        const EDGE: &str = "liuke-test-edge";
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!(
                "--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(head.as_bytes());
        }
        let head = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
        self.send(
            Method::POST,
            path,
            Some(&format!("multipart/form-data; boundary={EDGE}")),
            Body::from(body),
        )
        .await
    }

    async fn json(&self, method: Method, path: &str, body: impl Serialize) -> Answer {
        self.send(
            method,
            path,
            Some("application/json"),
            Body::from(serde_json::to_vec(&body).unwrap()),
        )
        .await
    }

    /// Any request.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        media_type: Option<&str>,
        body: Body,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(escaped(path));
        if self.marked {
            request = request.header("x-liuke-request", "1");
        }
        if let Some(media_type) = media_type {
            request = request.header(header::CONTENT_TYPE, media_type);
        }
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(key) = &self.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        } else if let Some(who) = self.who {
            request = request.header(header::COOKIE, self.app.cookie(who).await);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(body).unwrap();
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::new(self.address, 40_000)));
        let router = self.router.as_ref().unwrap_or(&self.app.router).clone();
        let response = router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // A stream of events does not end.
        let endless = parts
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|v| v == "text/event-stream");
        let body = if endless {
            Bytes::new()
        } else {
            to_bytes(body, usize::MAX).await.unwrap()
        };
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

/// Chinese in an address, as browsers write it.
fn escaped(path: &str) -> String {
    let mut text = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_graphic() {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    /// The status.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// A header; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
    }

    /// The cookie it sets, `name=value`.
    pub fn cookie(&self) -> String {
        self.header("set-cookie")
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    /// The body as JSON, whatever the status.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// The body as JSON of a request that went well.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text());
        if self.body.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// The body of a request that went well, typed.
    #[track_caller]
    pub fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_value(self.ok()).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The code of the problem it answers; empty when it went well.
    pub fn code(&self) -> String {
        if self.status.is_success() {
            return String::new();
        }
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Path and code of the fields the problem names, such as `login:taken`.
    pub fn fields(&self) -> Vec<String> {
        let json = self.json();
        let fields = json["fields"].as_array().cloned().unwrap_or_default();
        fields
            .iter()
            .map(|f| {
                format!(
                    "{}:{}",
                    f["path"].as_str().unwrap_or_default(),
                    f["code"].as_str().unwrap_or_default()
                )
            })
            .collect()
    }

    /// Asserts that it was refused with this status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status(), self.code().as_str()),
            (status, code),
            "{}",
            self.text()
        );
    }
}
