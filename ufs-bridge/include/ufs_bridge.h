/* The C ABI of ufs-bridge: remote under stores (Apache OpenDAL, hdfs-native) for the C++ servers.
 *
 * Calls block the caller until they are done or `timeout_ms` has passed; none is retried. Handles
 * are thread-safe except writers and listers, which have one user at a time. Whatever a call hands
 * out is freed by the function named with it. Texts are UTF-8, not terminated; a text with size 0
 * may have a null pointer. Nothing is kept of the memory of arguments when a call returns.
 *
 * A call that can fail returns a ufsb_error, code 0 meaning OK; codes are those of gRPC
 * (src/base/status.h). No panic and no exception leaves a call: a bug inside is code 13.
 *
 * Threads: none until the first store is opened; then UFSB_WORKER_THREADS for all stores together,
 * and up to UFSB_BLOCKING_THREADS more while names are resolved and credential files are read.
 */
#ifndef UFS_BRIDGE_H
#define UFS_BRIDGE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UFSB_ABI_VERSION 7
#define UFSB_WORKER_THREADS 4
#define UFSB_BLOCKING_THREADS 8

typedef struct {
  const char* data;
  size_t size;
} ufsb_text;

typedef struct {
  int32_t code;
  char* message; /* owned by the receiver: ufsb_error_free; null when there is none */
  size_t message_size;
} ufsb_error;

typedef struct {
  ufsb_text key;
  ufsb_text value;
} ufsb_pair;

typedef struct ufsb_store ufsb_store;
typedef struct ufsb_reader ufsb_reader;
typedef struct ufsb_writer ufsb_writer;
typedef struct ufsb_lister ufsb_lister;

/* What the store can do; 0 or 1. */
typedef struct {
  int32_t flat_keys;   /* folders are prefixes, listings are in the order of keys with "/" */
  int32_t write;
  int32_t list;
  int32_t copy;
  int32_t rename;
  int32_t attributes;  /* owner, group and mode are kept */
  int32_t match_etag;  /* reads can be bound to a version */
} ufsb_capability;

/* Texts live as long as the ufsb_page that they came with. */
typedef struct {
  ufsb_text path;  /* as listed: a folder ends with "/" where flat_keys is 1 */
  int32_t is_directory;
  int32_t mode;         /* -1 = unknown */
  int64_t length;
  int64_t modified_ms;  /* -1 = unknown */
  ufsb_text etag;       /* with its quotes, as the store says it */
  ufsb_text owner;
  ufsb_text group;
} ufsb_entry;

typedef struct {
  const ufsb_entry* entries;
  size_t count;
  int32_t done; /* of a listing: nothing follows */
} ufsb_page;

int32_t ufsb_abi_version(void);
void ufsb_error_free(ufsb_error* error);
void ufsb_page_free(ufsb_page* page);

/* `service` is "s3", "gcs", "azblob", "azdls", "oss", "cos", "obs", "swift", "http", "webhdfs",
 * "memory" or "hdfs"; options are OpenDAL's, plus "http.proxy", "http.connect_timeout_ms",
 * "http.patience_ms" (for how long a request that a busy store refused, 429 or 503, is sent again),
 * "emulator" (no batches, no multipart uploads). hdfs and webhdfs take "url" ("hdfs://...",
 * "webhdfs://...", "swebhdfs://..."), "user", "conf.files" and Hadoop's own properties, hdfs also
 * "kerberos.principal" and "kerberos.keytab"; swift takes "auth_url", "auth_method", "user",
 * "tenant", "password", "region", "domain", "container", "root" and "segment_size". Does not ask
 * the store. */
ufsb_error ufsb_store_open(ufsb_text service, const ufsb_pair* options, size_t count,
                           ufsb_store** out);
/* Readers, writers and listers of the store stay good. */
void ufsb_store_free(ufsb_store* store);
ufsb_capability ufsb_store_capability(const ufsb_store* store);

/* One entry in *out. */
ufsb_error ufsb_stat(const ufsb_store* store, ufsb_text path, int64_t timeout_ms, ufsb_page** out);

/* `folder` is "" or ends with "/" where flat_keys is 1. Only paths after `start_after` are listed
 * ("" = all). `page_size` is what the store is asked for in one request. */
ufsb_error ufsb_list_open(const ufsb_store* store, ufsb_text folder, int32_t recursive,
                          ufsb_text start_after, size_t page_size, ufsb_lister** out);
/* Up to `limit` entries, in order; fewer do not mean the end. */
ufsb_error ufsb_list_next(ufsb_lister* lister, size_t limit, int64_t timeout_ms, ufsb_page** out);
void ufsb_list_free(ufsb_lister* lister);

