// One chart: uPlot draws it on a canvas; the values stand below as text, for everybody.
import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import type { Series } from "../api";
import { columnsOf, valueText, type Chart as Plan, type Point, type Unit } from "../lib/charts";
import { useTheme } from "../lib/theme";

const HEIGHT = 190;
const COLOURS = 6;
// Ticks of bytes stand at 1, 2, 4 ... of a unit, where a person expects them.
const POWERS_OF_TWO = Array.from({ length: 60 }, (_, i) => 2 ** i);

function colour(variable: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
}

function lineColour(i: number): number {
  return (i % COLOURS) + 1;
}

function clocks(splits: number[]): string[] {
  const fine = (splits[1] ?? 0) - (splits[0] ?? 0) < 60;
  return splits.map((seconds) => {
    const d = new Date(seconds * 1000);
    const parts = [d.getHours(), d.getMinutes(), ...(fine ? [d.getSeconds()] : [])];
    return parts.map((n) => String(n).padStart(2, "0")).join(":");
  });
}

function axes(unit: Unit): uPlot.Axis[] {
  const grid = { stroke: colour("--border"), width: 1 };
  const look = { stroke: colour("--muted"), grid, ticks: grid };
  const values = (_: uPlot, splits: number[]) => splits.map((v) => valueText(v, unit));
  const y: uPlot.Axis = { ...look, size: 84, values };
  return [
    { ...look, values: (_, splits) => clocks(splits) },
    unit.startsWith("bytes") ? { ...y, incrs: POWERS_OF_TWO } : y,
  ];
}

function options(plan: Plan, width: number): uPlot.Options {
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false },
    padding: [8, 12, 0, 0],
    scales: { y: { range: (_, min, max) => [Math.min(0, min), max > 0 ? max * 1.1 : 1] } },
    axes: axes(plan.unit),
    series: [
      {},
      ...plan.lines.map((line, i) => ({
        label: line.label,
        stroke: colour(`--line-${lineColour(i)}`),
        width: 1.5,
        points: { show: false },
      })),
    ],
  };
}

/** Puts the values at a place of the chart into the list below it. */
function showValues(list: HTMLElement | null, unit: Unit, columns: Point[][], at: number) {
  list?.querySelectorAll("output").forEach((output, i) => {
    output.textContent = valueText(columns[i + 1]?.[at], unit);
  });
}

export function Chart({ plan, series }: { plan: Plan; series: Series }) {
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const plot = useRef<uPlot>(undefined);
  const theme = useTheme();
  const columns = useMemo(() => columnsOf(series, plan), [series, plan]);
  const latest = useRef(columns);
  latest.current = columns;
  const lastIndex = (columns[0]?.length ?? 0) - 1;
  const labels = plan.lines.map((line) => line.label).join("\n");

  useEffect(() => {
    const host = box.current;
    if (!host) return undefined;
    const setCursor = (u: uPlot) => {
      const data = latest.current;
      showValues(list.current, plan.unit, data, u.cursor.idx ?? (data[0]?.length ?? 0) - 1);
    };
    const made = new uPlot(
      { ...options(plan, host.clientWidth), hooks: { setCursor: [setCursor] } },
      latest.current as uPlot.AlignedData,
      host,
    );
    plot.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: host.clientWidth, height: HEIGHT }),
    );
    observer.observe(host);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
    // `labels` stands for `plan`, which is made anew at each refresh; colours follow the theme.
    // Fresh data is put in below without building the chart again.
  }, [labels, theme]);

  useEffect(() => {
    plot.current?.setData(columns as uPlot.AlignedData);
  }, [columns]);

  return (
    <figure className="chart">
      <figcaption>{plan.title}</figcaption>
      <div ref={box} className="plot" aria-hidden="true" />
      <ul ref={list}>
        {plan.lines.map((line, i) => (
          <li key={i}>
            <span className={`swatch line-${lineColour(i)}`} />
            {line.label} <output>{valueText(columns[i + 1]?.[lastIndex], plan.unit)}</output>
          </li>
        ))}
      </ul>
    </figure>
  );
}
