//! What stores are told and tell: values that each kind of them shares with its callers.

/// A file or folder as the store describes it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub path: String,
    pub is_directory: bool,
    pub mode: i32,
    pub length: i64,
    pub modified_ms: i64,
    pub etag: String,
    pub owner: String,
    pub group: String,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            path: String::new(),
            is_directory: false,
            mode: -1,
            length: 0,
            modified_ms: -1,
            etag: String::new(),
            owner: String::new(),
            group: String::new(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Abilities {
    pub flat_keys: bool,
    pub write: bool,
    pub list: bool,
    pub copy: bool,
    pub rename: bool,
    pub attributes: bool,
    pub match_etag: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct WriteOptions {
    pub mode: u32,
    pub concurrent: usize,
    pub part_size: usize,
    /// Of the whole file, -1 = unknown.
    pub length: i64,
    pub append: bool,
}
