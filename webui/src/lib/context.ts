// What every page may need to know of the process it talks to.
import { createContext, useContext } from "react";
import type { Init } from "../api";

const DEFAULT_REFRESH_MS = 15_000;
const LEAST_REFRESH_MS = 1_000;

export const InitContext = createContext<Init>({ process: "master" });

export function useInit(): Init {
  return useContext(InitContext);
}

export function refreshOf(init: Init): number {
  const ms = init.refreshInterval ?? DEFAULT_REFRESH_MS;
  return ms > 0 ? Math.max(ms, LEAST_REFRESH_MS) : DEFAULT_REFRESH_MS;
}

/** The start of this process's API. */
export function useApi(): { base: string; refreshMs: number } {
  const init = useInit();
  return { base: `/api/v1/${init.process}`, refreshMs: refreshOf(init) };
}
