import type { Browse, FileInfo } from "../api";
import { lastOffset, type Paging } from "../lib/paging";
import { Link, here } from "../lib/router";
import type { Sorting } from "../lib/sorting";
import { visible } from "../lib/names";
import { fileColumns } from "../parts/files";
import { Pager } from "../parts/pager";
import { Empty } from "../parts/states";
import { Table } from "../parts/table";

interface Props {
  data: Browse;
  paging: Paging;
  sorting: Sorting;
}

export function FolderView({ data, paging, sorting }: Props) {
  const path = data.currentPath ?? "/";
  const rows: FileInfo[] = data.fileInfos ?? [];
  const total = data.ntotalFile ?? rows.length;
  if (total === 0) {
    return (
      <Empty>
        This folder is empty. To put a file here:{" "}
        <code>alluxio fs copyFromLocal FILE {visible(path)}</code>
      </Empty>
    );
  }
  const pager = <Pager paging={paging} total={total} one="entry" many="entries" />;
  return (
    <>
      {pager}
      {rows.length === 0 ? (
        <Empty>
          The folder ends before this page.{" "}
          <Link to={here({ offset: lastOffset(total, paging.limit) || undefined })}>
            To its last page
          </Link>
        </Empty>
      ) : (
        <Table
          caption={`Content of ${visible(path)}`}
          columns={fileColumns(false, data.showPermissions !== false)}
          rows={rows}
          rowKey={(file) => file.absolutePath}
          sorting={sorting}
          focusKey={`${path} ${paging.offset}`}
        />
      )}
      {rows.length > 30 && pager}
    </>
  );
}
