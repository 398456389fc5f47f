// Makes charts of the last hour's points. The servers keep counters, gauges and, of each timer, its
// count and mean since the start; what people want to see are rates and the mean of each moment.
import type { Series } from "../api";
import { bytes, count, milliseconds } from "./format";

export type Unit = "bytes/s" | "per second" | "ms" | "percent" | "bytes" | "";
export type Point = number | null;

export interface Line {
  label: string;
  values: Point[];
}

export interface Chart {
  title: string;
  unit: Unit;
  lines: Line[];
}

/** How many calls have a line of their own. */
const BUSIEST = 5;

function pointsOf(series: Series, name: string): Point[] {
  return series.values[name] ?? [];
}

/** "Cluster.BytesReadLocal" without what says only whose it is. */
export function shortName(name: string): string {
  return name.replace(/^(Cluster|Master|Worker|Process|Client|Rpc)\./, "");
}

/** What a counter grew by each second; nothing where it fell, because the server began anew. */
export function rate(values: Point[], stepMs: number): Point[] {
  return values.map((value, i) => {
    const before = i > 0 ? values[i - 1] : null;
    if (value === null || before === null || before === undefined || value < before) return null;
    return ((value - before) * 1000) / stepMs;
  });
}

/** The mean of the calls within each step, out of counts and means since the start. */
export function stepMean(counts: Point[], means: Point[]): Point[] {
  return counts.map((n, i) => {
    const [m, n0, m0] = [means[i], counts[i - 1], means[i - 1]];
    if (n === null || m === null || m === undefined) return null;
    if (n0 === null || m0 === null || n0 === undefined || m0 === undefined || n <= n0) return null;
    return Math.max(0, (n * m - n0 * m0) / (n - n0));
  });
}

function last(values: Point[]): number {
  for (let i = values.length - 1; i >= 0; i--) {
    const value = values[i];
    if (value !== null && value !== undefined) return value;
  }
  return 0;
}

function total(rows: Point[][]): Point[] {
  const length = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length }, (_, i) => {
    const known = rows.map((row) => row[i]).filter((v): v is number => typeof v === "number");
    return known.length ? known.reduce((a, b) => a + b, 0) : null;
  });
}

function lines(series: Series, pattern: RegExp, of: (values: Point[]) => Point[]): Line[] {
  return series.names
    .filter((name) => pattern.test(name))
    .map((name) => ({ label: shortName(name), values: of(pointsOf(series, name)) }));
}

/** Timers of calls. A call may be timed twice, as "Rpc.Service.Method" and by 2.9's name. */
function timersOf(series: Series): string[] {
  const all = series.names
    .filter((name) => name.endsWith(".count"))
    .map((name) => name.slice(0, -".count".length))
    .filter((name) => !name.endsWith("Timer"));
  const rpcs = all.filter((name) => name.startsWith("Rpc."));
  return rpcs.length ? rpcs : all;
}

/** "Rpc.FileSystemMasterClientService.GetStatus" is "GetStatus". */
function methodOf(timer: string): string {
  return timer.slice(timer.lastIndexOf(".") + 1);
}

function calls(series: Series): Chart[] {
  const timers = timersOf(series)
    .map((name) => ({ name, counts: pointsOf(series, `${name}.count`) }))
    .sort((a, b) => last(b.counts) - last(a.counts));
  const busiest = timers.slice(0, BUSIEST);
  const rates = timers.map((timer) => rate(timer.counts, series.stepMs));
  const all = timers.length > 1 ? [{ label: "all", values: total(rates) }] : [];
  return [
    {
      title: "Calls",
      unit: "per second",
      lines: [
        ...all,
        ...busiest.map((timer, i) => ({ label: methodOf(timer.name), values: rates[i] ?? [] })),
      ],
    },
    {
      title: "Mean time of the busiest calls",
      unit: "ms",
      lines: busiest.map((timer) => ({
        label: methodOf(timer.name),
        values: stepMean(timer.counts, pointsOf(series, `${timer.name}.mean`)),
      })),
    },
  ];
}

const same = (values: Point[]) => values;
const hundredfold = (values: Point[]) =>
  values.map((value) => (value === null ? null : value * 100));

/** The charts of the page in their order, without those that have nothing to show. */
export function chartsOf(series: Series, chosen: string[] = []): Chart[] {
  const perSecond = (values: Point[]) => rate(values, series.stepMs);
  // 2.9's "...Throughput" are per minute and of all workers; rates of the counters say it better.
  const flow = /^(Cluster|Worker)\.Bytes(Read|Written)\w*(?<!Throughput|Client|Ops)$/;
  const charts: Chart[] = [
    ...chosen.map((name) => ({
      title: name,
      unit: "" as const,
      lines: [{ label: shortName(name), values: pointsOf(series, name) }],
    })),
    { title: "Throughput", unit: "bytes/s", lines: lines(series, flow, perSecond) },
    {
      title: "Cache hit rate",
      unit: "percent",
      lines: lines(series, /\.CacheHitRate$/, hundredfold),
    },
    ...calls(series),
    {
      title: "Cache",
      unit: "bytes",
      lines: lines(series, /^(Cluster|Worker)\.Capacity(Used|Total)$/, same),
    },
    {
      title: "Journal entries",
      unit: "per second",
      lines: lines(series, /\.JournalSequenceNumber$/, perSecond),
    },
    { title: "Behind the primary", unit: "", lines: lines(series, /\.StandbyLagEntries$/, same) },
  ];
  return charts
    .map((chart) => ({ ...chart, lines: chart.lines.filter((line) => line.values.length > 0) }))
    .filter((chart) => chart.lines.length > 0);
}

export function valueText(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined) return "–";
  switch (unit) {
    case "bytes":
      return bytes(value);
    case "bytes/s":
      return `${bytes(value)}/s`;
    case "percent":
      return `${count(Math.round(value * 10) / 10)}%`;
    case "ms":
      return milliseconds(value);
    case "per second":
      return `${count(Math.round(value * 100) / 100)}/s`;
    default:
      return count(value);
  }
}

/** x in seconds and a row of values for each line, as uPlot wants them. */
export function columnsOf(series: Series, chart: Chart): Point[][] {
  const length = Math.max(0, ...chart.lines.map((line) => line.values.length));
  const x = Array.from({ length }, (_, i) => (series.startMs + i * series.stepMs) / 1000);
  return [x, ...chart.lines.map((line) => x.map((_, i) => line.values[i] ?? null))];
}
