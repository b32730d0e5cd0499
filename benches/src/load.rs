//! What clients do: the verbs of the load, each on one connection.

use std::thread;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::{
    child::Candidate,
    http::{Body, Connection},
};

const TUS: (&str, &str) = ("Tus-Resumable", "1.0.0");
const OFFSET_STREAM: (&str, &str) = ("Content-Type", "application/offset+octet-stream");

/// A file that can be fetched.
#[derive(Debug, Clone)]
pub(crate) struct Fetch {
    pub(crate) path: String,
    /// What goes along as bearer.
    pub(crate) token: String,
}

/// Runs `work` on `streams` connections at a time; it gets the connection's number.
pub(crate) fn on_streams(
    candidate: &Candidate,
    streams: usize,
    work: impl Fn(&mut Connection, usize) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<()> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..streams)
            .map(|stream| {
                let work = &work;
                scope.spawn(move || work(&mut connect(candidate)?, stream))
            })
            .collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("the load does not panic"))
    })
}

/// A connection with the candidate's token.
pub(crate) fn connect(candidate: &Candidate) -> anyhow::Result<Connection> {
    Connection::open(candidate.address, &candidate.token)
}

/// `PUT` of that many bytes to a bare handler.
pub(crate) fn put(connection: &mut Connection, path: &str, bytes: u64) -> anyhow::Result<()> {
    let answer = connection.ask("PUT", path, &[], Body::Filler(bytes))?;
    connection.skip(&answer).map(drop)
}

/// `GET` of a whole file.
pub(crate) fn get(candidate: &Candidate, fetch: &Fetch, bytes: u64) -> anyhow::Result<()> {
    let mut connection = Connection::open(candidate.address, &fetch.token)?;
    let answer = connection.ask("GET", &fetch.path, &[], Body::Absent)?;
    let came = connection.skip(&answer)?;
    ensure!(came == bytes, "{came} bytes came, not {bytes}");
    Ok(())
}

/// A new draft with one recipient; gives its id.
pub(crate) fn new_transfer(connection: &mut Connection) -> anyhow::Result<String> {
    let new = json!({ "recipients": [{ "email": "anna@example.org" }] });
    let answer = connection.ask("POST", "/api/v1/transfers", &[], Body::Json(&new))?;
    Ok(text(&connection.json(answer)?["id"])?.to_owned())
}

/// A tus upload: creation, then one PATCH with everything.
pub(crate) fn upload(connection: &mut Connection, transfer: &str, bytes: u64) -> anyhow::Result<()> {
    let length = bytes.to_string();
    let files = format!("/api/v1/transfers/{transfer}/files");
    let answer = connection.ask("POST", &files, &[TUS, ("Upload-Length", &length)], Body::Filler(0))?;
    let path = answer.header("location").and_then(path_of).context("a location")?.to_owned();
    connection.skip(&answer)?;
    let headers = [TUS, OFFSET_STREAM, ("Upload-Offset", "0")];
    let answer = connection.ask("PATCH", &path, &headers, Body::Filler(bytes))?;
    connection.skip(&answer).map(drop)
}

/// A tus upload in one request.
pub(crate) fn upload_at_once(connection: &mut Connection, transfer: &str, bytes: u64) -> anyhow::Result<()> {
    let length = bytes.to_string();
    let files = format!("/api/v1/transfers/{transfer}/files");
    let headers =
        [TUS, OFFSET_STREAM, ("Upload-Length", length.as_str()), ("Upload-Metadata", "filename YS5wZGY=")];
    let answer = connection.ask("POST", &files, &headers, Body::Filler(bytes))?;
    connection.skip(&answer).map(drop)
}

/// Sends a transfer, opens its link, and says how to fetch its files.
pub(crate) fn deliver(connection: &mut Connection, transfer: &str) -> anyhow::Result<Vec<Fetch>> {
    let path = format!("/api/v1/transfers/{transfer}/send");
    let answer = connection.ask("POST", &path, &[], Body::Json(&json!({})))?;
    let sent = connection.json(answer)?;
    let (_, token) = text(&sent["links"][0]["url"])?.rsplit_once('/').context("a link")?;
    let answer =
        connection.ask("POST", "/api/v1/links/verify", &[], Body::Json(&json!({ "token": token })))?;
    let verified = connection.json(answer)?;
    let delivery = text(&verified["delivery"]["id"])?;
    let files = verified["delivery"]["files"].as_array().context("files")?;
    let fetch = |file: &Value| {
        let path = format!("/api/v1/deliveries/{delivery}/files/{}/content", text(&file["id"])?);
        Ok(Fetch { path, token: text(&verified["grant"])?.to_owned() })
    };
    files.iter().map(fetch).collect()
}

/// Deletes a transfer.
pub(crate) fn purge(connection: &mut Connection, transfer: &str) -> anyhow::Result<()> {
    let answer = connection.ask("DELETE", &format!("/api/v1/transfers/{transfer}"), &[], Body::Absent)?;
    connection.skip(&answer).map(drop)
}

fn text(value: &Value) -> anyhow::Result<&str> {
    value.as_str().context("a text")
}

fn path_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    rest.find('/').map(|slash| &rest[slash..])
}
