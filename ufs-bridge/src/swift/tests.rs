//! Swift's client against scripted servers: what a real one does rarely, and Keystone, of which
//! there is no real one in the tests.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::fake_http::{Asked, FakeHttp, Reply};
use crate::runtime::run;

mod segments;

const WAIT_MS: i64 = 10_000;

fn swift(options: &[(&str, &str)]) -> Arc<Swift> {
    let options = options.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    Arc::new(Swift::open(options.collect()).unwrap())
}

fn tempauth(server: &FakeHttp) -> Arc<Swift> {
    tempauth_with(server, &[])
}

fn tempauth_with(server: &FakeHttp, more: &[(&str, &str)]) -> Arc<Swift> {
    let url = format!("{}/auth/v1.0", server.address);
    let mut options = vec![
        ("auth_url", url.as_str()),
        ("tenant", "test"),
        ("user", "tester"),
        ("password", "hunter2"),
        ("container", "c"),
        ("root", "/r"),
    ];
    options.extend(more);
    swift(&options)
}

/// A store without large objects.
fn store(mut answer: impl FnMut(&Asked) -> Reply + Send + 'static) -> FakeHttp {
    store_with_segments(move |asked| {
        let segments = asked.target.ends_with("/c_segments");
        match asked.method.as_str() {
            "HEAD" if segments => Reply::new(404, ""),
            "PUT" if segments => Reply::new(201, ""),
            _ => answer(asked),
        }
    })
}

/// What was asked but for the container of segments.
fn asked_of(server: &FakeHttp) -> Vec<Asked> {
    let mut asked = server.asked();
    asked.retain(|one| !one.target.ends_with("/c_segments"));
    asked
}

/// A store whose token counts up each time that it is asked for.
fn store_with_segments(mut answer: impl FnMut(&Asked) -> Reply + Send + 'static) -> FakeHttp {
    let tokens = AtomicUsize::new(0);
    FakeHttp::start(move |asked| {
        if asked.target != "/auth/v1.0" {
            return answer(asked);
        }
        if asked.header("x-auth-user") != "test:tester" || asked.header("x-auth-key") != "hunter2" {
            return Reply::new(401, "hunter2 is wrong");
        }
        let token = format!("token-{}", tokens.fetch_add(1, Ordering::Relaxed));
        let url = format!("http://{}/v1/AUTH_test", asked.header("host"));
        Reply::new(200, "").with("X-Auth-Token", &token).with("X-Storage-Url", &url)
    })
}

fn head(length: &str) -> Reply {
    Reply::new(200, "")
        .with("Content-Length", length)
        .with("Etag", "abc")
        .with("X-Timestamp", "1764284668.98765")
}

#[test]
fn an_object_is_described_and_its_name_escaped() {
    let server = store(|_| head("7"));
    let swift = tempauth(&server);
    let entry = run(WAIT_MS, swift.stat("a b/%?#")).unwrap();
    assert_eq!((entry.length, entry.modified_ms), (7, 1_764_284_668_987));
    assert_eq!(entry.etag, "\"abc\"");
    assert_eq!(server.asked()[1].target, "/v1/AUTH_test/c/r/a%20b/%25%3F%23");
}

#[test]
fn a_token_that_is_refused_is_renewed_once_for_all_who_wait() {
    let server = store(|asked| match asked.header("x-auth-token") {
        "token-0" => Reply::new(401, ""),
        _ => head("1"),
    });
    let swift = tempauth(&server);
    run(WAIT_MS, async {
        let mut under_way = JoinSet::new();
        for _ in 0..8 {
            let swift = swift.clone();
            under_way.spawn(async move { swift.stat("k").await });
        }
        while let Some(done) = under_way.join_next().await {
            joined(Some(done))?;
        }
        Ok(())
    })
    .unwrap();
    let fetched = server.asked().iter().filter(|asked| asked.target == "/auth/v1.0").count();
    assert_eq!(fetched, 2);
}

#[test]
fn a_token_that_ends_soon_is_renewed_before() {
    let server = FakeHttp::start(|asked| {
        if asked.method == "HEAD" {
            return head("1");
        }
        let url = format!("http://{}/v1/A", asked.header("host"));
        Reply::new(200, "")
            .with("X-Auth-Token", "t")
            .with("X-Storage-Url", &url)
            .with("X-Auth-Token-Expires", "20")
    });
    let swift = tempauth(&server);
    for _ in 0..2 {
        run(WAIT_MS, swift.stat("k")).unwrap();
    }
    let methods: Vec<String> = server.asked().iter().map(|asked| asked.method.clone()).collect();
    assert_eq!(methods, ["GET", "HEAD", "GET", "HEAD"]);
}

