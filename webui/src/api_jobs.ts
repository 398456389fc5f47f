// What a master answers about jobs (docs/design/0006-web.md).

/** A load job of the master: "fs load PATH --submit". */
export interface LoadJob {
  path: string;
  id: string;
  user: string;
  state: string;
  verify: boolean;
  filesProcessed: number;
  filesFailed: number;
  bytesLoaded: number;
  /** Unknown before everything is counted, and with a partial listing. */
  bytesTotal?: number;
  bandwidth?: number;
  elapsedMs: number;
  endTimeMs?: number;
  failure?: string;
  reasons: { path: string; reason: string }[];
}

export interface ServiceJob {
  id: string;
  name: string;
  status: string;
  description: string;
  updatedMs: number;
  error?: string;
}

export interface Jobs {
  loadJobCount: number;
  loadJobs: LoadJob[];
  jobService: { available: boolean; reason?: string };
  /** Of the job service; `jobs` has the newest of them. */
  jobCount: number;
  jobs: ServiceJob[];
}
