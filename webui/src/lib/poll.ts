// Asks the server again and again. What was last known stays on the page when it stops answering.
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, fetchJson } from "./fetch";

const FIRST_RETRY_MS = 1_000;
const REMEMBERED = 30;
// Answers by address, so that Back shows the page at once and then refreshes it.
const remembered = new Map<string, { data: unknown; at: number }>();

export interface Polled<T> {
  data: T | undefined;
  /** The last try failed; with data present, that data is old. */
  error: ApiError | undefined;
  /** When the data came. */
  at: number | undefined;
  /** A request for another address than that of the data is under way. */
  loading: boolean;
  reload: () => void;
}

interface State<T> {
  key: string;
  data?: T | undefined;
  at?: number | undefined;
  error?: ApiError | undefined;
}

function remember(key: string, data: unknown, at: number): void {
  remembered.delete(key);
  remembered.set(key, { data, at });
  const oldest = remembered.keys().next().value;
  if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
}

/** The delay before the next try: at once after a success, doubling after failures. */
export function retryDelay(failures: number, refreshMs: number): number {
  return Math.min(refreshMs, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10));
}

/** Polls `key` by `ask`; refreshMs 0 asks once, but retries until there is an answer. */
export function usePoll<T>(
  key: string,
  refreshMs: number,
  ask: (key: string, signal: AbortSignal) => Promise<T> = fetchJson,
): Polled<T> {
  const [state, setState] = useState<State<T>>(() => {
    const old = remembered.get(key);
    return { key, data: old?.data as T | undefined, at: old?.at };
  });
  const [round, setRound] = useState(0);
  const asker = useRef(ask);
  asker.current = ask;

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    let busy = false;

    const old = remembered.get(key);
    if (old) setState({ key, data: old.data as T, at: old.at });

    function later(ms: number) {
      clearTimeout(timer);
      if (ms > 0) timer = setTimeout(() => void once(), ms);
    }
    async function once() {
      if (busy) return;
      // A page nobody sees asks nothing; it asks at once when it is seen again.
      if (document.hidden && failures === 0 && remembered.has(key)) return;
      busy = true;
      try {
        const data = await asker.current(key, abort.signal);
        if (abort.signal.aborted) return;
        failures = 0;
        const at = Date.now();
        remember(key, data, at);
        setState({ key, data, at });
        later(refreshMs);
      } catch (error) {
        if (abort.signal.aborted) return;
        failures++;
        const told = error instanceof ApiError ? error : new ApiError(0, "INTERNAL", String(error));
        // Data of another address is no substitute for this one's.
        setState((last) => (last.key === key ? { ...last, error: told } : { key, error: told }));
        later(retryDelay(failures, refreshMs || 15_000));
      } finally {
        busy = false;
      }
    }
    const seen = () => {
      if (!document.hidden) void once();
    };
    void once();
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("online", seen);
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("online", seen);
    };
  }, [key, refreshMs, round]);

  const reload = useCallback(() => setRound((n) => n + 1), []);
  const loading = state.key !== key || (state.data === undefined && state.error === undefined);
  return { data: state.data, error: state.error, at: state.at, loading, reload };
}
