//! The ABI as C++ uses it, over the "memory" service.

use std::ptr::null_mut;

use super::*;
use crate::error::Code;

const WAIT_MS: i64 = 10_000;

fn text(text: &str) -> UfsbText {
    UfsbText { data: text.as_ptr(), size: text.len() }
}

struct TestStore(*mut UfsbStore);

impl Drop for TestStore {
    fn drop(&mut self) {
        unsafe { ufsb_store_free(self.0) };
    }
}

fn memory() -> TestStore {
    let mut store = null_mut();
    let error = unsafe { ufsb_store_open(text("memory"), std::ptr::null(), 0, &mut store) };
    assert_eq!(error.code(), 0);
    TestStore(store)
}

fn put(store: &TestStore, path: &str, data: &str) {
    let options =
        UfsbWriteOptions { mode: 0o644, concurrent: 1, part_size: 1 << 20, length: -1, append: 0 };
    unsafe {
        let mut writer = null_mut();
        assert_eq!(ufsb_writer_open(store.0, text(path), &options, WAIT_MS, &mut writer).code(), 0);
        assert_eq!(ufsb_write(writer, data.as_ptr(), data.len(), WAIT_MS).code(), 0);
        let mut page = null_mut();
        assert_eq!(ufsb_writer_close(writer, WAIT_MS, &mut page).code(), 0);
        ufsb_page_free(page);
        ufsb_writer_free(writer);
    }
}

fn list(store: &TestStore, folder: &str, after: &str, limit: usize) -> Vec<String> {
    let mut paths = Vec::new();
    unsafe {
        let mut lister = null_mut();
        let error = ufsb_list_open(store.0, text(folder), 0, text(after), 1000, &mut lister);
        assert_eq!(error.code(), 0);
        loop {
            let mut page = null_mut();
            assert_eq!(ufsb_list_next(lister, limit, WAIT_MS, &mut page).code(), 0);
            paths.extend((*page).paths());
            let done = (*page).is_done();
            ufsb_page_free(page);
            if done {
                break;
            }
        }
        ufsb_list_free(lister);
    }
    paths
}

#[test]
fn bytes_come_back_and_blanks_stay() {
    let store = memory();
    for path in ["a", " a", "a ", "x/ ", "\n"] {
        put(&store, path, path);
    }
    for path in ["a", " a", "a ", "x/ ", "\n"] {
        let mut reader = null_mut();
        let mut into = vec![0u8; path.len()];
        unsafe {
            let (path, none) = (text(path), text(""));
            let length = path.size as i64;
            let error = ufsb_reader_open(store.0, path, none, length, WAIT_MS, &mut reader);
            assert_eq!(error.code(), 0);
            assert_eq!(ufsb_reader_length(reader), length);
            let error = ufsb_read_at(reader, 0, into.as_mut_ptr(), into.len(), WAIT_MS);
            assert_eq!(error.code(), 0);
            ufsb_reader_free(reader);
        }
        assert_eq!(into, path.as_bytes());
    }
}

#[test]
fn listings_are_in_order_and_continue_after_a_path() {
    let store = memory();
    for path in ["d/b", "d/a/x", "d/a-b", "d/a.txt", "d/"] {
        put(&store, path, "");
    }
    let whole = vec!["d/", "d/a-b", "d/a.txt", "d/a/", "d/b"];
    for limit in [1, 2, 100] {
        assert_eq!(list(&store, "d/", "", limit), whole);
    }
    assert_eq!(list(&store, "d/", "d/a.txt", 100), whole[3..]);
    assert_eq!(list(&store, "d/", "d/a/", 100), whole[4..]);
}

#[test]
fn missing_things_and_what_the_store_cannot() {
    let store = memory();
    let mut page = null_mut();
    unsafe {
        let mut error = ufsb_stat(store.0, text("none"), WAIT_MS, &mut page);
        assert_eq!(error.code(), 5);
        ufsb_error_free(&mut error);
        assert_eq!(ufsb_delete(store.0, &text("none"), 1, 0, WAIT_MS).code(), 0);
        let mut error = ufsb_rename(store.0, text("a"), text("b"), 0, WAIT_MS);
        assert_eq!(error.code(), 12);
        ufsb_error_free(&mut error);
    }
}

#[test]
fn a_name_that_is_not_utf8_is_refused() {
    let store = memory();
    let bytes = [0xffu8, 0xfe];
    let name = UfsbText { data: bytes.as_ptr(), size: bytes.len() };
    let mut page = null_mut();
    let mut error = unsafe { ufsb_stat(store.0, name, WAIT_MS, &mut page) };
    assert_eq!(error.code(), 3);
    unsafe { ufsb_error_free(&mut error) };
}

#[test]
fn a_server_that_never_answers_meets_the_deadline() {
    // Accepts connections by its backlog and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let pairs: Vec<UfsbPair> = [
        ("bucket", "b"),
        ("endpoint", endpoint.as_str()),
        ("region", "us-east-1"),
        ("access_key_id", "user"),
        ("secret_access_key", "password"),
        ("disable_config_load", "true"),
    ]
    .iter()
    .map(|(key, value)| UfsbPair { key: text(key), value: text(value) })
    .collect();
    let mut store = null_mut();
    let mut page = null_mut();
    unsafe {
        assert_eq!(ufsb_store_open(text("s3"), pairs.as_ptr(), pairs.len(), &mut store).code(), 0);
        let store = TestStore(store);
        let mut error = ufsb_stat(store.0, text("k"), 50, &mut page);
        assert_eq!(error.code(), 4);
        ufsb_error_free(&mut error);
    }
}

#[test]
fn only_hdfs_has_logs() {
    let store = memory();
    put(&store, "f", "abc");
    let options =
        UfsbWriteOptions { mode: 0o644, concurrent: 1, part_size: 1 << 20, length: -1, append: 1 };
    unsafe {
        let mut writer = null_mut();
        let error = ufsb_writer_open(store.0, text("f"), &options, WAIT_MS, &mut writer);
        assert_eq!(error.code(), Code::Unimplemented as i32);
        let mut closed = 7;
        let error = ufsb_recover(store.0, text("f"), WAIT_MS, &mut closed);
        assert_eq!((error.code(), closed), (Code::Unimplemented as i32, 7));
        let options = UfsbWriteOptions { append: 0, ..options };
        assert_eq!(ufsb_writer_open(store.0, text("g"), &options, WAIT_MS, &mut writer).code(), 0);
        assert_eq!(ufsb_writer_sync(writer, WAIT_MS).code(), Code::Unimplemented as i32);
        assert_eq!(ufsb_writer_abort(writer, WAIT_MS).code(), 0);
        ufsb_writer_free(writer);
    }
}
