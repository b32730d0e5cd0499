//! One file's way from the server to the disk.

use std::{
    fs::{self, File},
    path::Path,
    sync::Arc,
};

use bytes::Bytes;
use reqwest::{
    Method, Response, StatusCode,
    header::{CONTENT_RANGE, ETAG, HeaderMap, HeaderValue, IF_RANGE, RANGE},
};

use super::{
    part::{Part, checksum},
    place::{Place, make_folders, publish},
    sealed::{Opening, Shut, Spot},
    visit::Visit,
};
use crate::{
    Error, Event, Events, Server,
    backoff::Backoff,
    events::{Meter, Stream},
};

/// Answers in a row that begin well and bring no byte: the file cannot be read there.
const MAX_BARREN: u32 = 3;

/// Fetches the files of one delivery.
pub(crate) struct Downloader<'a> {
    pub(crate) server: &'a Server,
    pub(crate) visit: &'a Visit<'a>,
    /// The output directory, without symbolic links in its path.
    pub(crate) root: &'a Path,
    pub(crate) overwrite: bool,
    pub(crate) meter: &'a Meter,
    pub(crate) events: &'a dyn Events,
}

/// Whether the very file is there already, of an earlier call.
///
/// # Errors
/// [`Error::Exists`] if something else is in its place and must not be replaced.
pub(crate) fn is_there(root: &Path, place: &Place, overwrite: bool) -> Result<bool, Error> {
    let path = place.target(root);
    let Ok(metadata) = fs::symlink_metadata(&path) else {
        return Ok(false);
    };
    if metadata.is_file() && metadata.len() == place.size {
        let crc32 =
            File::open(&path).and_then(|mut file| checksum(&mut file)).map_err(Error::io("read", &path))?;
        if crc32.1.finalize() == place.crc32 {
            return Ok(true);
        }
    }
    if overwrite && !metadata.is_dir() { Ok(false) } else { Err(Error::Exists { path }) }
}

