//! The requests of tus 1.0.0 (tus.io/protocols/resumable-upload) that sending needs.

use bytes::Bytes;
use data_encoding::BASE64;
use reqwest::{
    Body, Method, RequestBuilder, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION},
};
use sealpost_domain::{FileName, TransferId, UploadId};

use crate::{
    Error, Server,
    server::{RESUMABLE, VERSION},
};

const OFFSET: &str = "Upload-Offset";
const LENGTH: &str = "Upload-Length";
const CONCAT: &str = "Upload-Concat";
const METADATA: &str = "Upload-Metadata";
const OCTETS: &str = "application/offset+octet-stream";

/// The uploads of one transfer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tus<'a> {
    pub(crate) server: &'a Server,
    pub(crate) transfer: TransferId,
}

/// What a new upload is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose<'a> {
    /// A file.
    File(&'a FileName),
    /// A piece of a file, to be joined with others.
    Piece,
    /// A file that is sealed here, of which nothing is said.
    Sealed,
    /// The same, with the bytes of plaintext of each of its parts but the last.
    SealedFile { part_length: u32 },
    /// A piece of one.
    SealedPiece { part_length: u32 },
}

impl Purpose<'_> {
    const fn is_piece(self) -> bool {
        matches!(self, Self::Piece | Self::SealedPiece { .. })
    }

    fn metadata(self) -> Option<String> {
        match self {
            Self::File(name) => Some(metadata(name)),
            Self::SealedFile { part_length } | Self::SealedPiece { part_length } => {
                Some(format!("part_length {}", BASE64.encode(part_length.to_string().as_bytes())))
            }
            Self::Piece | Self::Sealed => None,
        }
    }

    /// What is said of the upload before its first byte.
    fn say(self, mut request: RequestBuilder) -> RequestBuilder {
        if let Some(metadata) = self.metadata() {
            request = request.header(METADATA, metadata);
        }
        if self.is_piece() { request.header(CONCAT, "partial") } else { request }
    }
}

/// An upload that the server has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Created {
    pub(crate) id: UploadId,
    /// Bytes of the body that are stored.
    pub(crate) offset: u64,
}

impl Tus<'_> {
    /// Makes an upload of `length` bytes, with its first bytes if there is a body.
    pub(crate) async fn create(
        &self,
        length: u64,
        purpose: Purpose<'_>,
        body: Option<Bytes>,
    ) -> Result<Created, Error> {
        let request = purpose.say(self.creation().header(LENGTH, length));
        let request = match body {
            Some(body) => request.header(CONTENT_TYPE, OCTETS).body(body),
            None => request.header(CONTENT_LENGTH, 0),
        };
        let response = self.server.once(request.timeout(self.server.retry().stall)).await?;
        Ok(Created { id: self.location(&response)?, offset: self.offset(&response)?.unwrap_or(0) })
    }

    /// Joins complete pieces, in this order, into a file.
    pub(crate) async fn join(&self, pieces: &[UploadId], file: Purpose<'_>) -> Result<UploadId, Error> {
        let urls: Vec<_> = pieces.iter().map(|id| self.server.url(&upload(*id)).path().to_owned()).collect();
        let request = file
            .say(self.creation().header(CONCAT, format!("final;{}", urls.join(" "))))
            .header(CONTENT_LENGTH, 0)
            .timeout(self.server.retry().stall);
        let response = self.server.once(request).await?;
        self.location(&response)
    }

    /// How many bytes of an upload are stored; `None` if there is no such upload any more.
    pub(crate) async fn stored(&self, id: UploadId) -> Result<Option<u64>, Error> {
        let request = self.request(Method::HEAD, &upload(id)).timeout(self.server.retry().stall);
        match self.server.once(request).await {
            Ok(response) => self
                .offset(&response)?
                .map(Some)
                .ok_or_else(|| self.server.protocol("HEAD without Upload-Offset")),
            Err(error) if error.is_gone() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Appends `length` bytes at `offset`; answers how many are stored then.
    pub(crate) async fn append(
        &self,
        id: UploadId,
        offset: u64,
        length: u64,
        body: Body,
    ) -> Result<u64, Error> {
        let request = self
            .request(Method::PATCH, &upload(id))
            .header(OFFSET, offset)
            .header(CONTENT_TYPE, OCTETS)
            .header(CONTENT_LENGTH, length)
            .body(body);
        let response = self.server.once(request).await?;
        self.offset(&response)?.ok_or_else(|| self.server.protocol("PATCH without Upload-Offset"))
    }

    fn creation(&self) -> RequestBuilder {
        self.request(Method::POST, &format!("api/v1/transfers/{}/files", self.transfer))
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.server.request(method, path).header(RESUMABLE, VERSION)
    }

    fn offset(&self, response: &Response) -> Result<Option<u64>, Error> {
        let Some(value) = response.headers().get(OFFSET) else {
            return Ok(None);
        };
        let offset = value.to_str().ok().and_then(|text| text.parse().ok());
        offset.map(Some).ok_or_else(|| self.server.protocol("Upload-Offset is not a number"))
    }

    /// The upload's id, which ends its URL. The rest of the URL is not used: a token never goes to another host.
    fn location(&self, response: &Response) -> Result<UploadId, Error> {
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        location
            .and_then(|url| url.trim_end_matches('/').rsplit('/').next())
            .and_then(|id| id.parse().ok())
            .ok_or_else(|| self.server.protocol("creation without a usable Location"))
    }
}

fn upload(id: UploadId) -> String {
    format!("api/v1/uploads/{id}")
}

fn metadata(name: &FileName) -> String {
    let base = BASE64.encode(name.base().as_bytes());
    if name.base() == name.as_str() {
        format!("filename {base}")
    } else {
        format!("filename {base},relativePath {}", BASE64.encode(name.as_str().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_told_as_relative_path() {
        assert_eq!(metadata(&"a.txt".parse().unwrap()), "filename YS50eHQ=");
        assert_eq!(metadata(&"x/a.txt".parse().unwrap()), "filename YS50eHQ=,relativePath eC9hLnR4dA==");
    }
}
