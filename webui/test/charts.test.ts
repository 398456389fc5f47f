import assert from "node:assert/strict";
import { test } from "node:test";
import { chartsOf, columnsOf, rate, stepMean, valueText } from "../src/lib/charts";

const STEP = 10_000;

test("a rate is what was added each second, and nothing after a new start", () => {
  assert.deepEqual(rate([0, 100, 300, 20, null, 50, 60], STEP), [
    null,
    10,
    20,
    null,
    null,
    null,
    1,
  ]);
});

test("the mean of a step comes from counts and means of all time", () => {
  // 10 calls of 1 ms, then 10 of 3 ms, then none, then a new start.
  assert.deepEqual(stepMean([10, 20, 20, 1], [1, 2, 2, 9]), [null, 3, null, null]);
});

const series = {
  stepMs: STEP,
  startMs: 0,
  names: [
    "Cluster.BytesReadLocal",
    "Cluster.BytesReadLocalThroughput",
    "Cluster.CapacityUsed",
    "Master.GetStatus.count",
    "Master.GetStatus.mean",
    "Master.X",
  ],
  values: {
    "Cluster.BytesReadLocal": [0, 1024],
    "Cluster.BytesReadLocalThroughput": [1, 1],
    "Cluster.CapacityUsed": [5, 6],
    "Master.GetStatus.count": [1, 11],
    "Master.GetStatus.mean": [1, 1],
    "Master.X": [1, null],
  },
};

test("counters become rates, timers calls and their means; the rest waits to be chosen", () => {
  const titles = chartsOf(series).map((chart) => chart.title);
  assert.deepEqual(titles, ["Throughput", "Calls", "Mean time of the busiest calls", "Cache"]);
  const [chosen] = chartsOf(series, ["Master.X"]);
  assert.equal(chosen?.title, "Master.X");
  const throughput = chartsOf(series)[0];
  assert.deepEqual(throughput?.lines, [{ label: "BytesReadLocal", values: [null, 102.4] }]);
  assert.deepEqual(throughput && columnsOf(series, throughput), [
    [0, 10],
    [null, 102.4],
  ]);
});

test("a chosen metric that nobody keeps gets no chart", () => {
  assert.equal(chartsOf(series, ["Master.Unknown"])[0]?.title, "Throughput");
});

test("values with their units", () => {
  assert.equal(valueText(null, "ms"), "–");
  assert.equal(valueText(2048, "bytes/s"), "2.00 KiB/s");
  assert.equal(valueText(97.25, "percent"), "97.3%");
  assert.equal(valueText(1234.5, "per second"), "1,234.5/s");
});

test("calls are drawn once, by what the server times itself", () => {
  const names = ["Master.GetStatus", "Rpc.A.GetStatus", "Master.JournalFlushTimer"];
  const twice = {
    stepMs: STEP,
    startMs: 0,
    names: names.flatMap((name) => [`${name}.count`, `${name}.mean`]),
    values: Object.fromEntries(
      names.flatMap((name) => [
        [`${name}.count`, [0, 10]],
        [`${name}.mean`, [0, 1]],
      ]),
    ),
  };
  const [calls] = chartsOf(twice);
  assert.deepEqual(calls?.lines, [{ label: "GetStatus", values: [null, 1] }]);
});