#[test]
fn refusals_name_the_reason_and_no_secret() {
    let server = FakeHttp::start(|_| Reply::new(401, "key hunter2 is wrong"));
    let failure = run(WAIT_MS, tempauth(&server).stat("k")).unwrap_err();
    assert_eq!(failure.code, Code::PermissionDenied);
    assert_eq!(failure.message, "authentication: HTTP 401: user, tenant or password is refused");
    let server = store(|_| Reply::new(401, ""));
    let failure = run(WAIT_MS, tempauth(&server).stat("k")).unwrap_err();
    assert_eq!(failure.code, Code::PermissionDenied, "{}", failure.message);
    assert_eq!(server.asked().len(), 4, "it is not asked for ever");
    let server = store(|_| Reply::new(503, "<html><h1>Too busy</h1></html>"));
    let failure = run(WAIT_MS, tempauth(&server).copy("a", "b", 1)).unwrap_err();
    assert_eq!(failure.code, Code::Unavailable);
    assert_eq!(failure.message, "HTTP 503: Too busy");
    let server = FakeHttp::start(|_| Reply::new(200, "no token here"));
    let failure = run(WAIT_MS, tempauth(&server).stat("k")).unwrap_err();
    assert_eq!(failure.code, Code::DataLoss);
}

fn keystone(server: &FakeHttp, method: &str, more: &[(&str, &str)]) -> Arc<Swift> {
    let version = if method == "keystone" { "v2.0" } else { "v3" };
    let url = format!("{}/{version}", server.address);
    let mut options = vec![
        ("auth_url", url.as_str()),
        ("auth_method", method),
        ("tenant", "project"),
        ("user", "ann"),
        ("password", "hunter2"),
        ("container", "c"),
    ];
    options.extend(more);
    swift(&options)
}

#[test]
fn keystone_2_gives_a_token_and_the_store_of_the_region() {
    let server = FakeHttp::start(|asked| {
        if asked.method == "HEAD" {
            return head("3");
        }
        let url = |region: &str| format!("http://{}/{region}", asked.header("host"));
        let body = serde_json::json!({"access": {
            "token": {"id": "t2", "expires": "2999-01-01T00:00:00Z"},
            "serviceCatalog": [
                {"type": "compute", "endpoints": [{"region": "south", "publicURL": "http://x"}]},
                {"type": "object-store", "endpoints": [
                    {"region": "north", "publicURL": url("north")},
                    {"region": "south", "publicURL": url("south")}]}]}});
        Reply::new(200, &body.to_string())
    });
    let swift = keystone(&server, "keystone", &[("region", "south")]);
    for _ in 0..2 {
        assert_eq!(run(WAIT_MS, swift.stat("k")).unwrap().length, 3);
    }
    let asked = server.asked();
    assert_eq!(asked.len(), 3, "the token is kept");
    assert_eq!(asked[0].target, "/v2.0/tokens");
    let sent: Value = serde_json::from_str(&asked[0].body).unwrap();
    assert_eq!(sent["auth"]["tenantName"], "project");
    assert_eq!(sent["auth"]["passwordCredentials"]["username"], "ann");
    assert_eq!(sent["auth"]["passwordCredentials"]["password"], "hunter2");
    assert_eq!(asked[1].target, "/south/c/k");
    assert_eq!(asked[1].header("x-auth-token"), "t2");
    let failure =
        run(WAIT_MS, keystone(&server, "keystone", &[("region", "west")]).stat("k")).unwrap_err();
    assert_eq!(failure.code, Code::InvalidArgument);
    assert!(failure.message.contains("north, south"), "{}", failure.message);
}

fn keystone_3() -> FakeHttp {
    FakeHttp::start(|asked| {
        if asked.method == "HEAD" {
            return head("3");
        }
        let url = |name: &str| format!("http://{}/{name}", asked.header("host"));
        let body = serde_json::json!({"token": {
            "expires_at": "2999-01-01T00:00:00.000000Z",
            "catalog": [{"type": "object-store", "name": "swift", "endpoints": [
                {"interface": "internal", "region": "r", "url": url("internal")},
                {"interface": "public", "region": "r", "url": url("public")}]}]}});
        Reply::new(201, &body.to_string()).with("X-Subject-Token", "t3")
    })
}

#[test]
fn keystone_3_gives_a_token_for_ids_and_for_names_of_a_domain() {
    let server = keystone_3();
    run(WAIT_MS, keystone(&server, "keystonev3", &[]).stat("k")).unwrap();
    run(WAIT_MS, keystone(&server, "keystonev3", &[("domain", "Default")]).stat("k")).unwrap();
    let asked = server.asked();
    assert_eq!(asked[0].target, "/v3/auth/tokens");
    assert_eq!(asked[1].target, "/public/c/k");
    assert_eq!(asked[1].header("x-auth-token"), "t3");
    let ids: Value = serde_json::from_str(&asked[0].body).unwrap();
    let user = &ids["auth"]["identity"]["password"]["user"];
    assert_eq!(*user, serde_json::json!({"id": "ann", "password": "hunter2"}));
    assert_eq!(ids["auth"]["scope"], serde_json::json!({"project": {"id": "project"}}));
    let names: Value = serde_json::from_str(&asked[2].body).unwrap();
    let user = &names["auth"]["identity"]["password"]["user"];
    assert_eq!(user["name"], "ann");
    assert_eq!(user["domain"]["name"], "Default");
}

