//! The client of WebHDFS against scripted servers: stand-by name nodes, gateways, replaced files.

use super::*;
use crate::fake_http::{Asked, FakeHttp, Reply};
use crate::runtime::run;

const WAIT_MS: i64 = 10_000;

fn open(url: &str, options: &[(&str, &str)]) -> Outcome<Arc<WebHdfs>> {
    let mut map = HashMap::from([("url".to_string(), url.to_string())]);
    map.insert("user".to_string(), "ann".to_string());
    map.extend(options.iter().map(|(name, value)| (name.to_string(), value.to_string())));
    Ok(Arc::new(WebHdfs::open(map)?))
}

fn on(server: &FakeHttp) -> Arc<WebHdfs> {
    open(&server.address.replace("http://", "webhdfs://"), &[]).unwrap()
}

fn status(name: &str, length: i64, modified: i64, file_id: i64) -> String {
    format!(
        r#"{{"pathSuffix": "{name}", "type": "FILE", "length": {length}, "owner": "o",
            "group": "g", "permission": "1640", "modificationTime": {modified},
            "fileId": {file_id}}}"#
    )
}

fn remote(status: u16, class: &str, message: &str) -> Reply {
    let body = serde_json::json!({"RemoteException": {"exception": class, "message": message}});
    Reply::new(status, &body.to_string())
}

fn is(asked: &Asked, op: &str) -> bool {
    asked.target.contains(&format!("?op={op}&")) || asked.target.ends_with(&format!("?op={op}"))
}

#[test]
fn name_services_and_ports_are_found() {
    let conf: HashMap<String, String> = [
        ("dfs.ha.namenodes.ns", "a, b"),
        ("dfs.namenode.http-address.ns.a", "h1:9870"),
        ("dfs.namenode.http-address.ns.b", "h2:9870"),
    ]
    .map(|(name, value)| (name.to_string(), value.to_string()))
    .into();
    assert_eq!(servers_of("ns", false, &conf), ["http://h1:9870", "http://h2:9870"]);
    assert_eq!(servers_of("ns", true, &conf), ["https://ns:9871"]);
    assert_eq!(servers_of("host", false, &conf), ["http://host:9870"]);
    assert_eq!(servers_of("host:14000", true, &conf), ["https://host:14000"]);
}

#[test]
fn the_name_node_that_is_active_is_found_and_asked_next_time() {
    let active = FakeHttp::start(|_| {
        Reply::new(200, &format!(r#"{{"FileStatus": {}}}"#, status("", 5, 7, 1)))
    });
    let standby = FakeHttp::start(|_| remote(403, "StandbyException", "read elsewhere"));
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let host = |server: &FakeHttp| server.address.replace("http://", "");
    let hdfs = open(
        "webhdfs://ns/",
        &[
            ("dfs.ha.namenodes.ns", "a,b,c"),
            ("dfs.namenode.http-address.ns.a", &silent.to_string()),
            ("dfs.namenode.http-address.ns.b", &host(&standby)),
            ("dfs.namenode.http-address.ns.c", &host(&active)),
        ],
    )
    .unwrap();
    for _ in 0..2 {
        let entry = run(WAIT_MS, hdfs.stat("/a b")).unwrap();
        assert_eq!((entry.length, entry.modified_ms, entry.mode), (5, 7, 0o640));
        assert_eq!((entry.owner.as_str(), entry.group.as_str()), ("o", "g"));
    }
    assert_eq!(standby.asked().len(), 1);
    let target = "/webhdfs/v1/a%20b?op=GETFILESTATUS&user.name=ann";
    assert_eq!(active.asked()[1].target, target);
}

#[test]
fn refusals_are_told_apart() {
    let code = |reply: Reply| {
        let server = FakeHttp::start(move |_| reply.clone());
        let failure = run(WAIT_MS, on(&server).stat("/a")).unwrap_err();
        (failure.code, failure.message)
    };
    let missing = code(remote(404, "FileNotFoundException", "File does not exist: /a\n at x"));
    assert_eq!(missing.0, Code::NotFound);
    assert_eq!(missing.1, "FileNotFoundException: File does not exist: /a");
    let denied = code(remote(403, "AccessControlException", "no"));
    assert_eq!(denied.0, Code::PermissionDenied);
    let (kind, text) = code(Reply::new(401, "<html>Authentication required</html>"));
    assert_eq!(kind, Code::PermissionDenied);
    assert!(text.contains("Kerberos"), "{text}");
    assert_eq!(code(Reply::new(404, "<html>Not Found</html>")).0, Code::FailedPrecondition);
    assert_eq!(code(Reply::new(503, "")).0, Code::Unavailable);
    assert_eq!(code(Reply::new(200, "<html>")).0, Code::DataLoss);
    assert_eq!(code(Reply::new(302, "").with("Location", "http://x/")).0, Code::Unknown);
    let failure = open("webhdfs://h/", &[("hadoop.security.authentication", "kerberos")]);
    assert_eq!(failure.err().unwrap().code, Code::InvalidArgument);
}

fn all(hdfs: Arc<WebHdfs>, folder: &str, after: &str) -> Outcome<Vec<String>> {
    let mut lister = WebHdfsLister::new(hdfs, folder, after);
    let mut paths = Vec::new();
    loop {
        let (entries, done) = run(WAIT_MS, lister.next(1))?;
        paths.extend(entries.into_iter().map(|entry| entry.path));
        if done {
            return Ok(paths);
        }
    }
}

#[test]
fn folders_are_listed_page_by_page() {
    let server = FakeHttp::start(|asked| {
        let (names, more) = match asked.target.split_once("&startAfter=") {
            None => (vec!["a", "b"], 1),
            Some((_, "b")) => (vec!["c"], 0),
            Some(_) => (vec!["b"], 1),
        };
        let statuses: Vec<String> = names.iter().map(|name| status(name, 1, 1, 1)).collect();
        let body = format!(
            r#"{{"DirectoryListing": {{"remainingEntries": {more}, "partialListing":
                {{"FileStatuses": {{"FileStatus": [{}]}}}}}}}}"#,
            statuses.join(",")
        );
        Reply::new(200, &body)
    });
    assert_eq!(all(on(&server), "/d", "").unwrap(), ["/d/a", "/d/b", "/d/c"]);
    assert_eq!(all(on(&server), "/d/", "/d/a").unwrap(), ["/d/b", "/d/c"]);
    assert_eq!(all(on(&server), "/d/", "/d/b/x").unwrap(), ["/d/c"]);
}

