//! Who may write.

/// A value that nobody has who may not write. [`super::Db::write`] and [`super::Db::transactions`] ask for one, so that
/// a handler which forgets to ask who calls it does not compile.
pub trait MayWrite {}

/// The service's own work, which nobody asked for.
pub struct Background;

impl MayWrite for Background {}
