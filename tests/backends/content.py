"""Judges: the true content of a store, read and changed straight, past the product.

One class a kind of store, same methods: keys() with lengths, read, write, remove, unfinished() for
uploads that were begun and neither completed nor aborted. Nothing but the standard library, so that
no client library of a store is in common with what is judged.
"""
import base64
import datetime
import hashlib
import hmac
import http.client
import json
import os
import shutil
import urllib.parse
import xml.etree.ElementTree


class StoreError(Exception):
    """A store's answer that is not a success."""

    def __init__(self, what, status, body):
        super().__init__("%s: HTTP %d: %s" % (what, status, body[:500].decode("utf8", "replace")))
        self.status = status
        self.body = body


def _request(endpoint, method, target, body=b"", headers=None, timeout=60):
    """(status, headers, body) of one HTTP exchange; `target` is already encoded."""
    url = urllib.parse.urlsplit(endpoint)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=timeout)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True, skip_host=True)
        headers = dict({"Host": url.netloc}, **headers or {})
        if body or method in ("PUT", "POST"):
            headers.setdefault("Content-Length", str(len(body)))
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body if body else None)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def _quote(text, safe=""):
    return urllib.parse.quote(text, safe=safe + "-_.~")


class LocalContent:
    """A folder of this host."""

    def __init__(self, folder):
        self.folder = folder

    def path(self, key):
        return os.path.join(self.folder, key)

    def keys(self, prefix=""):
        found = {}
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(folder, name)
                key = os.path.relpath(path, self.folder)
                if key.startswith(prefix):
                    found[key] = os.path.getsize(path)
        return found

    def read(self, key):
        with open(self.path(key), "rb") as f:
            return f.read()

    def write(self, key, data):
        os.makedirs(os.path.dirname(self.path(key)), exist_ok=True)
        with open(self.path(key), "wb") as f:
            f.write(data)

    def remove(self, key):
        os.remove(self.path(key))

    def remove_all(self, prefix=""):
        for name in os.listdir(self.folder):
            path = self.path(name)
            if name.startswith(prefix):
                shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)

    def unfinished(self):
        return []


