//! Unfinished uploads against a scripted server; real ones are in tests/cluster/ufs_cleanup_test.py.

use opendal::Configurator;

use super::*;
use crate::fake_http::{FakeHttp, Reply};
use crate::objects::Objects;
use crate::runtime::run;

const WAIT_MS: i64 = 10_000;

fn options(endpoint: &str, more: &[(&str, &str)]) -> HashMap<String, String> {
    let fixed = [
        ("endpoint", endpoint),
        ("bucket", "b"),
        ("root", "/mount/a b"),
        ("region", "eu-west-1"),
        ("access_key_id", "id"),
        ("secret_access_key", "secret-secret"),
        ("disable_config_load", "true"),
    ];
    let all = fixed.iter().chain(more);
    all.map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

fn open(server: &FakeHttp) -> Objects {
    Objects::open("s3", options(&server.address, &[])).unwrap()
}

fn upload(key: &str, id: &str, initiated: &str) -> String {
    format!(
        "<Upload><Key>{key}</Key><UploadId>{id}</UploadId><Initiated>{initiated}</Initiated>\
         </Upload>"
    )
}

fn page(inside: &str) -> Reply {
    let space = "http://s3.amazonaws.com/doc/2006-03-01/";
    let text = format!("<ListMultipartUploadsResult xmlns=\"{space}\">{inside}");
    Reply::new(200, &(text + "</ListMultipartUploadsResult>"))
}

#[test]
fn uploads_are_listed_over_pages_and_those_of_others_are_left_out() {
    let server = FakeHttp::start(|asked| {
        let begun = "1970-01-01T00:00:02.500Z";
        if asked.target.contains("key-marker") {
            return page(&(upload("mount/a b/z", "3", begun) + "<IsTruncated>false</IsTruncated>"));
        }
        let found = upload("mount/a+b/d%2Bx%26", "1", begun) + &upload("other/k", "2", begun);
        let next = "<NextKeyMarker>other/k%2B</NextKeyMarker>\
                    <NextUploadIdMarker>2/+</NextUploadIdMarker>";
        page(&format!(
            "<EncodingType>url</EncodingType>{found}<IsTruncated>true</IsTruncated>{next}"
        ))
    });
    let mut found = Vec::new();
    let mut lister = open(&server).list_uploads("").unwrap();
    run(WAIT_MS, async {
        loop {
            let (entries, done) = lister.next(1).await?;
            found.extend(entries.into_iter().map(|e| (e.path, e.etag, e.modified_ms)));
            if done {
                return Ok(());
            }
        }
    })
    .unwrap();
    let entry = |path: &str, id: &str| (path.to_string(), id.to_string(), 2500);
    assert_eq!(found, [entry("d+x&", "1"), entry("z", "3")]);
    let asked = server.asked();
    assert_eq!(
        asked[0].target,
        "/b?uploads=&encoding-type=url&max-uploads=1000&prefix=mount%2Fa%20b%2F"
    );
    let next = "&key-marker=other%2Fk%2B&upload-id-marker=2%2F%2B";
    assert!(asked[1].target.ends_with(next), "{}", asked[1].target);
    assert!(asked[0].header("authorization").starts_with("AWS4-HMAC-SHA256 Credential=id/"));
}

#[test]
fn an_upload_is_given_up_and_one_that_is_gone_is_no_error() {
    let server = FakeHttp::start(|asked| match asked.target.ends_with("=gone") {
        true => Reply::new(404, "<Error><Code>NoSuchUpload</Code></Error>"),
        false => Reply::new(204, ""),
    });
    let objects = open(&server);
    run(WAIT_MS, objects.abort_upload("k/it's", "i/d=")).unwrap();
    run(WAIT_MS, objects.abort_upload("k", "gone")).unwrap();
    let asked = server.asked();
    assert_eq!(asked[0].method, "DELETE");
    assert_eq!(asked[0].target, "/b/mount/a%20b/k/it%27s?uploadId=i%2Fd%3D");
}

#[test]
fn what_the_store_says_is_what_is_reported() {
    for (status, text, code) in [
        (403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>", Code::PermissionDenied),
        (404, "<Error><Code>NoSuchBucket</Code></Error>", Code::InvalidArgument),
        (501, "<Error><Code>NotImplemented</Code></Error>", Code::Unimplemented),
        (500, "oops", Code::Unavailable),
        (200, "<html/>", Code::Unknown),
        (200, "no xml", Code::Unknown),
    ] {
        let server = FakeHttp::start(move |_| Reply::new(status, text));
        let mut lister = open(&server).list_uploads("").unwrap();
        let failure = run(WAIT_MS, lister.next(10)).unwrap_err();
        assert_eq!(failure.code, code, "{status} {}", failure.message);
        assert!(!failure.message.contains("secret"));
    }
}

#[test]
fn a_server_that_makes_no_progress_is_not_asked_for_ever() {
    let server = FakeHttp::start(|_| {
        page("<IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker>")
    });
    let mut lister = open(&server).list_uploads("").unwrap();
    run(WAIT_MS, lister.next(10)).unwrap();
    assert_eq!(run(WAIT_MS, lister.next(10)).unwrap_err().code, Code::Internal);
}

#[test]
fn other_stores_say_that_they_cannot() {
    let objects = Objects::open("memory", HashMap::new()).unwrap();
    let failure = objects.list_uploads("").err().unwrap();
    assert_eq!(failure.code, Code::Unimplemented);
}

/// The address is made here as OpenDAL makes it, which a URL signed by OpenDAL shows.
#[test]
fn addresses_are_those_of_opendal() {
    for (endpoint, more) in [
        ("http://10.0.0.1:9000", &[][..]),
        ("http://10.0.0.1:9000/", &[]),
        ("https://s3.amazonaws.com", &[]),
        ("https://s3.amazonaws.com", &[("enable_virtual_host_style", "true")]),
        ("https://s3.eu-west-1.amazonaws.com", &[("enable_virtual_host_style", "true")]),
    ] {
        let options = options(endpoint, more);
        let ours = format!("{}/{}", address_of(&options, "eu-west-1"), root_of(&options));
        let theirs = opendal::Operator::from_config(
            opendal::services::S3Config::from_iter(options).unwrap(),
        )
        .unwrap();
        let signed = run(WAIT_MS, async {
            Ok(theirs.presign_read("k", std::time::Duration::from_secs(60)).await?)
        })
        .unwrap();
        let shown = signed.uri().to_string();
        let expected = format!("{}k?", ours.replace(' ', "%20"));
        assert!(shown.starts_with(&expected), "{shown} does not begin with {expected}");
    }
}
