//! Fetching: a link is opened, its files go into a directory.

mod download;
mod keepsake;
mod link;
mod part;
mod place;
mod sealed;
mod visit;

use std::{
    collections::HashSet,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use futures_util::{StreamExt, TryStreamExt, stream};
use sealpost_domain::FileId;

use self::{download::Downloader, visit::Visit};
pub use self::{
    link::Link,
    visit::{AskPassword, NoPassword},
};
pub(crate) use self::{
    link::split,
    place::{Place, make_folders, places, publish},
    sealed::{Opening, SealedFile, Shut, Spot},
};
use crate::{Connection, Error, Event, Events, Server, events::Meter, wire::Delivery};

/// Where to put what a link delivers, and how.
#[derive(Debug, Clone)]
pub struct FetchOptions {
    /// The output directory; made if it is not there. Nothing is written outside of it.
    pub directory: PathBuf,
    /// Requests at once.
    pub connections: NonZeroUsize,
    /// Replace files that are there with other content; otherwise nothing is fetched when there are any.
    pub overwrite: bool,
    /// The service that keeps the recipient's key pairs, asked as himself: for what has come in sealed to a key. It is asked for
    /// nothing else, and nobody else is shown its token.
    pub key_keeper: Option<Server>,
}

/// What was fetched.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Words and list of the delivery.
    pub delivery: Delivery,
    /// Its files, in its order.
    pub files: Vec<FetchedFile>,
}

/// A file that is where it belongs, whole and checked.
#[derive(Debug, Clone)]
pub struct FetchedFile {
    /// Where.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
    /// Whether it was there before.
    pub was_there: bool,
    /// What the sender's program states it to be; nobody has checked.
    pub stated_kinds: Vec<String>,
}

/// Fetches everything that a link delivers.
///
/// Dropping the future breaks the fetching off. The same call later goes on with the `.sealpost-part` files that are
/// there, and with the visit whose grant lies beside them in a `.sealpost-grant` file, so that it counts as one download.
/// A file gets its name only when it is whole and its checksum is right. What its sender has sealed is opened as it comes: a
/// byte that he has not sealed in that place is never written.
///
/// # Errors
/// Any [`Error`]; [`Error::Exists`] comes before anything is fetched.
pub async fn fetch(
    link: &Link,
    connection: Connection,
    options: &FetchOptions,
    ask: &dyn AskPassword,
    events: &dyn Events,
) -> Result<Fetched, Error> {
    // A sender's token has no business here: the link's grant is what counts.
    let server = Server::new(link.base(), Connection { token: None, ..connection })?;
    let (visit, delivery) = Visit::open(&server, link, options, ask, events).await?;
    let places = places(&delivery.files);
    let bytes = places.iter().map(|place| place.size).sum();
    events.on(Event::Planned { files: places.len() as u64, bytes });

    let directory = &options.directory;
    std::fs::create_dir_all(directory).map_err(Error::io("create", directory))?;
    let root = directory.canonicalize().map_err(Error::io("read", directory))?;
    let (there, missing) = sort_out(&root, &places, options.overwrite).await?;

    if !missing.is_empty() {
        visit.keep().await?;
    }
    let meter = Meter::default();
    let downloader = Downloader {
        server: &server,
        visit: &visit,
        root: &root,
        overwrite: options.overwrite,
        meter: &meter,
        events,
    };
    for place in &there {
        meter.resume(place.size, events);
        events.on(Event::Finished { name: &place.name });
    }
    let downloads = stream::iter(&missing)
        .map(|place| downloader.file(place))
        .buffer_unordered(options.connections.get())
        .try_collect::<()>();
    meter.reporting(events, downloads).await?;
    visit.end()?;

    let there: HashSet<_> = there.iter().map(|place| place.id).collect();
    let stated = |id: FileId| {
        let file = delivery.files.iter().find(|file| file.id == id);
        file.map(|file| file.stated_kinds.clone()).unwrap_or_default()
    };
    let fetched = |place: &Place| FetchedFile {
        path: place.target(directory),
        size: place.size,
        was_there: there.contains(&place.id),
        stated_kinds: stated(place.id),
    };
    let files = places.iter().map(fetched).collect();
    Ok(Fetched { files, delivery })
}

/// Tells what an earlier call has finished from what is missing. Reads files of the right length, for their checksum.
async fn sort_out(root: &Path, places: &[Place], overwrite: bool) -> Result<(Vec<Place>, Vec<Place>), Error> {
    let (mut there, mut missing) = (Vec::new(), Vec::new());
    for place in places {
        let (root, checked) = (root.to_owned(), place.clone());
        let work = tokio::task::spawn_blocking(move || download::is_there(&root, &checked, overwrite));
        let is_there = work.await.map_err(download::ended)??;
        if is_there { &mut there } else { &mut missing }.push(place.clone());
    }
    Ok((there, missing))
}