#[test]
fn a_listing_goes_on_behind_its_last_name_and_knows_large_objects() {
    let server = store(|asked| {
        if asked.method == "HEAD" {
            let gone = asked.target.ends_with("/gone");
            return if gone { Reply::new(404, "") } else { head("9000") };
        }
        let object = |name: &str, bytes: u64, more: &str| {
            format!(
                r#"{{"name": "{name}", "bytes": {bytes}, "hash": "h",
                    "last_modified": "2026-11-27T19:18:11.682610"{more}}}"#
            )
        };
        let body = if asked.target.contains("&marker=") {
            format!("[{}]", object("r/d/z", 1, ""))
        } else {
            let slo = object("r/d/slo", 5, r#", "slo_etag": "\"s-2\"""#);
            format!(
                r#"[{}, {}, {slo}, {{"subdir": "r/d/x/"}}]"#,
                object("r/d/dlo", 0, ""),
                object("r/d/gone", 0, "")
            )
        };
        Reply::new(200, &body)
    });
    let mut lister = SwiftLister::new(tempauth(&server), "d/", false, "", 4);
    let mut paths = Vec::new();
    let mut etags = Vec::new();
    loop {
        let (entries, done) = run(WAIT_MS, lister.next(100)).unwrap();
        etags.extend(entries.iter().map(|entry| entry.etag.clone()));
        paths.extend(entries.into_iter().map(|entry| (entry.path, entry.length)));
        if done {
            break;
        }
    }
    let expected = [("d/dlo", 9000), ("d/slo", 5), ("d/x/", 0), ("d/z", 1)];
    assert_eq!(paths, expected.map(|(path, length)| (path.to_string(), length)));
    assert_eq!(etags, ["\"abc\"", "\"s-2\"", "", "\"h\""]);
    let asked = server.asked();
    let lists: Vec<&str> = asked
        .iter()
        .filter(|asked| asked.method == "GET" && asked.target != "/auth/v1.0")
        .map(|asked| asked.target.as_str())
        .collect();
    let first = "/v1/AUTH_test/c?format=json&limit=4&prefix=r%2Fd%2F&delimiter=%2F";
    assert_eq!(lists, [first, &format!("{first}&marker=r%2Fd%2Fx%2F")]);
}

#[test]
fn an_empty_object_is_asked_for_once_for_each_time_of_its() {
    let lists = AtomicUsize::new(0);
    let server = store(move |asked| {
        if asked.method == "HEAD" {
            return head("0");
        }
        let second = if lists.fetch_add(1, Ordering::Relaxed) < 2 { 11 } else { 12 };
        let body = format!(
            r#"[{{"name": "r/e", "bytes": 0, "hash": "h",
                  "last_modified": "2026-11-27T19:18:{second}.5"}}]"#
        );
        Reply::new(200, &body)
    });
    let swift = tempauth(&server);
    for heads in [1, 1, 2] {
        let mut lister = SwiftLister::new(swift.clone(), "", false, "", 10);
        let (entries, done) = run(WAIT_MS, lister.next(10)).unwrap();
        assert_eq!((entries.len(), done), (1, true));
        assert_eq!(server.asked().iter().filter(|asked| asked.method == "HEAD").count(), heads);
    }
}

#[test]
fn deletes_are_one_by_one_where_there_is_no_bulk() {
    let server = store(|asked| match asked.method.as_str() {
        "POST" => Reply::new(204, ""),
        _ if asked.target.ends_with("/2") => Reply::new(404, ""),
        _ => Reply::new(204, ""),
    });
    let swift = tempauth(&server);
    for _ in 0..2 {
        run(WAIT_MS, swift.delete(&["1", "2", "3", "4"])).unwrap();
    }
    let asked = server.asked();
    assert_eq!(asked.iter().filter(|asked| asked.method == "POST").count(), 1);
    assert_eq!(asked.iter().filter(|asked| asked.method == "DELETE").count(), 8);
}

