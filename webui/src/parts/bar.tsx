import type { CSSProperties } from "react";
import { bytes, percent, percentText } from "../lib/format";

/** A share of 0 to 100 as a bar; `label` is its name for who cannot see it. */
export function Bar({ value, label, tone }: { value: number; label: string; tone?: string }) {
  return (
    <span
      className={`bar ${tone ?? ""}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(value)}
      style={{ "--share": `${value}%` } as CSSProperties}
    />
  );
}

/** "MEM  ▇▇▇▁▁  1.2 GiB of 4.0 GiB  30%". */
export function Capacity({
  name,
  used,
  capacity,
  tone,
}: {
  name: string;
  used: number | undefined;
  capacity: number | undefined;
  tone?: string;
}) {
  const share = percent(used, capacity);
  return (
    <div className="capacity">
      <span className="capacity-name">{name}</span>
      <span className="capacity-text">
        {bytes(used)} of {bytes(capacity)}
        <strong>{capacity ? percentText(share) : ""}</strong>
      </span>
      <Bar value={share} label={`${name} used`} tone={tone ?? toneOf(name)} />
    </div>
  );
}

/** The same tier has the same colour on every page. */
export function toneOf(alias: string): string {
  const known: Record<string, string> = { MEM: "mem", SSD: "ssd", HDD: "hdd" };
  return known[alias.toUpperCase()] ?? "mem";
}
