//! HTTP/1.1 messages, as far as the scripted upstream reads and writes them.

use std::io;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, header};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

use crate::upstream::Asked;

/// The next request of a connection; `None` if there is none.
pub async fn read(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Asked>> {
    let first = line(stream).await?;
    let Some((method, rest)) = first.split_once(' ') else {
        return Ok(None);
    };
    let (target, _) = rest.split_once(' ').ok_or(io::ErrorKind::InvalidData)?;
    let headers = headers(stream).await?;
    Ok(Some(Asked {
        method: Method::from_bytes(method.as_bytes()).map_err(invalid)?,
        target: target.to_owned(),
        body: body(stream, &headers).await?,
        headers,
    }))
}

async fn line(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    Ok(line.trim_end().to_owned())
}

async fn headers(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    loop {
        let line = line(stream).await?;
        let Some((name, value)) = line.split_once(':') else {
            return Ok(headers);
        };
        let name: HeaderName = name.parse().map_err(invalid)?;
        let value: HeaderValue = value.trim().parse().map_err(invalid)?;
        headers.append(name, value);
    }
}

async fn body(
    stream: &mut (impl AsyncBufRead + Unpin),
    headers: &HeaderMap,
) -> io::Result<Vec<u8>> {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        let mut body = Vec::new();
        loop {
            let size = line(stream).await?;
            let size = usize::from_str_radix(&size, 16).map_err(invalid)?;
            let chunk = exactly(stream, size).await?;
            line(stream).await?;
            if size == 0 {
                return Ok(body);
            }
            body.extend(chunk);
        }
    }
    match headers.get(header::CONTENT_LENGTH) {
        None => Ok(Vec::new()),
        Some(length) => {
            let length = length.to_str().map_err(invalid)?;
            exactly(stream, length.parse().map_err(invalid)?).await
        }
    }
}

async fn exactly(stream: &mut (impl AsyncBufRead + Unpin), length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// An answer as it is sent, with its length.
pub fn written(answer: &Response<Vec<u8>>) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {}\r\n", answer.status()).into_bytes();
    for (name, value) in answer.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    let body = answer.body();
    bytes.extend(format!("content-length: {}\r\n\r\n", body.len()).into_bytes());
    bytes.extend(body);
    bytes
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
