//! API keys and what their roles allow.
//!
//! Every request passes through [`gate`], which reads its key and compares the
//! key's role with the one that the OpenAPI document demands for the operation.
//! A route cannot forget it: a write that declares no role needs an editor, and
//! the database takes writes from an [`Editor`] alone.

mod access;
mod gate;
mod key;
pub mod operations;
pub mod queries;
mod role;

pub use access::{Access, Editor};
pub use gate::gate;
pub use key::{ApiKey, InvalidKey};
pub use role::{KEY_SCHEME, Role};
