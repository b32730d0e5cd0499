//! The bare handlers: the least that a server in actix does for the same request. They ask nobody who he is, keep no
//! records, and know nothing of resuming.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Write as _},
    net::TcpListener,
    path::{Path, PathBuf},
};

use actix_web::{
    App, HttpResponse, HttpServer,
    body::SizedStream,
    web::{self, Data, Payload},
};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use serde_json::json;

/// Bytes written and read at a time.
const BATCH: usize = 1 << 20;

type Reply = Result<HttpResponse, actix_web::Error>;

pub(super) async fn serve(directory: &Path) -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let directory = Data::new(directory.to_owned());
    let app = move || {
        App::new()
            .app_data(directory.clone())
            .route("/discard", web::put().to(discard))
            .route("/sealed", web::put().to(discard_sealed))
            .route("/files/{name}", web::put().to(store))
            .route("/files/{name}", web::get().to(fetch))
    };
    let server = HttpServer::new(app).listen(listener)?.disable_signals().run();
    let handle = server.handle();
    let serving = tokio::spawn(server);
    super::answer(&json!({ "address": address.to_string() }))?;
    // No command means anything here; the end of them does.
    let mut commands = super::commands();
    while commands.recv().await.is_some() {}
    handle.stop(false).await;
    Ok(serving.await??)
}

/// Reads the body, no more.
async fn discard(mut payload: Payload) -> Reply {
    while let Some(piece) = payload.next().await {
        piece?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Seals each piece with AES-256-GCM as it comes, on the thread that it comes to, and forgets it.
async fn discard_sealed(mut payload: Payload) -> Reply {
    let key = UnboundKey::new(&AES_256_GCM, &[7; 32]).map_err(actix_web::error::ErrorInternalServerError)?;
    let key = LessSafeKey::new(key);
    let mut scratch = Vec::with_capacity(128 << 10);
    let mut number = 0_u64;
    while let Some(piece) = payload.next().await {
        scratch.clear();
        scratch.extend_from_slice(&piece?);
        let mut nonce = [0; 12];
        nonce[4..].copy_from_slice(&number.to_be_bytes());
        number += 1;
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut scratch)
            .map_err(actix_web::error::ErrorInternalServerError)?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Writes the body to a new file in batches of 1 MiB, and syncs the file and its directory before it answers.
async fn store(directory: Data<PathBuf>, name: web::Path<String>, mut payload: Payload) -> Reply {
    let path = directory.join(name.as_str());
    let mut file = None;
    let mut batch = Vec::new();
    while let Some(piece) = payload.next().await {
        batch.extend_from_slice(&piece?);
        if batch.len() >= BATCH {
            (file, batch) = blocking(path.clone(), file, batch, write).await?;
        }
    }
    blocking(path, file, batch, |path, file, batch| {
        let (file, _) = write(path, file, batch)?;
        file.map_or(Ok(()), |file| file.sync_all())?;
        File::open(path.parent().unwrap_or(path))?.sync_all()
    })
    .await?;
    Ok(HttpResponse::Created().finish())
}

fn write(path: &Path, file: Option<File>, mut batch: Vec<u8>) -> io::Result<(Option<File>, Vec<u8>)> {
    let mut file = match file {
        Some(file) => file,
        None => OpenOptions::new().write(true).create_new(true).open(path)?,
    };
    file.write_all(&batch)?;
    batch.clear();
    Ok((Some(file), batch))
}

async fn blocking<T: Send + 'static>(
    path: PathBuf,
    file: Option<File>,
    batch: Vec<u8>,
    work: impl FnOnce(&Path, Option<File>, Vec<u8>) -> io::Result<T> + Send + 'static,
) -> Result<T, actix_web::Error> {
    Ok(web::block(move || work(&path, file, batch)).await??)
}

/// Streams a file, reading 1 MiB at a time where it may block.
async fn fetch(directory: Data<PathBuf>, name: web::Path<String>) -> Reply {
    let path = directory.join(name.as_str());
    let (file, length) = web::block(move || {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok::<_, io::Error>((file, length))
    })
    .await??;
    Ok(HttpResponse::Ok().body(SizedStream::new(length, pieces(file))))
}

fn pieces(file: File) -> impl Stream<Item = Result<Bytes, actix_web::Error>> {
    stream::try_unfold(file, |file| async {
        let (file, piece) = web::block(move || {
            // Not zeroed first.
            let mut piece = Vec::with_capacity(BATCH);
            (&file).take(BATCH as u64).read_to_end(&mut piece)?;
            Ok::<_, io::Error>((file, piece))
        })
        .await??;
        Ok(if piece.is_empty() { None } else { Some((Bytes::from(piece), file)) })
    })
}
