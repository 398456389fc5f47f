import { here, navigate, useRoute } from "./router";
import { numberIn } from "./urls";

export const SIZES = [20, 50, 100, 500, 1000];
const DEFAULT_SIZE = 50;

export interface Paging {
  offset: number;
  limit: number;
  go: (offset: number) => void;
  resize: (limit: number) => void;
}

/** Which part of a long list is shown; it is in the address. */
export function usePaging(): Paging {
  const { query } = useRoute();
  const offset = numberIn(query.get("offset"), 0, 0, Number.MAX_SAFE_INTEGER);
  const limit = numberIn(query.get("limit"), DEFAULT_SIZE, 1, 1000);
  return {
    offset,
    limit,
    go: (to) => navigate(here({ offset: to > 0 ? to : undefined })),
    resize: (size) =>
      navigate(
        here({
          limit: size === DEFAULT_SIZE ? undefined : size,
          offset: Math.floor(offset / size) * size || undefined,
        }),
        "replace",
      ),
  };
}

/** Where the last page begins. */
export function lastOffset(total: number, limit: number): number {
  return total > 0 ? Math.floor((total - 1) / limit) * limit : 0;
}
