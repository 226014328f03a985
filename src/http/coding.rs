//! Content codings of cached responses, made once for all who take them.

use std::{
    io::{self, Write},
    time::Duration,
};

use actix_web::{
    HttpMessage,
    http::header::{
        ACCEPT_ENCODING, AcceptEncoding, CONTENT_ENCODING, ContentEncoding, Encoding, Header, HeaderMap,
        HeaderValue,
    },
    web::Bytes,
};

use crate::{
    blocking::{Turn, Work},
    error::{ApiError, ApiResult, Problem},
};

/// A way to make a body smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    Brotli,
    Gzip,
}

/// How long an answer waits to be made smaller: over most connections it is there by then as it is.
const PATIENCE: Duration = Duration::from_millis(100);
/// The same where it is wanted in no other form.
const LAST_PATIENCE: Duration = Duration::from_secs(3);

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

/// Keeps the middleware that compresses from doing so.
pub fn leave_as_it_is(headers: &mut HeaderMap) {
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("identity"));
}

/// Takes out what [`leave_as_it_is`] has said: clients are not told of it (RFC 9110, 8.4.1).
pub fn forget_identity(headers: &mut HeaderMap) {
    if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding == "identity") {
        headers.remove(CONTENT_ENCODING);
    }
}

impl Coding {
    /// The coding in which the client wants the body; `None` for the body as it is. The only place where that is
    /// decided, of cached responses and others.
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

    /// The right to encode a body; nothing where so much is being encoded that it is sooner there as it is. Who takes
    /// it in no other form waits.
    pub async fn turn(request: &impl HttpMessage) -> ApiResult<Option<Turn>> {
        let as_it_is = [Encoding::identity()];
        let takes_it = AcceptEncoding::parse(request).is_ok_and(|it| it.negotiate(as_it_is.iter()).is_some());
        let patience = if takes_it { PATIENCE } else { LAST_PATIENCE };
        match Turn::soon(Work::Answer, patience).await {
            None if !takes_it => Err(ApiError::unavailable("too many answers are being compressed")),
            turn => Ok(turn),
        }
    }

    /// The body in this coding, made on a blocking thread.
    pub async fn encode(self, body: Bytes, turn: &Turn) -> ApiResult<Bytes> {
        let encoded = turn.run(move || self.encode_now(&body)).await?;
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
    use actix_web::{
        App, HttpResponse,
        dev::Service as _,
        middleware::Compress,
        test::{TestRequest, call_service, init_service, read_body},
        web,
    };

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

    #[actix_web::test]
    async fn an_answer_that_is_not_made_smaller_goes_out_as_it_is() {
        let app = App::new()
            .wrap(Compress::default())
            .wrap_fn(|request, service| {
                let response = service.call(request);
                async {
                    let mut response = response.await?;
                    forget_identity(response.headers_mut());
                    Ok(response)
                }
            })
            .default_service(web::to(|| async {
                let mut response = HttpResponse::Ok().body("a".repeat(100_000));
                leave_as_it_is(response.headers_mut());
                response
            }));
        let app = init_service(app).await;
        let request = TestRequest::default().insert_header((ACCEPT_ENCODING, "gzip, br")).to_request();
        let response = call_service(&app, request).await;
        assert!(!response.headers().contains_key(CONTENT_ENCODING));
        assert_eq!(read_body(response).await, "a".repeat(100_000));
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
