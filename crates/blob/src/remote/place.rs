//! Where a tenant's container is in a cloud.

use object_store::path::Path;
use sealpost_domain::UploadId;

use super::Layout;
use crate::{BlobError, Container, ObjectKey, key::upload_name};

/// Stands for the container where it has no bucket of its own.
const MARKER: &str = ".container";

/// A bucket and, if it is shared, what the names of the container's objects begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) bucket: String,
    prefix: String,
}

impl Place {
    pub(super) fn of(container: &Container, layout: &Layout) -> Result<Self, BlobError> {
        match layout {
            Layout::Shared { name } => {
                Ok(Self { bucket: name.clone(), prefix: format!("{}/", container.as_str()) })
            }
            Layout::PerTenant { name_prefix } => {
                let bucket = format!("{name_prefix}{}", container.as_str());
                // A whole name has the same rules as that of a container.
                let checked = bucket.parse::<Container>().map_err(BlobError::other)?;
                Ok(Self { bucket: checked.as_str().to_owned(), prefix: String::new() })
            }
        }
    }

    /// Whether other containers are in the bucket, too.
    pub(super) fn is_shared(&self) -> bool {
        !self.prefix.is_empty()
    }

    pub(super) fn path(&self, key: &ObjectKey) -> Path {
        Path::from(format!("{}{key}", self.prefix))
    }

    pub(super) fn marker(&self) -> Path {
        Path::from(format!("{}{MARKER}", self.prefix))
    }

    /// What the names of all objects, or of those of one upload, begin with.
    pub(super) fn start(&self, upload: Option<UploadId>) -> String {
        format!("{}{}", self.prefix, upload.map(upload_name).unwrap_or_default())
    }

    /// An object's name without what stands for the container; `None` for the marker.
    pub(super) fn raw(&self, location: &Path) -> Option<String> {
        let raw = location.as_ref().strip_prefix(&*self.prefix).unwrap_or_else(|| location.as_ref());
        (!(self.is_shared() && raw == MARKER)).then(|| raw.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use sealpost_domain::Timestamp;

    use super::*;

    fn key() -> ObjectKey {
        ObjectKey::new(UploadId::new(Timestamp::from_unix_millis(1_800_000_000_000), [7; 10]), 3, [1; 8])
    }

    #[test]
    fn a_container_is_a_bucket_or_the_start_of_its_objects_names() {
        let container: Container = "west:t-1".parse().unwrap();
        let own = Place::of(&container, &Layout::PerTenant { name_prefix: "acme-".to_owned() }).unwrap();
        assert_eq!(own.bucket, "acme-t-1");
        assert_eq!(own.path(&key()).as_ref(), key().to_string());
        assert_eq!(own.raw(&own.path(&key())), Some(key().to_string()));
        let shared = Place::of(&container, &Layout::Shared { name: "all".to_owned() }).unwrap();
        assert_eq!(shared.bucket, "all");
        assert_eq!(shared.path(&key()).as_ref(), format!("t-1/{}", key()));
        assert_eq!(shared.raw(&shared.path(&key())), Some(key().to_string()));
        assert_eq!(shared.raw(&shared.marker()), None);
        // Not the start of t-12's.
        assert_eq!(shared.start(None), "t-1/");
    }

    #[test]
    fn a_name_that_the_cloud_refuses_is_refused_before() {
        let container: Container = format!("t-{}", "0".repeat(32)).parse().unwrap();
        for (name_prefix, fits) in
            [("", true), (&*"a".repeat(29), true), (&*"a".repeat(30), false), ("A", false), ("a.", false)]
        {
            let place = Place::of(&container, &Layout::PerTenant { name_prefix: name_prefix.to_owned() });
            assert_eq!(place.is_ok(), fits, "{name_prefix:?}");
        }
    }
}