#[test]
fn a_bulk_delete_that_failed_in_part_is_an_error() {
    let server = store(|_| {
        let body = r#"  {"Number Deleted": 3, "Number Not Found": 0, "Response Body": "",
            "Response Status": "400 Bad Request", "Errors": [["/c/r/2", "403 Forbidden"]]}"#;
        Reply::new(200, body)
    });
    let failure = run(WAIT_MS, tempauth(&server).delete(&["1", "2", "3", "4"])).unwrap_err();
    assert_eq!(failure.code, Code::PermissionDenied, "{}", failure.message);
    let asked = asked_of(&server);
    assert_eq!(asked[1].target, "/v1/AUTH_test?bulk-delete");
    assert_eq!(asked[1].body, "/c/r/1\n/c/r/2\n/c/r/3\n/c/r/4");
}

#[test]
fn reads_are_bound_to_a_version_and_cut_bodies_are_noticed() {
    let server = store(|asked| match asked.header("if-match") {
        "\"old\"" => Reply::new(412, ""),
        "\"cut\"" => Reply::new(206, "ab").with("Etag", "cut").cut(2),
        _ => Reply::new(206, "abcd").with("Etag", "new"),
    });
    let swift = tempauth(&server);
    let mut into = [0; 4];
    let read = |etag: &str, into: &mut [u8]| {
        run(WAIT_MS, SwiftReader::new(swift.clone(), "k", etag, 4).read_at(8, into))
    };
    read("", &mut into).unwrap();
    assert_eq!(&into, b"abcd");
    assert_eq!(server.asked()[1].header("range"), "bytes=8-11");
    assert_eq!(read("old", &mut into).unwrap_err().code, Code::Aborted);
    assert_eq!(read("other", &mut into).unwrap_err().code, Code::Aborted);
    assert_eq!(read("cut", &mut into).unwrap_err().code, Code::Unavailable);
}

fn options_of(length: i64) -> WriteOptions {
    WriteOptions { mode: 0o644, concurrent: 1, part_size: 4, length, append: false }
}

fn write(swift: &Arc<Swift>, pieces: &[&str]) -> Outcome<Entry> {
    write_of_length(swift, pieces, -1)
}

fn write_of_length(swift: &Arc<Swift>, pieces: &[&str], length: i64) -> Outcome<Entry> {
    run(WAIT_MS, async {
        let mut writer = swift.writer("k", options_of(length));
        for piece in pieces {
            writer.write(piece.as_bytes()).await?;
        }
        writer.close().await
    })
}

#[test]
fn small_objects_are_one_request_and_large_ones_are_streamed() {
    let server = store(|asked| match asked.method.as_str() {
        "HEAD" => Reply::new(204, ""),
        _ => Reply::new(201, "").with("Etag", "e"),
    });
    let swift = tempauth(&server);
    assert_eq!(write(&swift, &["abc"]).unwrap().etag, "\"e\"");
    write(&swift, &[]).unwrap();
    assert_eq!(asked_of(&server)[2].header("content-length"), "0");
    assert_eq!(write(&swift, &["abc", "defg", "h"]).unwrap().length, 8);
    let asked: Vec<Asked> = asked_of(&server).split_off(3);
    let shown: Vec<(&str, &str)> =
        asked.iter().map(|asked| (asked.method.as_str(), asked.body.as_str())).collect();
    assert_eq!(shown[..2], [("HEAD", ""), ("PUT", "abcdefgh")]);
    assert_eq!(shown[2].0, "HEAD", "is a large object replaced?");
    assert!(asked[3].target.ends_with("/c/r/k?multipart-manifest=put"), "{}", asked[3].target);
}

#[test]
fn an_upload_that_is_given_up_has_no_end() {
    let server = store(|asked| match asked.method.as_str() {
        "HEAD" => Reply::new(204, ""),
        _ => Reply::new(201, "").with("Etag", "e"),
    });
    let swift = tempauth(&server);
    run(WAIT_MS, async {
        let mut writer = swift.writer("k", options_of(-1));
        writer.write(b"abcdefgh").await?;
        writer.abort().await?;
        assert_eq!(writer.write(b"x").await.unwrap_err().code, Code::FailedPrecondition);
        // The server takes up requests one after the other.
        swift.stat("after").await.map(|_| ()).or(Ok(()))
    })
    .unwrap();
    assert!(asked_of(&server).iter().all(|asked| asked.method != "PUT"));
}

#[test]
fn a_refused_upload_says_why() {
    let server = store(|asked| match asked.method.as_str() {
        "HEAD" => Reply::new(204, ""),
        _ => Reply::new(507, "Insufficient Storage"),
    });
    let failure = write(&tempauth(&server), &["abcdefgh"]).unwrap_err();
    assert_eq!(failure.code, Code::ResourceExhausted, "{}", failure.message);
    let server = store(|_| Reply::new(404, ""));
    for pieces in [["abc"], ["abcdefgh"]] {
        let failure = write(&tempauth(&server), &pieces).unwrap_err();
        assert_eq!(failure.code, Code::InvalidArgument);
        assert_eq!(failure.message, "no container \"c\" in this account");
    }
}
