//! What keys may do.

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
