//! The pages of a service as a browser gets them: for whoever compares them with what they should be.

use bytes::Bytes;
use reqwest::{Method, Response, header};

use crate::{Error, Server};

/// A page, script or style as it was handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The status.
    pub status: u16,
    /// `Content-Security-Policy`, of which all that come count.
    pub policies: Vec<String>,
    /// `Content-Encoding`, if there is one.
    pub encoding: Option<String>,
    /// Names of headers by which a browser would fetch or show something else: `Link`, `Refresh`, `Service-Worker-Allowed`.
    pub leads_on: Vec<&'static str>,
    /// The bytes as they came, in this encoding.
    pub body: Bytes,
}

/// What browsers ask for.
const AS_BROWSERS: &str = "gzip, deflate, br, zstd";
/// More than any page has.
const MOST: usize = 64 << 20;
/// Headers that lead on.
const LEADING_ON: [&str; 3] = ["link", "refresh", "service-worker-allowed"];

impl Server {
    /// Fetches what is at `path` once, without a token: compressed if the service likes, as browsers ask for it, or plain.
    ///
    /// # Errors
    /// A connection that breaks or cannot be made; [`Error::Protocol`] of more than 64 MiB. A status is no error.
    pub async fn served(&self, path: &str, as_browser: bool) -> Result<Served, Error> {
        let encoding = if as_browser { AS_BROWSERS } else { "identity" };
        let request = self.request(Method::GET, path.trim_start_matches('/'));
        let request = request.timeout(self.retry().stall).header(header::ACCEPT_ENCODING, encoding);
        let mut response = request.send().await.map_err(|error| self.broken(&error))?;
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| self.broken(&error))? {
            if body.len() + piece.len() > MOST {
                return Err(self.protocol(format!("{path} has more than 64 MiB")));
            }
            body.extend_from_slice(&piece);
        }
        Ok(Served {
            status: response.status().as_u16(),
            policies: texts(&response, "content-security-policy"),
            encoding: texts(&response, "content-encoding").into_iter().next(),
            leads_on: LEADING_ON.into_iter().filter(|name| response.headers().contains_key(*name)).collect(),
            body: body.into(),
        })
    }
}

fn texts(response: &Response, name: &str) -> Vec<String> {
    let values = response.headers().get_all(name).iter();
    values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}