#[test]
fn old_gateways_list_a_folder_at_once() {
    let server = FakeHttp::start(|asked| {
        if is(asked, "LISTSTATUS_BATCH") {
            let text = "Invalid value for webhdfs parameter \"op\": No enum constant \
                        GetOpParam.Op.LISTSTATUS_BATCH";
            return remote(400, "IllegalArgumentException", text);
        }
        let statuses = [status("b", 1, 1, 1), status("a", 1, 1, 1)].join(",");
        let body = format!(r#"{{"FileStatuses": {{"FileStatus": [{statuses}]}}}}"#);
        Reply::new(200, &body)
    });
    let hdfs = on(&server);
    for _ in 0..2 {
        assert_eq!(all(hdfs.clone(), "/d", "").unwrap(), ["/d/a", "/d/b"]);
    }
    assert_eq!(server.asked().len(), 3);
}

/// A file of four bytes; `now` describes it at each look.
fn file(mut now: impl FnMut() -> String + Send + 'static) -> FakeHttp {
    let data = FakeHttp::start(|_| Reply::new(200, "bcd"));
    FakeHttp::start(move |asked| {
        if is(asked, "OPEN") {
            let address = format!("{}/data", data.address);
            return Reply::new(307, "").with("Location", &address);
        }
        Reply::new(200, &format!(r#"{{"FileStatus": {}}}"#, now()))
    })
}

#[test]
fn a_read_is_bound_to_the_file_that_was_opened() {
    let read = |server: &FakeHttp, version: &str, times: usize| {
        let reader = WebHdfsReader::new(on(server), "/f", version, 4);
        let mut into = [0; 3];
        for _ in 0..times {
            run(WAIT_MS, reader.read_at(1, &mut into))?;
        }
        assert_eq!(&into, b"bcd");
        Ok(())
    };
    let same = file(|| status("", 4, 7, 1));
    read(&same, "(len:4, modtime:7)", 2).unwrap();
    read(&same, "", 2).unwrap();
    assert!(same.asked()[0].target.ends_with("op=OPEN&user.name=ann&offset=1&length=3"));
    let aborted = |outcome: Outcome<()>| outcome.unwrap_err().code == Code::Aborted;
    assert!(aborted(read(&same, "(len:4, modtime:6)", 1)));
    // Another file of the same length and time.
    let mut number = 0;
    let replaced = file(move || {
        number += 1;
        status("", 4, 7, number)
    });
    assert!(aborted(read(&replaced, "(len:4, modtime:7)", 2)));
}

#[test]
fn writes_go_to_the_data_node_and_its_refusal_is_told() {
    let data = FakeHttp::start(|asked| {
        if asked.target.contains("/full") {
            return remote(403, "DSQuotaExceededException", "no room");
        }
        Reply::new(201, "")
    });
    let address = data.address.clone();
    let server = FakeHttp::start(move |asked| {
        let path = asked.target.split('?').next().unwrap_or_default();
        Reply::new(307, "").with("Location", &format!("{address}{path}"))
    });
    let hdfs = on(&server);
    let write = |path: &str| {
        let options =
            WriteOptions { mode: 0o600, concurrent: 1, part_size: 4, length: -1, append: false };
        run(WAIT_MS, async {
            let mut writer = hdfs.writer(path, options).await?;
            for piece in ["ab", "", "cde"] {
                writer.write(piece.as_bytes()).await?;
            }
            writer.close().await
        })
    };
    assert_eq!(write("/ok").unwrap().length, 5);
    assert_eq!(data.asked()[0].body, "abcde");
    let asked = server.asked()[0].target.clone();
    assert!(asked.ends_with("&permission=600&overwrite=false&createparent=false"), "{asked}");
    assert_eq!(write("/full").unwrap_err().code, Code::ResourceExhausted);
}

#[test]
fn a_rename_that_was_not_done_is_an_error() {
    let server = FakeHttp::start(|_| Reply::new(200, r#"{"boolean": false}"#));
    let failure = run(WAIT_MS, on(&server).rename("/a", "/b c", true)).unwrap_err();
    assert_eq!(failure.code, Code::FailedPrecondition);
    let target = server.asked()[0].target.clone();
    assert!(target.ends_with("&destination=%2Fb%20c&renameoptions=OVERWRITE"), "{target}");
    run(WAIT_MS, on(&server).delete(&["/none"], false)).unwrap();
}