/* Uploads in parts below `folder` that were begun and neither completed nor given up; s3 only, else
 * UNIMPLEMENTED. Entries have the path, in `modified_ms` when it was begun, in `etag` its id; one
 * path may have several. */
ufsb_error ufsb_uploads_open(const ufsb_store* store, ufsb_text folder, ufsb_lister** out);
/* One that is gone is no error. */
ufsb_error ufsb_upload_abort(const ufsb_store* store, ufsb_text path, ufsb_text id,
                             int64_t timeout_ms);

/* `etag` "" = the version that the first read meets; for webhdfs it is "(len:n, modtime:ms)".
 * `length` is the file's; -1 on "hdfs" only. */
ufsb_error ufsb_reader_open(const ufsb_store* store, ufsb_text path, ufsb_text etag,
                            int64_t length, int64_t timeout_ms, ufsb_reader** out);
/* The length when it was opened, -1 when nobody said. */
int64_t ufsb_reader_length(const ufsb_reader* reader);
/* Fills all of `into`, which must lie within the file: anything else is an error. The bytes of the
 * network are copied once, into `into`. ABORTED when the file is another one by now. */
ufsb_error ufsb_read_at(const ufsb_reader* reader, int64_t offset, char* into, size_t size,
                        int64_t timeout_ms);
void ufsb_reader_free(ufsb_reader* reader);

typedef struct {
  int32_t mode;        /* of a new file; hdfs only */
  int32_t concurrent;  /* parts under way at a time, at least 1 */
  size_t part_size;    /* of a multipart upload; it grows so that 10,000 parts are enough */
  int64_t length;      /* of the whole file, -1 = unknown: swift makes segments then */
  int32_t append;      /* goes on at the end of a file that is there; hdfs only */
} ufsb_write_options;

ufsb_error ufsb_writer_open(const ufsb_store* store, ufsb_text path,
                            const ufsb_write_options* options, int64_t timeout_ms,
                            ufsb_writer** out);
/* `data` is copied once. */
ufsb_error ufsb_write(ufsb_writer* writer, const char* data, size_t size, int64_t timeout_ms);
/* hdfs only: everything written so far is on the disks of all data nodes of the file's last block,
 * the name node knows its length, and the file is still open. Readers see it when it is closed. */
ufsb_error ufsb_writer_sync(ufsb_writer* writer, int64_t timeout_ms);
/* hdfs only, after the first sync: *fewer is 1 when the file was begun with fewer copies than the
 * cluster wants, because a data node could not be reached. The name node makes the others once it
 * is closed, or an error says why it cannot be asked to. */
ufsb_error ufsb_writer_shortage(const ufsb_writer* writer, int32_t* fewer);
/* The file is there when it returns OK. *out has what the store said of it, as far as it did. */
ufsb_error ufsb_writer_close(ufsb_writer* writer, int64_t timeout_ms, ufsb_page** out);
/* Drops what was written; on object stores nothing was visible. Allowed after any failure. */
ufsb_error ufsb_writer_abort(ufsb_writer* writer, int64_t timeout_ms);
void ufsb_writer_free(ufsb_writer* writer);

/* hdfs only: takes a file away from whoever is writing it, who can add nothing any more. *closed is
 * 1 when it has its final length, 0 when the data nodes are still agreeing on it: ask again. */
ufsb_error ufsb_recover(const ufsb_store* store, ufsb_text path, int64_t timeout_ms,
                        int32_t* closed);

/* Missing paths are no error. `recursive` is for folders of stores that have real ones. */
ufsb_error ufsb_delete(const ufsb_store* store, const ufsb_text* paths, size_t count,
                       int32_t recursive, int64_t timeout_ms);
/* Inside the store; `length` of the source, -1 = unknown. *out has what the store said of the copy,
   as far as it did. */
ufsb_error ufsb_copy(const ufsb_store* store, ufsb_text from, ufsb_text to, int64_t length,
                     int64_t timeout_ms, ufsb_page** out);
/* The rest is for stores with real folders, else UNIMPLEMENTED. */
ufsb_error ufsb_rename(const ufsb_store* store, ufsb_text from, ufsb_text to, int32_t overwrite,
                       int64_t timeout_ms);
ufsb_error ufsb_create_dir(const ufsb_store* store, ufsb_text path, int32_t mode,
                           int32_t create_parents, int64_t timeout_ms);
ufsb_error ufsb_set_owner(const ufsb_store* store, ufsb_text path, ufsb_text owner,
                          ufsb_text group, int64_t timeout_ms);
ufsb_error ufsb_set_mode(const ufsb_store* store, ufsb_text path, int32_t mode,
                         int64_t timeout_ms);

#ifdef __cplusplus
}
#endif

#endif
