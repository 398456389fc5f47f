import { useState } from "react";
import type { WorkerState, Workers } from "../api";
import { useApi } from "../lib/context";
import { count, duration, percent } from "../lib/format";
import { usePoll } from "../lib/poll";
import { useRoute } from "../lib/router";
import { sorted, useSorting, type Sorting } from "../lib/sorting";
import { serverUrl } from "../lib/urls";
import { Capacity } from "../parts/bar";
import { Age, Badge } from "../parts/facts";
import { Filter, matches } from "../parts/filter";
import { Name } from "../parts/name";
import { Empty, Loaded } from "../parts/states";
import { Table, type Column } from "../parts/table";

const SHOWN = 200;

function Host({ worker }: { worker: WorkerState }) {
  const url = serverUrl(worker.host, worker.webPort);
  return (
    <>
      {url ? <a href={url}>{worker.host}</a> : <Name text={worker.host} />}
      {worker.rpcPort !== undefined && <span className="muted">:{worker.rpcPort}</span>}
    </>
  );
}

function Tiers({ worker }: { worker: WorkerState }) {
  const tiers = worker.tiers ?? [];
  if (tiers.length < 2) {
    const alias = tiers[0]?.alias ?? "Cache";
    return <Capacity name={alias} used={worker.usedBytes} capacity={worker.capacityBytes} />;
  }
  return (
    <>
      {tiers.map((tier) => (
        <Capacity
          key={tier.alias}
          name={tier.alias}
          used={tier.usedBytes}
          capacity={tier.capacityBytes}
        />
      ))}
    </>
  );
}

function State({ state }: { state: string | undefined }) {
  if (!state) return <span className="muted">–</span>;
  const text = state.toLowerCase().replace(/_/g, " ");
  const good = /in service|live|normal|^active/.test(text);
  return <Badge tone={good ? "good" : /lost|fail/.test(text) ? "bad" : "warn"}>{text}</Badge>;
}

const version = (worker: WorkerState) =>
  worker.revision ? `${worker.version ?? ""} (${worker.revision.slice(0, 8)})` : worker.version;

const COLUMNS: Column<WorkerState>[] = [
  { key: "host", title: "Worker", sortable: true, cell: (w) => <Host worker={w} /> },
  { key: "state", title: "State", sortable: true, cell: (w) => <State state={w.state} /> },
  {
    key: "heartbeat",
    title: "Heartbeat",
    sortable: true,
    cell: (w) => <Age seconds={w.lastHeartbeatSec} />,
  },
  { key: "used", title: "Capacity", sortable: true, cell: (w) => <Tiers worker={w} /> },
  {
    key: "blocks",
    title: "Blocks",
    sortable: true,
    numeric: true,
    cell: (w) => count(w.blockCount),
  },
  {
    key: "uptime",
    title: "Uptime",
    sortable: true,
    cell: (w) => duration(w.startTimeMs === undefined ? undefined : Date.now() - w.startTimeMs),
  },
  { key: "version", title: "Version", minor: true, cell: (w) => version(w) },
];

const VALUES: Record<string, (worker: WorkerState) => string | number | undefined> = {
  host: (w) => `${w.host}:${w.rpcPort ?? ""}`,
  state: (w) => w.state,
  heartbeat: (w) => w.lastHeartbeatSec,
  used: (w) => percent(w.usedBytes, w.capacityBytes),
  blocks: (w) => Number(w.blockCount ?? 0),
  uptime: (w) => (w.startTimeMs === undefined ? undefined : -w.startTimeMs),
};

function WorkerTable({
  caption,
  workers,
  sorting,
}: {
  caption: string;
  workers: WorkerState[];
  sorting: Sorting;
}) {
  const [all, setAll] = useState(false);
  const rows = sorted(workers, VALUES[sorting.sort] ?? ((w) => w.host), sorting.order);
  return (
    <>
      <Table
        caption={caption}
        columns={COLUMNS}
        rows={all ? rows : rows.slice(0, SHOWN)}
        rowKey={(w) => `${w.workerId ?? ""} ${w.host}:${w.rpcPort ?? ""}`}
        sorting={sorting}
      />
      {!all && rows.length > SHOWN && (
        <button type="button" className="more" onClick={() => setAll(true)}>
          Show all {count(rows.length)}
        </button>
      )}
    </>
  );
}

export function WorkersPage() {
  const { base, refreshMs } = useApi();
  const poll = usePoll<Workers>(`${base}/webui_workers`, refreshMs);
  const sorting = useSorting(Object.keys(VALUES), "host", "asc");
  const filter = useRoute().query.get("q") ?? "";
  return (
    <Loaded poll={poll} what="the workers">
      {(data) => {
        const live = data.normalNodeInfos ?? [];
        const lost = data.failedNodeInfos ?? [];
        const wanted = (w: WorkerState) => matches(filter, w.host, w.state, w.version);
        const shownLost = lost.filter(wanted);
        const shown = live.filter(wanted);
        return (
          <>
            {live.length + lost.length > 5 && <Filter label="Filter workers" />}
            {lost.length > 0 && (
              <>
                <h2 className="bad-text">Lost ({count(lost.length)})</h2>
                <p className="lead">
                  These have sent no heartbeat for longer than alluxio.master.worker.timeout. What
                  only they hold cannot be read until they come back.
                </p>
                <WorkerTable caption="Lost workers" workers={shownLost} sorting={sorting} />
              </>
            )}
            <h2>Live ({count(live.length)})</h2>
            {live.length === 0 ? (
              <Empty>
                No live worker. Start one: <code>alluxio-start.sh worker</code>; its log says why
                when it does not stay.
              </Empty>
            ) : shown.length === 0 ? (
              <Empty>No live worker fits the filter.</Empty>
            ) : (
              <WorkerTable caption="Live workers" workers={shown} sorting={sorting} />
            )}
          </>
        );
      }}
    </Loaded>
  );
}
