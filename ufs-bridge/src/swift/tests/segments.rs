//! Large objects: manifests, and the segments that go with them.

use super::*;

/// A store that keeps what is put, with manifests and their segments, so far as these tests go.
fn store_of_segments(mut refuse: impl FnMut(&Asked) -> Option<u16> + Send + 'static) -> FakeHttp {
    let mut objects: HashMap<String, (String, bool)> = HashMap::new();
    store_with_segments(move |asked| {
        let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
        let path = path.trim_start_matches("/v1/AUTH_test").to_string();
        if let Some(status) = refuse(asked) {
            return Reply::new(status, "");
        }
        let large = query == "multipart-manifest=put";
        match asked.method.as_str() {
            "HEAD" | "GET" => match objects.get(&path) {
                None if path == "/c" => Reply::new(204, ""),
                None => Reply::new(404, ""),
                Some((text, large)) => {
                    let text = text.replace("path", "name").replace("size_bytes", "bytes");
                    let text = text.replace("etag", "hash");
                    let reply = Reply::new(200, &text).with("Etag", "e");
                    if *large { reply.with("X-Static-Large-Object", "True") } else { reply }
                }
            },
            "PUT" => {
                let source = asked.header("x-copy-from").to_string();
                let copied = objects.get(&source).cloned();
                objects.insert(path, copied.unwrap_or((asked.body.clone(), large)));
                Reply::new(201, "").with("Etag", "e")
            }
            "DELETE" => match objects.remove(&path) {
                Some(_) => Reply::new(204, ""),
                None => Reply::new(404, ""),
            },
            // No bulk deletes.
            _ => Reply::new(400, ""),
        }
    })
}

fn segmenting(server: &FakeHttp) -> Arc<Swift> {
    tempauth_with(server, &[("segment_size", "5")])
}

/// "PUT /c/r/k": the changes, with the names of segments without what is random in them.
fn changes(server: &FakeHttp) -> Vec<String> {
    let asked = server.asked();
    let changes = asked.iter().filter(|asked| !["GET", "HEAD"].contains(&asked.method.as_str()));
    changes
        .map(|asked| {
            let target = asked.target.trim_start_matches("/v1/AUTH_test");
            let shown = match target.split_once("/slo/") {
                Some((before, after)) => {
                    format!("{before}/{}", after.split_once('/').map_or("", |(_, number)| number))
                }
                None => target.to_string(),
            };
            format!("{} {shown}", asked.method)
        })
        .collect()
}

const SEGMENT: &str = "/c_segments/r/k/0000000";

#[test]
fn a_large_object_is_written_in_segments_that_go_with_it() {
    let server = store_of_segments(|_| None);
    let swift = segmenting(&server);
    let written = write(&swift, &["abc", "defg", "hij", "kl"]).unwrap();
    assert_eq!((written.length, written.etag.as_str()), (12, "\"e\""));
    let made = changes(&server);
    let segments: Vec<String> = (0..3).map(|number| format!("PUT {SEGMENT}{number}")).collect();
    assert_eq!(made[0], "PUT /c_segments");
    assert_eq!(made[1..4], segments);
    assert_eq!(made[4..], ["PUT /c/r/k?multipart-manifest=put"]);
    let asked = server.asked();
    let bodies: Vec<&str> = asked
        .iter()
        .filter(|asked| asked.method == "PUT" && asked.target.contains("/slo/"))
        .map(|asked| asked.body.as_str())
        .collect();
    assert_eq!(bodies, ["abcde", "fghij", "kl"]);
    let manifest: Value = serde_json::from_str(&asked.last().unwrap().body).unwrap();
    let sizes: Vec<i64> = manifest
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["size_bytes"].as_i64().unwrap())
        .collect();
    assert_eq!(sizes, [5, 5, 2]);
    // Replaced by a small one: its segments go after.
    let before = made.len();
    write(&swift, &["x"]).unwrap();
    let made = changes(&server).split_off(before);
    assert_eq!(made[0], "PUT /c/r/k");
    let mut deleted = made[1..].to_vec();
    deleted.sort();
    let gone: Vec<String> = (0..3).map(|number| format!("DELETE {SEGMENT}{number}")).collect();
    assert_eq!(deleted, gone);
}

