"""What the suite of crashes over real stores does: operations, and at which request of each to kill
whom."""
from steps import ANSWERED, ARRIVED

BIG = 11 << 20  # two parts of an upload


class Round:
    """One operation in a folder of its own: what was there, what shall be there, what to run."""

    def __init__(self, rng, folder, big):
        self.rng = rng
        self.folder = folder
        self.before = {}      # key below the folder -> bytes, known to the client
        self.after = {}       # the same when the operation is done
        self.piecewise = False  # each file by itself may be as before or after
        self.background = False  # the steps come after the command
        self.command = ()
        self.meanwhile = None  # a command that comes while the step is held up
        self.big = big
        self.more = b""       # instead of nothing
        self.first = self.second = None
        self.first_make = None  # a folder of the namespace alone
        self.empty = {}        # folder -> folder it becomes, or None
        self.ready = None      # a command that comes before, and must succeed
        self.overwrites = None  # the key whose file is replaced

    def commands(self):
        return [c for c in (self.first, self.second) if c is not None]

    def data(self):
        return self.rng.randbytes(self.rng.choice([0, 1, 3000, 70000]))

    def copy(self, key):
        self.background = True
        data = self.rng.randbytes(BIG) if self.big else self.data() or self.more
        self.command = ("copyFromLocal", key, data)
        return data

    def overwrite(self, write_type):
        """A command of the Java client: ours has no word for it."""
        old, self.overwrites = self.rng.randbytes(self.rng.choice([0, 1, 3000])), "f"
        new = self.rng.randbytes(BIG if self.big else self.rng.choice([2, 3001, 70000]))
        self.before = {"f": old, "other": b"1"}
        self.after = {**self.before, "f": new}
        self.background = write_type == "ASYNC_THROUGH"
        return "overwrite", "f", new, write_type

    def path(self, key=""):
        return ("/%s/%s" % (self.folder, key)).rstrip("/")

    def tree(self, top):
        """A folder with folders in it, and names that sort oddly."""
        return {top + "/" + name: self.data() for name in
                ["a", "a.b", "sub/x", "sub/deep/y y", "sub/%41+#", "sub-1/z", "ä"]}


def persist(r):
    r.before = {"other": b"1"}
    r.after = {**r.before, "f": r.copy("f")}


def persist_below(r):
    """Its folders are not in the store yet."""
    r.before = {"other": b"1"}
    r.after = {**r.before, "new/deep/f": r.copy("new/deep/f")}
    r.first_make = r.path("new/deep")


def persist_renamed(r):
    r.before = {"d/other": b"1"}
    r.after = {**r.before, "d/g": r.copy("f")}
    r.meanwhile = ("mv", r.path("f"), r.path("d/g"))


def persist_deleted(r):
    r.before = {"other": b"1"}
    r.after = dict(r.before)
    r.copy("f")
    r.meanwhile = ("rm", r.path("f"))


def rename_file(r):
    data, other = r.data(), r.data()
    r.before = {"from": data, "d/other": other}
    r.after = {"d/to": data, "d/other": other}
    r.command = ("mv", r.path("from"), r.path("d/to"))


def rename_folder(r):
    r.before = {**r.tree("from"), "other": b"1"}
    r.empty = {"from/empty/": "to/empty/", "from/sub/none/": "to/sub/none/"}
    r.after = {("to" + k[4:] if k.startswith("from/") else k): v for k, v in r.before.items()}
    r.command = ("mv", r.path("from"), r.path("to"))


def delete_file(r):
    r.before = {"gone": r.data(), "other": r.data()}
    r.after = {"other": r.before["other"]}
    r.command = ("rm", r.path("gone"))


def delete_folder(r):
    r.before = {**r.tree("gone"), "other": b"1"}
    r.empty = {"gone/empty/": None, "gone/sub/none/": None}
    r.after = {"other": b"1"}
    r.piecewise = True
    r.command = ("rm", "-R", r.path("gone"))


def overwrite_through(r):
    r.command = r.overwrite("THROUGH")


def overwrite_cached_too(r):
    r.command = r.overwrite("CACHE_THROUGH")


def overwrite_later(r):
    r.command = r.overwrite("ASYNC_THROUGH")


def overwrite_then_delete(r):
    """The store has the old bytes only, which must go with the file."""
    r.ready = r.overwrite("MUST_CACHE")
    r.overwrites = None
    r.after = {"other": b"1"}
    r.command = ("rm", r.path("f"))


class Step:
    """Where to kill whom: the nth request of a name, while an operation is under way."""

    def __init__(self, operation, victims, request, moment, nth=(1, 1), big=False):
        self.operation, self.victims, self.request = operation, victims, request
        self.moment, self.nth, self.big = moment, nth, big
        self.name = "%s%s: kill the %s when %s %s" % (
            operation.__name__, " (big)" if big else "", " and the ".join(victims), request,
            "arrives" if moment == ARRIVED else "is answered")


def both(operation, victims, request, nth=(1, 1), big=False):
    return [Step(operation, victims, request, moment, nth, big) for moment in (ARRIVED, ANSWERED)]


