// Numbers and times as people read them. Sizes count in 1024, as Alluxio always did, and say so.

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
export const UNKNOWN = "–";

export function bytes(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return UNKNOWN;
  let unit = 0;
  let rest = Math.abs(value);
  while (rest >= 1024 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit++;
  }
  // 1023.97 would be printed as 1024.0 of the unit below.
  if (unit > 0 && unit < UNITS.length - 1 && rest >= 1023.95) {
    rest /= 1024;
    unit++;
  }
  const digits = unit === 0 ? 0 : rest < 10 ? 2 : 1;
  return `${value < 0 ? "-" : ""}${unit ? rest.toFixed(digits) : Math.round(rest)} ${UNITS[unit]}`;
}

export function count(value: number | string | undefined): string {
  const number = typeof value === "string" ? Number(value.replace(/,/g, "")) : value;
  if (number === undefined || !Number.isFinite(number)) return UNKNOWN;
  return number.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

/** "3 d 4 h", "12 s": the two greatest parts. */
export function duration(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms) || ms < 0) return UNKNOWN;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const s = Math.floor(ms / 1000);
  const parts: [number, string][] = [
    [Math.floor(s / 86400), "d"],
    [Math.floor(s / 3600) % 24, "h"],
    [Math.floor(s / 60) % 60, "min"],
    [s % 60, "s"],
  ];
  const first = parts.findIndex(([n]) => n > 0);
  return parts
    .slice(first, first + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(" ");
}

export function milliseconds(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return UNKNOWN;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms < 10 ? ms.toFixed(2) : ms.toFixed(1)} ms`;
}

const two = (n: number) => String(n).padStart(2, "0");

/** Local time, always the same width, so that columns line up. */
export function time(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms) || ms <= 0) return UNKNOWN;
  const d = new Date(ms);
  if (Number.isNaN(d.getTime())) return UNKNOWN;
  return (
    `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ` +
    `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`
  );
}

export function utc(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms) || ms <= 0) return "";
  const d = new Date(ms);
  return Number.isNaN(d.getTime()) ? "" : d.toISOString();
}

/** 0 to 100; a store that holds more than it should still fills its bar only once. */
export function percent(used: number | undefined, capacity: number | undefined): number {
  if (!used || !capacity) return 0;
  return Math.min(100, Math.max(0, (used / capacity) * 100));
}

/** Whole percents, but never 0 or 100 for what is not quite. */
export function percentText(value: number): string {
  if (value > 0 && value < 1) return "<1%";
  if (value > 99 && value < 100) return ">99%";
  return `${Math.round(value)}%`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
