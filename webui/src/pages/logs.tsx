import { useState } from "react";
import type { LogFile, Logs } from "../api";
import { useApi } from "../lib/context";
import { bytes, count } from "../lib/format";
import { usePoll } from "../lib/poll";
import { Link, useRoute } from "../lib/router";
import { sorted, useSorting, type Sorting } from "../lib/sorting";
import { withQuery } from "../lib/urls";
import { Time } from "../parts/facts";
import { Icon } from "../parts/icon";
import { Name } from "../parts/name";
import { Empty, Loaded, Problem } from "../parts/states";
import { Table, type Column } from "../parts/table";
import { LogView } from "./log_view";

const SHOWN = 200;

const COLUMNS: Column<LogFile>[] = [
  {
    key: "name",
    title: "File",
    sortable: true,
    cell: (file) => (
      <span className="file-link">
        <Icon name="lines" />
        <Link to={withQuery("/logs", { path: file.name })}>
          <Name text={file.name} clamp />
        </Link>
      </span>
    ),
  },
  {
    key: "size",
    title: "Size",
    sortable: true,
    numeric: true,
    cell: (file) => bytes(file.sizeBytes),
  },
  {
    key: "modified",
    title: "Modified",
    sortable: true,
    cell: (file) => <Time ms={file.modificationTimeMs} />,
  },
];

const VALUES: Record<string, (file: LogFile) => string | number | undefined> = {
  name: (file) => file.name,
  size: (file) => file.sizeBytes,
  modified: (file) => file.modificationTimeMs,
};

function LogFiles({ files, sorting }: { files: LogFile[]; sorting: Sorting }) {
  const [all, setAll] = useState(false);
  const value = VALUES[sorting.sort] ?? ((file: LogFile) => file.name);
  const rows = sorted(files, value, sorting.order);
  return (
    <>
      <Table
        caption="Log files"
        columns={COLUMNS}
        rows={all ? rows : rows.slice(0, SHOWN)}
        rowKey={(file) => file.name}
        sorting={sorting}
      />
      {!all && rows.length > SHOWN && (
        <button type="button" className="more" onClick={() => setAll(true)}>
          Show all {count(rows.length)}
        </button>
      )}
    </>
  );
}

function LogList() {
  const { base, refreshMs } = useApi();
  const poll = usePoll<Logs>(`${base}/webui_logs`, refreshMs);
  const sorting = useSorting(Object.keys(VALUES), "modified", "desc");
  return (
    <Loaded poll={poll} what="the list of logs">
      {(data) => {
        const message = data.fatalError || data.invalidPathError;
        if (message) {
          return <Problem title="Cannot list the logs" error={{ code: "INTERNAL", message }} />;
        }
        const files = data.fileInfos ?? [];
        if (!files.length) {
          return (
            <Empty>
              There is no log file. Where they go is said by <code>alluxio.logs.dir</code>.
            </Empty>
          );
        }
        return <LogFiles files={files} sorting={sorting} />;
      }}
    </Loaded>
  );
}

export function LogsPage() {
  const path = useRoute().query.get("path");
  return path ? <LogView key={path} path={path} /> : <LogList />;
}
