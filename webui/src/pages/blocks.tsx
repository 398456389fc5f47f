import type { WorkerBlock, WorkerBlocks } from "../api";
import { useApi, useInit } from "../lib/context";
import { bytes } from "../lib/format";
import { usePaging } from "../lib/paging";
import { usePoll } from "../lib/poll";
import { addressUrl, withQuery } from "../lib/urls";
import { Name } from "../parts/name";
import { Pager } from "../parts/pager";
import { Empty, Loaded } from "../parts/states";
import { Table, type Column } from "../parts/table";

// Which path a file has is for the master to tell, to those who may know.
function columns(master: string | undefined): Column<WorkerBlock>[] {
  return [
    { key: "id", title: "Block", cell: (b) => <code>{b.id}</code> },
    {
      key: "name",
      title: "File",
      cell: (b) => {
        const id = b.fileId === undefined ? undefined : String(b.fileId);
        const url = id && addressUrl(master, withQuery("/browse", { id }));
        return url ? <a href={url}>{id}</a> : <Name text={id ?? "–"} clamp />;
      },
    },
    { key: "size", title: "Size", numeric: true, cell: (b) => bytes(b.sizeBytes) },
    { key: "tier", title: "Tier", cell: (b) => b.tier ?? "–" },
  ];
}

export function BlocksPage() {
  const { base, refreshMs } = useApi();
  const { masterWebAddress } = useInit();
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
              columns={columns(masterWebAddress)}
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