#[test]
fn a_copy_has_segments_of_its_own_and_a_delete_takes_them() {
    let server = store_of_segments(|_| None);
    let swift = segmenting(&server);
    write(&swift, &["abcdefgh"]).unwrap();
    let before = changes(&server).len();
    run(WAIT_MS, swift.copy("k", "to", 9 << 20)).unwrap();
    let made = changes(&server).split_off(before);
    let copied = "PUT /c_segments/r/to/0000000";
    let mut copies = made[..2].to_vec();
    copies.sort();
    assert_eq!(copies, [format!("{copied}0"), format!("{copied}1")]);
    assert_eq!(made[2..], ["PUT /c/r/to?multipart-manifest=put"]);
    let before = changes(&server).len();
    run(WAIT_MS, swift.delete(&["k", "none"])).unwrap();
    let mut made = changes(&server).split_off(before);
    made[2..].sort();
    made[..2].sort();
    let gone = [format!("DELETE {SEGMENT}0"), format!("DELETE {SEGMENT}1")];
    assert_eq!(made[..2], ["DELETE /c/r/k", "DELETE /c/r/none"]);
    assert_eq!(made[2..], gone);
}

/// The changes after the segments of an object whose manifest is answered so.
fn changes_after_manifest(status: u16) -> Vec<String> {
    let server =
        store_of_segments(move |asked| asked.target.ends_with("manifest=put").then_some(status));
    let swift = segmenting(&server);
    run(WAIT_MS, async {
        let mut writer = swift.writer("k", options_of(-1));
        writer.write(b"abcdefgh").await?;
        assert!(writer.close().await.is_err());
        writer.abort().await
    })
    .unwrap();
    let mut made = changes(&server).split_off(4);
    made.sort();
    made
}

#[test]
fn segments_of_a_refused_object_go_and_those_of_an_unknown_end_stay() {
    let gone = [format!("DELETE {SEGMENT}0"), format!("DELETE {SEGMENT}1")];
    assert_eq!(changes_after_manifest(403), gone);
    assert!(changes_after_manifest(503).is_empty());
}

#[test]
fn segments_of_a_write_that_is_given_up_go() {
    let server = store_of_segments(|_| None);
    let swift = segmenting(&server);
    run(WAIT_MS, async {
        let mut writer = swift.writer("k", options_of(-1));
        writer.write(b"abcdefghij").await?;
        writer.abort().await
    })
    .unwrap();
    let mut made = changes(&server).split_off(3);
    made.sort();
    assert_eq!(made, [format!("DELETE {SEGMENT}0"), format!("DELETE {SEGMENT}1")]);
}

#[test]
fn a_length_that_is_known_needs_no_segments_when_it_is_short() {
    let server = store_of_segments(|_| None);
    let swift = segmenting(&server);
    write_of_length(&swift, &["ab", "cde"], 5).unwrap();
    assert_eq!(changes(&server), ["PUT /c/r/k"]);
}

#[test]
fn segments_of_others_are_left_alone() {
    let server = store_with_segments(|asked| {
        let manifest = r#"[{"name": "/c/r/another", "bytes": 5, "hash": "h"}]"#;
        match asked.method.as_str() {
            "HEAD" | "GET" => Reply::new(200, manifest).with("X-Static-Large-Object", "True"),
            _ => Reply::new(204, ""),
        }
    });
    let swift = tempauth(&server);
    run(WAIT_MS, swift.delete(&["k"])).unwrap();
    run(WAIT_MS, swift.copy("k", "to", -1)).unwrap();
    run(WAIT_MS, swift.copy("k", "short", 5)).unwrap();
    let expected = ["DELETE /c/r/k", "PUT /c/r/to?multipart-manifest=get", "PUT /c/r/short"];
    assert_eq!(changes(&server), expected);
}

#[test]
fn segments_grow_so_that_a_thousand_are_enough() {
    let server = store(|_| Reply::new(204, ""));
    let swift = tempauth(&server);
    assert_eq!(swift.segment_bytes(0), 1 << 30);
    assert_eq!(swift.segment_bytes(100), 2 << 30);
    let total: i64 = (0..1000).map(|number| swift.segment_bytes(number)).sum();
    assert_eq!(total >> 30, 4000);
}
