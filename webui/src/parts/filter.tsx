import { here, navigate, useRoute } from "../lib/router";

/** A box that narrows what is below; its text is in the address. "/" puts the cursor here. */
export function Filter({ label, name = "q" }: { label: string; name?: string }) {
  const { query } = useRoute();
  return (
    <input
      type="search"
      className="filter"
      data-slash=""
      aria-label={label}
      placeholder={label}
      title="Press / to come here"
      value={query.get(name) ?? ""}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => navigate(here({ [name]: event.target.value }), "replace")}
    />
  );
}

/** Whether every word of the filter is somewhere in the texts. */
export function matches(filter: string, ...texts: (string | undefined)[]): boolean {
  const all = texts.join("\n").toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
