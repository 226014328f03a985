//! Content codings of kept answers, made once for all who take them.

use std::io::{self, Write};

use actix_web::{
    HttpMessage,
    http::header::{ACCEPT_ENCODING, AcceptEncoding, ContentEncoding, Encoding, Header},
    web::Bytes,
};

use crate::{
    blocking::blocking,
    error::{ApiError, ApiResult, Problem},
};

/// A way to make a body smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    Brotli,
    Gzip,
}

/// The forms of a body, the one that we like best first.
const FORMS: [Encoding; 3] =
    [Encoding::Known(ContentEncoding::Brotli), Encoding::Known(ContentEncoding::Gzip), Encoding::identity()];

/// The client takes the body in none of its forms.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAcceptable;

/// What that is answered with.
pub fn not_acceptable() -> ApiError {
    let detail = "Accept-Encoding refuses every form of the answer: br, gzip and identity";
    ApiError::new(Problem::NotAcceptable, detail)
}

impl Coding {
    /// The coding in which the client wants the body; `None` for the body as it is. The only place where that is
    /// decided, of kept answers and others.
    pub fn negotiate(request: &impl HttpMessage) -> Result<Option<Coding>, NotAcceptable> {
        if !request.headers().contains_key(ACCEPT_ENCODING) {
            return Ok(None);
        }
        let Ok(accepted) = AcceptEncoding::parse(request) else { return Ok(None) };
        match accepted.negotiate(FORMS.iter()).ok_or(NotAcceptable)? {
            Encoding::Known(ContentEncoding::Brotli) => Ok(Some(Coding::Brotli)),
            Encoding::Known(ContentEncoding::Gzip) => Ok(Some(Coding::Gzip)),
            _ => Ok(None),
        }
    }

    /// The name in `Content-Encoding`.
    pub fn as_str(self) -> &'static str {
        match self {
            Coding::Brotli => "br",
            Coding::Gzip => "gzip",
        }
    }

    /// The body in this coding, made on a blocking thread.
    pub async fn encode(self, body: Bytes) -> ApiResult<Bytes> {
        let encoded = blocking(move || self.encode_now(&body)).await?;
        encoded.map(|bytes| Bytes::from(bytes.into_boxed_slice())).map_err(ApiError::internal)
    }

    fn encode_now(self, body: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Coding::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(body)?;
                encoder.finish()
            }
            Coding::Brotli => {
                // As small as gzip's best in half of its time; the best takes fifty times as long.
                let parameters = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
                let mut encoded = Vec::new();
                brotli::BrotliCompress(&mut &body[..], &mut encoded, &parameters)?;
                Ok(encoded)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn negotiated(accepted: &str) -> Result<Option<Coding>, NotAcceptable> {
        Coding::negotiate(
            &TestRequest::default().insert_header((ACCEPT_ENCODING, accepted)).to_http_request(),
        )
    }

    #[test]
    fn the_client_chooses_and_we_prefer_the_smallest() {
        assert_eq!(negotiated("gzip, deflate, br, zstd"), Ok(Some(Coding::Brotli)));
        assert_eq!(negotiated("gzip"), Ok(Some(Coding::Gzip)));
        assert_eq!(negotiated("br;q=0.1, gzip;q=0.9"), Ok(Some(Coding::Gzip)));
        assert_eq!(negotiated("br;q=0, gzip;q=0"), Ok(None));
        assert_eq!(negotiated("identity"), Ok(None));
        assert_eq!(negotiated("nonsense;;"), Ok(None));
        assert_eq!(negotiated("identity;q=0"), Err(NotAcceptable));
        assert_eq!(negotiated("*;q=0"), Err(NotAcceptable));
        assert_eq!(negotiated("identity;q=0, gzip"), Ok(Some(Coding::Gzip)));
    }

    #[test]
    fn codings_can_be_undone() {
        let body = "مقال ".repeat(1000).into_bytes();
        let mut decoded = Vec::new();
        let gzip = Coding::Gzip.encode_now(&body).expect("gzip");
        io::copy(&mut flate2::read::GzDecoder::new(&gzip[..]), &mut decoded).expect("gunzip");
        assert_eq!(decoded, body);
        decoded.clear();
        let brotli = Coding::Brotli.encode_now(&body).expect("brotli");
        brotli::BrotliDecompress(&mut &brotli[..], &mut decoded).expect("the way back");
        assert_eq!(decoded, body);
        assert!(gzip.len() < body.len() / 10 && brotli.len() < gzip.len());
    }
}
