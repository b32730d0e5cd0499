//! Programs that look before they seal read files where they lie.

use bytes::Bytes;
use sealpost_inspect::{OnDisk, look};

use crate::{documents, kinds};

#[tokio::test]
async fn a_file_of_this_machine_is_what_its_bytes_say() {
    let dir = std::env::temp_dir().join(format!("sealpost-inspect-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let (path, zip) =
        (dir.join("plan.docx"), documents::zip(&["[Content_Types].xml", "word/vbaProject.bin"]));
    std::fs::write(&path, zip).unwrap();
    let mut source = OnDisk::new(tokio::fs::File::open(&path).await.unwrap()).await.unwrap();
    let found = look("plan.docx", Bytes::new(), &mut source).await.unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    assert_eq!(format!("{} {}", found.format, kinds(&found)), "ooxml office+office_macros");
}
