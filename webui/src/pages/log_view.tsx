// One log: its end as it grows, any part of it, or the lines that hold a text.
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { LogMatch, Logs } from "../api";
import { useApi } from "../lib/context";
import { bytes, count, plural } from "../lib/format";
import { lines, toneOfLine } from "../lib/log_lines";
import { usePoll } from "../lib/poll";
import { Link, here, navigate, useRoute } from "../lib/router";
import { numberIn, withQuery } from "../lib/urls";
import { Name } from "../parts/name";
import { Empty, Loaded, Problem } from "../parts/states";

/** The most that the server sends at once. */
const PART_BYTES = 64 * 1024;
const FOLLOW_MS = 2_000;

function Text({ text, follow, label }: { text: string; follow: boolean; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    // Who scrolled up to read is not pulled away.
    if (follow && atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text, follow]);
  return (
    <div
      ref={box}
      className="text log"
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={label}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        atEnd.current = scrollTop + clientHeight >= scrollHeight - 8;
      }}
    >
      {lines(text).map((line, i) => (
        <div key={i} className={toneOfLine(line)}>
          {line || "\u00a0"}
        </div>
      ))}
    </div>
  );
}

function SearchBox({ text }: { text: string }) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        navigate(here({ search: typed, offset: undefined }));
      }}
    >
      <input
        type="search"
        data-slash=""
        aria-label="Search in this log"
        placeholder="Search in this log"
        title="Press / to come here, Enter to search"
        value={typed}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit">Search</button>
    </form>
  );
}

function Matches({ data, search }: { data: Logs; search: string }) {
  const matches: LogMatch[] = data.matches ?? [];
  if (!matches.length) {
    return (
      <Empty>
        No line has “{search}” in the {bytes(data.searchedBytes)} that were searched.
      </Empty>
    );
  }
  return (
    <>
      <p className="lead">
        {plural(matches.length, "line")}, the newest first
        {data.searchedAll === false && " (older ones are not looked at)"};{" "}
        {bytes(data.searchedBytes)} searched.
      </p>
      <ol className="text log matches">
        {matches.map((match) => (
          <li key={match.offset} className={toneOfLine(match.line)}>
            <Link to={here({ search: undefined, offset: match.offset })} title="Show what follows">
              {count(match.offset)}
            </Link>{" "}
            {match.line}
          </li>
        ))}
      </ol>
    </>
  );
}

function Steps({ offset, size, follow }: { offset: number; size: number; follow: boolean }) {
  const to = (label: string, at: number, possible: boolean) =>
    possible ? (
      <Link className="button" to={here({ offset: at, search: undefined })}>
        {label}
      </Link>
    ) : (
      <span className="button disabled" aria-disabled="true">
        {label}
      </span>
    );
  return (
    <span className="steps">
      {to("Start", 0, offset > 0)}
      {to("Earlier", Math.max(0, offset - PART_BYTES), offset > 0)}
      {to("Later", offset + PART_BYTES, offset + PART_BYTES < size)}
      <button
        type="button"
        aria-pressed={follow}
        title="Show the end of the log as it grows"
        onClick={() => navigate(here({ offset: follow ? offset : undefined, search: undefined }))}
      >
        Follow
      </button>
    </span>
  );
}

export function LogView({ path }: { path: string }) {
  const { base, refreshMs } = useApi();
  const { query } = useRoute();
  const search = query.get("search") ?? "";
  const given = query.get("offset");
  const follow = given === null && !search;
  const offset = numberIn(given, 0, 0, Number.MAX_SAFE_INTEGER);
  const part = follow
    ? { end: 1, offset: PART_BYTES, limit: PART_BYTES }
    : { offset, limit: PART_BYTES };
  const url = withQuery(`${base}/webui_logs`, search ? { path, search } : { path, ...part });
  // A part of a log does not change; its end does all the time.
  const poll = usePoll<Logs>(url, follow ? Math.min(refreshMs, FOLLOW_MS) : 0);
  return (
    <>
      <nav className="crumbs" aria-label="Logs">
        <ol>
          <li>
            <Link to="/logs">Logs</Link>
          </li>
          <li>
            <span aria-current="page">
              <Name text={path} />
            </span>
          </li>
        </ol>
      </nav>
      <div className="toolbar">
        <SearchBox text={search} />
        {search && (
          <Link className="button" to={here({ search: undefined, offset: undefined })}>
            Back to the log
          </Link>
        )}
      </div>
      <Loaded poll={poll} what={`the log ${path}`} actions={<Link to="/logs">All logs</Link>}>
        {(data) => {
          const message = data.invalidPathError || data.fatalError;
          if (message) {
            return (
              <Problem title="Cannot show this log" error={{ code: "NOT_FOUND", message }}>
                <Link to="/logs">All logs</Link>
              </Problem>
            );
          }
          if (search) return <Matches data={data} search={search} />;
          const at = data.viewingOffset ?? offset;
          const size = data.fileSize ?? 0;
          const end = Math.min(size, at + PART_BYTES);
          return (
            <>
              <div className="toolbar">
                <span className="grow muted">
                  Bytes {count(at)}–{count(end)} of {count(size)}
                </span>
                <Steps offset={at} size={size} follow={follow} />
              </div>
              {data.fileData ? (
                <Text text={data.fileData} follow={follow} label={`Text of ${path}`} />
              ) : (
                <Empty>{size === 0 ? "The log is empty." : "The log ends before this part."}</Empty>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}
