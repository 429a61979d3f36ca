//! What `docs/hangs.md` is made of: the catalogue of public hangs, the results of other libraries, and the page.

pub mod catalogue;
pub mod page;
pub mod peers;
mod report;
