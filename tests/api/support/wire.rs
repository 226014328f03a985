use std::{
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

/// A connection on which a test sends what it likes.
pub struct Wire {
    stream: BufReader<TcpStream>,
}

/// An answer, as it came over the wire.
#[derive(Debug)]
pub struct WireAnswer {
    pub status: u16,
    fields: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl WireAnswer {
    /// A field's value, if it is there.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }
}

impl Wire {
    /// Connects, and is patient with whoever does not answer.
    pub fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a connection");
        Self { stream: BufReader::new(stream) }
    }

    /// Sends bytes as they stand; to whoever has hung up already as well.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let _ = self.stream.get_mut().write_all(bytes.as_ref());
        self
    }

    /// Says that nothing more will be sent.
    pub fn end(&mut self) -> &mut Self {
        let _ = self.stream.get_mut().shutdown(Shutdown::Write);
        self
    }

    /// Reads one answer, which has a body unless it is one to HEAD.
    pub fn answer(&mut self, is_head: bool) -> WireAnswer {
        self.try_answer(is_head).expect("an answer")
    }

    /// The same, where the service may hang up first.
    pub fn try_answer(&mut self, is_head: bool) -> io::Result<WireAnswer> {
        let status = self.line()?.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status: u16 = status.ok_or(io::ErrorKind::InvalidData)?;
        let mut fields = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = WireAnswer { status, fields, body: Vec::new() };
        if is_head || status == 304 || status == 204 || status < 200 {
            return Ok(answer);
        }
        if let Some(length) = answer.field("content-length") {
            let length = length.parse().map_err(io::Error::other)?;
            answer.body = vec![0; length];
            self.stream.read_exact(&mut answer.body)?;
        } else if answer.field("transfer-encoding") == Some("chunked") {
            while let Some(chunk) = self.chunk()? {
                answer.body.extend(chunk);
            }
        } else {
            self.stream.read_to_end(&mut answer.body)?;
        }
        Ok(answer)
    }

    /// One chunk of a body; none where that ends.
    pub fn chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let length = usize::from_str_radix(&self.line()?, 16).map_err(io::Error::other)?;
        let mut chunk = vec![0; length];
        self.stream.read_exact(&mut chunk)?;
        self.line()?;
        Ok((length > 0).then_some(chunk))
    }

    /// One line, without its break.
    pub fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    /// Whether the service hangs up on somebody who sends the same again and again, so often at most.
    pub fn is_left_by(&mut self, bytes: impl AsRef<[u8]>, times: usize) -> bool {
        let _ = self.stream.get_mut().set_read_timeout(Some(Duration::from_millis(100)));
        (0..times).any(|_| match self.send(bytes.as_ref()).stream.fill_buf() {
            Ok(answer) => answer.is_empty(),
            Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        })
    }

    /// What still comes until the service hangs up.
    pub fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        match self.stream.read_to_end(&mut rest) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("the service does not hang up, after {:?}", String::from_utf8_lossy(&rest))
            }
            // One that hangs up while something is unread is one, too.
            _ => rest,
        }
    }
}
