// What the servers answer (docs/design/0006-web.md). A number that a server does not know is left
// out, so most numbers are optional here. Texts come from users: show them as text only.

export type ProcessKind = "master" | "worker";

export interface Init {
  process: ProcessKind;
  refreshInterval?: number;
  role?: "PRIMARY" | "STANDBY";
  primaryAddress?: string;
  /** Where a worker's master has its pages, "host:port". */
  masterWebAddress?: string;
  hostname?: string;
  version?: string;
  webFileInfoEnabled?: boolean;
  securityAuthorizationPermissionEnabled?: boolean;
}

export interface Tier {
  alias: string;
  capacityBytes: number;
  usedBytes: number;
}

export interface MasterState {
  address: string;
  webAddress?: string;
  role: string;
  lagEntries?: number;
  version?: string;
}

export interface Overview {
  clusterId?: string;
  version?: string;
  startTimeMs?: number;
  uptimeMs?: number;
  masterNodeAddress?: string;
  masterRole?: string;
  liveWorkerNodes?: number;
  lostWorkerNodes?: number;
  capacityBytes?: number;
  usedBytes?: number;
  diskCapacity?: string;
  diskUsedCapacity?: string;
  diskFreeCapacity?: string;
  paths?: number;
  blocks?: number;
  replicaBlockCount?: string;
  tiers?: Tier[];
  masters?: MasterState[];
  warnings?: string[];
  safeMode?: boolean;
  configCheckStatus?: string;
}

export interface FileInfo {
  id: number | string;
  absolutePath: string;
  name: string;
  isDirectory: boolean;
  sizeBytes?: number;
  blockSizeBytes?: number | string;
  creationTimeMs?: number;
  modificationTimeMs?: number;
  inAlluxio?: boolean;
  inAlluxioPercentage?: number;
  persistenceState?: string;
  pinned?: boolean;
  owner?: string;
  group?: string;
  mode?: string;
  fileLocations?: string[];
  mountPoint?: boolean;
  completed?: boolean;
  blocks?: number;
}

export interface BlockHost {
  host: string;
  webPort?: number;
  tier?: string;
}

export interface FileBlock {
  id: number | string;
  blockLength: number;
  lastAccessTimeMs?: number;
  locations?: string[];
  hosts?: BlockHost[];
}

export interface Browse {
  currentPath?: string;
  currentDirectory?: FileInfo;
  pathInfos?: FileInfo[];
  ntotalFile?: number;
  fileInfos?: FileInfo[];
  showPermissions?: boolean;
  fileBlocks?: FileBlock[] | null;
  fileData?: string | null;
  viewingOffset?: number;
  invalidPathError?: string;
  fileDoesNotExistException?: string;
  accessControlException?: string;
  fatalError?: string;
}

export interface Found {
  currentPath?: string;
  ntotalFile?: number;
  fileInfos?: FileInfo[];
  showPermissions?: boolean;
  scannedAll?: boolean;
  /** What ended it early. */
  cutBy?: "" | "found" | "visited" | "time";
  visited?: number;
}

export interface CachedData {
  inAlluxioFileNum?: number;
  fileInfos?: FileInfo[];
  showPermissions?: boolean;
  scannedAll?: boolean;
  fatalError?: string;
  permissionError?: string;
}

export interface WorkerState {
  host: string;
  webPort?: number;
  rpcPort?: number;
  workerId?: number | string;
  state?: string;
  capacityBytes?: number;
  usedBytes?: number;
  blockCount?: number | string;
  lastHeartbeatSec?: number;
  startTimeMs?: number;
  version?: string;
  revision?: string;
  tiers?: Tier[];
}

export interface Workers {
  normalNodeInfos?: WorkerState[];
  failedNodeInfos?: WorkerState[];
}

export interface MasterInfo {
  address?: { host: string; rpcPort: number };
  version?: string;
  role?: string;
  lagEntries?: number;
  webAddress?: string;
}

export interface Masters {
  primaryMasterInfo?: MasterInfo | null;
  standbyMasterInfos?: MasterInfo[];
  lostMasterInfos?: MasterInfo[];
}

export interface Mount {
  mountPoint: string;
  ufsUri: string;
  ufsType?: string;
  ufsCapacityBytes?: number;
  ufsUsedBytes?: number;
  readOnly?: boolean;
  shared?: boolean;
  state?: string;
  reason?: string;
  properties?: Record<string, string>;
}

export interface MountTable {
  mounts?: Mount[];
  mountPointInfos?: Record<string, Mount>;
}

export interface Setting {
  left: string;
  middle: string;
  right: string;
  default?: string;
  scope?: string;
  /** "Works", or "Inert" for what is accepted and does nothing here. */
  effect?: string;
  /** What a value has to look like. */
  expected?: string;
  /** What it does here, or why it does nothing. */
  help?: string;
}

export interface Configuration {
  configuration?: Setting[];
  whitelist?: string[];
  configHash?: string;
}

export interface LogFile {
  name: string;
  sizeBytes?: number;
  modificationTimeMs?: number;
}

export interface LogMatch {
  offset: number;
  line: string;
}

export interface Logs {
  fileInfos?: LogFile[] | null;
  ntotalFile?: number;
  currentPath?: string;
  fileData?: string | null;
  fileSize?: number;
  viewingOffset?: number;
  matches?: LogMatch[];
  searchedBytes?: number;
  searchedAll?: boolean;
  invalidPathError?: string;
  fatalError?: string;
}

export interface RpcStat {
  method: string;
  count: number;
  meanMs?: number;
  p50Ms?: number;
  p95Ms?: number;
  p99Ms?: number;
}

export interface Series {
  stepMs: number;
  startMs: number;
  names: string[];
  values: Record<string, (number | null)[]>;
}

export interface Metrics {
  now?: number;
  metrics?: Record<string, number>;
  rpcs?: RpcStat[];
  series?: Series;
}

export interface StorageDir {
  tierAlias: string;
  dirPath: string;
  capacityBytes: number;
  usedBytes: number;
  state?: string;
}

export interface WorkerOverview {
  usageOnTiers?: { tierAlias: string; capacityBytes: number; usedBytes: number }[];
  storageDirs?: StorageDir[];
  blockCount?: number;
  version?: string;
  workerInfo?: { workerAddress?: unknown };
  startTimeMs?: number;
  uptimeMs?: number;
  masterAddress?: string;
  registered?: boolean;
}

export interface WorkerBlock {
  id: number | string;
  fileId?: number | string;
  sizeBytes?: number;
  tier?: string;
}

export interface WorkerBlocks {
  fileInfos?: WorkerBlock[];
  ntotalFile?: number;
  orderedTierAliases?: string[];
}
