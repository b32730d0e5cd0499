//! What a process has in memory, as a dump of its core would have it, read by whoever has started it: for that no right is needed on a
//! usual machine, nor a debugger.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt as _,
};

use super::hunt::Hunt;
use crate::support::{Installed, eventually};
use rustix::process::Signal;

const PAGE: usize = 4_096;
const WINDOW: usize = 4 << 20;

/// The names of what is in the memory of the service, which stands still meanwhile; `None` where nobody may look, and a test may skip.
pub(crate) async fn in_memory(installed: &Installed, hunt: &Hunt) -> Option<Vec<String>> {
    let pid = installed.pid();
    installed.signal(Signal::STOP);
    eventually("it stands still", async || is_stopped(pid).then_some(())).await;
    let found = search(pid, hunt);
    installed.signal(Signal::CONT);
    match found {
        Ok(found) => Some(found),
        Err(error) => {
            let may = std::env::var_os("SEALPOST_TESTS_MAY_SKIP").is_some();
            assert!(
                may,
                "nobody may read another process's memory here ({error}); SEALPOST_TESTS_MAY_SKIP=1 lets it pass"
            );
            println!("SKIPPED: the memory of the service was not looked into: {error}");
            None
        }
    }
}

fn is_stopped(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // Behind the name, which is in parentheses and may have any character.
    stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T'))
}

fn search(pid: u32, hunt: &Hunt) -> io::Result<Vec<String>> {
    let memory = File::open(format!("/proc/{pid}/mem"))?;
    let (mut found, mut read) = (Vec::<String>::new(), 0_u64);
    for (start, end) in mappings(pid)? {
        let mut at = start;
        while at < end {
            let wanted = usize::try_from(end - at).unwrap().min(WINDOW);
            let mut window = vec![0; wanted];
            let got = match memory.read_at(&mut window, at) {
                Ok(0) => break,
                Ok(got) => got,
                // Of devices, or beyond the end of a mapped file.
                Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => break,
                Err(error) => return Err(error),
            };
            for run in written(&window[..got]) {
                read += run.len() as u64;
                for name in hunt.found_in(run) {
                    if !found.iter().any(|known| known == name) {
                        found.push(name.to_owned());
                    }
                }
            }
            // What lies across two windows is in the next one whole.
            let shared = if got == wanted && at + (got as u64) < end { hunt.longest() } else { 0 };
            at += (got - shared.min(got.saturating_sub(1))) as u64;
        }
    }
    println!("looked into {} MiB of memory", read >> 20);
    assert!(read > 4 << 20, "a service has more than {read} bytes");
    Ok(found)
}

/// Everything that was or could be written; programs and libraries are on the disk.
fn mappings(pid: u32) -> io::Result<Vec<(u64, u64)>> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps"))?;
    let mapping = |line: &str| {
        let mut words = line.split_whitespace();
        let (range, rights) = (words.next()?, words.next()?);
        let (inode, path) = (words.nth(2)?, words.next().unwrap_or_default());
        let counts = rights.starts_with('r') && (rights.contains('w') || inode == "0");
        if !counts || path.starts_with("[v") {
            return None;
        }
        let (start, end) = range.split_once('-')?;
        Some((u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?))
    };
    Ok(maps.lines().filter_map(mapping).collect())
}

/// The pages of these that are not all zeros, neighbours together: an allocator keeps a gigabyte in reserve.
fn written(bytes: &[u8]) -> Vec<&[u8]> {
    const ZEROS: [u8; PAGE] = [0; PAGE];
    let is_zero = |page: usize| {
        let page = &bytes[page * PAGE..bytes.len().min((page + 1) * PAGE)];
        page == &ZEROS[..page.len()]
    };
    let pages = bytes.len().div_ceil(PAGE);
    let (mut runs, mut start) = (Vec::new(), None);
    for page in 0..=pages {
        match (page < pages && !is_zero(page), start) {
            (true, None) => start = Some(page),
            (false, Some(first)) => {
                runs.push(&bytes[first * PAGE..bytes.len().min(page * PAGE)]);
                start = None;
            }
            _ => {}
        }
    }
    runs
}