MASTER, WORKER, BOTH = ("master",), ("worker",), ("master", "worker")
S3_STEPS = [step for steps in (
    both(persist, WORKER, "PUT temporary"),
    both(persist, BOTH, "PUT temporary"),
    both(persist, MASTER, "PUT temporary"),
    both(persist, WORKER, "begin upload", big=True),
    both(persist, WORKER, "PUT part", (1, 2), big=True),
    both(persist, BOTH, "complete upload", big=True),
    both(persist, WORKER, "complete upload", big=True),
    both(persist, MASTER, "COPY temporary"),
    both(persist, MASTER, "DELETE temporary"),
    both(persist_below, MASTER, "PUT marker", (1, 2)),
    both(persist_below, MASTER, "COPY temporary"),
    both(persist_renamed, WORKER, "PUT temporary"),
    both(persist_renamed, BOTH, "PUT temporary"),
    both(persist_renamed, MASTER, "COPY temporary"),
    both(persist_renamed, MASTER, "DELETE temporary"),
    both(persist_deleted, WORKER, "PUT temporary"),
    both(persist_deleted, BOTH, "PUT temporary"),
    both(persist_deleted, BOTH, "complete upload", big=True),
    both(persist_deleted, MASTER, "COPY temporary"),
    both(persist_deleted, MASTER, "DELETE temporary"),
    both(rename_file, MASTER, "COPY"),
    both(rename_file, MASTER, "DELETE"),
    both(rename_folder, MASTER, "PUT marker", (1, 3)),
    both(rename_folder, MASTER, "LIST", (1, 4)),
    both(rename_folder, MASTER, "COPY", (1, 7)),
    both(rename_folder, MASTER, "DELETE", (1, 7)),
    both(rename_folder, MASTER, "DELETE marker", (1, 2)),
    both(delete_file, MASTER, "DELETE"),
    both(delete_folder, MASTER, "LIST", (1, 4)),
    both(delete_folder, MASTER, "DELETE", (1, 7)),
    both(delete_folder, MASTER, "DELETE marker", (1, 2)),
    both(overwrite_through, WORKER, "PUT"),
    both(overwrite_through, MASTER, "PUT"),
    both(overwrite_through, WORKER, "PUT part", (1, 2), big=True),
    both(overwrite_through, BOTH, "complete upload", big=True),
    both(overwrite_cached_too, WORKER, "PUT"),
    both(overwrite_cached_too, BOTH, "PUT"),
    both(overwrite_cached_too, WORKER, "begin upload", big=True),
    both(overwrite_cached_too, WORKER, "complete upload", big=True),
    both(overwrite_cached_too, MASTER, "complete upload", big=True),
    both(overwrite_later, WORKER, "PUT temporary"),
    both(overwrite_later, BOTH, "complete upload", big=True),
    both(overwrite_later, MASTER, "COPY temporary"),
    both(overwrite_later, MASTER, "DELETE temporary"),
    both(overwrite_then_delete, MASTER, "DELETE"),
) for step in steps]

# As S3, but large objects are made of segments, which are copied and deleted one by one.
SWIFT_STEPS = [step for step in S3_STEPS if not step.big] + [step for steps in (
    both(persist, WORKER, "PUT segment", (1, 3), big=True),
    both(persist, BOTH, "PUT manifest temporary", big=True),
    both(persist, MASTER, "COPY segment", (1, 3), big=True),
    both(persist, MASTER, "PUT manifest", big=True),
    both(persist, MASTER, "DELETE segment", (1, 3), big=True),
    both(persist_deleted, BOTH, "PUT manifest temporary", big=True),
    both(overwrite_through, WORKER, "PUT segment", (1, 3), big=True),
    both(overwrite_through, BOTH, "PUT manifest", big=True),
    both(overwrite_cached_too, MASTER, "PUT manifest", big=True),
    both(overwrite_later, MASTER, "PUT manifest", big=True),
) for step in steps]


def hdfs_steps(create, block, complete, commit, move, make, delete):
    """`block` and `complete` are no requests to the name node of WebHDFS."""
    table = (
        both(persist, WORKER, create + " temporary hidden"),
        both(persist, WORKER, block + " temporary hidden"),
        both(persist, WORKER, complete + " temporary hidden"),
        both(persist, BOTH, complete + " temporary hidden"),
        both(persist, WORKER, commit + " temporary hidden"),
        both(persist, BOTH, commit + " temporary hidden"),
        both(persist, MASTER, move + " temporary"),
        both(persist_below, MASTER, make),
        both(persist_below, MASTER, move + " temporary"),
        both(persist_renamed, WORKER, create + " temporary hidden"),
        both(persist_renamed, BOTH, commit + " temporary hidden"),
        both(persist_renamed, MASTER, move + " temporary"),
        both(persist_deleted, WORKER, create + " temporary hidden"),
        both(persist_deleted, BOTH, commit + " temporary hidden"),
        both(persist_deleted, MASTER, move + " temporary"),
        both(rename_file, MASTER, move),
        both(rename_folder, MASTER, move),
        both(delete_file, MASTER, delete),
        both(delete_folder, MASTER, delete, (1, 9)),
        both(overwrite_through, WORKER, create + " hidden"),
        both(overwrite_through, WORKER, complete + " hidden"),
        both(overwrite_through, MASTER, commit + " hidden"),
        both(overwrite_through, WORKER, commit + " hidden", big=True),
        both(overwrite_cached_too, WORKER, block + " hidden"),
        both(overwrite_cached_too, WORKER, commit + " hidden"),
        both(overwrite_cached_too, BOTH, commit + " hidden"),
        both(overwrite_cached_too, MASTER, create + " hidden"),
        both(overwrite_later, WORKER, commit + " temporary hidden"),
        both(overwrite_later, BOTH, create + " temporary hidden"),
        both(overwrite_later, MASTER, move + " temporary"),
        both(overwrite_then_delete, MASTER, delete),
    )
    return [step for steps in table for step in steps if not step.request.startswith("-")]


HDFS_STEPS = hdfs_steps("create", "addBlock", "complete", "rename2", "rename2", "mkdirs", "delete")
WEBHDFS_STEPS = hdfs_steps("CREATE", "-", "-", "RENAME", "RENAME", "MKDIRS", "DELETE")
