import { useDeferredValue, useState } from "react";
import type { Mount, MountTable } from "../api";
import { useApi } from "../lib/context";
import { bytes, count } from "../lib/format";
import { usePoll } from "../lib/poll";
import { Link, useRoute } from "../lib/router";
import { browseUrl } from "../lib/urls";
import { Badge } from "../parts/facts";
import { Filter, matches } from "../parts/filter";
import { Name } from "../parts/name";
import { Empty, Loaded } from "../parts/states";
import { Table, type Column } from "../parts/table";

const SHOWN = 200;

function State({ mount }: { mount: Mount }) {
  if (!mount.state) return <span className="muted">–</span>;
  const good = /^(ok|up|available|healthy|closed|mounted)$/i.test(mount.state);
  return (
    <>
      <Badge tone={good ? "good" : "bad"}>{mount.state.toLowerCase()}</Badge>
      {mount.reason && (
        <span className="muted">
          {" "}
          <Name text={mount.reason} />
        </span>
      )}
    </>
  );
}

function Properties({ properties }: { properties: Record<string, string> | undefined }) {
  const all = Object.entries(properties ?? {});
  if (!all.length) return <span className="muted">none</span>;
  return (
    <details>
      <summary>{all.length}</summary>
      <ul className="properties">
        {all.map(([key, value]) => (
          <li key={key}>
            <code>
              <Name text={key} />={<Name text={value} />}
            </code>
          </li>
        ))}
      </ul>
    </details>
  );
}

const size = (value: number | undefined) =>
  value === undefined || value < 0 ? <span className="muted">–</span> : bytes(value);

const COLUMNS: Column<Mount>[] = [
  {
    key: "path",
    title: "Path",
    cell: (m) => (
      <Link to={browseUrl(m.mountPoint)}>
        <Name text={m.mountPoint} />
      </Link>
    ),
  },
  { key: "uri", title: "Under store", cell: (m) => <Name text={m.ufsUri} /> },
  { key: "type", title: "Type", cell: (m) => m.ufsType ?? "–" },
  { key: "state", title: "State", cell: (m) => <State mount={m} /> },
  { key: "used", title: "Used", numeric: true, cell: (m) => size(m.ufsUsedBytes) },
  { key: "capacity", title: "Capacity", numeric: true, cell: (m) => size(m.ufsCapacityBytes) },
  {
    key: "flags",
    title: "Flags",
    cell: (m) =>
      [m.readOnly && "read-only", m.shared && "shared"].filter(Boolean).join(", ") || "–",
  },
  { key: "properties", title: "Properties", cell: (m) => <Properties properties={m.properties} /> },
];

/** `mounts` in its order, or the older form with the path as the key. */
function mountsOf(data: MountTable): Mount[] {
  if (data.mounts) return data.mounts;
  return Object.entries(data.mountPointInfos ?? {}).map(([path, mount]) => ({
    ...mount,
    mountPoint: mount.mountPoint || path,
  }));
}

function Mounts({ mounts }: { mounts: Mount[] }) {
  const [all, setAll] = useState(false);
  const filter = useDeferredValue(useRoute().query.get("q") ?? "");
  const found = mounts.filter((m) => matches(filter, m.mountPoint, m.ufsUri, m.state, m.reason));
  const rows = all ? found : found.slice(0, SHOWN);
  return (
    <>
      {mounts.length > 5 && (
        <div className="toolbar">
          <Filter label="Filter mounts" />
          <span className="muted" role="status">
            {count(found.length)} of {count(mounts.length)}
          </span>
        </div>
      )}
      {found.length === 0 ? (
        <Empty>No mount fits the filter.</Empty>
      ) : (
        <Table caption="Mounts" columns={COLUMNS} rows={rows} rowKey={(m) => m.mountPoint} />
      )}
      {rows.length < found.length && (
        <button type="button" className="more" onClick={() => setAll(true)}>
          Show all {count(found.length)}
        </button>
      )}
    </>
  );
}

export function MountsPage() {
  const { base, refreshMs } = useApi();
  const poll = usePoll<MountTable>(`${base}/webui_mounttable`, refreshMs);
  return (
    <Loaded poll={poll} what="the mount table">
      {(data) => {
        const rows = mountsOf(data);
        if (!rows.length) {
          return (
            <Empty>
              Nothing is mounted that these pages may show. To mount a store:{" "}
              <code>alluxio fs mount /path URI</code>
            </Empty>
          );
        }
        return <Mounts mounts={rows} />;
      }}
    </Loaded>
  );
}
