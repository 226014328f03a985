//! A file, read, cut into batches of lines and prepared on threads of their
//! own, so that the database need not wait for it.

use std::{
    io::{self, BufRead, BufReader, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use sha2::{Digest, Sha256};

use super::queries::Checkpoint;
use crate::{
    bulk::{BATCH_LINES, Item, Line},
    config::cores,
};
use maqal_text::{
    gunzip::Gunzipped,
    lines::{Lines, RawLine},
};

/// Bytes of lines after which a batch ends: several are in memory at a time.
const BATCH_BYTES: usize = 24 * 1024 * 1024;
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Lines that go to the database together.
pub struct Batch<L> {
    pub lines: Vec<L>,
    /// How much of the file is read with this batch.
    pub end: Checkpoint,
    /// How many bytes of the file that were, compressed or not.
    pub bytes: u64,
    pub is_last: bool,
}

/// Reads the lines after those of `done`, each of at most `max_line` bytes.
/// What is wrong with the file itself ends the batches with an error.
pub fn batches<I: Item>(
    source: Box<dyn Read + Send>,
    max_line: usize,
    done: Option<Checkpoint>,
) -> io::Result<impl Iterator<Item = io::Result<Batch<Line<I>>>>> {
    let cores = cores();
    // One core is the database's.
    let preparers = cores.saturating_sub(1).clamp(1, 4);
    let pipes: Vec<_> = (0..preparers).map(|_| start_preparer(max_line)).collect::<io::Result<_>>()?;
    let (raw, prepared): (Vec<_>, Vec<_>) = pipes.into_iter().unzip();
    thread::Builder::new().name("lines".to_owned()).spawn(move || {
        // In turn, so that the order is kept.
        let mut turn = raw.iter().cycle();
        let mut send = |batch| turn.next().is_some_and(|preparer| preparer.send(batch).is_ok());
        if let Err(error) = read(source, max_line, done, &mut |batch| send(Ok(batch))) {
            send(Err(error));
        }
    })?;
    let mut turn = 0;
    let mut is_over = false;
    Ok(std::iter::from_fn(move || {
        if is_over {
            return None;
        }
        // A thread that is gone before the last batch must not look like the end of the file.
        let batch = prepared[turn].recv().unwrap_or_else(|_| Err(io::Error::other("reading ended early")));
        turn = (turn + 1) % prepared.len();
        is_over = batch.as_ref().map_or(true, |batch| batch.is_last);
        Some(batch)
    }))
}

type Sent<L> = io::Result<Batch<L>>;

type Pipe<I> = (SyncSender<Sent<RawLine>>, Receiver<Sent<Line<I>>>);

fn start_preparer<I: Item>(max_line: usize) -> io::Result<Pipe<I>> {
    let (raw, incoming) = sync_channel::<Sent<RawLine>>(0);
    let (outgoing, prepared) = sync_channel(0);
    thread::Builder::new().name("preparer".to_owned()).spawn(move || {
        for batch in incoming {
            let prepared = batch.map(|batch| Batch {
                lines: batch.lines.into_iter().map(|line| Line::read(line, max_line)).collect(),
                end: batch.end,
                bytes: batch.bytes,
                is_last: batch.is_last,
            });
            if outgoing.send(prepared).is_err() {
                // Nobody wants more.
                return;
            }
        }
    })?;
    Ok((raw, prepared))
}

/// Reads batches until `take` wants no more.
fn read(
    source: Box<dyn Read + Send>,
    max_line: usize,
    done: Option<Checkpoint>,
    take: &mut dyn FnMut(Batch<RawLine>) -> bool,
) -> io::Result<()> {
    let count = Arc::new(AtomicU64::new(0));
    let mut source = decoded(Counted { inner: source, count: Arc::clone(&count) })?;
    let mut hash = Sha256::new();
    let mut lines = Lines::new(max_line, 0);
    let mut found = Vec::new();
    let mut bytes = 0;
    let mut skipped = done.as_ref().map_or(0, |done| u64::try_from(done.lines).unwrap_or(0));
    let checkpoint = |lines: &Lines, hash: &Sha256| Checkpoint {
        lines: i64::try_from(lines.count()).unwrap_or(i64::MAX),
        sha256: hash.clone().finalize().to_vec(),
    };
    loop {
        let chunk = source.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        for piece in chunk.split_inclusive(|byte| *byte == b'\n') {
            hash.update(piece);
            if skipped > 0 {
                lines.push(piece, |_| {});
                if lines.count() == skipped {
                    skipped = 0;
                    if done.as_ref() != Some(&checkpoint(&lines, &hash)) {
                        return Err(has_changed());
                    }
                }
                continue;
            }
            lines.push(piece, |line| {
                bytes += line.text.as_ref().map_or(0, Vec::len);
                found.push(line);
            });
            if (found.len() >= BATCH_LINES || bytes >= BATCH_BYTES) && !lines.has_begun() {
                bytes = 0;
                let batch = Batch {
                    lines: std::mem::take(&mut found),
                    end: checkpoint(&lines, &hash),
                    bytes: count.load(Ordering::Relaxed),
                    is_last: false,
                };
                if !take(batch) {
                    return Ok(());
                }
            }
        }
        let length = chunk.len();
        source.consume(length);
    }
    if skipped > 0 {
        return Err(has_changed());
    }
    lines.finish(|line| found.push(line));
    let end = checkpoint(&lines, &hash);
    take(Batch { lines: found, end, bytes: count.load(Ordering::Relaxed), is_last: true });
    Ok(())
}

fn has_changed() -> io::Error {
    io::Error::other("the file is not the one whose import was begun: import it without --resume")
}

/// The bytes, decompressed where they begin as gzip does.
fn decoded(source: impl Read + Send + 'static) -> io::Result<Box<dyn BufRead>> {
    const BUFFER: usize = 256 * 1024;
    let mut source = BufReader::with_capacity(BUFFER, source);
    // A pipe may give the first byte alone.
    let mut magic = Vec::new();
    source.by_ref().take(GZIP.len() as u64).read_to_end(&mut magic)?;
    let is_gzip = magic == GZIP;
    let source = io::Cursor::new(magic).chain(source);
    Ok(if is_gzip {
        Box::new(BufReader::with_capacity(BUFFER, Gunzipped::new(source)))
    } else {
        Box::new(source)
    })
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.count.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn numbers(bytes: &[u8], done: Option<Checkpoint>) -> io::Result<(Vec<u64>, Checkpoint)> {
        let source = Box::new(io::Cursor::new(bytes.to_vec()));
        let (mut numbers, mut end) = (Vec::new(), None);
        read(source, 100, done, &mut |batch| {
            numbers.extend(batch.lines.iter().map(|line| line.number));
            end = Some(batch.end);
            true
        })?;
        Ok((numbers, end.expect("a last batch")))
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    #[test]
    fn a_compressed_file_is_known_by_its_first_bytes() {
        let plain = numbers(b"a\n\nb", None).expect("lines");
        assert_eq!(plain.0, [1, 3]);
        assert_eq!(numbers(&gzip(b"a\n\nb"), None).expect("lines"), plain);
        let two_members = [gzip(b"a\n\n"), gzip(b"b")].concat();
        assert_eq!(numbers(&two_members, None).expect("lines"), plain);
        let padded = [gzip(b"a\n\nb"), vec![0; 700]].concat();
        assert_eq!(numbers(&padded, None).expect("lines"), plain);
        assert!(numbers(b"", None).expect("lines").0.is_empty());
        assert_eq!(numbers(b"\x1f", None).expect("lines").0, [1]);
        let broken = &gzip(b"a\n\nb")[..12];
        assert!(numbers(broken, None).is_err());
    }

    #[test]
    fn what_is_done_is_skipped_if_it_is_the_same() {
        let (_, done) = numbers("ا\nب\n".as_bytes(), None).expect("lines");
        assert_eq!(done.lines, 2);
        let after = |text: &str| numbers(text.as_bytes(), Some(done.clone())).map(|(numbers, _)| numbers);
        assert_eq!(after("ا\nب\nت\n\nث").expect("lines"), [3, 5]);
        assert!(after("ا\nب\n").expect("lines").is_empty());
        for other in ["ا\nت\nت\n", "ا\n", "", "ا\nب"] {
            assert!(after(other).is_err(), "{other:?}");
        }
    }
}