class S3Content:
    """A bucket, by signature version 4."""

    def __init__(self, endpoint, bucket, access, secret, region="us-east-1", skew_seconds=0):
        self.endpoint = endpoint
        self.bucket = bucket
        self.access = access
        self.secret = secret
        self.region = region
        self.skew = datetime.timedelta(seconds=skew_seconds)

    def call(self, method, key="", query=None, body=b"", headers=None, accept=(200, 204)):
        """(headers, body); StoreError unless the status is one of `accept`."""
        path = "/" + _quote(self.bucket) + ("/" + _quote(key, "/") if key else "")
        query = "&".join(sorted("%s=%s" % (_quote(k), _quote(str(v)))
                                for k, v in (query or {}).items()))
        signed = self._sign(method, path, query, hashlib.sha256(body).hexdigest())
        status, answer, text = _request(self.endpoint, method,
                                        path + ("?" + query if query else ""), body,
                                        {**signed, **(headers or {})})
        if status not in accept:
            raise StoreError("%s %s/%s" % (method, self.bucket, key), status, text)
        return answer, text

    def _sign(self, method, path, query, payload):
        now = datetime.datetime.now(datetime.timezone.utc) + self.skew
        stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
        headers = {"host": urllib.parse.urlsplit(self.endpoint).netloc,
                   "x-amz-content-sha256": payload, "x-amz-date": stamp}
        names = ";".join(sorted(headers))
        canonical = "\n".join([method, path, query,
                               *("%s:%s" % (k, headers[k]) for k in sorted(headers)), "", names,
                               payload])
        scope = "%s/%s/s3/aws4_request" % (day, self.region)
        text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope,
                          hashlib.sha256(canonical.encode()).hexdigest()])
        key = ("AWS4" + self.secret).encode()
        for part in (day, self.region, "s3", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        return {"x-amz-content-sha256": payload, "x-amz-date": stamp,
                "Authorization": "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, "
                                 "Signature=%s" % (self.access, scope, names, signature)}

    def make_bucket(self):
        self.call("PUT", accept=(200, 409))

    def keys(self, prefix=""):
        found, token = {}, None
        while True:
            query = {"list-type": 2, "prefix": prefix}
            if token:
                query["continuation-token"] = token
            tree = xml.etree.ElementTree.fromstring(self.call("GET", query=query)[1])
            for entry in tree.iterfind("{*}Contents"):
                found[entry.findtext("{*}Key")] = int(entry.findtext("{*}Size"))
            token = tree.findtext("{*}NextContinuationToken")
            if tree.findtext("{*}IsTruncated") != "true":
                return found

    def read(self, key):
        return self.call("GET", key)[1]

    def write(self, key, data):
        self.call("PUT", key, body=data)

    def remove(self, key):
        self.call("DELETE", key)

    def remove_all(self, prefix=""):
        for key in sorted(self.keys(prefix), reverse=True):
            self.remove(key)

    def unfinished(self):
        tree = xml.etree.ElementTree.fromstring(self.call("GET", query={"uploads": ""})[1])
        return [entry.findtext("{*}Key") for entry in tree.iterfind("{*}Upload")]


    def begin_upload(self, key):
        """As a writer that is killed after its first part leaves it."""
        text = self.call("POST", key, query={"uploads": ""})[1]
        upload = xml.etree.ElementTree.fromstring(text).findtext("{*}UploadId")
        self.call("PUT", key, query={"uploadId": upload, "partNumber": 1}, body=b"part")


class WebHdfsContent:
    """A folder of HDFS, through the NameNode's WebHDFS."""

    def __init__(self, endpoint, folder="", user=None):
        self.endpoint = endpoint
        self.folder = folder.rstrip("/")
        self.user = user or os.environ.get("USER") or "root"

    def call(self, method, path, op, body=None, accept=(200, 201), **query):
        """The body; a PUT or GET that is redirected to a DataNode follows."""
        query = urllib.parse.urlencode({"op": op, "user.name": self.user, **query})
        target = "/webhdfs/v1" + _quote(self.folder + path, "/") + "?" + query
        status, headers, text = _request(self.endpoint, method, target)
        if status == 307:
            url = urllib.parse.urlsplit(headers["location"])
            status, headers, text = _request("http://" + url.netloc, method,
                                             url.path + "?" + url.query, body or b"",
                                             {"Content-Type": "application/octet-stream"})
        if status not in accept:
            raise StoreError("%s %s%s" % (op, self.folder, path), status, text)
        return text

    def statuses(self, path=""):
        try:
            text = self.call("GET", path or "/", "LISTSTATUS")
        except StoreError as error:
            if error.status == 404:
                return []
            raise
        return json.loads(text)["FileStatuses"]["FileStatus"]

    def keys(self, prefix=""):
        found, folders = {}, [""]
        while folders:
            folder = folders.pop()
            for status in self.statuses(folder):
                path = folder + "/" + status["pathSuffix"]
                if status["type"] == "DIRECTORY":
                    folders.append(path)
                elif path[1:].startswith(prefix):
                    found[path[1:]] = status["length"]
        return found

    def read(self, key):
        return self.call("GET", "/" + key, "OPEN")

    def write(self, key, data):
        self.call("PUT", "/" + key, "CREATE", body=data, overwrite="true")

    def remove(self, key):
        self.call("DELETE", "/" + key, "DELETE", recursive="true")

    def remove_all(self, prefix=""):
        for status in self.statuses():
            if status["pathSuffix"].startswith(prefix):
                self.remove(status["pathSuffix"])

    def unfinished(self):
        """Files that a writer still holds open: their length is not final."""
        return []


class GcsContent:
    """A bucket, through the JSON API without authentication (an emulator's)."""

    def __init__(self, endpoint, bucket):
        self.endpoint = endpoint
        self.bucket = bucket

    def call(self, method, target, body=b"", headers=None, accept=(200, 204)):
        status, _, text = _request(self.endpoint, method, target, body, headers)
        if status not in accept:
            raise StoreError("%s %s" % (method, target), status, text)
        return text

    def make_bucket(self):
        self.call("POST", "/storage/v1/b?project=test", json.dumps({"name": self.bucket}).encode(),
                  {"Content-Type": "application/json"}, accept=(200, 409))

    def keys(self, prefix=""):
        found, token = {}, ""
        while True:
            query = urllib.parse.urlencode({"prefix": prefix, "pageToken": token})
            page = json.loads(self.call("GET", "/storage/v1/b/%s/o?%s" % (self.bucket, query)))
            for item in page.get("items", ()):
                found[item["name"]] = int(item["size"])
            token = page.get("nextPageToken", "")
            if not token:
                return found

    def _object(self, key):
        return "/storage/v1/b/%s/o/%s" % (self.bucket, _quote(key))

    def read(self, key):
        return self.call("GET", self._object(key) + "?alt=media")

    def write(self, key, data):
        self.call("POST", "/upload/storage/v1/b/%s/o?uploadType=media&name=%s" % (
            self.bucket, _quote(key)), data, {"Content-Type": "application/octet-stream"})

    def remove(self, key):
        self.call("DELETE", self._object(key))

    def remove_all(self, prefix=""):
        for key in self.keys(prefix):
            self.remove(key)

    def unfinished(self):
        return []


class AzureContent:
    """A container of blobs, by shared key."""

    VERSION = "2021-08-06"

    def __init__(self, endpoint, container, account, key):
        self.endpoint = endpoint  # with the account's name as path: http://host:port/account
        self.container = container
        self.account = account
        self.key = key

    def call(self, method, key="", query=None, body=b"", headers=None, accept=(200, 201, 202)):
        query = {k: str(v) for k, v in (query or {}).items()}
        base = urllib.parse.urlsplit(self.endpoint)
        path = base.path + "/" + self.container + ("/" + _quote(key, "/") if key else "")
        date = datetime.datetime.now(datetime.timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")
        sent = {"x-ms-date": date, "x-ms-version": self.VERSION, **(headers or {})}
        special = "".join("%s:%s\n" % (k, sent[k]) for k in sorted(sent) if k.startswith("x-ms-"))
        resource = "/" + self.account + path + "".join(
            "\n%s:%s" % (k, query[k]) for k in sorted(query))
        length = str(len(body)) if body else ""
        text = "\n".join([method, "", "", length, "", sent.get("Content-Type", ""), "", "", "", "",
                          "", "", special + resource])
        digest = hmac.new(base64.b64decode(self.key), text.encode(), hashlib.sha256).digest()
        sent["Authorization"] = "SharedKey %s:%s" % (self.account,
                                                     base64.b64encode(digest).decode())
        target = path + ("?" + urllib.parse.urlencode(query) if query else "")
        status, _, answer = _request("http://" + base.netloc, method, target, body, sent)
        if status not in accept:
            raise StoreError("%s %s/%s" % (method, self.container, key), status, answer)
        return answer

    def make_container(self):
        self.call("PUT", query={"restype": "container"}, accept=(201, 409))

    def keys(self, prefix=""):
        found, marker = {}, ""
        while True:
            text = self.call("GET", query={"restype": "container", "comp": "list",
                                           "prefix": prefix, "marker": marker})
            tree = xml.etree.ElementTree.fromstring(text.decode("utf-8-sig"))
            for blob in tree.iter("Blob"):
                found[blob.findtext("Name")] = int(blob.findtext("Properties/Content-Length"))
            marker = tree.findtext("NextMarker") or ""
            if not marker:
                return found

    def read(self, key):
        return self.call("GET", key)

    def write(self, key, data):
        self.call("PUT", key, body=data, headers={"x-ms-blob-type": "BlockBlob",
                                                  "Content-Type": "application/octet-stream"})

    def remove(self, key):
        self.call("DELETE", key)

    def remove_all(self, prefix=""):
        for key in self.keys(prefix):
            self.remove(key)

    def unfinished(self):
        return []
