import type { ReactNode } from "react";
import { duration, time, utc } from "../lib/format";

/** Names and values side by side; what is undefined is left out. */
export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== undefined && value !== "")
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** Local time; the tooltip has it in UTC. */
export function Time({ ms }: { ms: number | undefined }) {
  return (
    <time className="time" dateTime={utc(ms) || undefined} title={utc(ms) || undefined}>
      {time(ms)}
    </time>
  );
}

export function Card({
  title,
  aside,
  children,
  wide = false,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  wide?: boolean;
}) {
  return (
    <section className={wide ? "card wide" : "card"} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

export function Badge({
  tone,
  children,
}: {
  tone: "good" | "bad" | "warn" | "plain";
  children: ReactNode;
}) {
  return <span className={`badge ${tone}`}>{children}</span>;
}

/** "12 s" with a tone that grows with it. */
export function Age({ seconds }: { seconds: number | undefined }) {
  const tone =
    seconds === undefined || seconds <= 30 ? "" : seconds <= 120 ? "warn-text" : "bad-text";
  return (
    <span className={tone}>
      {seconds === undefined ? "–" : seconds < 1 ? "now" : `${duration(seconds * 1000)} ago`}
    </span>
  );
}
