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

pub use access::{Access, Editor};
pub use gate::gate;
pub use key::{ApiKey, InvalidKey};

use crate::values::text_enum;

/// The name of the security scheme in the OpenAPI document.
pub const KEY_SCHEME: &str = "key";

text_enum! {
    /// What a key may do; each role may do what those before it may.
    pub enum Role {
        /// Sees what is not published.
        Reader = "reader",
        /// Writes.
        Editor = "editor",
        /// Does what an editor does so far: keys are managed on the command line.
        Admin = "admin",
    }
}