impl Downloader<'_> {
    /// Fetches the file, checks it and gives it its name.
    pub(crate) async fn file(&self, place: &Place) -> Result<(), Error> {
        make_folders(self.root, &place.name)?;
        let path = place.part(self.root);
        let (at, size) = (path.clone(), place.size);
        // Reading what is there of a big file takes a while.
        let part = tokio::task::spawn_blocking(move || Part::open(&at, size)).await.map_err(ended)??;
        let resumed = part.have() > 0;
        let mut count = Stream::new(self.meter);
        count.correct(part.have(), self.events);
        let mut part = self.fill(place, part, &count).await?;
        if part.crc32() != place.crc32 && resumed {
            part.clear()?;
            count.correct(0, self.events);
            count = Stream::new(self.meter);
            part = self.fill(place, part, &count).await?;
        }
        if part.crc32() != place.crc32 {
            drop(part);
            fs::remove_file(&path).map_err(Error::io("remove", &path))?;
            return Err(damaged(place, "its checksum is not the one that the server lists"));
        }
        let (target, overwrite) = (place.target(self.root), self.overwrite);
        let done = tokio::task::spawn_blocking(move || {
            part.sync()?;
            publish(&path, &target, overwrite)
        });
        done.await.map_err(ended)??;
        self.events.on(Event::Finished { name: &place.name });
        Ok(())
    }

    /// Asks for the rest of the file until all of it is there.
    async fn fill(&self, place: &Place, mut part: Part, count: &Stream) -> Result<Part, Error> {
        let mut backoff = Backoff::new(self.server.retry());
        let mut etag = None;
        let mut barren = 0;
        // An empty file is asked for too: that is how its sender learns that it was fetched.
        let mut asked = part.have() > 0;
        while part.have() < place.size || !asked {
            // What is sealed goes on where a chunk begins.
            let spot = place.sealed.as_ref().map(|sealed| Spot::of(sealed, part.have()));
            if let Some(spot) = spot.as_ref().filter(|spot| spot.have < part.have()) {
                part.keep(spot.have)?;
                count.correct(spot.have, self.events);
            }
            let before = part.have();
            let grant = self.visit.grant().await;
            let asking =
                Asking { place, spot: spot.as_ref(), etag: etag.as_ref(), grant: grant.secret.expose() };
            let error = match self.ask(&asking, before).await {
                Ok((response, header)) => {
                    asked = true;
                    let mut spot = spot;
                    if response.status() == StatusCode::OK && part.have() > 0 {
                        part.clear()?;
                        count.correct(0, self.events);
                        spot = place.sealed.as_ref().map(|sealed| Spot::of(sealed, 0));
                    }
                    let from = spot.as_ref().map_or_else(|| part.have(), |spot| spot.from);
                    self.check(place, from, &response)?;
                    etag = strong(response.headers());
                    let opening = opening(place, spot.as_ref(), header.as_deref())?;
                    let (given_back, outcome) =
                        self.receive((place, from), part, opening, response, count).await?;
                    part = given_back;
                    count.correct(part.have(), self.events);
                    barren = if part.have() > before { 0 } else { barren + 1 };
                    match outcome {
                        Ok(()) => continue,
                        Err(error) if barren >= MAX_BARREN && error.is_broken() => {
                            return Err(damaged(place, "the server breaks off in the middle of it"));
                        }
                        Err(error) => error,
                    }
                }
                Err(error) if error.problem().is_some_and(|problem| problem.status == 401) => {
                    self.visit.renew(&grant).await?;
                    backoff.next(None).ok_or(error)?;
                    continue;
                }
                Err(error)
                    if error.problem().is_some_and(|problem| problem.status == 416) && part.have() > 0 =>
                {
                    part.clear()?;
                    count.correct(0, self.events);
                    backoff.next(None).ok_or(error)?;
                    continue;
                }
                Err(error) => error,
            };
            if part.have() > before {
                backoff.progressed();
            }
            self.server.pause(&mut backoff, error, self.events).await?;
        }
        Ok(part)
    }

    /// Asks for the rest; of what is sealed, also for the header of a part in the middle of which one goes on.
    async fn ask(&self, asking: &Asking<'_>, have: u64) -> Result<(Response, Option<Bytes>), Error> {
        let from = asking.spot.map_or(have, |spot| spot.from);
        let header = match asking.spot.and_then(|spot| spot.header.clone()) {
            None => None,
            Some(range) => {
                let (first, last) = (range.start, range.end.saturating_sub(1));
                let response = self.content(asking, Some(format!("bytes={first}-{last}"))).await?;
                if response.status() == StatusCode::OK {
                    // It knows no ranges: this is the whole.
                    return Ok((response, None));
                }
                let reading = tokio::time::timeout(self.server.retry().stall, response.bytes());
                let bytes = reading.await.map_err(|_| self.server.silent())?;
                Some(bytes.map_err(|error| self.server.broken(&error))?)
            }
        };
        let range = (from > 0).then(|| format!("bytes={from}-"));
        Ok((self.content(asking, range).await?, header))
    }

    async fn content(&self, asking: &Asking<'_>, range: Option<String>) -> Result<Response, Error> {
        let path = format!("api/v1/deliveries/{}/files/{}/content", self.visit.delivery(), asking.place.id);
        let mut request = self.server.request(Method::GET, &path).bearer_auth(asking.grant);
        if let Some(range) = range {
            request = request.header(RANGE, range);
            if let Some(etag) = asking.etag {
                request = request.header(IF_RANGE, etag);
            }
        }
        let silence = self.server.retry().stall;
        match tokio::time::timeout(silence, self.server.once(request)).await {
            Ok(response) => response,
            Err(_) => Err(self.server.silent()),
        }
    }

    /// Makes sure that the answer holds what was asked for, before a byte of it is written.
    fn check(&self, place: &Place, from: u64, response: &Response) -> Result<(), Error> {
        let expected = match response.status() {
            StatusCode::OK => response.content_length() == Some(place.wire_size()),
            StatusCode::PARTIAL_CONTENT => {
                let size = place.wire_size();
                let range = format!("bytes {from}-{}/{size}", size.saturating_sub(1));
                response
                    .headers()
                    .get(CONTENT_RANGE)
                    .is_some_and(|value| value.as_bytes() == range.as_bytes())
            }
            _ => false,
        };
        if expected {
            Ok(())
        } else {
            Err(self.server.protocol("a download of another length than was listed"))
        }
    }

    /// Writes the answer's body; gives the part back with what became of it.
    async fn receive(
        &self,
        (place, from): (&Place, u64),
        part: Part,
        opening: Option<Opening>,
        mut response: Response,
        count: &Stream,
    ) -> Result<(Part, Result<(), Error>), Error> {
        let mut left = place.wire_size() - from;
        let (sender, thread) = part.writer(opening);
        let silence = self.server.retry().stall;
        let outcome = loop {
            match tokio::time::timeout(silence, response.chunk()).await {
                Ok(Ok(Some(piece))) if piece.len() as u64 > left => {
                    break Err(self.server.protocol("a download that is longer than its file"));
                }
                Ok(Ok(Some(piece))) => {
                    let length = piece.len() as u64;
                    left -= length;
                    if sender.send(piece).await.is_err() {
                        break Ok(());
                    }
                    count.forward(length);
                }
                Ok(Ok(None)) => break Ok(()),
                Ok(Err(error)) => break Err(self.server.broken(&error)),
                Err(_) => break Err(self.server.silent()),
            }
        };
        drop(sender);
        let (part, written) = thread.await.map_err(ended)?;
        let written = written.map_err(|shut| match shut {
            Shut::Io(error) => Error::io("write", place.part(self.root))(error),
            Shut::Altered => altered(place),
        });
        Ok((part, written.and(outcome)))
    }
}

/// What is asked for, and with what.
struct Asking<'a> {
    place: &'a Place,
    /// Where to go on, if it is sealed.
    spot: Option<&'a Spot>,
    etag: Option<&'a HeaderValue>,
    grant: &'a str,
}

/// What opens the bytes that come, if they are sealed.
fn opening(place: &Place, spot: Option<&Spot>, header: Option<&[u8]>) -> Result<Option<Opening>, Error> {
    let Some((sealed, spot)) = place.sealed.as_ref().zip(spot) else {
        return Ok(None);
    };
    let opening = Opening::new(Arc::clone(sealed), spot, header.filter(|_| spot.header.is_some()));
    opening.map(Some).map_err(|_| altered(place))
}

fn altered(place: &Place) -> Error {
    damaged(place, "these bytes are not what its sender has sealed")
}

fn damaged(place: &Place, what: &'static str) -> Error {
    Error::Damaged { name: place.name.clone(), what }
}

/// A weak tag does not promise the same bytes, so a range must not depend on it (RFC 9110, 13.1.5).
fn strong(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get(ETAG).filter(|etag| etag.as_bytes().starts_with(b"\"")).cloned()
}

pub(super) fn ended(error: tokio::task::JoinError) -> Error {
    Error::Io { path: "disk".into(), action: "use the thread that writes to", source: error.into() }
}
