// One request to the server the page came from, with a deadline and errors that say what happened.
import type { Init } from "../api";

const DEADLINE_MS = 20_000;

/** What went wrong: `status` is 0 when there was no answer at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

function errorOf(status: number, text: string): ApiError {
  try {
    const body: unknown = JSON.parse(text);
    if (body && typeof body === "object" && "message" in body) {
      const code = "statusCode" in body ? String(body.statusCode) : String(status);
      return new ApiError(status, code, String(body.message));
    }
  } catch {
    // An answer of something between us and the server; its status is what we know.
  }
  return new ApiError(status, String(status), `the server answered with status ${status}`);
}

/**
 * JSON with ids as texts where a number of JavaScript would round them: ids of files, blocks and
 * workers have up to 63 bits. Within a JSON string a quote has a backslash before it, so what the
 * pattern finds is always a key.
 */
export function parse<T>(text: string): T {
  return JSON.parse(text.replace(/"(id|workerId)":\s*(-?\d{16,})/g, '"$1":"$2"')) as T;
}

export async function fetchJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal?.addEventListener("abort", stop);
  const timer = setTimeout(stop, DEADLINE_MS);
  try {
    const response = await fetch(url, {
      signal: abort.signal,
      headers: { Accept: "application/json" },
      cache: "no-store",
    });
    const text = await response.text();
    if (!response.ok) throw errorOf(response.status, text);
    try {
      return parse<T>(text);
    } catch {
      throw new ApiError(response.status, "DATA_LOSS", "the server's answer is no JSON");
    }
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    const late = abort.signal.aborted;
    throw late
      ? new ApiError(0, "DEADLINE_EXCEEDED", `no answer within ${DEADLINE_MS / 1000} s`)
      : new ApiError(0, "UNAVAILABLE", "the server cannot be reached");
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** Which process this is: a worker answers 404 to the master's question. */
export async function fetchInit(signal?: AbortSignal): Promise<Init> {
  try {
    const init = await fetchJson<Init>("/api/v1/master/webui_init", signal);
    return { ...init, process: "master" };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
  const init = await fetchJson<Init>("/api/v1/worker/webui_init", signal);
  return { ...init, process: "worker" };
}
