//! How long clients are waited for (等待客户端): the first bytes of a connection, the next piece of a body, and somebody who
//! reads the answer. hyper itself watches over the heads of requests only.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// How a connection of HTTP/2 begins. Until it is clear which version a client speaks, nobody watches over its head.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A wait that begins when it is asked for first and is forgotten when something has come.
#[derive(Debug)]
struct Wait {
    longest: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Wait {
    fn new(longest: Duration) -> Self {
        Self {
            longest,
            sleep: None,
        }
    }

    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        let longest = self.longest;
        self.sleep
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(longest)))
            .as_mut()
            .poll(context)
            .is_ready()
    }

    /// The same outcome, or an error when it was waited for too long.
    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.sleep = None;
            outcome
        } else if self.is_over(context) {
            Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
        } else {
            Poll::Pending
        }
    }
}

/// A connection whose client has to say which version it speaks, and to read what it asked for.
#[derive(Debug)]
pub(super) struct Patient<S> {
    stream: S,
    /// Bytes that looked like [`PREFACE`] so far; nothing once the version is clear.
    seen: Option<usize>,
    first: Wait,
    write: Wait,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, first: Duration, write: Duration) -> Self {
        Self {
            stream,
            seen: Some(0),
            first: Wait::new(first),
            write: Wait::new(write),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let me = &mut *self;
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut me.stream).poll_read(context, buffer);
        let Some(seen) = me.seen else {
            return outcome;
        };
        if outcome.is_pending() {
            // The wait goes on from the first byte to the last: one byte now and then does not prolong it.
            return if me.first.is_over(context) {
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            } else {
                Poll::Pending
            };
        }
        let new = buffer.filled().get(before..).unwrap_or_default();
        let expected = PREFACE.get(seen..).unwrap_or_default();
        let is_open = new.len() < expected.len() && expected.starts_with(new);
        me.seen = is_open.then(|| seen + new.len());
        outcome
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let me = &mut *self;
        let outcome = Pin::new(&mut me.stream).poll_write(context, bytes);
        me.write.watch(context, outcome)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let me = &mut *self;
        let outcome = Pin::new(&mut me.stream).poll_write_vectored(context, bytes);
        me.write.watch(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// A body whose next piece has to come in time.
#[derive(Debug)]
struct PatientBody<B> {
    body: B,
    wait: Wait,
}

/// The same body; an error when its next piece is waited for longer than this.
pub(super) fn patient(body: hyper::body::Incoming, longest: Duration) -> Body {
    Body::new(PatientBody {
        body,
        wait: Wait::new(longest),
    })
}

impl<B: HttpBody<Data = Bytes, Error: Into<axum::BoxError>> + Unpin> HttpBody for PatientBody<B> {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let me = &mut *self;
        let outcome = Pin::new(&mut me.body).poll_frame(context).map(Ok);
        match ready!(me.wait.watch(context, outcome)) {
            Ok(frame) => Poll::Ready(frame.map(|frame| frame.map_err(Into::into))),
            Err(late) => Poll::Ready(Some(Err(late.into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
