// What a master and a worker answer, in the form of docs/design/0006-web.md.
import { find, HOSTILE, list, preview } from "./mock_tree.mjs";

const GIB = 2 ** 30;
const HOUR = 3_600_000;

/** An hour of points: waves as gauges, or as counters that grow by such a wave each second. */
function series(wanted) {
  const values = {};
  wanted.forEach(([name, high, kind], seed) => {
    let sum = 0;
    values[name] = Array.from({ length: 360 }, (_, i) => {
      const wave = high * (0.55 + 0.35 * Math.sin((i + seed * 40) / 23) + 0.1 * Math.sin(i * 0.7));
      sum += wave * 10;
      return kind === "counter" ? sum : wave;
    });
  });
  return {
    stepMs: 10_000,
    startMs: Date.now() - HOUR,
    names: wanted.map(([name]) => name),
    values,
  };
}

function worker(i, extra = {}) {
  return {
    host: `worker-${i}.example`,
    workerId: 1000 + i,
    webPort: 30000,
    rpcPort: 29999,
    state: "ACTIVE",
    capacityBytes: 64 * GIB,
    usedBytes: ((i * 13) % 64) * GIB,
    blockCount: String(i * 311),
    lastHeartbeatSec: i % 3,
    startTimeMs: Date.now() - i * HOUR,
    version: "2.9.6-native",
    tiers: [
      { alias: "MEM", capacityBytes: 16 * GIB, usedBytes: ((i * 7) % 16) * GIB },
      { alias: "SSD", capacityBytes: 48 * GIB, usedBytes: ((i * 13) % 48) * GIB },
    ],
    ...extra,
  };
}

function overview(state) {
  const live = state.workers;
  return {
    clusterId: "5d0d2b1e-8a39-4c0c-9d3b-0d8f6a3f1b11",
    version: "2.9.6-native",
    startTimeMs: Date.now() - 53 * HOUR,
    uptimeMs: 53 * HOUR,
    masterNodeAddress: "master-1.example:19998",
    masterRole: state.role,
    liveWorkerNodes: live,
    lostWorkerNodes: state.lost,
    capacityBytes: live * 64 * GIB,
    usedBytes: live * 23 * GIB,
    diskCapacity: "10.00TB",
    diskUsedCapacity: "3.20TB",
    diskFreeCapacity: "6.80TB",
    paths: 1_234_567,
    blocks: 2_345_678,
    replicaBlockCount: "2,901,234",
    configCheckStatus: "PASSED",
    tiers: live
      ? [
          { alias: "MEM", capacityBytes: live * 16 * GIB, usedBytes: live * 14 * GIB },
          { alias: "SSD", capacityBytes: live * 48 * GIB, usedBytes: live * 9 * GIB },
        ]
      : [],
    masters: [
      { address: "master-1.example:19998", role: "PRIMARY", version: "2.9.6-native" },
      { address: "master-2.example:19998", role: "STANDBY", lagEntries: 0 },
      { address: "master-3.example:19998", role: "STANDBY", lagEntries: 48_211 },
    ],
    warnings: state.lost
      ? ["1 worker is lost: dead-worker.example <script>window.hacked=1</script>"]
      : [],
    safeMode: false,
  };
}

function browse(query) {
  const path = query.get("path") ?? "/";
  if (path === "/secret") {
    return { accessControlException: `Permission denied: user=nobody, access=r-x, path=${path}` };
  }
  const current = find(path);
  if (!current) return { fileDoesNotExistException: `Path "${path}" does not exist.` };
  const offset = Number(query.get("offset") ?? 0);
  const answer = {
    currentPath: path,
    currentDirectory: current,
    pathInfos: [],
    showPermissions: true,
  };
  if (!current.isDirectory) {
    return {
      ...answer,
      fileInfos: [],
      fileBlocks: Array.from({ length: current.blocks }, (_, i) => ({
        id: current.id - i,
        blockLength: Math.min(67108864, current.sizeBytes - i * 67108864),
        lastAccessTimeMs: Date.now() - i * 60_000,
        locations: ["worker-1.example"],
        hosts:
          i % 3 === 2
            ? []
            : [
                { host: `worker-${1 + (i % 4)}.example`, webPort: 30000, tier: "MEM" },
                { host: "javascript:alert(1)//", webPort: 30000, tier: "<b>SSD</b>" },
              ],
      })),
      fileData: preview(current, offset),
      viewingOffset: offset,
    };
  }
  const page = list(path, {
    offset,
    limit: Math.min(1000, Number(query.get("limit") ?? 20)),
    sort: query.get("sort") ?? "name",
    order: query.get("order") ?? "asc",
  });
  return { ...answer, ntotalFile: page.total, fileInfos: page.rows };
}

