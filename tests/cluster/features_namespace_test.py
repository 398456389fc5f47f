"""Features of the namespace, one by one, through the Java client and our command line: what
clients learn from the master, TTL, write and read types, permissions, attributes, listings, mounts,
metadata sync."""
import base64
import os
import shutil
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cluster import Batch, wait_until  # noqa: E402
from feature_case import JAVA, MIB, SUPER, FeatureCase  # noqa: E402


class NamespaceTest(FeatureCase):
    PROPERTIES = {
        "alluxio.master.ttl.checker.interval": "1s",
        "alluxio.user.file.writetype.default": "THROUGH",
        "alluxio.user.block.size.bytes.default": "1MB",
        "alluxio.worker.ramdisk.size": "256MB",
        "alluxio.master.security.impersonation.%s.users" % SUPER: "games,daemon",
        "alluxio.master.security.impersonation.bin.groups": "games",
        "alluxio.master.persistence.scheduler.interval": "100ms",
        "alluxio.master.persistence.checker.interval": "100ms",
        "alluxio.worker.block.heartbeat.interval": "200ms",
        "alluxio.master.lost.worker.detection.interval": "1s",
        "alluxio.master.persistence.initial.interval": "200ms",
    }

    # --- what clients learn from the master

    def test_cluster_defaults_reach_every_client(self):
        self.assertEqual(self.fs("conf", "alluxio.user.file.writetype.default"), "THROUGH")
        self.assertEqual(self.fs("conf", "alluxio.user.block.size.bytes.default"), "1MB")
        # Not for clients, so it stays where it is.
        self.assertNotEqual(self.fs("conf", "alluxio.master.ttl.checker.interval"), "1s")
        name = os.path.join(self.local, "small")
        with open(name, "wb") as f:
            f.write(self.data(2 * MIB + 5))
        self.fs("create", self.home + "-java", name)
        self.cli("fs", "copyFromLocal", name, self.home + "-ours")
        for path in (self.home + "-java", self.home + "-ours"):
            status = self.stat(path)
            self.assertEqual(status["persistence"], "PERSISTED", path)
            self.assertEqual(status["inAlluxio"], "0", path)
            self.assertEqual(len(status["blocks"].split(",")), 3, path)
        # A client's own choice wins.
        self.cli("fs", "copyFromLocal", name, self.home + "-own",
                 "-Dalluxio.user.file.writetype.default=MUST_CACHE")
        self.assertEqual(self.stat(self.home + "-own")["persistence"], "NOT_PERSISTED")

    def test_get_conf_shows_the_master_and_sources(self):
        if JAVA:
            self.skipTest("alluxio-cli is ours")
        key = "alluxio.user.file.writetype.default"
        self.assertEqual(self.cli("getConf", key).strip(), "ASYNC_THROUGH")
        self.assertEqual(self.cli("getConf", "--source", key).strip(), "DEFAULT")
        self.assertEqual(self.cli("getConf", "--master", key).strip(), "THROUGH")
        self.assertIn("SITE_PROPERTY", self.cli("getConf", "--master", "--source", key))
        self.assertEqual(self.cli("getConf", "--master", "alluxio.master.web.bind.host").strip(),
                         "0.0.0.0")
        self.assertIn("SITE_PROPERTY", self.cli("getConf", "--source", "alluxio.master.rpc.port"))
        code, text = self.cluster.java_main("alluxio.cli.GetConf", "--master", key)
        self.assertEqual((code, text.strip().splitlines()[-1]), (0, "THROUGH"))

    # --- TTL

    def test_ttl(self):
        ttl = "commonOptions.ttl=5000"
        delete, free = "commonOptions.ttlAction=DELETE", "commonOptions.ttlAction=FREE"
        content = self.data(100)
        self.fs("mkdir", self.home)  # ancestors made by a create take its TTL
        self.put(self.home + "/delete", content, "MUST_CACHE", ttl, delete)
        self.put(self.home + "/persisted", content, "CACHE_THROUGH", ttl, delete)
        self.put(self.home + "/free", content, "CACHE_THROUGH", ttl, free)
        status = self.stat(self.home + "/free")
        self.assertEqual((status["ttl"], status["ttlAction"]), ("5000", "FREE"))
        self.put(self.home + "/unset", content, "MUST_CACHE", ttl, delete)
        self.fs("set", self.home + "/unset", "commonOptions.ttl=-1")
        self.put(self.home + "/keep", content, "CACHE_THROUGH")
        self.put(self.home + "/dir/sub/file", content, "CACHE_THROUGH")
        self.fs("set", self.home + "/dir", ttl, delete)
        for name in ("delete", "persisted", "dir"):
            wait_until("%s to expire" % name, lambda: not self.is_there(self.home + "/" + name))
        self.assertFalse(os.path.exists(self.ufs_home + "/persisted"))
        self.assertFalse(os.path.exists(self.ufs_home + "/dir"))
        wait_until("the freed file", lambda: self.cached(self.home + "/free") == 0)
        status = self.stat(self.home + "/free")
        self.assertEqual(status["ttl"], "-1")
        self.assertEqual(self.read(self.home + "/free"), self.digest(content))
        for name in ("keep", "unset"):
            self.assertEqual(self.cached(self.home + "/" + name), 100)

    # --- persistence

    def test_async_through_is_persisted_within_seconds(self):
        if JAVA:
            self.skipTest("needs the Java job service")
        content = self.put(self.home + "/d/file", self.data(3 * MIB + 17), "ASYNC_THROUGH",
                           "mode=0640")
        self.assertEqual(self.cached(self.home + "/d/file"), 100)
        wait_until("the file in the under store",
                   lambda: self.stat(self.home + "/d/file")["persistence"] == "PERSISTED")
        self.assertEqual(self.read_ufs("d/file"), content)
        mode = os.stat(self.ufs_home + "/d/file").st_mode & 0o777
        self.assertEqual(mode, 0o640)
        self.assertEqual(self.stat(self.home + "/d/file")["mode"], "0640")
        self.assertEqual(os.listdir(self.ufs_home + "/d"), ["file"])
        # The same for the command, for a file in memory only, and after a rename at once.
        content = self.put(self.home + "/memory", self.data(50))
        self.assertFalse(os.path.exists(self.ufs_home + "/memory"))
        self.cli("fs", "persist", self.home + "/memory")
        self.assertEqual(self.read_ufs("memory"), content)
        self.put(self.home + "/before", content, "ASYNC_THROUGH")
        self.fs("mv", self.home + "/before", self.home + "/after")
        wait_until("the renamed file", lambda: os.path.exists(self.ufs_home + "/after"))
        self.assertFalse(os.path.exists(self.ufs_home + "/before"))

    def test_write_types(self):
        content = self.data(MIB + 1)
        for write, persisted, cached in (("MUST_CACHE", "NOT_PERSISTED", 100),
                                         ("CACHE_THROUGH", "PERSISTED", 100),
                                         ("THROUGH", "PERSISTED", 0)):
            path = "%s/%s" % (self.home, write)
            self.put(path, content, write)
            status = self.stat(path)
            self.assertEqual((status["persistence"], status["inAlluxio"], status["length"]),
                             (persisted, str(cached), str(len(content))), write)
            self.assertEqual(os.path.exists(self.cluster.ufs + path), cached != 100 or
                             persisted == "PERSISTED")
            self.assertEqual(self.read(path), self.digest(content), write)

    def test_read_types_after_free(self):
        content = self.put(self.home + "/file", self.data(3 * MIB + 5), "CACHE_THROUGH")
        for kind, cached in (("NO_CACHE", 0), ("CACHE", 100), ("CACHE_PROMOTE", 100)):
            self.fs("free", self.home + "/file")
            self.await_cached(self.home + "/file", 0)
            self.assertEqual(self.read(self.home + "/file", kind), self.digest(content), kind)
            if cached:
                self.await_cached(self.home + "/file", 100)
            else:
                time.sleep(0.5)
                self.assertEqual(self.cached(self.home + "/file"), 0)
        # Positions, cold and cached, across block borders and at the end.
        for cold in (True, False):
            if cold:
                self.fs("free", self.home + "/file")
                self.await_cached(self.home + "/file", 0)
            for at, length in ((0, 10), (MIB - 3, 6), (3 * MIB, 5), (2 * MIB + 1, 1000)):
                n, got = self.fs("pread", self.home + "/file", at, length,
                                 "readType=NO_CACHE").split(" ")
                self.assertEqual(base64.b64decode(got), content[at:at + length][:int(n)])
                self.assertEqual(int(n), length)

    def test_large_cold_blocks_on_the_command_line(self):
        # Blocks of which our client reads the worker's file as it fills.
        source, back = (os.path.join(self.local, name) for name in ("large", "large.back"))
        content = self.data(40 * MIB + 7)
        with open(source, "wb") as f:
            f.write(content)
        self.cli("fs", "copyFromLocal", source, self.home,
                 "-Dalluxio.user.block.size.bytes.default=16MB")
        self.assertEqual(self.cached(self.home), 0)
        for user in (None, "daemon"):
            self.cli("fs", "copyToLocal", self.home, back, **({"user": user} if user else {}))
            with open(back, "rb") as f:
                self.assertTrue(f.read() == content, user)
            os.remove(back)
            self.await_cached(self.home, 100)
            self.assertEqual(self.read(self.home), self.digest(content))
            self.fs("free", self.home)
            self.await_cached(self.home, 0)

    def test_free_load_persist_errors(self):
        self.put(self.home + "/memory", b"x")
        self.put(self.home + "/ufs", b"y", "CACHE_THROUGH")
        self.assertIn("Cannot free file %s/memory which is not persisted" % self.home,
                      self.fails("free", self.home + "/memory"))
        self.assertIn("Cannot free", self.fails("free", self.home))
        self.fs("set", self.home + "/ufs", "pinned=true")
        self.assertIn("pinned", self.fails("free", self.home + "/ufs"))
        self.fs("free", self.home + "/ufs", "forced=true")
        self.await_cached(self.home + "/ufs", 0)
        self.assertEqual(self.stat(self.home + "/ufs")["pinned"], "false")
        self.cli("fs", "load", self.home + "/ufs")
        self.await_cached(self.home + "/ufs", 100)
        self.assertIn("does not exist", self.fails("free", self.home + "/nothing"))

    # --- permissions

    def test_permissions(self):
        self.fs("mkdir", self.home, "mode=0755")
        self.fs("mkdir", self.home + "/secret", "mode=0700")
        self.put(self.home + "/secret/file", b"hidden")
        self.put(self.home + "/file", b"text", "MUST_CACHE", "mode=0640")
        self.fs("mkdir", self.home + "/full", "mode=0755")
        self.put(self.home + "/full/file", b"text", "MUST_CACHE", "mode=0644")
        name = self.home.strip("/")
        owner = self.stat(self.home)
        group = owner["group"]
        self.assertEqual(owner["owner"], SUPER)

        def denied(access, path, at, at_mode, *words, user="daemon"):
            self.assertIn("Permission denied: user=%s, access=%s, path=%s: failed at %s, inode "
                          "owner=%s, inode group=%s, inode mode=%s" % (
                              user, access, path, at, SUPER, group, at_mode),
                          self.fails(*words, user=user))

        home = self.home
        denied("-w-", home + "/new", name, "rwxr-xr-x", "mkdir", home + "/new")
        denied("--x", home + "/secret/file", "secret", "rwx------", "stat", home + "/secret/file")
        denied("r--", home + "/secret", "secret", "rwx------", "ls", home + "/secret")
        if not JAVA:  # Java 2.9.6 checks this for its own checkAccess only
            denied("r--", home + "/file", "file", "rw-r-----", "read", home + "/file")
        denied("-w-", home + "/file", name, "rwxr-xr-x", "rm", home + "/file")
        denied("-w-", home + "/full", name, "rwxr-xr-x", "rm", home + "/full", "recursive=true")
        denied("-w-", home + "/file", name, "rwxr-xr-x", "mv", home + "/file", home + "/moved")
        denied("-w-", home + "/file", "file", "rw-r-----", "set", home + "/file", "pinned=true")
        denied("-w-", home + "/file", "file", "rw-r-----", "access", home + "/file", "bits=WRITE")
        empty = os.path.join(self.local, "empty")
        open(empty, "w").close()
        denied("-w-", home + "/new", name, "rwxr-xr-x", "create", home + "/new", empty)
        self.assertIn("user=daemon is not the owner of path=%s/file" % home,
                      self.fails("set", home + "/file", "mode=0777", user="daemon"))
        self.assertIn("daemon is not a super user or in super group",
                      self.fails("set", home + "/file", "owner=daemon", user="daemon"))
        self.assertEqual(self.fs("ls", home, user="daemon").split(),
                         [home + "/file", home + "/full", home + "/secret"])
        # A recursive listing leaves out what the user may not see.
        self.assertEqual(self.fs("ls", home, "recursive=true", user="daemon").split(),
                         [home + "/file", home + "/full", home + "/full/file", home + "/secret"])
        self.assertEqual(self.fs("access", home + "/full/file", "bits=READ", user="daemon"), "")

        # Owner and group.
        self.fs("set", home + "/file", "owner=daemon")
        self.assertEqual(self.read(home + "/file", user="daemon"), self.digest(b"text"))
        self.fs("set", home + "/file", "mode=0040", user="daemon")
        self.assertIn("access=r--", self.fails("read", home + "/file", user="daemon"))
        self.fs("set", home + "/file", "group=games")
        self.assertEqual(self.read(home + "/file", user="games"), self.digest(b"text"))
        self.assertIn("access=r--", self.fails("read", home + "/file", user="bin"))
        self.assertEqual(self.read(home + "/file"), self.digest(b"text"))
        self.fs("set", home, "mode=0777")
        self.fs("mkdir", home + "/own", user="games")
        status = self.stat(home + "/own")
        self.assertEqual((status["owner"], status["group"], status["mode"]),
                         ("games", "games", "0755"))
        self.fs("mkdir", home + "/masked", user="games",
                conf="alluxio.security.authorization.permission.umask=0077")
        self.assertEqual(self.stat(home + "/masked")["mode"], "0700")

    def test_permissions_on_the_command_line(self):
        self.cli("fs", "mkdir", self.home)
        self.cli("fs", "chmod", "750", self.home)
        text = ("Permission denied: user=daemon, access=%s, path=" + self.home + "%s: failed at " +
                self.home[1:])
        self.assertIn(text % ("r--", ""), self.cli("fs", "ls", self.home, user="daemon", code=1))
        self.assertIn(text % ("-w-", "/a"),
                      self.cli("fs", "mkdir", self.home + "/a", user="daemon", code=1))
        self.assertIn("Permission denied", self.cli("fs", "touch", self.home + "/b",
                                                    user="daemon", code=1))
        self.assertIn("is not the owner", self.cli("fs", "chmod", "777", self.home,
                                                   user="daemon", code=1))
        self.cli("fs", "chown", "daemon", self.home)
        self.cli("fs", "touch", self.home + "/b", user="daemon")
        self.assertIn("daemon", self.cli("fs", "ls", self.home))
        self.cli("fs", "mkdir", self.home + "/m", "-Dalluxio.security.authorization.permission."
                 "umask=0027", user="daemon")
        self.assertEqual(self.stat(self.home + "/m")["mode"], "0750")

    def test_impersonation(self):
        self.fs("mkdir", self.home, "mode=0777")

        def hadoop(connect_as, hadoop_user, *words):
            shell = Batch("HadoopShellBatch", "client",
                          [*self.java_options(), "-DHADOOP_USER_NAME=" + hadoop_user,
                           "-Dalluxio.user.rpc.retry.max.duration=2s",
                           "-Dalluxio.security.login.username=" + connect_as],
                          [self.cluster.uri], conf_dir=self.client_conf)
            try:
                return shell.run(*words)
            finally:
                shell.close()

        code, out, err = hadoop(SUPER, "games", "-mkdir", self.home + "/games")
        self.assertEqual(code, 0, out + err)
        self.assertEqual(self.stat(self.home + "/games")["owner"], "games")
        code, out, err = hadoop("bin", "games", "-mkdir", self.home + "/by-group")
        self.assertEqual(code, 0, out + err)
        self.assertEqual(self.stat(self.home + "/by-group")["owner"], "games")
        code, out, err = hadoop(SUPER, "bin", "-mkdir", self.home + "/bin")
        self.assertNotEqual(code, 0)
        self.assertIn("impersonat", out + err)

    # --- repeated requests

    def test_operation_ids(self):
        def once(number):
            return ("commonOptions.operationId.mostSignificantBits=7",
                    "commonOptions.operationId.leastSignificantBits=%d" % number)

        self.fs("mkdir", self.home)
        for _ in range(2):
            self.fs("mkdir", self.home + "/dir", *once(1))
        self.assertIn("already exists", self.fails("mkdir", self.home + "/dir", *once(2)))
        for _ in range(2):
            self.fs("open-create", self.home + "/file", *once(3))
        self.assertIn("exist", self.fails("open-create", self.home + "/file", *once(4)))
        for _ in range(2):
            self.fs("mv", self.home + "/dir", self.home + "/moved", *once(5))
        self.assertIn("does not exist",
                      self.fails("mv", self.home + "/dir", self.home + "/other", *once(6)))
        for _ in range(2):
            self.fs("rm", self.home + "/moved", *once(7))
        self.assertIn("does not exist", self.fails("rm", self.home + "/moved", *once(8)))
        # The ids are in the journal.
        self.restart_master()
        self.fs("rm", self.home + "/moved", *once(7))
        self.assertIn("does not exist", self.fails("rm", self.home + "/moved", *once(9)))

    # --- attributes

    def test_attributes(self):
        path = self.home + "/file"
        self.put(path, b"x", "MUST_CACHE", "xattr.created=with it", "replicationMin=0")
        status = self.stat(path)
        self.assertEqual(status["xattr.created"], "with it")
        self.fs("set", path, "xattr.a=1", "xattr.b=2", "xattrUpdateStrategy=UNION_REPLACE")
        self.fs("set", path, "xattr.a=3", "xattr.c=4", "xattrUpdateStrategy=UNION_PRESERVE")
        status = self.stat(path)
        self.assertEqual({k: v for k, v in status.items() if k.startswith("xattr")},
                         {"xattr.created": "with it", "xattr.a": "1", "xattr.b": "2",
                          "xattr.c": "4"})
        self.fs("set", path, "xattr.created=", "xattrUpdateStrategy=DELETE_KEYS")
        self.assertNotIn("xattr.created", self.stat(path))
        self.fs("set", path, "xattr.only=1", "xattrUpdateStrategy=TRUNCATE")
        self.assertEqual([k for k in self.stat(path) if k.startswith("xattr")], ["xattr.only"])
        self.fs("set", path, "replicationMin=1", "replicationMax=3")
        status = self.stat(path)
        self.assertEqual((status["replicationMin"], status["replicationMax"]), ("1", "3"))
        self.assertIn("replication", self.fails("set", path, "replicationMin=4").lower())
        self.fs("set", path, "pinned=true")
        self.assertEqual(self.stat(path)["pinned"], "true")
        self.fs("mkdir", self.home + "/pinned")
        self.fs("set", self.home + "/pinned", "pinned=true")
        self.put(self.home + "/pinned/child", b"x")
        self.assertEqual(self.stat(self.home + "/pinned/child")["pinned"], "true")
        self.restart_master()
        status = self.stat(path)
        self.assertEqual((status["pinned"], status["xattr.only"], status["replicationMax"]),
                         ("true", "1", "3"))

    # --- listing

    def test_long_listings(self):
        os.makedirs(self.ufs_home)
        for folder in range(2):
            os.makedirs("%s/d%d" % (self.ufs_home, folder))
            for i in range(10000):
                with open("%s/d%d/f%05d" % (self.ufs_home, folder, i), "w"):
                    pass
        count = self.fs("iterate", self.home, "recursive=true", "loadMetadataType=ONCE")
        self.assertEqual(count, "20002")
        names = self.fs("ls", self.home, "recursive=true").split()
        self.assertEqual(names, sorted(names))
        self.assertEqual(len(names), 20002)
        out = self.cli("fs", "ls", "-R", self.home)
        self.assertEqual(len(out.splitlines()), 20002)
        # Pages.
        seen, offset = [], []
        while True:
            lines = self.fs("partial", self.home + "/d0", "batchSize=3000", *offset).splitlines()
            truncated, total = lines[0].split(" ")
            self.assertEqual(total, "10000")
            seen += [line.split(" ", 1)[1] for line in lines[1:]]
            if truncated == "false":
                break
            offset = ["offsetId=" + lines[-1].split(" ", 1)[0]]
        self.assertEqual(seen, ["%s/d0/f%05d" % (self.home, i) for i in range(10000)])
        lines = self.fs("partial", self.home + "/d0", "batchSize=2", "startAfter=f00041",
                        "prefix=/f0004").splitlines()
        self.assertEqual([line.split(" ", 1)[1] for line in lines[1:]],
                         [self.home + "/d0/f00042", self.home + "/d0/f00043"])
        lines = self.fs("partial", self.home, "batchSize=2", "startAfter=d0/f09998",
                        "options.recursive=true").splitlines()
        self.assertEqual(lines[0], "true -1")
        self.assertEqual([line.split(" ", 1)[1] for line in lines[1:]],
                         [self.home + "/d0/f09999", self.home + "/d1"])
        self.fs("rm", self.home, "recursive=true")
        self.assertFalse(os.path.exists(self.ufs_home))

    def test_odd_names(self):
        for name in ("Grüße", "文件", "emoji-😀", "sp ace", "per%20cent", "plus+and&", "co:lon",
                     "quo'te\"", "star*", "semi;colon", "hash#", "brace{}[]", "-dash", "~tilde",
                     "e\u0301", "dot.", "...", "$dollar", "x" * 255):
            path = self.home + "/" + name
            content = self.put(path, name.encode(), "CACHE_THROUGH")
            self.assertEqual(self.read_ufs(name), content)
            self.assertEqual(self.read(path), self.digest(content), name)
            status = self.stat(path)
            self.assertEqual(status["path"], path)
            self.fs("mv", path, path[:200] + "2")
            self.assertTrue(os.path.exists(self.cluster.ufs + path[:200] + "2"), name)
            self.fs("mv", path[:200] + "2", path)
            self.fs("free", path)
            self.assertEqual(self.read(path, "NO_CACHE"), self.digest(content), name)
        names = sorted(self.fs("ls", self.home).splitlines())
        listed = self.cli("fs", "ls", self.home)
        for name in names:
            self.assertIn(name, listed)
        # And what was there before.
        self.write_ufs("behind/äöü ß", b"z")
        self.assertEqual(self.fs("ls", self.home + "/behind").splitlines(),
                         [self.home + "/behind/äöü ß"])
        self.assertEqual(self.read(self.home + "/behind/äöü ß"), self.digest(b"z"))

    # --- mounts

    def test_mounts(self):
        outer, inner, other = (os.path.join(self.cluster.folder, "mount-" + name)
                               for name in ("outer", "inner", "other"))
        for folder in (outer, inner, other):
            os.makedirs(folder)
        with open(os.path.join(outer, "before"), "wb") as f:
            f.write(b"outer")
        with open(os.path.join(inner, "before"), "wb") as f:
            f.write(b"inner!")
        self.fs("mkdir", self.home)
        self.fs("mount", self.home + "/outer", outer, "properties.aws.secretKey=hush-hush",
                "properties.some.option=shown")
        self.fs("mount", self.home + "/outer/inner", inner, "readOnly=true")
        self.assertEqual(self.read(self.home + "/outer/before"), self.digest(b"outer"))
        self.assertEqual(self.read(self.home + "/outer/inner/before"), self.digest(b"inner!"))
        self.assertEqual(self.fs("ls", self.home + "/outer", "recursive=true").split(),
                         [self.home + "/outer/" + n for n in ("before", "inner", "inner/before")])
        self.assertEqual(self.stat(self.home + "/outer/inner")["mountPoint"], "true")
        self.assertEqual(self.fs("reverse", inner + "/before"),
                         self.home + "/outer/inner/before")
        # Refused.
        readonly = "A write operation on %%s under a readonly mount point %s/outer/inner is not " \
                   "allowed" % self.home
        new = self.home + "/outer/inner/new"
        self.assertIn(readonly % new, self.fails("mkdir", new))
        before = self.home + "/outer/inner/before"
        self.assertIn(readonly % before, self.fails("rm", before))
        self.assertIn("readonly", self.fails("set", before, "mode=0700"))
        self.assertIn("cross mount operation",
                      self.fails("mv", self.home + "/outer/before", self.home + "/moved"))
        self.assertIn("mount", self.fails("mount", self.home + "/again", outer))
        self.assertIn("mount", self.fails("mount", self.home + "/again", outer + "/deeper"))
        self.assertIn("exist", self.fails("mount", self.home + "/outer", other))
        self.assertIn("exist", self.fails("mount", self.home + "/nothing",
                                          os.path.join(self.cluster.folder, "no-such-folder")))
        self.assertIn("mount", self.fails("rm", self.home + "/outer", "recursive=true"))
        self.assertTrue(self.is_there(self.home + "/outer/before"))
        # Both the table and the option survive; the secret is for nobody's eyes.
        self.fs("update-mount", self.home + "/outer/inner", "readOnly=false")
        self.put(self.home + "/outer/inner/new", b"written", "CACHE_THROUGH")
        self.restart_master()
        table = self.fs("mounts", "/")
        lines = {line.split(" ")[0]: line for line in table.splitlines()}
        self.assertEqual(lines[self.home + "/outer/inner"].split(" ")[1:4], [inner, "false",
                                                                            "false"])
        self.assertIn("some.option=shown", lines[self.home + "/outer"])
        with open(os.path.join(inner, "new"), "rb") as f:
            self.assertEqual(f.read(), b"written")
        shown = table + self.cli("fs", "mount") + self.cli("getConf", "--master")
        for name in [] if JAVA else os.listdir(self.cluster.logs):  # Java logs it
            with open(os.path.join(self.cluster.logs, name), errors="replace") as f:
                shown += f.read()
        self.assertNotIn("hush-hush", shown)
        self.assertIn("******", table)
        # Away with it; the data stays.
        self.fs("unmount", self.home + "/outer/inner")
        self.assertFalse(self.is_there(self.home + "/outer/inner"))
        self.fs("unmount", self.home + "/outer")
        self.assertEqual(sorted(os.listdir(inner)), ["before", "new"])
        self.assertEqual(self.fs("ls", self.home), "")

    # --- changes behind our back

    def test_metadata_load(self):
        self.write_ufs("a/one", b"1")
        self.assertIn("does not exist",
                      self.fails("stat", self.home + "/a/one", "loadMetadataType=NEVER"))
        never = "alluxio.user.file.metadata.load.type=NEVER"
        self.assertIn("does not exist", self.fails("ls", self.home + "/a", conf=never))
        self.assertEqual(self.stat(self.home + "/a/one")["length"], "1")
        self.assertEqual(self.fs("ls", self.home + "/a").split(), [self.home + "/a/one"])
        self.write_ufs("a/two", b"22")
        once = "alluxio.user.file.metadata.load.type=ONCE"
        self.assertEqual(self.fs("ls", self.home + "/a", conf=once).split(),
                         [self.home + "/a/one"])
        always = "alluxio.user.file.metadata.load.type=ALWAYS"
        self.assertEqual(self.fs("ls", self.home + "/a", conf=always).split(),
                         [self.home + "/a/one", self.home + "/a/two"])
        self.write_ufs("a/three/four", b"4444")
        self.cli("fs", "loadMetadata", self.home + "/a")
        self.assertEqual(self.fs("ls", self.home + "/a", conf=never).split(),
                         [self.home + "/a/" + n for n in ("one", "three", "two")])

    def test_changes_behind_our_back(self):
        sync = "alluxio.user.file.metadata.sync.interval=0"
        path = self.home + "/file"
        self.put(path, self.data(2 * MIB, 1), "CACHE_THROUGH")
        self.assertEqual(self.cached(path), 100)
        changed = self.data(MIB + 9, 2)
        self.write_ufs("file", changed)
        self.assertEqual(self.read(path), self.digest(self.data(2 * MIB, 1)))  # not known yet
        self.assertEqual(self.read(path, conf=sync), self.digest(changed))
        self.assertEqual(self.read(path), self.digest(changed))
        self.assertEqual(self.stat(path)["length"], str(MIB + 9))
        # The same size, other bytes.
        time.sleep(0.02)
        changed = self.data(MIB + 9, 3)
        self.write_ufs("file", changed)
        self.assertEqual(self.read(path, conf=sync), self.digest(changed))
        self.assertEqual(self.read(path), self.digest(changed))
        os.chmod(self.ufs_home + "/file", 0o600)
        self.assertEqual(self.stat(path, conf=sync)["mode"], "0600")
        # Replaced by a directory and back.
        os.remove(self.ufs_home + "/file")
        self.write_ufs("file/inside", b"inside")
        self.assertEqual(self.stat(path, conf=sync)["folder"], "true")
        self.assertEqual(self.read(path + "/inside"), self.digest(b"inside"))
        shutil.rmtree(self.ufs_home + "/file")
        self.write_ufs("file", b"a file again")
        self.assertEqual(self.fs("ls", self.home, conf=sync).split(), [path])
        self.assertEqual(self.read(path, conf=sync), self.digest(b"a file again"))
        self.assertFalse(self.is_there(path + "/inside"))
        # Deleted and created.
        os.remove(self.ufs_home + "/file")
        self.write_ufs("new", b"new")
        self.assertEqual(self.fs("ls", self.home, conf=sync).split(), [self.home + "/new"])
        self.assertIn("does not exist", self.fails("read", path, conf=sync))
        self.assertFalse(self.is_there(path))
        # What is in memory only is not the under store's to delete.
        self.put(self.home + "/memory", b"m")
        self.assertEqual(self.fs("ls", self.home, conf=sync).split(),
                         [self.home + "/memory", self.home + "/new"])
        self.write_ufs("new", b"newer")
        self.assertIn(" 5 ", self.cli("fs", "ls", "-" + "Dalluxio.user.file.metadata.sync."
                                      "interval=0", self.home))

    def test_unknown_changes_give_errors_not_wrong_bytes(self):
        self.write_ufs("gone", self.data(100, 1))
        self.write_ufs("shorter", self.data(100, 2))
        self.fs("ls", self.home)
        os.remove(self.ufs_home + "/gone")
        self.write_ufs("shorter", self.data(10, 2))
        for name in ("gone", "shorter"):
            code, out, err = self.call("read", self.home + "/" + name, "readType=CACHE",
                                       conf="alluxio.user.block.read.retry.max.duration=1s")
            self.assertNotEqual(code, 0, "%s: %s" % (name, out))
            self.assertEqual(self.cached(self.home + "/" + name), 0)

    def test_check_consistency(self):
        self.put(self.home + "/good", b"x", "CACHE_THROUGH")
        self.put(self.home + "/lost", b"x", "CACHE_THROUGH")
        self.put(self.home + "/longer", b"x", "CACHE_THROUGH")
        self.assertIn("is consistent", self.cli("fs", "checkConsistency", self.home))
        os.remove(self.ufs_home + "/lost")
        self.write_ufs("longer", b"xyz")
        out = self.cli("fs", "checkConsistency", self.home)
        self.assertIn(self.home + "/lost", out)
        self.assertIn(self.home + "/longer", out)
        self.assertNotIn(self.home + "/good", out)
        self.cli("fs", "checkConsistency", "-r", self.home)
        self.assertIn("is consistent", self.cli("fs", "checkConsistency", self.home))


if __name__ == "__main__":
    unittest.main(verbosity=2)
