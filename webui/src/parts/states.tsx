// What a page shows when it has nothing yet, could not get it, or has only what was true before.
import { Component, useEffect, useState, type ReactNode } from "react";
import type { Polled } from "../lib/poll";
import type { ApiError } from "../lib/fetch";
import { duration, time } from "../lib/format";

export function Loading({ what }: { what: string }) {
  return (
    <div className="loading" role="status">
      <span className="visually-hidden">Loading {what}…</span>
      <div className="skeleton" />
      <div className="skeleton" />
      <div className="skeleton short" />
    </div>
  );
}

const WAY_OUT: Record<string, string> = {
  UNAVAILABLE: "It may be starting, or it was stopped. This page tries again by itself.",
  DEADLINE_EXCEEDED: "It is slow or the network is. This page tries again by itself.",
  NOT_FOUND: "It may have been renamed or deleted a moment ago.",
  PERMISSION_DENIED:
    "These pages see what everybody may see. Use the command line as a user with the right.",
};

export function Problem({
  title,
  error,
  children,
}: {
  title: string;
  error?: Pick<ApiError, "code" | "message"> | undefined;
  children?: ReactNode;
}) {
  return (
    <section className="problem" role="alert">
      <h2>{title}</h2>
      {error && <p className="reason">{error.message}</p>}
      {error && WAY_OUT[error.code] && <p>{WAY_OUT[error.code]}</p>}
      {children && <div className="actions">{children}</div>}
    </section>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <div className="empty">{children}</div>;
}

function Stale({ at, error }: { at: number; error: ApiError }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="banner warn" role="status">
      <strong>Old data:</strong> {error.message}; what is below is from {time(at)}{" "}
      <span aria-hidden="true">({duration(now - at)} ago)</span>. Trying again.
    </div>
  );
}

/** The page of an answer: its content once there is any, with a banner above when that is old. */
export function Loaded<T>({
  poll,
  what,
  actions,
  children,
}: {
  poll: Polled<T>;
  /** Names the thing in messages: "the workers". */
  what: string;
  actions?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  if (poll.data === undefined) {
    if (!poll.error) return <Loading what={what} />;
    return (
      <Problem title={`Cannot show ${what}`} error={poll.error}>
        <button type="button" onClick={poll.reload}>
          Try now
        </button>
        {actions}
      </Problem>
    );
  }
  return (
    <>
      {poll.error && poll.at !== undefined && <Stale at={poll.at} error={poll.error} />}
      <div className={poll.loading ? "content waiting" : "content"} aria-busy={poll.loading}>
        {children(poll.data)}
      </div>
    </>
  );
}

/** An answer that does not fit what this page expects must not leave a white screen. */
export class Guard extends Component<{ children: ReactNode }, { message?: string }> {
  override state: { message?: string } = {};

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    if (this.state.message === undefined) return this.props.children;
    return (
      <Problem title="This page failed" error={{ code: "INTERNAL", message: this.state.message }}>
        <button type="button" onClick={() => this.setState({})}>
          Try again
        </button>
        <a href="/">Overview</a>
      </Problem>
    );
  }
}
