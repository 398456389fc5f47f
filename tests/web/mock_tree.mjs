// A tree of files for the mock server: folders of 0, 1 and 100,000 entries and names that hurt.

export const BIG = 100_000;
const NOW = Date.UTC(2026, 10, 28, 8, 0, 0);

/** Each of these broke a web page somewhere. None holds "/" or NUL: Alluxio has no such names. */
export const HOSTILE = [
  "<script>window.hacked=1</script>",
  "<img src=x onerror=window.hacked=1>",
  "100% of #1?a=b&c=d+e",
  "%2e%2e%2fetc",
  "%",
  "\u202egpj.exe",
  "two\nlines",
  "tab\there",
  " spaces at both edges ",
  "zero\u200bwidth",
  "数据 données ñ 🚀",
  "';alert(1)//\"`${1}",
  "javascript:alert(1)",
  "{{constructor}}",
  "back\\slash",
  "x".repeat(240),
];

function pad(n, width) {
  return String(n).padStart(width, "0");
}

function entry(parent, name, extra = {}) {
  const path = parent === "/" ? `/${name}` : `${parent}/${name}`;
  return {
    id: extra.id ?? path.length * 16777216 + 16777215,
    absolutePath: path,
    name,
    isDirectory: false,
    size: "1024B",
    sizeBytes: 1024,
    blockSizeBytes: 67108864,
    creationTimeMs: NOW - 86_400_000,
    modificationTimeMs: NOW - 3_600_000,
    inAlluxio: true,
    inAlluxioPercentage: 100,
    persistenceState: "PERSISTED",
    pinned: false,
    owner: "alice",
    group: "analysts",
    mode: "-rw-r--r--",
    fileLocations: ["worker-1.example"],
    completed: true,
    blocks: 1,
    ...extra,
  };
}

function folder(parent, name, children, extra = {}) {
  return entry(parent, name, {
    isDirectory: true,
    sizeBytes: children,
    mode: "drwxr-xr-x",
    inAlluxioPercentage: 0,
    persistenceState: "PERSISTED",
    ...extra,
  });
}

const TOP = [
  ["big", BIG],
  ["empty", 0],
  ["hostile", HOSTILE.length],
  ["one", 1],
  ["secret", 0],
  ["tables", 4],
];

const FILES = {
  "/tables": [
    entry("/tables", "orders.parquet", {
      sizeBytes: 1_288_490_189,
      inAlluxioPercentage: 63,
      pinned: true,
      blocks: 20,
    }),
    entry("/tables", "customers.csv", { sizeBytes: 12_345, persistenceState: "TO_BE_PERSISTED" }),
    entry("/tables", "being-written.log", {
      sizeBytes: 0,
      completed: false,
      inAlluxioPercentage: 0,
      persistenceState: "NOT_PERSISTED",
    }),
    entry("/tables", "gone.bin", { persistenceState: "LOST", inAlluxioPercentage: 0 }),
  ],
  "/one": [entry("/one", "only.txt", { sizeBytes: 20_000 })],
  "/hostile": HOSTILE.map((name) => entry("/hostile", name, { owner: "<b>bob</b>" })),
};

function bigEntry(i) {
  return entry("/big", `part-${pad(i, 6)}`, {
    sizeBytes: (i * 7919) % 1_000_003,
    modificationTimeMs: NOW - ((i * 104_729) % BIG) * 1000,
    inAlluxioPercentage: i % 101,
  });
}

const orders = new Map();
/** The indexes of the big folder in an order, made once. */
function bigOrder(sort, order) {
  const key = `${sort} ${order}`;
  if (!orders.has(key)) {
    const all = Array.from({ length: BIG }, (_, i) => i);
    if (sort !== "name") {
      const field = { size: "sizeBytes", modified: "modificationTimeMs" }[sort];
      const values = all.map((i) => bigEntry(i)[field ?? "inAlluxioPercentage"]);
      all.sort((a, b) => values[a] - values[b] || a - b);
    }
    orders.set(key, order === "desc" ? all.reverse() : all);
  }
  return orders.get(key);
}

function compare(sort) {
  const field = {
    size: "sizeBytes",
    modified: "modificationTimeMs",
    cached: "inAlluxioPercentage",
  };
  if (sort === "name") return (a, b) => (a.name < b.name ? -1 : 1);
  return (a, b) => a[field[sort]] - b[field[sort]];
}

/** One page of a folder: {total, rows}, or undefined when there is no such folder. */
export function list(path, { offset, limit, sort, order }) {
  if (path === "/big") {
    const all = bigOrder(sort, order);
    return { total: BIG, rows: all.slice(offset, offset + limit).map(bigEntry) };
  }
  let all;
  if (path === "/") {
    all = TOP.map(([name, n]) => folder("/", name, n, { mountPoint: name === "tables" }));
  } else if (path === "/empty" || path === "/secret") {
    all = [];
  } else {
    all = FILES[path];
  }
  if (!all) return undefined;
  const rows = [...all].sort(compare(sort));
  if (order === "desc") rows.reverse();
  return { total: rows.length, rows: rows.slice(offset, offset + limit) };
}

/** What is known of a path, or undefined. */
export function find(path) {
  if (path === "/") return folder("", "", TOP.length, { absolutePath: "/", name: "/" });
  const top = TOP.find(([name]) => `/${name}` === path);
  if (top) return folder("/", top[0], top[1]);
  const big = /^\/big\/part-(\d{6})$/.exec(path);
  if (big && Number(big[1]) < BIG) return bigEntry(Number(big[1]));
  for (const files of Object.values(FILES)) {
    const file = files.find((one) => one.absolutePath === path);
    if (file) return file;
  }
  return undefined;
}

/** 5 KiB of a file's text. */
export function preview(file, offset) {
  const lines = [];
  for (let i = 0; i < 200; i++) {
    lines.push(`<script>window.hacked=1</script> line ${i} of ${file.name} at ${offset}`);
  }
  return lines.join("\n").slice(0, Math.min(5120, Math.max(0, file.sizeBytes - offset)));
}
