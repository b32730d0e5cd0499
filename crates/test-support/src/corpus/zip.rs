//! ZIP files as no program would write them.

/// A ZIP file to be built.
#[derive(Debug, Clone, Default)]
pub struct Zip {
    files: Vec<ZipFile>,
    prefix: Vec<u8>,
    comment: Vec<u8>,
    wide: bool,
    /// How many files its end says there are, if not as many as there are.
    claims: Option<u64>,
    /// Whether its places count from the beginning of what stands before it.
    shifted: bool,
}

/// A file in it.
#[derive(Debug, Clone)]
pub struct ZipFile {
    name: Vec<u8>,
    data: Vec<u8>,
    method: u16,
    flags: u16,
    unpacked: u64,
    extra: Vec<u8>,
    /// The file whose bytes it has, by its number, instead of its own.
    shares: Option<usize>,
}

impl ZipFile {
    /// As it is.
    pub fn stored(name: &str, data: impl Into<Vec<u8>>) -> Self {
        let data = data.into();
        let unpacked = data.len() as u64;
        Self { name: name.into(), data, method: 0, flags: 0, unpacked, extra: Vec::new(), shares: None }
    }

    /// Packed into so many bytes, which say that they become so many. They become nothing.
    pub fn packed(name: &str, packed: usize, unpacked: u64) -> Self {
        Self { method: 8, unpacked, ..Self::stored(name, vec![0x4b; packed]) }
    }

    /// With a password.
    #[must_use]
    pub fn encrypted(mut self) -> Self {
        self.flags |= 1;
        self
    }

    /// With a name of these bytes.
    #[must_use]
    pub fn named(mut self, name: &[u8]) -> Self {
        self.name = name.to_vec();
        self
    }

    /// With another name, which some programs prefer.
    #[must_use]
    pub fn also_named(mut self, name: &str) -> Self {
        self.extra.extend_from_slice(&0x7075_u16.to_le_bytes());
        self.extra.extend_from_slice(&(5 + name.len() as u16).to_le_bytes());
        self.extra.extend_from_slice(&[1, 0, 0, 0, 0]);
        self.extra.extend_from_slice(name.as_bytes());
        self
    }

    /// With the bytes of another file, by its number from 0.
    #[must_use]
    pub fn sharing(mut self, number: usize) -> Self {
        self.shares = Some(number);
        self
    }

    fn sizes(&self, wide: bool) -> Vec<u8> {
        let mut extra = self.extra.clone();
        if wide {
            extra.extend_from_slice(&[1, 0, 16, 0]);
            extra.extend_from_slice(&self.unpacked.to_le_bytes());
            extra.extend_from_slice(&(self.data.len() as u64).to_le_bytes());
        }
        extra
    }
}

impl Zip {
    /// Of these files.
    pub fn of(files: impl IntoIterator<Item = ZipFile>) -> Self {
        Self { files: files.into_iter().collect(), ..Self::default() }
    }

    /// With something in front; `shifted`: its places say so, as a program that unpacks itself has them.
    #[must_use]
    pub fn behind(mut self, prefix: impl Into<Vec<u8>>, shifted: bool) -> Self {
        (self.prefix, self.shifted) = (prefix.into(), shifted);
        self
    }

    /// With a comment at its end.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<Vec<u8>>) -> Self {
        self.comment = comment.into();
        self
    }

    /// With numbers of 64 bits.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Says that it has so many files.
    #[must_use]
    pub fn claiming(mut self, count: u64) -> Self {
        self.claims = Some(count);
        self
    }

    /// Its bytes.
    pub fn build(&self) -> Vec<u8> {
        let mut out = self.prefix.clone();
        let base = if self.shifted { 0 } else { self.prefix.len() };
        let mut places = Vec::new();
        for file in &self.files {
            if let Some(other) = file.shares {
                places.push(places[other]);
                continue;
            }
            places.push(out.len() - base);
            out.extend_from_slice(b"PK\x03\x04\x14\0");
            self.shared(&mut out, file);
            out.extend_from_slice(&file.name);
            out.extend_from_slice(&file.sizes(self.wide));
            out.extend_from_slice(&file.data);
        }
        let start = out.len() - base;
        for (file, place) in self.files.iter().zip(&places) {
            out.extend_from_slice(b"PK\x01\x02\x14\0\x14\0");
            self.shared(&mut out, file);
            out.extend_from_slice(&[0; 10]);
            out.extend_from_slice(&(*place as u32).to_le_bytes());
            out.extend_from_slice(&file.name);
            out.extend_from_slice(&file.sizes(self.wide));
        }
        let length = out.len() - base - start;
        self.end(&mut out, base, start as u64, length as u64);
        out
    }

    /// What stands in both headers: flags, method, time, checksum, sizes, lengths.
    fn shared(&self, out: &mut Vec<u8>, file: &ZipFile) {
        let size = |size: u64| if self.wide { u32::MAX } else { u32::try_from(size).unwrap_or(u32::MAX) };
        out.extend_from_slice(&file.flags.to_le_bytes());
        out.extend_from_slice(&file.method.to_le_bytes());
        out.extend_from_slice(&[0, 0, 0x21, 0]);
        out.extend_from_slice(&crc32fast::hash(&file.data).to_le_bytes());
        out.extend_from_slice(&size(file.data.len() as u64).to_le_bytes());
        out.extend_from_slice(&size(file.unpacked).to_le_bytes());
        out.extend_from_slice(&(file.name.len() as u16).to_le_bytes());
        out.extend_from_slice(&(file.sizes(self.wide).len() as u16).to_le_bytes());
    }

    fn end(&self, out: &mut Vec<u8>, base: usize, start: u64, length: u64) {
        let count = self.claims.unwrap_or(self.files.len() as u64);
        if self.wide {
            let record = (out.len() - base) as u64;
            out.extend_from_slice(b"PK\x06\x06");
            out.extend_from_slice(&44_u64.to_le_bytes());
            out.extend_from_slice(&[45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            for number in [count, count, length, start] {
                out.extend_from_slice(&number.to_le_bytes());
            }
            out.extend_from_slice(b"PK\x06\x07\0\0\0\0");
            out.extend_from_slice(&record.to_le_bytes());
            out.extend_from_slice(&1_u32.to_le_bytes());
        }
        let short = if self.wide { u16::MAX } else { count as u16 };
        let long = |number: u64| if self.wide { u32::MAX } else { number as u32 };
        out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        out.extend_from_slice(&short.to_le_bytes());
        out.extend_from_slice(&short.to_le_bytes());
        out.extend_from_slice(&long(length).to_le_bytes());
        out.extend_from_slice(&long(start).to_le_bytes());
        out.extend_from_slice(&(self.comment.len() as u16).to_le_bytes());
        out.extend_from_slice(&self.comment);
    }
}
