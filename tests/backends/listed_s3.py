"""An S3 server of one bucket with very many objects, which are named when a page asks for them.

What lists a million objects is measured or tried with it, not the store: a page of 1,000 costs it a
few milliseconds, wherever in the bucket it is, while servers whose objects are files may read the
whole folder for each. It stands for S3 in that only: every signature is taken, nothing can be
written, and objects are read whole, as zero bytes.

    with ListedS3("big/", 1_000_000) as store: ...     big/file-0000000 and so on
    store.removed.add(17)                              one that is gone
"""
import bisect
import http.server
import os
import sys
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from content import S3Content  # noqa: E402

XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
OWNER = "<Owner><ID>tester</ID><DisplayName>tester</DisplayName></Owner>"
ETAG = '"%032x"'
MODIFIED = ("2026-11-28T12:00:00.000Z", "Sat, 28 Nov 2026 12:00:00 GMT")


class Names:
    """The keys in their order, as a sequence."""

    def __init__(self, folder, count):
        self.folder, self.count = folder, count

    def __len__(self):
        return self.count

    def __getitem__(self, n):
        return "%sfile-%07d" % (self.folder, n)


class ListedS3:
    name = "listed-s3"
    region, bucket = "us-east-1", "alluxio-test"
    access, secret = "tester-access", "tester-secret-key"

    def __init__(self, folder, count, length=0):
        self.names = Names(folder, count)
        self.length = length
        self.removed = set()
        self.asked = []  # (method, target)
        self.server = None

    @property
    def port(self):
        return self.server.server_address[1]

    @property
    def endpoint(self):
        return "http://127.0.0.1:%d" % self.port

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    def start(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def close(self):
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()

    def content(self):
        return S3Content(self.endpoint, self.bucket, self.access, self.secret, self.region)

    # --- what is in it

    def find(self, key):
        """The number of an object that is there, else None."""
        n = bisect.bisect_left(self.names, key)
        there = n < len(self.names) and self.names[n] == key and n not in self.removed
        return n if there else None

    def page(self, prefix, delimiter, after, limit):
        """(numbers of objects, common prefixes, the last key when more follow)."""
        first = bisect.bisect_left(self.names, prefix)
        if first == len(self.names) or not self.names[first].startswith(prefix):
            return [], [], None
        # All names share one folder, so that there is at most one common prefix.
        head, found, _ = self.names[first][len(prefix):].partition(delimiter or "\0")
        if found:
            common = prefix + head + delimiter
            return [], [common] if after < common and limit else [], None
        end = bisect.bisect_left(self.names, prefix + "\U0010ffff")
        n = max(first, bisect.bisect_right(self.names, after))
        numbers = []
        while n < end and len(numbers) < limit:
            if n not in self.removed:
                numbers.append(n)
            n += 1
        more = numbers and any(left not in self.removed for left in range(n, end))
        return numbers, [], self.names[numbers[-1]] if more else None

    # --- the protocol

    def listing(self, query):
        one = lambda name, default="": query.get(name, [default])[0]  # noqa: E731
        second = one("list-type") == "2"
        after = max(one("continuation-token"), one("start-after"), one("marker"))
        prefix, delimiter = one("prefix"), one("delimiter")
        limit = min(int(one("max-keys", "1000")), 1000)
        numbers, folders, last = self.page(prefix, delimiter, after, limit)
        owner = OWNER if not second or one("fetch-owner") == "true" else ""
        entry = ("<Contents><Key>%%s</Key><LastModified>%s</LastModified><ETag>%%s</ETag>"
                 "<Size>%d</Size>%s<StorageClass>STANDARD</StorageClass></Contents>"
                 % (MODIFIED[0], self.length, owner))
        parts = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult %s><Name>%s</Name>"
                 "<Prefix>%s</Prefix><MaxKeys>%d</MaxKeys><IsTruncated>%s</IsTruncated>" % (
                     XMLNS, self.bucket, prefix, limit, "true" if last else "false")]
        if delimiter:
            parts.append("<Delimiter>%s</Delimiter>" % delimiter)
        if second:
            parts.append("<KeyCount>%d</KeyCount>" % (len(numbers) + len(folders)))
        if last:
            parts.append(("<NextContinuationToken>%s</NextContinuationToken>" if second
                          else "<NextMarker>%s</NextMarker>") % last)
        parts += [entry % (self.names[n], ETAG % n) for n in numbers]
        parts += ["<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>" % f for f in folders]
        parts.append("</ListBucketResult>")
        return "".join(parts).encode()

    def answer(self, method, target):
        """(status, headers, body)."""
        path, _, query = target.partition("?")
        bucket, _, key = urllib.parse.unquote(path).lstrip("/").partition("/")
        query = urllib.parse.parse_qs(query, keep_blank_values=True)
        if method not in ("GET", "HEAD"):
            return error(403, "AccessDenied")
        if not bucket:
            return 200, {}, ("<ListAllMyBucketsResult %s>%s<Buckets/></ListAllMyBucketsResult>"
                             % (XMLNS, OWNER)).encode()
        if bucket != self.bucket:
            return error(404, "NoSuchBucket")
        if "acl" in query:
            return 200, {}, ("<AccessControlPolicy %s>%s<AccessControlList/></AccessControlPolicy>"
                             % (XMLNS, OWNER)).encode()
        if not key:
            return 200, {}, self.listing(query)
        n = self.find(key)
        if n is None:
            return error(404, "NoSuchKey")
        return 200, {"ETag": ETAG % n, "Last-Modified": MODIFIED[1]}, b"\0" * self.length

    def _handler(store):  # noqa: N805: the handler has a self of its own
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def serve(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                store.asked.append((self.command, self.path))
                status, headers, body = store.answer(self.command, self.path)
                self.send_response_only(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

            def handle(self):
                try:
                    super().handle()
                except ConnectionError:
                    pass  # whoever asked has gone
            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = serve
        return Handler


def error(status, code):
    return status, {}, ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code></Error>"
                        % code).encode()