/** As the master does: below the folder, letters of either case, nothing fetched. */
function search(query) {
  const path = query.get("path") ?? "/";
  const text = (query.get("text") ?? "").toLowerCase();
  const offset = Number(query.get("offset") ?? 0);
  const all = list(path, { offset: 0, limit: Infinity, sort: "name", order: "asc" }).rows;
  const from = path === "/" ? 0 : path.length;
  const found = all.filter((f) => f.absolutePath.slice(from).toLowerCase().includes(text));
  return {
    currentPath: path,
    text,
    ntotalFile: found.length,
    scannedAll: path !== "/big",
    cutBy: path !== "/big" ? "" : text.endsWith("0") ? "time" : "found",
    visited: all.length,
    showPermissions: true,
    fileInfos: found.slice(offset, offset + Number(query.get("limit") ?? 20)),
  };
}

function data(query) {
  const page = list("/big", {
    offset: Number(query.get("offset") ?? 0),
    limit: Number(query.get("limit") ?? 20),
    sort: "name",
    order: "asc",
  });
  return {
    inAlluxioFileNum: page.total,
    fileInfos: page.rows,
    showPermissions: true,
    scannedAll: false,
  };
}

function workers(state) {
  return {
    normalNodeInfos: Array.from({ length: state.workers }, (_, i) => worker(i + 1)),
    failedNodeInfos: Array.from({ length: state.lost }, () =>
      worker(0, { host: "dead-worker.example", state: "LOST", lastHeartbeatSec: 4_123 }),
    ),
  };
}

/** `state.jobs` of each kind; -1: no job service. */
function jobs(state) {
  const many = Math.max(0, state.jobs);
  const states = ["RUNNING", "VERIFYING", "STOPPED", "SUCCEEDED", "FAILED"];
  return {
    loadJobCount: many,
    loadJobs: Array.from({ length: Math.min(1000, many) }, (_, i) => {
      const bad = states[i % 5] === "FAILED" || many === 1;
      return {
        path: i === 0 ? `/tables/${HOSTILE[0]}` : `/tables/t${i}`,
        id: `5d0d2b1e-8a39-4c0c-9d3b-${i}`,
        user: "alice",
        state: many === 1 ? "FAILED" : states[i % 5],
        verify: false,
        filesProcessed: 12_345,
        filesFailed: bad ? 2 : 0,
        bytesLoaded: 3 * GIB,
        ...(i % 2 ? {} : { bytesTotal: 4 * GIB }),
        elapsedMs: 65_000,
        ...(bad ? { failure: "2 files could not be loaded" } : {}),
        reasons: bad
          ? [{ path: "s3://b/<b>x</b>", reason: "Status code: 5, message: no such object" }]
          : [],
      };
    }),
    jobService:
      state.jobs < 0 ? { available: false, reason: "job:20001: refused" } : { available: true },
    jobCount: many,
    jobs: Array.from({ length: Math.min(1000, many) }, (_, i) => ({
      id: String(1_700_000_000_000 + i),
      name: i % 2 ? "Migrate" : "Load",
      status: ["COMPLETED", "RUNNING", "FAILED", "CANCELED", "CREATED"][i % 5],
      description: `LoadConfig{FilePath=/tables/t${i}<script>window.hacked=1</script>}`,
      updatedMs: Date.now() - i * 1000,
      ...(i % 5 === 2 ? { error: "block 5 on worker-1.example: no space" } : {}),
    })),
  };
}

const MASTERS = {
  primaryMasterInfo: {
    address: { host: "master-1.example", rpcPort: 19998 },
    role: "PRIMARY",
    version: "2.9.6-native",
    webAddress: "master-1.example:19999",
  },
  standbyMasterInfos: [
    {
      address: { host: "master-2.example", rpcPort: 19998 },
      role: "STANDBY",
      lagEntries: 12,
      webAddress: "master-2.example:19999",
    },
  ],
  lostMasterInfos: [{ address: { host: "master-3.example", rpcPort: 19998 } }],
};

