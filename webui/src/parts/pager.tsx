import { count, plural } from "../lib/format";
import { lastOffset, SIZES, type Paging } from "../lib/paging";

/** "1–50 of 100,000" with steps; nothing when all fits on a page of the smallest size. */
export function Pager({
  paging,
  total,
  one,
  many = `${one}s`,
}: {
  paging: Paging;
  total: number;
  /** What a row is, and more of them. */
  one: string;
  many?: string;
}) {
  const { offset, limit, go, resize } = paging;
  if (total <= (SIZES[0] ?? 0) && offset === 0) {
    return total > 0 ? <p className="pager-note">{plural(total, one, many)}</p> : null;
  }
  const last = lastOffset(total, limit);
  const end = Math.min(total, offset + limit);
  const shown = offset < total ? `${count(offset + 1)}–${count(end)}` : "nothing here";
  const sizes = SIZES.includes(limit) ? SIZES : [...SIZES, limit].sort((a, b) => a - b);
  const step = (label: string, sign: string, to: number, possible: boolean) => (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={!possible}
      onClick={() => go(to)}
    >
      {sign}
    </button>
  );
  return (
    <nav className="pager" aria-label={`Pages of ${many}`}>
      <span className="pager-range">
        {shown} of {count(total)} {many}
      </span>
      <span className="pager-steps">
        {step("First page", "«", 0, offset > 0)}
        {step("Previous page", "‹", Math.max(0, Math.min(offset - limit, last)), offset > 0)}
        {step("Next page", "›", offset + limit, offset + limit < total)}
        {step("Last page", "»", last, offset < last)}
      </span>
      <label>
        <span className="visually-hidden">Rows on a page</span>
        <select value={limit} onChange={(event) => resize(Number(event.target.value))}>
          {sizes.map((size) => (
            <option key={size} value={size}>
              {size} a page
            </option>
          ))}
        </select>
      </label>
    </nav>
  );
}
