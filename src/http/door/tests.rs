use std::{collections::VecDeque, future::poll_fn, task::Waker};

use memchr::memchr;
use proptest::{collection::vec, prelude::*, sample::select};
use tokio::io::{AsyncReadExt, repeat};

use super::*;
use crate::http::head::Framing;

/// What a client sends, packet by packet, and then no more.
struct Packets(VecDeque<Vec<u8>>);

impl AsyncRead for Packets {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(packet) = self.0.front_mut() {
            let count = packet.len().min(buffer.remaining());
            buffer.put_slice(&packet[..count]);
            packet.drain(..count);
            if packet.is_empty() {
                self.0.pop_front();
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// What is passed on of these packets, read so many bytes at a time, and what is wrong with a body.
fn passed(packets: impl IntoIterator<Item = Vec<u8>>, room: usize) -> (Vec<u8>, Option<Fault>) {
    let (reads, fault) = reads(packets, room);
    (reads.concat(), fault)
}

/// The same, read by read.
fn reads(packets: impl IntoIterator<Item = Vec<u8>>, room: usize) -> (Vec<Vec<u8>>, Option<Fault>) {
    let mut packets = Packets(packets.into_iter().filter(|packet| !packet.is_empty()).collect());
    let mut door = Door::new(Duration::from_secs(15));
    let mut context = Context::from_waker(Waker::noop());
    let mut reads = Vec::new();
    loop {
        let mut bytes = vec![0; room];
        let mut buffer = ReadBuf::new(&mut bytes);
        let read = door.poll_read(Pin::new(&mut packets), &mut context, &mut buffer);
        match read {
            Poll::Ready(Ok(())) if !buffer.filled().is_empty() => reads.push(buffer.filled().to_vec()),
            Poll::Ready(Ok(())) | Poll::Pending if door.underway().is_there() => over(&door),
            Poll::Ready(Ok(())) | Poll::Pending => return (reads, door.body_fault().get()),
            Poll::Ready(Err(error)) => panic!("{error}"),
        }
    }
}

fn text(bytes: &str) -> String {
    let (passed, fault) = passed([bytes.as_bytes().to_vec()], 1024);
    assert_eq!(fault, None);
    String::from_utf8(passed).expect("UTF-8")
}

const HEAD: &str = "POST /x HTTP/1.1\r\nHost: h\r\n";

/// The answer is written, and sent.
fn over(door: &Door) {
    door.underway().written();
    door.underway().sent();
}

#[test]
fn what_needs_no_change_is_passed_on_as_it_is() {
    let requests =
        format!("GET /a HTTP/1.1\r\nHost: h\r\n\r\n{HEAD}Content-Length: 5\r\n\r\nGET \r{HEAD}\r\n");
    assert_eq!(text(&requests), requests);
    let chunked = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n{HEAD}\r\n");
    assert_eq!(text(&chunked), chunked);
}

#[test]
fn what_nobody_reads_of_a_chunked_body_is_left_out() {
    let body = "03;name=\"x\"\r\nabc\r\n2 \r\nde\r\n00;x\r\nTrailer: a\r\nB: c\r\n\r\n";
    let head = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n");
    assert_eq!(text(&format!("{head}{body}{HEAD}\r\n")), format!("{head}5\r\nabcde\r\n0\r\n\r\n{HEAD}\r\n"));
}

#[test]
fn however_small_its_chunks_a_body_is_passed_on_as_it_came() {
    let head = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n");
    let bytes = format!("{head}{}0\r\n\r\n", "1;x\r\n \r\n".repeat(10_000));
    let packets = bytes.as_bytes().chunks(MAX_READ).map(<[u8]>::to_vec);
    let count = packets.len();
    let (reads, fault) = reads(packets, 8192);
    assert!(reads.len() <= 2 * count, "{} reads of {count} packets", reads.len());
    let passed = String::from_utf8(without_chunks(&reads.concat())).expect("UTF-8");
    assert_eq!((fault, passed), (None, format!("{head}{}<end>", " ".repeat(10_000))));
}

#[test]
fn a_head_waits_for_the_answer_before_it_and_little_is_read_meanwhile() {
    let head = format!("{HEAD}\r\n");
    let mut packets = Packets([head.repeat(1000).into_bytes()].into());
    let mut door = Door::new(Duration::from_secs(15));
    let mut context = Context::from_waker(Waker::noop());
    let mut read = |door: &mut Door| {
        let mut bytes = [0; 1024];
        let mut buffer = ReadBuf::new(&mut bytes);
        let read = door.poll_read(Pin::new(&mut packets), &mut context, &mut buffer);
        (read.is_ready(), String::from_utf8(buffer.filled().to_vec()).expect("UTF-8"))
    };
    for _ in 0..1000 {
        assert_eq!(read(&mut door), (true, head.clone()));
        for _ in 0..20 {
            assert!(!door.may_leave_something() || read(&mut door) == (false, String::new()));
        }
        assert!(door.held.len() < MAX_READ + 1024);
        over(&door);
    }
    // The end comes when nothing is held back.
    assert_eq!(read(&mut door), (true, String::new()));
}

#[actix_web::test]
async fn a_client_that_sends_without_pause_lets_others_have_their_turn() {
    let head = format!("{HEAD}Content-Length: 1000000000000\r\n\r\n");
    let mut endless = AsyncReadExt::chain(head.as_bytes(), repeat(b'x'));
    let mut door = Door::new(Duration::from_secs(15));
    let mut bytes = vec![0; 1 << 17];
    let read = poll_fn(|context| {
        let mut count = 0;
        loop {
            let mut buffer = ReadBuf::new(&mut bytes);
            match door.poll_read(Pin::new(&mut endless), context, &mut buffer) {
                Poll::Ready(read) => assert!(read.is_ok() && !buffer.filled().is_empty()),
                Poll::Pending => return Poll::Ready(count),
            }
            count += buffer.filled().len();
        }
    });
    let count = read.await;
    assert!(count <= head.len() + 128 * MAX_READ, "{count} bytes at once");
}

#[test]
fn an_empty_line_before_a_request_is_overlooked() {
    assert_eq!(text(&format!("\r\n{HEAD}\r\n\r\n\r\n{HEAD}\r\n")), format!("{HEAD}\r\n{HEAD}\r\n"));
}

#[test]
fn a_body_ends_where_its_chunks_are_none() {
    let head = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n");
    for chunk in [
        "x\r\n",
        "\r\n",
        "-1\r\n",
        "3\r\nabcd\r\n",
        "3\nabc\n",
        "1000000000000000\r\n",
        "3\r\nabc\r\r",
        &"1".repeat(2000),
        &format!("0\r\n{}", "A: b\r\n".repeat(1366)),
    ] {
        let (bytes, fault) = passed([format!("{head}{chunk}").into_bytes()], 1024);
        assert_eq!(fault, Some(Fault::Chunk), "{chunk}");
        assert!(bytes.starts_with(head.as_bytes()));
    }
    // As many as may stand behind the last one.
    let trailer = "A: b\r\n".repeat(1365);
    assert_eq!(passed([format!("{head}0\r\n{trailer}\r\n").into_bytes()], 1024).1, None);
}

#[test]
fn behind_what_cannot_be_read_nothing_is() {
    let read = text(&format!(
        "{HEAD}\r\nGET / HTTP/1.1\r\nOrigin: o\r\nX-Request-Id: i\r\nHost : h\r\n\r\n{HEAD}\r\n"
    ));
    let rest = read.strip_prefix(&format!("{HEAD}\r\n")).expect("the request before it");
    assert_eq!(
        rest,
        "GET / HTTP/1.1\r\nHost: -\r\nConnection: close\r\nx-maqal-fault: space\r\nx-request-id: i\r\norigin: o\r\n\r\n"
    );
}

/// The length of the chunk that begins there, and what is behind that line.
fn chunk(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = memchr(b'\n', bytes)?;
    let length = str::from_utf8(bytes[..end].trim_ascii_end()).ok()?;
    Some((usize::from_str_radix(length, 16).ok()?, &bytes[end + 1..]))
}

/// What is passed on, with the bodies that come in chunks taken out of them: of how many, the packets decide.
fn without_chunks(mut bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    while let Ok(Some(head)) = head::read(bytes) {
        all.extend_from_slice(&bytes[..head.length]);
        bytes = &bytes[head.length..];
        match head.framing {
            Framing::Length(length) => {
                let (body, rest) = bytes.split_at(bytes.len().min(length as usize));
                all.extend_from_slice(body);
                bytes = rest;
            }
            Framing::Chunked => {
                while let Some((length, rest)) = chunk(bytes) {
                    all.extend_from_slice(&rest[..rest.len().min(length)]);
                    bytes = rest.get(length + 2..).unwrap_or_default();
                    if length == 0 {
                        all.extend_from_slice(b"<end>");
                        break;
                    }
                }
            }
        }
    }
    [&all, bytes].concat()
}

/// A request of some form.
fn request() -> impl Strategy<Value = Vec<u8>> {
    let head = select(vec!["GET /a", "GET /م?q=تونس", "POST /%61", "DELETE http://h/b%2f"]);
    let fields = select(vec!["", "Upgrade: websocket\r\nConnection: Upgrade\r\n", "A: b\r\n", "\n"]);
    let body = prop_oneof![
        Just(b"\r\n".to_vec()),
        vec(any::<u8>(), 0..50).prop_map(|body| {
            [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), &body].concat()
        }),
        vec(vec(any::<u8>(), 1..20), 0..4).prop_map(|chunks| {
            let mut body = b"Transfer-Encoding: chunked\r\n\r\n".to_vec();
            for chunk in chunks {
                body.extend([format!("{:X};x=y\r\n", chunk.len()).as_bytes(), &chunk, b"\r\n"].concat());
            }
            [&body[..], b"0\r\nT: u\r\n\r\n"].concat()
        }),
    ];
    (head, fields, body).prop_map(|(head, fields, body)| {
        [format!("{head} HTTP/1.1\r\nHost: h\r\n{fields}").as_bytes(), &body].concat()
    })
}

proptest! {
    #[test]
    fn the_packets_in_which_requests_come_make_no_difference(
        requests in vec(request(), 1..5),
        cuts in vec(any::<prop::sample::Index>(), 0..8),
        room in 1..100_usize,
    ) {
        let bytes = requests.concat();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let packets = cuts.windows(2).map(|cut| bytes[cut[0]..cut[1]].to_vec());
        let read = |packets, room| {
            let (bytes, fault) = passed(packets, room);
            (without_chunks(&bytes), fault)
        };
        let whole = read(vec![bytes.clone()], 1 << 20);
        prop_assert_eq!(&read(packets.collect(), room), &whole);
        prop_assert_eq!(&read(bytes.chunks(1).map(<[u8]>::to_vec).collect(), 1 << 20), &whole);
    }

    #[test]
    fn whatever_comes_is_passed_on_or_refused(bytes in vec(any::<u8>(), 0..500), room in 1..100_usize) {
        let whole = passed([bytes.clone()], 1 << 20);
        prop_assert_eq!(passed(bytes.chunks(7).map(<[u8]>::to_vec), room), whole);
    }
}

#[test]
fn a_head_waits_until_the_answer_before_it_is_sent() {
    let head = format!("{HEAD}\r\n");
    let mut packets = Packets([head.repeat(2).into_bytes()].into());
    let mut door = Door::new(Duration::from_secs(15));
    let mut context = Context::from_waker(Waker::noop());
    let mut read = |door: &mut Door| {
        let mut bytes = [0; 1024];
        let mut buffer = ReadBuf::new(&mut bytes);
        let _ = door.poll_read(Pin::new(&mut packets), &mut context, &mut buffer);
        String::from_utf8(buffer.filled().to_vec()).expect("UTF-8")
    };
    assert_eq!(read(&mut door), head);
    // What was sent is of an answer before.
    door.underway().sent();
    assert_eq!(read(&mut door), "");
    // An answer without a body is written at once, and may lie there for as long as its client reads nothing.
    door.underway().written();
    assert_eq!(read(&mut door), "");
    door.underway().sent();
    assert_eq!(read(&mut door), head);
}
