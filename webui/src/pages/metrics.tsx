import { useDeferredValue, useMemo, useState } from "react";
import type { Metrics, RpcStat } from "../api";
import { chartsOf } from "../lib/charts";
import { useApi, useInit } from "../lib/context";
import { count, milliseconds } from "../lib/format";
import { usePoll } from "../lib/poll";
import { here, navigate, useRoute } from "../lib/router";
import { sorted, useSorting } from "../lib/sorting";
import { Chart } from "../parts/chart";
import { Card } from "../parts/facts";
import { Filter, matches } from "../parts/filter";
import { Key } from "../parts/name";
import { Empty, Loaded } from "../parts/states";
import { Table, type Column } from "../parts/table";

const SHOWN = 100;

const RPC_COLUMNS: Column<RpcStat>[] = [
  { key: "method", title: "Method", sortable: true, cell: (r) => <code>{r.method}</code> },
  { key: "count", title: "Calls", sortable: true, numeric: true, cell: (r) => count(r.count) },
  ...(["mean", "p50", "p95", "p99"] as const).map((key) => ({
    key,
    title: key,
    sortable: true,
    numeric: true,
    cell: (r: RpcStat) => milliseconds(r[`${key}Ms`]),
  })),
];

const RPC_VALUES: Record<string, (rpc: RpcStat) => string | number | undefined> = {
  method: (r) => r.method,
  count: (r) => r.count,
  mean: (r) => r.meanMs,
  p50: (r) => r.p50Ms,
  p95: (r) => r.p95Ms,
  p99: (r) => r.p99Ms,
};

function Rpcs({ rpcs }: { rpcs: RpcStat[] }) {
  const sorting = useSorting(Object.keys(RPC_VALUES), "count", "desc");
  if (!rpcs.length) return <Empty>No call was served yet.</Empty>;
  const value = RPC_VALUES[sorting.sort] ?? ((r: RpcStat) => r.count);
  return (
    <Table
      caption="Calls served"
      columns={RPC_COLUMNS}
      rows={sorted(rpcs, value, sorting.order)}
      rowKey={(r) => r.method}
      sorting={sorting}
    />
  );
}

interface Metric {
  name: string;
  value: number;
  /** There are points of the last hour. */
  kept: boolean;
}

/** The metrics that somebody chose to see as charts; they are in the address. */
function useChosen(): string[] {
  return (useRoute().query.get("chart") ?? "").split(",").filter(Boolean);
}

function ChartButton({ name }: { name: string }) {
  const chosen = useChosen();
  const shown = chosen.includes(name);
  const next = shown ? chosen.filter((one) => one !== name) : [...chosen, name];
  return (
    <button
      type="button"
      className="small"
      aria-pressed={shown}
      aria-label={`Chart of ${name}`}
      onClick={() => navigate(here({ chart: next.join(",") }), "replace")}
    >
      chart
    </button>
  );
}

const METRIC_COLUMNS: Column<Metric>[] = [
  { key: "name", title: "Name", cell: (m) => <Key text={m.name} /> },
  { key: "value", title: "Value", numeric: true, cell: (m) => count(m.value) },
  {
    key: "chart",
    title: "Last hour",
    numeric: true,
    cell: (m) => (m.kept ? <ChartButton name={m.name} /> : null),
  },
];

function AllMetrics({ data }: { data: Metrics }) {
  const [all, setAll] = useState(false);
  const filter = useDeferredValue(useRoute().query.get("q") ?? "");
  const entries: Metric[] = Object.entries(data.metrics ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value, kept: !!data.series?.values[name]?.length }));
  const found = entries.filter((metric) => matches(filter, metric.name));
  const rows = all ? found : found.slice(0, SHOWN);
  return (
    <>
      <div className="toolbar">
        <Filter label="Filter metrics" />
        <span className="muted" role="status">
          {count(found.length)} of {count(entries.length)}
        </span>
      </div>
      {found.length ? (
        <Table caption="All metrics" columns={METRIC_COLUMNS} rows={rows} rowKey={(m) => m.name} />
      ) : (
        <Empty>No metric fits the filter.</Empty>
      )}
      {rows.length < found.length && (
        <button type="button" className="more" onClick={() => setAll(true)}>
          Show all {count(found.length)}
        </button>
      )}
    </>
  );
}

function Charts({ data }: { data: Metrics }) {
  const { series } = data;
  const chosen = useChosen().join(",");
  const plans = useMemo(
    () => (series ? chartsOf(series, chosen.split(",").filter(Boolean)) : []),
    [series, chosen],
  );
  if (!series || !plans.length) {
    return (
      <Empty>
        Nothing to draw yet: a point is kept each {count((series?.stepMs ?? 10_000) / 1000)} s, for
        the last hour.
      </Empty>
    );
  }
  return (
    <div className="charts">
      {plans.map((plan) => (
        <Chart key={plan.title} plan={plan} series={series} />
      ))}
    </div>
  );
}

export function MetricsPage() {
  const init = useInit();
  const { base, refreshMs } = useApi();
  const poll = usePoll<Metrics>(`${base}/webui_metrics`, refreshMs);
  return (
    <Loaded poll={poll} what="the metrics">
      {(data) => (
        <>
          <p className="lead">
            The last hour of this {init.process}. For Prometheus:{" "}
            <a href="/metrics/prometheus">/metrics/prometheus</a>; as JSON:{" "}
            <a href="/metrics/json">/metrics/json</a>.
          </p>
          <Charts data={data} />
          <Card title="Calls" wide>
            <Rpcs rpcs={data.rpcs ?? []} />
          </Card>
          <Card title="All metrics" wide>
            <AllMetrics data={data} />
          </Card>
        </>
      )}
    </Loaded>
  );
}
