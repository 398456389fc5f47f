// What has a text in its path, below a folder.
import { useEffect, useState } from "react";
import type { Found } from "../api";
import { useApi } from "../lib/context";
import { count } from "../lib/format";
import { usePaging } from "../lib/paging";
import { usePoll } from "../lib/poll";
import { Link, navigate } from "../lib/router";
import { browseUrl, withQuery } from "../lib/urls";
import { fileColumns } from "../parts/files";
import { Name } from "../parts/name";
import { Pager } from "../parts/pager";
import { Empty, Loaded } from "../parts/states";
import { Table } from "../parts/table";

export function FindBox({ path, text }: { path: string; text: string }) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text, path]);
  return (
    <form
      role="search"
      className="path-box"
      onSubmit={(event) => {
        event.preventDefault();
        navigate(browseUrl(path, { find: typed }));
      }}
    >
      <input
        type="search"
        aria-label="Find below this folder"
        placeholder="Find below this folder"
        value={typed}
        maxLength={250}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit">Find</button>
    </form>
  );
}

/** Why not all of it was looked at. */
function whyCut({ cutBy, visited }: Found): string {
  if (cutBy === "found") return "More is there: this is what was found first.";
  const looked = `Only ${count(visited ?? 0)} entries of the tree were looked at`;
  return cutBy === "time" ? `${looked}, then the time was up.` : `${looked}.`;
}

export function SearchView({ path, text }: { path: string; text: string }) {
  const { base } = useApi();
  const paging = usePaging();
  const { offset, limit } = paging;
  // Once: a search looks at the whole tree, too much to be repeated behind somebody's back.
  const poll = usePoll<Found>(withQuery(`${base}/webui_search`, { path, text, offset, limit }), 0);
  return (
    <Loaded
      poll={poll}
      what={`what has ${text} in its path`}
      actions={<Link to={browseUrl(path)}>Back to the folder</Link>}
    >
      {(data) => {
        const rows = data.fileInfos ?? [];
        const total = data.ntotalFile ?? rows.length;
        return (
          <>
            <p className="lead">
              Paths below <Name text={path} /> that have <Name text={text} /> in them.{" "}
              <Link to={browseUrl(path)}>Back to the folder</Link>
            </p>
            {data.scannedAll === false && (
              <div className="banner info" role="status">
                {whyCut(data)} Search in a folder further down, or for a longer text.
              </div>
            )}
            {total === 0 ? (
              <Empty>Nothing was found. What is only in the under store is not looked at.</Empty>
            ) : (
              <>
                <Pager paging={paging} total={total} one="path" />
                <Table
                  caption="What was found"
                  columns={fileColumns(true, data.showPermissions !== false)}
                  rows={rows}
                  rowKey={(file) => file.absolutePath}
                  focusKey={`${text} ${offset}`}
                />
              </>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
