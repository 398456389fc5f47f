import type { WorkerBlock, WorkerBlocks } from "../api";
import { useApi } from "../lib/context";
import { bytes } from "../lib/format";
import { usePaging } from "../lib/paging";
import { usePoll } from "../lib/poll";
import { withQuery } from "../lib/urls";
import { Time } from "../parts/facts";
import { Name } from "../parts/name";
import { Pager } from "../parts/pager";
import { Empty, Loaded } from "../parts/states";
import { Table, type Column } from "../parts/table";

const COLUMNS: Column<WorkerBlock>[] = [
  { key: "id", title: "Block", cell: (b) => <code>{b.id}</code> },
  {
    key: "name",
    title: "File",
    // A worker may not know the file, and then gives the id once more.
    cell: (b) => (String(b.name) === String(b.id) ? "–" : <Name text={String(b.name)} clamp />),
  },
  { key: "size", title: "Size", numeric: true, cell: (b) => bytes(b.sizeBytes) },
  { key: "tier", title: "Tier", cell: (b) => b.tier ?? "–" },
  { key: "access", title: "Last access", cell: (b) => <Time ms={b.lastAccessTimeMs} /> },
];

export function BlocksPage() {
  const { base, refreshMs } = useApi();
  const paging = usePaging();
  const { offset, limit } = paging;
  const url = withQuery(`${base}/webui_blockinfo`, { offset, limit });
  const poll = usePoll<WorkerBlocks>(url, refreshMs);
  return (
    <Loaded poll={poll} what="the blocks">
      {(data) => {
        const rows = data.fileInfos ?? [];
        const total = data.ntotalFile ?? rows.length;
        if (total === 0) {
          return <Empty>This worker holds no block. The first read through it brings some.</Empty>;
        }
        return (
          <>
            <Pager paging={paging} total={total} one="block" />
            <Table
              caption="Blocks on this worker"
              columns={COLUMNS}
              rows={rows}
              rowKey={(b) => String(b.id)}
              focusKey={String(offset)}
            />
          </>
        );
      }}
    </Loaded>
  );
}
