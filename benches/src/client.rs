//! One connection of one person to the server: HTTP/1.1, kept open, with the session's cookie.

use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;
use hyper::header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use uuid::Uuid;

use crate::Outcome;

/// A request to be sent, perhaps many times.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    /// With the query.
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    /// A form with its content type, instead of JSON.
    pub(crate) form: Option<(String, Bytes)>,
    /// Under which a creating request is done once; a new one each time when left out.
    pub(crate) key: Option<String>,
}

impl Ask {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            body: None,
            form: None,
            key: None,
        }
    }

    pub(crate) fn post(path: impl Into<String>, body: Value) -> Self {
        Self {
            method: Method::POST,
            path: path.into(),
            body: Some(body),
            form: None,
            key: None,
        }
    }

    pub(crate) fn put(path: impl Into<String>, body: Value) -> Self {
        Self {
            method: Method::PUT,
            path: path.into(),
            body: Some(body),
            form: None,
            key: None,
        }
    }

    /// The same under this key.
    pub(crate) fn once(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// With the head that the API asks for; every creating request under a key of its own.
    pub(crate) fn request(&self, host: &str, cookie: &str) -> Outcome<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(format!("/api/v1{}", self.path))
            .header(HOST, host)
            .header(COOKIE, cookie)
            .header("x-liuke-request", "1");
        if self.method == Method::POST {
            let key = self.key.clone();
            let key = key.unwrap_or_else(|| Uuid::now_v7().to_string());
            request = request.header("idempotency-key", key);
        }
        let body = match (&self.form, &self.body) {
            (Some((kind, form)), _) => {
                request = request.header(CONTENT_TYPE, kind);
                form.clone()
            }
            (None, Some(body)) => {
                request = request.header(CONTENT_TYPE, "application/json");
                Bytes::from(serde_json::to_vec(body)?)
            }
            (None, None) => Bytes::new(),
        };
        Ok(request.body(Full::new(body))?)
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    /// From sending to the last byte.
    pub(crate) took: Duration,
    /// The stored answer to an earlier request under the same key.
    pub(crate) replayed: bool,
}

impl Answer {
    /// An error unless the server did what was asked.
    pub(crate) fn success(&self) -> Outcome {
        if (200..300).contains(&self.status) {
            return Ok(());
        }
        Err(format!("{}: {}", self.status, String::from_utf8_lossy(&self.body)).into())
    }

    pub(crate) fn json(&self) -> Outcome<Value> {
        self.success()?;
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        Ok(serde_json::from_slice(&self.body)?)
    }
}

/// A person at a desk.
pub(crate) struct Client {
    host: String,
    cookie: String,
    line: SendRequest<Full<Bytes>>,
}

impl Client {
    /// A new connection, not signed in, or with the session of `cookie`.
    pub(crate) async fn connect(host: &str, cookie: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        let (line, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self {
            host: host.to_owned(),
            cookie: cookie.to_owned(),
            line,
        })
    }

    /// The session, for further connections of the same person.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    pub(crate) async fn ask(&mut self, ask: &Ask) -> Outcome<Answer> {
        let request = ask.request(&self.host, &self.cookie)?;
        let start = Instant::now();
        self.line.ready().await?;
        let answer = self.line.send_request(request).await?;
        let status = answer.status().as_u16();
        if let Some(set) = answer.headers().get(SET_COOKIE) {
            let (pair, _) = set.to_str()?.split_once(';').unwrap_or_default();
            self.cookie = pair.to_owned();
        }
        let replayed = answer.headers().contains_key("idempotency-replayed");
        let body = answer.into_body().collect().await?.to_bytes();
        Ok(Answer {
            status,
            body,
            replayed,
            took: start.elapsed(),
        })
    }

    /// An answer that goes on, such as live updates.
    pub(crate) async fn stream(&mut self, ask: &Ask) -> Outcome<Incoming> {
        let request = ask.request(&self.host, &self.cookie)?;
        self.line.ready().await?;
        let answer = self.line.send_request(request).await?;
        if !answer.status().is_success() {
            return Err(format!("{} {}: {}", ask.method, ask.path, answer.status()).into());
        }
        Ok(answer.into_body())
    }

    /// The answer's JSON; anything but success is an error.
    pub(crate) async fn json(&mut self, ask: &Ask) -> Outcome<Value> {
        self.ask(ask)
            .await?
            .json()
            .map_err(|error| format!("{} {}: {error}", ask.method, ask.path).into())
    }

    pub(crate) async fn login(&mut self, login: &str, password: &str) -> Outcome<Value> {
        let body = serde_json::json!({ "login": login, "password": password });
        self.json(&Ask::post("/login", body)).await
    }
}
