//! Where bytes come from: any range of a file, which costs something each time.

use std::future::Future;

use bytes::Bytes;

/// Bytes fetched at a time: the next question is mostly about what follows.
const AHEAD: u64 = 64 << 10;
/// Bytes fetched for one file: the list of contents of 100,000 files with long names fits.
const BUDGET: u64 = 64 << 20;
/// Times that something is fetched for one file.
const FETCHES: u32 = 2_000;

/// A file that can be read from anywhere.
pub trait Source {
    /// Why bytes could not be had.
    type Error;

    /// Bytes in it.
    fn length(&self) -> u64;

    /// Exactly these bytes, all of which lie in it.
    fn read_at(
        &mut self,
        offset: u64,
        length: usize,
    ) -> impl Future<Output = Result<Bytes, Self::Error>> + Send;
}

/// What lies in memory.
impl Source for Bytes {
    type Error = std::convert::Infallible;

    fn length(&self) -> u64 {
        self.len() as u64
    }

    async fn read_at(&mut self, offset: u64, length: usize) -> Result<Self, Self::Error> {
        let offset = usize::try_from(offset).expect("it lies in what lies in memory");
        Ok(self.slice(offset..offset + length))
    }
}

/// Why a reader could not go on.
#[derive(Debug)]
pub(crate) enum Trouble<E> {
    /// The source failed: nothing was learnt about the file.
    Source(E),
    /// The file is not what it says it is.
    Damaged(&'static str),
}

/// A slice of a source: the whole file, or an archive in an archive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    pub(crate) start: u64,
    pub(crate) length: u64,
}

/// Reads here and there, with a short memory and a limited budget.
pub(crate) struct Reader<'a, S> {
    source: &'a mut S,
    window: Bytes,
    window_start: u64,
    budget: u64,
    fetches: u32,
}

impl<'a, S: Source> Reader<'a, S> {
    /// A reader that has the first bytes already.
    pub(crate) fn new(source: &'a mut S, head: Bytes) -> Self {
        Self { source, window: head, window_start: 0, budget: BUDGET, fetches: FETCHES }
    }

    /// The whole file.
    pub(crate) fn whole(&self) -> View {
        View { start: 0, length: self.source.length() }
    }

    /// Exactly these bytes of a slice.
    pub(crate) async fn read(
        &mut self,
        view: View,
        offset: u64,
        length: usize,
    ) -> Result<Bytes, Trouble<S::Error>> {
        let end = offset.checked_add(length as u64).filter(|end| *end <= view.length);
        let end = end.ok_or(Trouble::Damaged("it ends too early"))?;
        let (start, end) = (view.start + offset, view.start + end);
        if start < self.window_start || end > self.window_start + self.window.len() as u64 {
            self.fetch(start, (end - start).max(AHEAD).min(self.source.length() - start)).await?;
        }
        let from = (start - self.window_start) as usize;
        Ok(self.window.slice(from..from + length))
    }

    /// At most so many bytes of a slice's end, and where they begin.
    pub(crate) async fn tail(&mut self, view: View, most: u64) -> Result<(u64, Bytes), Trouble<S::Error>> {
        let length = view.length.min(most);
        let offset = view.length - length;
        Ok((offset, self.read(view, offset, length as usize).await?))
    }

    async fn fetch(&mut self, start: u64, length: u64) -> Result<(), Trouble<S::Error>> {
        let left = self.budget.checked_sub(length).filter(|_| self.fetches > 0);
        self.budget = left.ok_or(Trouble::Damaged("there is too much to be read"))?;
        self.fetches -= 1;
        self.window = self.source.read_at(start, length as usize).await.map_err(Trouble::Source)?;
        self.window_start = start;
        if self.window.len() as u64 != length {
            return Err(Trouble::Damaged("it ends too early"));
        }
        Ok(())
    }
}
