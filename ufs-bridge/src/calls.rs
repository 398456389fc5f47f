//! The functions of include/ufs_bridge.h.
//!
//! # Safety
//! All take pointers as that header describes them: handles that this library made and that are not
//! freed yet, texts and buffers that are valid for the call, and places to write results to.

#![allow(clippy::missing_safety_doc)]

use std::collections::HashMap;
use std::sync::Arc;

use crate::abi::*;
use crate::entry::WriteOptions;
use crate::error::{Code, Failure, Outcome};
use crate::hdfs::Shortage;
use crate::runtime::{self, run, run_beside_sockets};
use crate::store::{Secrets, Store};

const ABI_VERSION: i32 = 7;

#[unsafe(no_mangle)]
pub extern "C" fn ufsb_abi_version() -> i32 {
    ABI_VERSION
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_error_free(error: *mut UfsbError) {
    freed(|| unsafe { (*error).free() });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_page_free(page: *mut UfsbPage) {
    freed(|| unsafe { free_page(page) });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_store_open(
    service: UfsbText,
    options: *const UfsbPair,
    count: usize,
    out: *mut *mut UfsbStore,
) -> UfsbError {
    let given = || -> Outcome<HashMap<String, String>> {
        let mut map = HashMap::new();
        for index in 0..count {
            let (key, value) = unsafe {
                let pair = &*options.add(index);
                (pair.key.text()?, pair.value.text()?)
            };
            map.insert(key.to_string(), value.to_string());
        }
        Ok(map)
    };
    let mut secrets = Arc::new(Secrets::default());
    let mut opened = None;
    let error = fenced(None, || {
        let options = given()?;
        secrets = Arc::new(Secrets::of(&options));
        let service = unsafe { service.text()? };
        // Services look for the runtime while they are built.
        let _inside = runtime::handle()?.enter();
        let store = Store::open(service, options).map_err(|failure| secrets.hide(failure))?;
        opened = Some(store);
        Ok(())
    });
    if let Some(store) = opened {
        unsafe { *out = Box::into_raw(Box::new(UfsbStore { store, secrets })) };
    }
    error
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_store_free(store: *mut UfsbStore) {
    free(store);
}

fn free<T>(handle: *mut T) {
    if handle.is_null() {
        return;
    }
    freed(|| {
        // Some destructors hand work to the runtime.
        let inside = runtime::handle();
        let _inside = inside.as_ref().map(|handle| handle.enter());
        // SAFETY: see the head of this file.
        drop(unsafe { Box::from_raw(handle) });
    });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_store_capability(store: *const UfsbStore) -> UfsbCapability {
    let abilities = unsafe { (*store).store.abilities() };
    UfsbCapability {
        flat_keys: i32::from(abilities.flat_keys),
        write: i32::from(abilities.write),
        list: i32::from(abilities.list),
        copy: i32::from(abilities.copy),
        rename: i32::from(abilities.rename),
        attributes: i32::from(abilities.attributes),
        match_etag: i32::from(abilities.match_etag),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_stat(
    store: *const UfsbStore,
    path: UfsbText,
    timeout_ms: i64,
    out: *mut *mut UfsbPage,
) -> UfsbError {
    let store = unsafe { &*store };
    fenced(Some(&store.secrets), || {
        let path = unsafe { path.text()? };
        let entry = run(timeout_ms, store.store.stat(path))?;
        unsafe { *out = page_of(vec![entry], true) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_list_open(
    store: *const UfsbStore,
    folder: UfsbText,
    recursive: i32,
    start_after: UfsbText,
    page_size: usize,
    out: *mut *mut UfsbLister,
) -> UfsbError {
    let store = unsafe { &*store };
    fenced(Some(&store.secrets), || {
        let (folder, start_after) = unsafe { (folder.text()?, start_after.text()?) };
        let lister = store.store.list(folder, recursive != 0, start_after, page_size)?;
        let lister = UfsbLister { lister, secrets: store.secrets.clone() };
        unsafe { *out = Box::into_raw(Box::new(lister)) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_list_next(
    lister: *mut UfsbLister,
    limit: usize,
    timeout_ms: i64,
    out: *mut *mut UfsbPage,
) -> UfsbError {
    let lister = unsafe { &mut *lister };
    let secrets = lister.secrets.clone();
    fenced(Some(&secrets), || {
        let (entries, done) = run(timeout_ms, lister.lister.next(limit))?;
        unsafe { *out = page_of(entries, done) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_list_free(lister: *mut UfsbLister) {
    free(lister);
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_uploads_open(
    store: *const UfsbStore,
    folder: UfsbText,
    out: *mut *mut UfsbLister,
) -> UfsbError {
    let store = unsafe { &*store };
    fenced(Some(&store.secrets), || {
        let lister = store.store.list_uploads(unsafe { folder.text()? })?;
        let lister = UfsbLister { lister, secrets: store.secrets.clone() };
        unsafe { *out = Box::into_raw(Box::new(lister)) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_upload_abort(
    store: *const UfsbStore,
    path: UfsbText,
    id: UfsbText,
    timeout_ms: i64,
) -> UfsbError {
    let store = unsafe { &*store };
    fenced(Some(&store.secrets), || {
        let (path, id) = unsafe { (path.text()?, id.text()?) };
        run(timeout_ms, store.store.abort_upload(path, id))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_reader_open(
    store: *const UfsbStore,
    path: UfsbText,
    etag: UfsbText,
    length: i64,
    timeout_ms: i64,
    out: *mut *mut UfsbReader,
) -> UfsbError {
    let store = unsafe { &*store };
    fenced(Some(&store.secrets), || {
        let (path, etag) = unsafe { (path.text()?, etag.text()?) };
        let reader = run(timeout_ms, store.store.reader(path, etag, length))?;
        let reader = UfsbReader { reader, secrets: store.secrets.clone() };
        unsafe { *out = Box::into_raw(Box::new(reader)) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_reader_length(reader: *const UfsbReader) -> i64 {
    unsafe { (*reader).reader.length() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_read_at(
    reader: *const UfsbReader,
    offset: i64,
    into: *mut u8,
    size: usize,
    timeout_ms: i64,
) -> UfsbError {
    let reader = unsafe { &*reader };
    fenced(Some(&reader.secrets), || {
        if size == 0 {
            return Ok(());
        }
        let into = unsafe { std::slice::from_raw_parts_mut(into, size) };
        run_beside_sockets(timeout_ms, reader.reader.read_at(offset.max(0) as u64, into))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_reader_free(reader: *mut UfsbReader) {
    free(reader);
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_writer_open(
    store: *const UfsbStore,
    path: UfsbText,
    options: *const UfsbWriteOptions,
    timeout_ms: i64,
    out: *mut *mut UfsbWriter,
) -> UfsbError {
    let store = unsafe { &*store };
    fenced(Some(&store.secrets), || {
        let path = unsafe { path.text()? };
        let given = unsafe { &*options };
        let options = WriteOptions {
            mode: given.mode as u32,
            concurrent: given.concurrent.max(1) as usize,
            part_size: given.part_size,
            length: given.length,
            append: given.append != 0,
        };
        let writer = run(timeout_ms, store.store.writer(path, options))?;
        let writer = UfsbWriter { writer, secrets: store.secrets.clone() };
        unsafe { *out = Box::into_raw(Box::new(writer)) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_write(
    writer: *mut UfsbWriter,
    data: *const u8,
    size: usize,
    timeout_ms: i64,
) -> UfsbError {
    let writer = unsafe { &mut *writer };
    let secrets = writer.secrets.clone();
    fenced(Some(&secrets), || {
        let data = unsafe { bytes_of(data, size) };
        run(timeout_ms, writer.writer.write(data))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_writer_sync(writer: *mut UfsbWriter, timeout_ms: i64) -> UfsbError {
    let writer = unsafe { &mut *writer };
    let secrets = writer.secrets.clone();
    fenced(Some(&secrets), || run(timeout_ms, writer.writer.sync()))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_writer_shortage(
    writer: *const UfsbWriter,
    out: *mut i32,
) -> UfsbError {
    let writer = unsafe { &*writer };
    fenced(Some(&writer.secrets), || {
        let shortage = writer.writer.shortage();
        unsafe { *out = i32::from(!matches!(shortage, Shortage::None)) };
        match shortage {
            Shortage::ForGood(why) => Err(Failure::new(Code::Unavailable, why)),
            _ => Ok(()),
        }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_recover(
    store: *const UfsbStore,
    path: UfsbText,
    timeout_ms: i64,
    out: *mut i32,
) -> UfsbError {
    let store = unsafe { &*store };
    fenced(Some(&store.secrets), || {
        let path = unsafe { path.text()? };
        let closed = run(timeout_ms, store.store.recover(path))?;
        unsafe { *out = i32::from(closed) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_writer_close(
    writer: *mut UfsbWriter,
    timeout_ms: i64,
    out: *mut *mut UfsbPage,
) -> UfsbError {
    let writer = unsafe { &mut *writer };
    let secrets = writer.secrets.clone();
    fenced(Some(&secrets), || {
        let entry = run_beside_sockets(timeout_ms, writer.writer.close())?;
        unsafe { *out = page_of(vec![entry], true) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_writer_abort(writer: *mut UfsbWriter, timeout_ms: i64) -> UfsbError {
    let writer = unsafe { &mut *writer };
    let secrets = writer.secrets.clone();
    fenced(Some(&secrets), || run(timeout_ms, writer.writer.abort()))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_writer_free(writer: *mut UfsbWriter) {
    free(writer);
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_delete(
    store: *const UfsbStore,
    paths: *const UfsbText,
    count: usize,
    recursive: i32,
    timeout_ms: i64,
) -> UfsbError {
    let store = unsafe { &*store };
    fenced(Some(&store.secrets), || {
        let mut texts = Vec::with_capacity(count);
        for index in 0..count {
            texts.push(unsafe { (*paths.add(index)).text()? });
        }
        run(timeout_ms, store.store.delete(&texts, recursive != 0))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_copy(
    store: *const UfsbStore,
    from: UfsbText,
    to: UfsbText,
    length: i64,
    timeout_ms: i64,
    out: *mut *mut UfsbPage,
) -> UfsbError {
    let store = unsafe { &*store };
    fenced(Some(&store.secrets), || {
        let (from, to) = unsafe { (from.text()?, to.text()?) };
        let entry = run_beside_sockets(timeout_ms, store.store.copy(from, to, length))?;
        unsafe { *out = page_of(vec![entry], true) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_rename(
    store: *const UfsbStore,
    from: UfsbText,
    to: UfsbText,
    overwrite: i32,
    timeout_ms: i64,
) -> UfsbError {
    let store = unsafe { &*store };
    fenced(Some(&store.secrets), || {
        let (from, to) = unsafe { (from.text()?, to.text()?) };
        run(timeout_ms, store.store.rename(from, to, overwrite != 0))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_create_dir(
    store: *const UfsbStore,
    path: UfsbText,
    mode: i32,
    create_parents: i32,
    timeout_ms: i64,
) -> UfsbError {
    let store = unsafe { &*store };
    fenced(Some(&store.secrets), || {
        let path = unsafe { path.text()? };
        run(timeout_ms, store.store.create_dir(path, mode as u32, create_parents != 0))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_set_owner(
    store: *const UfsbStore,
    path: UfsbText,
    owner: UfsbText,
    group: UfsbText,
    timeout_ms: i64,
) -> UfsbError {
    let store = unsafe { &*store };
    fenced(Some(&store.secrets), || {
        let (path, owner, group) = unsafe { (path.text()?, owner.text()?, group.text()?) };
        run(timeout_ms, store.store.set_owner(path, owner, group))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ufsb_set_mode(
    store: *const UfsbStore,
    path: UfsbText,
    mode: i32,
    timeout_ms: i64,
) -> UfsbError {
    let store = unsafe { &*store };
    fenced(Some(&store.secrets), || {
        let path = unsafe { path.text()? };
        run(timeout_ms, store.store.set_mode(path, mode as u32))
    })
}

#[cfg(test)]
mod tests;
