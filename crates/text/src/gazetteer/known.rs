//! What the gazetteer keeps of an entity beside its names.

use super::reading::Primary;

#[derive(Debug)]
pub struct Known {
    pub id: u32,
    pub uses: u32,
    /// The languages in which it has names.
    pub languages: Box<[Primary]>,
    /// Numbers in the gazetteer.
    pub related: Box<[u32]>,
}
