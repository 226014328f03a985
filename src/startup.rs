//! Why the program could not start, or a command not do its work: for whoever
//! runs it, not for clients.

use crate::{
    db::{self, migrations},
    error::ApiError,
};

/// Why a command could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error(transparent)]
    Embedded(#[from] embedded_postgres::Error),
    #[error(transparent)]
    Connect(#[from] db::ConnectError),
    #[error(transparent)]
    Migration(#[from] migrations::MigrationError),
    #[error("the database refused: {0}")]
    Query(#[from] diesel::result::Error),
    #[error("cannot listen on {0}: {1}")]
    Bind(std::net::SocketAddr, std::io::Error),
    #[error("{0}")]
    Other(String),
}

impl From<ApiError> for CommandError {
    fn from(error: ApiError) -> Self {
        CommandError::Other(error.cause.unwrap_or(error.detail))
    }
}

impl From<std::io::Error> for CommandError {
    fn from(error: std::io::Error) -> Self {
        CommandError::Other(error.to_string())
    }
}