const MOUNTS = {
  mounts: [
    {
      mountPoint: "/",
      ufsUri: "/var/lib/data",
      ufsType: "local",
      ufsCapacityBytes: 500 * GIB,
      ufsUsedBytes: 123 * GIB,
      readOnly: false,
      shared: false,
      state: "OK",
      properties: {},
    },
    {
      mountPoint: "/tables",
      ufsUri: "s3://bucket/tables",
      ufsType: "s3",
      readOnly: true,
      shared: true,
      ufsCapacityBytes: -1,
      ufsUsedBytes: -1,
      state: "DOWN",
      reason: "connect <b>10.0.0.1</b>: refused",
      properties: {
        "s3a.accessKeyId": "******",
        "alluxio.underfs.s3.endpoint": "http://s3.example",
      },
    },
  ],
};

function configuration() {
  const sources = [
    "DEFAULT",
    "DEFAULT",
    "DEFAULT",
    "DEFAULT",
    "SITE_PROPERTY (/opt/alluxio/conf/alluxio-site.properties)",
    "DEFAULT",
  ];
  return {
    configuration: Array.from({ length: 900 }, (_, i) => ({
      left: `alluxio.mock.room${i % 30}.property.number.${i}`,
      middle: i === 4 ? "<script>window.hacked=1</script>" : `${i * 10}MB`,
      right: sources[i % sources.length],
      default: `${i % 6 === 4 ? 1 : i * 10}MB`,
      scope: "MASTER",
      effect: i % 7 ? "Works" : "Inert",
      expected: "a size, as 64MB",
      help: i % 7 ? `How large room ${i % 30} may grow.` : "No effect here: it has no rooms.",
    })),
    configHash: "0d2f7b",
  };
}

const LEVELS = ["INFO", "INFO", "INFO", "WARN", "ERROR"];
/** Line i of the log, always of the same length so that offsets are easy. */
function logLine(i) {
  const name = HOSTILE[i % 6].slice(0, 40).replace(/\n/g, " ");
  return `2026-11-28 08:00:00,000 ${LEVELS[i % 5]} rpc: line=${i} path=${name}`.padEnd(119) + "\n";
}

function logs(query, state) {
  const path = query.get("path");
  const files = [
    { name: "master.log", sizeBytes: state.logLines * 120, modificationTimeMs: Date.now() },
    { name: "master.out", sizeBytes: 0, modificationTimeMs: Date.now() - HOUR },
    { name: "old <b>name</b>.log", sizeBytes: 12, modificationTimeMs: Date.now() - 48 * HOUR },
  ];
  if (path === null) return { fileInfos: files, ntotalFile: files.length };
  const file = files.find((one) => one.name === path);
  if (!file) return { invalidPathError: `there is no log file "${path}"` };
  if (query.get("search")) {
    const matches = [];
    for (let i = state.logLines - 1; i >= 0 && matches.length < 200; i--) {
      const line = logLine(i).trimEnd();
      if (line.includes(query.get("search"))) matches.push({ offset: i * 120, line });
    }
    const searchedAll = matches.length < 200;
    return { currentPath: path, matches, searchedBytes: file.sizeBytes, searchedAll };
  }
  const asked = Number(query.get("offset") ?? 0);
  const at = query.get("end") === "1" ? Math.max(0, file.sizeBytes - asked) : asked;
  const length = Math.max(0, Math.min(65536, file.sizeBytes - at));
  const first = Math.floor(at / 120);
  let text = "";
  for (let i = first; text.length < length + 120 && i < state.logLines; i++) text += logLine(i);
  return {
    currentPath: path,
    fileData: text.slice(at - first * 120, at - first * 120 + length),
    fileSize: file.sizeBytes,
    viewingOffset: at,
  };
}

