//! What takes the processor for long, off the threads that answer everybody.

use actix_web::web;

use crate::error::{ApiError, ApiResult};

/// Runs work that waits for nobody on a blocking thread.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
    web::block(work).await.map_err(ApiError::internal)
}
