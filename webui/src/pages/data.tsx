import type { CachedData } from "../api";
import { useApi } from "../lib/context";
import { usePaging } from "../lib/paging";
import { usePoll } from "../lib/poll";
import { withQuery } from "../lib/urls";
import { fileColumns } from "../parts/files";
import { Pager } from "../parts/pager";
import { Empty, Loaded, Problem } from "../parts/states";
import { Table } from "../parts/table";

export function DataPage() {
  const { base, refreshMs } = useApi();
  const paging = usePaging();
  const { offset, limit } = paging;
  const poll = usePoll<CachedData>(withQuery(`${base}/webui_data`, { offset, limit }), refreshMs);
  return (
    <Loaded poll={poll} what="the data in Alluxio">
      {(data) => {
        const message = data.fatalError || data.permissionError;
        if (message) {
          const code = data.permissionError ? "PERMISSION_DENIED" : "INTERNAL";
          return <Problem title="Cannot show the data in Alluxio" error={{ code, message }} />;
        }
        const rows = data.fileInfos ?? [];
        const total = data.inAlluxioFileNum ?? rows.length;
        return (
          <>
            <p className="lead">Files of which at least a byte is in a worker's cache.</p>
            {data.scannedAll === false && (
              <div className="banner info" role="status">
                The tree is large: not all of it was looked at, so files may be missing here.
              </div>
            )}
            {rows.length === 0 ? (
              <Empty>
                No file is in the cache. Reading one through Alluxio puts it here, or:{" "}
                <code>alluxio fs load PATH</code>
              </Empty>
            ) : (
              <>
                <Pager paging={paging} total={total} one="file" />
                <Table
                  caption="Files in Alluxio"
                  columns={fileColumns(true, data.showPermissions !== false)}
                  rows={rows}
                  rowKey={(file) => file.absolutePath}
                  focusKey={String(offset)}
                />
              </>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
