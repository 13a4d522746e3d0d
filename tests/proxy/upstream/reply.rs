//! What an upstream says, and how.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use http::{Response, StatusCode, header};
use serde_json::Value;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;

use crate::message;

/// What the upstream does about a request.
pub enum Reply {
    /// Answers, and listens for the next request.
    Answer(Response<Vec<u8>>),
    /// Keeps the connection, and says nothing for ever.
    Hang,
    /// Does that when the gate is open.
    Behind(Gate, Box<Reply>),
    /// Sends these bytes as they are, and ends the connection.
    Raw(Vec<u8>),
    /// The same, one by one, and with a pause after each.
    Slowly(Vec<u8>, Duration),
    /// Sends these bytes as they are, and nothing more for ever.
    Stuck(Vec<u8>),
    /// Sends what it is given as it is, when it is given, and then ends the connection.
    Piecewise(UnboundedReceiver<&'static str>),
}

impl Reply {
    /// A session of Auth.js, or whatever else is JSON.
    pub fn json(body: &Value) -> Self {
        Self::text("application/json", body.to_string())
    }

    /// A body of that type, with 200.
    pub fn text(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let answer = Response::builder().header(header::CONTENT_TYPE, content_type);
        Self::Answer(answer.body(body.into()).expect("an answer"))
    }

    /// A status, with a body that says what nobody should hear.
    pub fn status(status: StatusCode) -> Self {
        let answer = Response::builder().status(status);
        Self::Answer(
            answer
                .body(b"the upstream's own words".to_vec())
                .expect("an answer"),
        )
    }

    /// The same answer with one more header.
    pub fn with(self, name: &'static str, value: &str) -> Self {
        let Self::Answer(mut answer) = self else {
            panic!("only answers have headers");
        };
        let value = value.try_into().expect("a header");
        answer.headers_mut().append(name, value);
        Self::Answer(answer)
    }

    /// Does that; `Break`: the connection ends with it.
    pub async fn play(self, stream: &mut (impl AsyncWrite + Unpin)) -> io::Result<ControlFlow<()>> {
        let mut reply = self;
        while let Self::Behind(gate, behind) = reply {
            gate.is_open().await;
            reply = *behind;
        }
        match reply {
            Self::Behind(..) => unreachable!("it is open"),
            Self::Answer(answer) => {
                stream.write_all(&message::written(&answer)).await?;
                stream.flush().await?;
                return Ok(ControlFlow::Continue(()));
            }
            Self::Hang => std::future::pending().await,
            Self::Raw(bytes) => stream.write_all(&bytes).await?,
            Self::Stuck(bytes) => {
                stream.write_all(&bytes).await?;
                stream.flush().await?;
                std::future::pending().await
            }
            Self::Piecewise(mut pieces) => {
                while let Some(piece) = pieces.recv().await {
                    stream.write_all(piece.as_bytes()).await?;
                    stream.flush().await?;
                }
            }
            Self::Slowly(bytes, pause) => {
                for byte in bytes {
                    stream.write_all(&[byte]).await?;
                    stream.flush().await?;
                    tokio::time::sleep(pause).await;
                }
            }
        }
        Ok(ControlFlow::Break(()))
    }
}

/// What an upstream waits for. Its clones are one gate.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<watch::Sender<bool>>);

impl Gate {
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    async fn is_open(&self) {
        let mut gate = self.0.subscribe();
        gate.wait_for(|is_open| *is_open).await.expect("a gate");
    }
}
