//! The types of include/ufs_bridge.h, and the fence that no panic passes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::entry::Entry;
use crate::error::{Code, Failure, Outcome};
use crate::store::{Lister, Reader, Secrets, Store, Writer};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct UfsbText {
    pub data: *const u8,
    pub size: usize,
}

#[repr(C)]
pub struct UfsbError {
    code: i32,
    message: *mut u8,
    message_size: usize,
}

#[repr(C)]
pub struct UfsbPair {
    pub key: UfsbText,
    pub value: UfsbText,
}

#[repr(C)]
pub struct UfsbCapability {
    pub flat_keys: i32,
    pub write: i32,
    pub list: i32,
    pub copy: i32,
    pub rename: i32,
    pub attributes: i32,
    pub match_etag: i32,
}

#[repr(C)]
pub struct UfsbEntry {
    path: UfsbText,
    is_directory: i32,
    mode: i32,
    length: i64,
    modified_ms: i64,
    etag: UfsbText,
    owner: UfsbText,
    group: UfsbText,
}

#[repr(C)]
pub struct UfsbPage {
    entries: *const UfsbEntry,
    count: usize,
    done: i32,
}

#[repr(C)]
pub struct UfsbWriteOptions {
    pub mode: i32,
    pub concurrent: i32,
    pub part_size: usize,
    pub length: i64,
    pub append: i32,
}

/// A page with the memory that it points into; the ABI sees the page, which comes first.
#[repr(C)]
struct OwnedPage {
    page: UfsbPage,
    described: Vec<UfsbEntry>,
    entries: Vec<Entry>,
}

pub struct UfsbStore {
    pub store: Store,
    pub secrets: Arc<Secrets>,
}

pub struct UfsbReader {
    pub reader: Reader,
    pub secrets: Arc<Secrets>,
}

pub struct UfsbWriter {
    pub writer: Writer,
    pub secrets: Arc<Secrets>,
}

pub struct UfsbLister {
    pub lister: Lister,
    pub secrets: Arc<Secrets>,
}

impl UfsbText {
    /// # Safety
    /// `data` must be readable for `size` bytes as long as the result is used.
    pub unsafe fn text<'a>(self) -> Outcome<&'a str> {
        // SAFETY: promised by the caller.
        let bytes = unsafe { bytes_of(self.data, self.size) };
        std::str::from_utf8(bytes)
            .map_err(|_| Failure::new(Code::InvalidArgument, "a name that is not UTF-8"))
    }

    fn of(text: &str) -> Self {
        Self { data: text.as_ptr(), size: text.len() }
    }
}

/// # Safety
/// `data` must be readable for `size` bytes as long as the result is used, or `size` be 0.
pub unsafe fn bytes_of<'a>(data: *const u8, size: usize) -> &'a [u8] {
    if size == 0 {
        return &[];
    }
    // SAFETY: promised by the caller.
    unsafe { std::slice::from_raw_parts(data, size) }
}

impl UfsbError {
    fn ok() -> Self {
        Self { code: 0, message: std::ptr::null_mut(), message_size: 0 }
    }

    fn of(failure: Failure) -> Self {
        let bytes = failure.message.into_bytes().into_boxed_slice();
        let message_size = bytes.len();
        let message = Box::into_raw(bytes).cast::<u8>();
        Self { code: failure.code as i32, message, message_size }
    }

    #[cfg(test)]
    pub fn code(&self) -> i32 {
        self.code
    }

    /// # Safety
    /// Made by this library and not freed yet.
    pub unsafe fn free(&mut self) {
        if !self.message.is_null() {
            // SAFETY: pointer and size come from the boxed slice of `of`.
            drop(unsafe {
                Box::from_raw(std::ptr::slice_from_raw_parts_mut(self.message, self.message_size))
            });
            self.message = std::ptr::null_mut();
            self.message_size = 0;
        }
    }
}

#[cfg(test)]
impl UfsbPage {
    pub fn is_done(&self) -> bool {
        self.done != 0
    }

    pub fn paths(&self) -> Vec<String> {
        // SAFETY: a page of `page_of`, which tests do not outlive.
        let entries = unsafe { std::slice::from_raw_parts(self.entries, self.count) };
        entries.iter().map(|entry| unsafe { entry.path.text() }.unwrap().to_string()).collect()
    }
}

pub fn page_of(entries: Vec<Entry>, done: bool) -> *mut UfsbPage {
    let described = entries
        .iter()
        .map(|entry| UfsbEntry {
            path: UfsbText::of(&entry.path),
            is_directory: i32::from(entry.is_directory),
            mode: entry.mode,
            length: entry.length,
            modified_ms: entry.modified_ms,
            etag: UfsbText::of(&entry.etag),
            owner: UfsbText::of(&entry.owner),
            group: UfsbText::of(&entry.group),
        })
        .collect();
    let mut owned = Box::new(OwnedPage {
        page: UfsbPage { entries: std::ptr::null(), count: entries.len(), done: i32::from(done) },
        described,
        entries,
    });
    debug_assert_eq!(owned.entries.len(), owned.page.count);
    owned.page.entries = owned.described.as_ptr();
    Box::into_raw(owned).cast::<UfsbPage>()
}

/// # Safety
/// Made by `page_of` and not freed yet, or null.
pub unsafe fn free_page(page: *mut UfsbPage) {
    if !page.is_null() {
        // SAFETY: `page` is the first field of an OwnedPage that Box::into_raw gave away.
        drop(unsafe { Box::from_raw(page.cast::<OwnedPage>()) });
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| text.to_string())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    format!("bug in ufs-bridge: {}", text.unwrap_or_else(|| "panic".to_string()))
}

/// Runs `call`; failures and panics become errors of the ABI, without `secrets`.
pub fn fenced(secrets: Option<&Secrets>, call: impl FnOnce() -> Outcome<()>) -> UfsbError {
    let failure = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(())) => return UfsbError::ok(),
        Ok(Err(failure)) => failure,
        Err(panic) => Failure::new(Code::Internal, panic_text(panic.as_ref())),
    };
    UfsbError::of(match secrets {
        Some(secrets) => secrets.hide(failure),
        None => failure,
    })
}

/// Frees what cannot fail; a panic in a destructor must not pass either.
pub fn freed(drop_it: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(drop_it));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_become_internal_errors_without_secrets() {
        let options = [("token".to_string(), "abcdefgh".to_string())].into_iter().collect();
        let secrets = Secrets::of(&options);
        let mut error = fenced(Some(&secrets), || panic!("at abcdefgh"));
        assert_eq!(error.code, Code::Internal as i32);
        // SAFETY: `error` holds its message.
        let text = unsafe { bytes_of(error.message, error.message_size) };
        assert_eq!(text, b"bug in ufs-bridge: at ***");
        // SAFETY: freed once, the second time is a no-op.
        unsafe {
            error.free();
            error.free();
        }
    }

    #[test]
    fn pages_describe_their_entries() {
        let entry = Entry { path: "a/".to_string(), is_directory: true, ..Default::default() };
        let page = page_of(vec![entry, Entry::default()], true);
        // SAFETY: made above, freed once.
        unsafe {
            assert_eq!((*page).count, 2);
            assert_eq!((*page).done, 1);
            assert_eq!((*(*page).entries).path.text().unwrap(), "a/");
            free_page(page);
            free_page(std::ptr::null_mut());
        }
    }
}
