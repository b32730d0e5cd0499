use data_encoding::BASE64;
use sealpost_domain::FileName;
use sealpost_transfer::UploadMetadata;

use crate::input::text;

/// A header that is accepted is kept as it is, and names what its parts name; a header that says a good name is
/// accepted.
pub fn upload_metadata(data: &[u8]) {
    if let Some(header) = text(data) {
        accepted(header);
    }
    // Random bytes are seldom base64: what the input says is also put into a header as clients do.
    let values: Vec<&[u8]> = data.split(|byte| *byte == b'\n').take(4).collect();
    let keys = ["filename", "filetype", "relativePath", "other"];
    let pairs: Vec<_> = keys
        .iter()
        .zip(&values)
        .map(|(key, value)| format!("{key} {}", BASE64.encode(value)))
        .collect();
    let header = pairs.join(",");
    let metadata = accepted(&header);
    let alone = values.len() < 3;
    if let Some(name) = text(values[0]).filter(|name| !name.is_empty()).filter(|_| alone) {
        let named = name.parse::<FileName>().ok();
        assert_eq!(metadata.map(|it| it.file_name().clone()), named);
    }
}

fn accepted(header: &str) -> Option<UploadMetadata> {
    let metadata = UploadMetadata::parse(header).ok()?;
    assert!(header.len() <= 4_096);
    assert_eq!(metadata.header(), header);
    assert_eq!(
        UploadMetadata::parse(metadata.header()).as_ref().ok(),
        Some(&metadata)
    );
    assert_eq!(
        metadata.file_name().as_str().parse().as_ref(),
        Ok(metadata.file_name())
    );
    Some(metadata)
}
