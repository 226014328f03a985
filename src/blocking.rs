//! What takes the processor for long, off the threads that answer everybody.

use std::sync::{Arc, LazyLock};

use actix_web::web;
use tokio::sync::Semaphore;

use crate::{
    config::cores,
    error::{ApiError, ApiResult},
};

/// As many at once as the processor can do: more of them would take the blocking threads of those who hold a
/// connection, and none would be done earlier.
static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(cores())));

/// Runs work that waits for nobody on a blocking thread, as soon as it is its turn.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
    let turn = TURNS.clone().acquire_owned().await.map_err(ApiError::internal)?;
    let work = move || {
        // Who left meanwhile has begun it nevertheless.
        let _turn = turn;
        work()
    };
    web::block(work).await.map_err(ApiError::internal)
}