function metrics(kind) {
  const all = {};
  for (let i = 0; i < 400; i++) all[`Master.Mock${String(i).padStart(3, "0")}Ops`] = i * 1234.5;
  return {
    now: Date.now(),
    metrics: all,
    rpcs: ["GetStatus", "ListStatus", "CreateFile", "CompleteFile", "Remove"].map((method, i) => ({
      method,
      count: 10 ** (6 - i),
      meanMs: 0.2 + i,
      p50Ms: 0.1 + i,
      p95Ms: 0.9 + i,
      p99Ms: 3.3 + i * 400,
    })),
    series: series([
      ["Cluster.BytesReadLocal", 2 * GIB, "counter"],
      ["Cluster.BytesReadUfsAll", GIB / 4, "counter"],
      ["Cluster.CacheHitRate", 0.9, "gauge"],
      ["Cluster.CapacityUsed", 400 * GIB, "gauge"],
      ["Master.JournalSequenceNumber", 900, "counter"],
      ["Master.Mock001Ops", 3, "gauge"],
      ...["GetStatus", "ListStatus", "CreateFile"].flatMap((method, i) => [
        [`Master.${method}.count`, 4000 / (i + 1), "counter"],
        [`Master.${method}.mean`, 0.2 + i, "gauge"],
      ]),
      ...(kind === "worker" ? [["Worker.BytesReadCache", GIB, "counter"]] : []),
    ]),
  };
}

function workerOverview() {
  return {
    capacityBytes: "64.00GB",
    usedBytes: "40.00GB",
    usageOnTiers: [
      { tierAlias: "MEM", capacityBytes: 16 * GIB, usedBytes: 15.9 * GIB },
      { tierAlias: "SSD", capacityBytes: 48 * GIB, usedBytes: 24.1 * GIB },
    ],
    storageDirs: [
      {
        tierAlias: "MEM",
        dirPath: "/dev/shm/alluxio",
        capacityBytes: 16 * GIB,
        usedBytes: 15.9 * GIB,
        state: "OK",
      },
      {
        tierAlias: "SSD",
        dirPath: "/ssd/<b>a</b>",
        capacityBytes: 48 * GIB,
        usedBytes: 24.1 * GIB,
        state: "FAILED",
      },
    ],
    // As 2.9 has them: texts beside the numbers of the tiers.
    blockCount: 1234,
    version: "2.9.6-native",
    workerInfo: { workerAddress: "worker-1.example:29999", startTime: "", uptime: "" },
    startTimeMs: Date.now() - 5 * HOUR,
    uptimeMs: 5 * HOUR,
    masterAddress: "master-1.example:19998",
    registered: true,
  };
}

function blockInfo(query) {
  const offset = Number(query.get("offset") ?? 0);
  const limit = Number(query.get("limit") ?? 20);
  const rows = Array.from({ length: Math.max(0, Math.min(limit, 100_000 - offset)) }, (_, i) => ({
    id: 16777216 + offset + i,
    name: String(16777216 + offset + i),
    fileId: 33554431 + offset + i,
    sizeBytes: 67108864,
    tier: "MEM",
  }));
  return { fileInfos: rows, ntotalFile: 100_000, orderedTierAliases: ["MEM", "SSD"] };
}

/** The answer to a route below /api/v1/<kind>/, or undefined. */
export function answer(kind, route, query, state) {
  const init = {
    debug: false,
    process: kind,
    refreshInterval: state.refreshMs,
    hostname: `${kind}-1.example`,
    version: "2.9.6-native",
    webFileInfoEnabled: true,
    securityAuthorizationPermissionEnabled: true,
    ...(kind === "master" ? { role: state.role, primaryAddress: state.primaryAddress } : {}),
  };
  switch (`${kind}/${route}`) {
    case "master/webui_init":
    case "worker/webui_init":
      return init;
    case "master/webui_overview":
      return overview(state);
    case "master/webui_browse":
      return browse(query);
    case "master/webui_search":
      return search(query);
    case "master/webui_data":
      return data(query);
    case "master/webui_jobs":
      return jobs(state);
    case "master/webui_workers":
      return workers(state);
    case "master/webui_masters":
      return MASTERS;
    case "master/webui_mounttable":
      return MOUNTS;
    case "master/webui_config":
    case "worker/webui_config":
      return configuration();
    case "master/webui_logs":
    case "worker/webui_logs":
      return logs(query, state);
    case "master/webui_metrics":
    case "worker/webui_metrics":
      return metrics(kind);
    case "worker/webui_overview":
      return workerOverview();
    case "worker/webui_blockinfo":
      return blockInfo(query);
    default:
      return undefined;
  }
}
