//! Content codings of kept answers, made once for all who take them.

use std::io::{self, Write};

use actix_web::{
    HttpMessage,
    http::header::{ACCEPT_ENCODING, AcceptEncoding, ContentEncoding, Encoding, Header},
    web::{self, Bytes},
};

use crate::error::{ApiError, ApiResult};

/// A way to make a body smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    Brotli,
    Gzip,
}

/// The forms of a body, the one that we like best first.
const FORMS: [Encoding; 3] =
    [Encoding::Known(ContentEncoding::Brotli), Encoding::Known(ContentEncoding::Gzip), Encoding::identity()];

impl Coding {
    /// The coding in which the client wants the body; `None` for the body as it is.
    pub fn negotiate(request: &impl HttpMessage) -> Option<Coding> {
        if !request.headers().contains_key(ACCEPT_ENCODING) {
            return None;
        }
        match AcceptEncoding::parse(request).ok()?.negotiate(FORMS.iter())? {
            Encoding::Known(ContentEncoding::Brotli) => Some(Coding::Brotli),
            Encoding::Known(ContentEncoding::Gzip) => Some(Coding::Gzip),
            _ => None,
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
        let encoded = web::block(move || self.encode_now(&body)).await.map_err(ApiError::internal)?;
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

    fn negotiated(accepted: &str) -> Option<Coding> {
        Coding::negotiate(
            &TestRequest::default().insert_header((ACCEPT_ENCODING, accepted)).to_http_request(),
        )
    }

    #[test]
    fn the_client_chooses_and_we_prefer_the_smallest() {
        assert_eq!(negotiated("gzip, deflate, br, zstd"), Some(Coding::Brotli));
        assert_eq!(negotiated("gzip"), Some(Coding::Gzip));
        assert_eq!(negotiated("br;q=0.1, gzip;q=0.9"), Some(Coding::Gzip));
        assert_eq!(negotiated("br;q=0, gzip;q=0"), None);
        assert_eq!(negotiated("identity"), None);
        assert_eq!(negotiated("nonsense;;"), None);
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
