// The order of a table is part of the address, so a link shows the same rows to somebody else.
import { here, navigate, useRoute } from "./router";

export type Order = "asc" | "desc";

export interface Sorting {
  sort: string;
  order: Order;
  toggle: (key: string) => void;
}

/** Numbers are asked for from the greatest, names from A. */
export function firstOrder(key: string): Order {
  return /^(name|host|path|method|tier|state)/.test(key) ? "asc" : "desc";
}

export function useSorting(keys: string[], fallback: string, fallbackOrder: Order): Sorting {
  const { query } = useRoute();
  const asked = query.get("sort") ?? "";
  const sort = keys.includes(asked) ? asked : fallback;
  const given = query.get("order");
  const usual = sort === fallback ? fallbackOrder : firstOrder(sort);
  const order: Order = given === "asc" || given === "desc" ? given : usual;
  return {
    sort,
    order,
    toggle: (key) => {
      const next = key !== sort ? firstOrder(key) : order === "asc" ? "desc" : "asc";
      navigate(here({ sort: key, order: next, offset: undefined }), "replace");
    },
  };
}

type Value = string | number | undefined;

/** A sorted copy; what is not known comes last either way. */
export function sorted<Row>(rows: Row[], value: (row: Row) => Value, order: Order): Row[] {
  const sign = order === "asc" ? 1 : -1;
  return [...rows].sort((a, b) => {
    const x = value(a);
    const y = value(b);
    if (x === undefined || y === undefined)
      return Number(x === undefined) - Number(y === undefined);
    if (typeof x === "number" && typeof y === "number") return sign * (x - y);
    return sign * String(x).localeCompare(String(y), "en", { numeric: true });
  });
}
