// A table that arrows walk through, whose headers sort, and that is a list of cards on a phone.
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import type { Sorting } from "../lib/sorting";

export interface Column<Row> {
  key: string;
  title: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand to the right. */
  numeric?: boolean;
  sortable?: boolean;
  /** Not shown on a narrow screen. */
  minor?: boolean;
}

interface Props<Row> {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  sorting?: Sorting;
  rowClass?: (row: Row) => string;
  /** When it changes after something inside had the focus, the first row gets it. */
  focusKey?: string;
}

const STEPS: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  Home: -Infinity,
  End: Infinity,
};

/** Moves the focus to the first link of the row that lies `step` rows away. */
function walk(event: KeyboardEvent<HTMLTableSectionElement>): void {
  const step = STEPS[event.key];
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const targets = [...event.currentTarget.rows].map((row) =>
    row.querySelector<HTMLElement>("a, button, summary"),
  );
  const from = targets.findIndex((t) => t?.closest("tr")?.contains(document.activeElement));
  if (from < 0) return;
  const to = Math.min(targets.length - 1, Math.max(0, from + step));
  event.preventDefault();
  targets[to]?.focus();
}

function Header<Row>({ column, sorting }: { column: Column<Row>; sorting: Sorting | undefined }) {
  const active = sorting?.sort === column.key;
  const order = active ? (sorting.order === "asc" ? "ascending" : "descending") : "none";
  const className = [column.numeric && "numeric", column.minor && "minor"]
    .filter(Boolean)
    .join(" ");
  if (!sorting || !column.sortable) {
    return (
      <th scope="col" role="columnheader" className={className}>
        {column.title}
      </th>
    );
  }
  return (
    <th scope="col" role="columnheader" className={className} aria-sort={order}>
      <button type="button" className="sort" onClick={() => sorting.toggle(column.key)}>
        {column.title}
        <span aria-hidden="true" className="arrow">
          {active ? (sorting.order === "asc" ? "▲" : "▼") : ""}
        </span>
      </button>
    </th>
  );
}

export function Table<Row>(props: Props<Row>) {
  const { caption, columns, rows, rowKey, sorting, rowClass, focusKey } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const inside = useRef(false);

  useEffect(() => {
    if (!inside.current || document.activeElement !== document.body) return;
    body.current?.querySelector<HTMLElement>("a, button")?.focus();
  }, [focusKey, rows]);

  return (
    <div className="table-box">
      <table role="table">
        <caption className="visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <Header key={column.key} column={column} sorting={sorting} />
            ))}
          </tr>
        </thead>
        <tbody
          ref={body}
          role="rowgroup"
          onKeyDown={walk}
          onFocus={() => (inside.current = true)}
          onBlur={(event) => {
            // A row that is replaced loses the focus to nothing; a person moves it to something.
            if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) {
              inside.current = false;
            }
          }}
        >
          {rows.map((row) => (
            <tr key={rowKey(row)} role="row" className={rowClass?.(row)}>
              {columns.map((column) => (
                <td
                  key={column.key}
                  role="cell"
                  data-label={column.title}
                  className={
                    [column.numeric && "numeric", column.minor && "minor"]
                      .filter(Boolean)
                      .join(" ") || undefined
                  }
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
