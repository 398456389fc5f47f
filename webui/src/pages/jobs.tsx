import { useState } from "react";
import type { Jobs, LoadJob, ServiceJob } from "../api_jobs";
import { useApi } from "../lib/context";
import { bytes, count, duration, percent, plural } from "../lib/format";
import { usePoll } from "../lib/poll";
import { useRoute } from "../lib/router";
import { sorted, useSorting } from "../lib/sorting";
import { Bar } from "../parts/bar";
import { Badge, Time } from "../parts/facts";
import { Filter, matches } from "../parts/filter";
import { Name } from "../parts/name";
import { Empty, Loaded } from "../parts/states";
import { Table, type Column } from "../parts/table";

const SHOWN = 200;
const SHOWN_LOADS = 20; // so that the other kind is not far down

function State({ state }: { state: string }) {
  const tone = /SUCCEEDED|COMPLETED/.test(state)
    ? "good"
    : /FAILED/.test(state)
      ? "bad"
      : /STOPPED|CANCELED/.test(state)
        ? "warn"
        : "plain";
  return <Badge tone={tone}>{state.toLowerCase()}</Badge>;
}

function Progress({ job }: { job: LoadJob }) {
  if (job.bytesTotal === undefined) return <>{bytes(job.bytesLoaded)}</>;
  const label = `${bytes(job.bytesLoaded)} of ${bytes(job.bytesTotal)}`;
  return (
    <>
      <Bar value={percent(job.bytesLoaded, job.bytesTotal)} label={label} />
      {label}
    </>
  );
}

function Failures({ job }: { job: LoadJob }) {
  if (!job.filesFailed && !job.failure) return <span className="muted">none</span>;
  return (
    <details>
      <summary className="bad-text">{plural(job.filesFailed, "file")}</summary>
      {job.failure && (
        <p>
          <Name text={job.failure} />
        </p>
      )}
      {job.reasons.map(({ path, reason }) => (
        <p key={path}>
          <Name text={path} />: <Name text={reason} />
        </p>
      ))}
      {job.filesFailed > job.reasons.length && (
        <p className="muted">
          More: <code>alluxio fs load PATH --progress --verbose</code>
        </p>
      )}
    </details>
  );
}

const LOAD_COLUMNS: Column<LoadJob>[] = [
  { key: "path", title: "Path", cell: (j) => <Name text={j.path} /> },
  { key: "state", title: "State", cell: (j) => <State state={j.state} /> },
  { key: "files", title: "Files", numeric: true, cell: (j) => count(j.filesProcessed) },
  { key: "bytes", title: "Loaded", cell: (j) => <Progress job={j} /> },
  { key: "failed", title: "Failed", cell: (j) => <Failures job={j} /> },
  { key: "took", title: "Time", cell: (j) => duration(j.elapsedMs) },
  { key: "user", title: "User", minor: true, cell: (j) => <Name text={j.user} /> },
];

const JOB_COLUMNS: Column<ServiceJob>[] = [
  { key: "id", title: "Job", sortable: true, cell: (j) => j.id },
  {
    key: "name",
    title: "Kind",
    sortable: true,
    cell: (j) => (
      <span className="one-line">
        <Name text={j.name} />
      </span>
    ),
  },
  { key: "status", title: "State", sortable: true, cell: (j) => <State state={j.status} /> },
  {
    key: "what",
    title: "What",
    cell: (j) => (
      <>
        <Name text={j.description} />
        {j.error && (
          <p className="bad-text">
            <Name text={j.error} />
          </p>
        )}
      </>
    ),
  },
  { key: "updated", title: "Changed", sortable: true, cell: (j) => <Time ms={j.updatedMs} /> },
];

const VALUES: Record<string, (job: ServiceJob) => string | number | undefined> = {
  id: (j) => Number(j.id),
  name: (j) => j.name,
  status: (j) => j.status,
  updated: (j) => -j.updatedMs,
};

function LoadJobs({ data, filter }: { data: Jobs; filter: string }) {
  const [all, setAll] = useState(false);
  if (data.loadJobs.length === 0) {
    return (
      <Empty>
        No load job. Begin one: <code>alluxio fs load PATH --submit</code>
      </Empty>
    );
  }
  const rows = data.loadJobs.filter((j) =>
    matches(filter, j.path, j.state, j.user, j.failure, ...j.reasons.flatMap(Object.values)),
  );
  if (rows.length === 0) return <Empty>No load job fits the filter.</Empty>;
  return (
    <>
      {data.loadJobCount > data.loadJobs.length && (
        <p className="lead">
          The newest {count(data.loadJobs.length)} of {count(data.loadJobCount)}.
        </p>
      )}
      <Table
        caption="Load jobs"
        columns={LOAD_COLUMNS}
        rows={all ? rows : rows.slice(0, SHOWN_LOADS)}
        rowKey={(j) => j.id}
      />
      {!all && rows.length > SHOWN_LOADS && (
        <button type="button" className="more" onClick={() => setAll(true)}>
          Show all {count(rows.length)} load jobs
        </button>
      )}
    </>
  );
}

function ServiceJobs({ data, filter }: { data: Jobs; filter: string }) {
  const [all, setAll] = useState(false);
  const sorting = useSorting(Object.keys(VALUES), "updated", "asc");
  if (!data.jobService.available) {
    return (
      <Empty>
        <p>
          <strong>No job service answers.</strong> Copies, moves and{" "}
          <code>distributedLoad</code> need one; nothing else does. Start it:{" "}
          <code>alluxio-start.sh job_master</code> and{" "}
          <code>alluxio-start.sh job_workers</code>.
        </p>
        <p className="muted">
          <Name text={data.jobService.reason ?? ""} />
        </p>
      </Empty>
    );
  }
  if (data.jobs.length === 0) return <Empty>The job service has no job.</Empty>;
  const shown = data.jobs.filter((j) =>
    matches(filter, j.id, j.name, j.status, j.description, j.error),
  );
  const rows = sorted(shown, VALUES[sorting.sort] ?? ((j) => j.id), sorting.order);
  return (
    <>
      {data.jobCount > data.jobs.length && (
        <p className="lead">
          The newest {count(data.jobs.length)} of {count(data.jobCount)}.
        </p>
      )}
      {rows.length === 0 ? (
        <Empty>No job fits the filter.</Empty>
      ) : (
        <Table
          caption="Jobs of the job service"
          columns={JOB_COLUMNS}
          rows={all ? rows : rows.slice(0, SHOWN)}
          rowKey={(j) => j.id}
          sorting={sorting}
        />
      )}
      {!all && rows.length > SHOWN && (
        <button type="button" className="more" onClick={() => setAll(true)}>
          Show all {count(rows.length)}
        </button>
      )}
    </>
  );
}

export function JobsPage() {
  const { base, refreshMs } = useApi();
  const filter = useRoute().query.get("q") ?? "";
  const poll = usePoll<Jobs>(`${base}/webui_jobs`, refreshMs);
  return (
    <Loaded poll={poll} what="the jobs">
      {(data) => (
        <>
          {(filter !== "" || data.jobs.length + data.loadJobs.length > 5) && (
            <div className="toolbar">
              <Filter label="Filter jobs" />
            </div>
          )}
          <h2>Load jobs ({count(data.loadJobCount)})</h2>
          <LoadJobs data={data} filter={filter} />
          <h2>Job service{data.jobService.available && ` (${count(data.jobCount)})`}</h2>
          <ServiceJobs data={data} filter={filter} />
        </>
      )}
    </Loaded>
  );
}
