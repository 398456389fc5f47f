// Columns of tables of files, for Browse and for the data in Alluxio.
import type { FileInfo } from "../api";
import { bytes, percentText, plural } from "../lib/format";
import { Link } from "../lib/router";
import { browseUrl } from "../lib/urls";
import { Bar } from "./bar";
import { Badge, Time } from "./facts";
import { Icon } from "./icon";
import { Name } from "./name";
import type { Column } from "./table";

function Marks({ file }: { file: FileInfo }) {
  return (
    <>
      {file.mountPoint && <Badge tone="plain">mount</Badge>}
      {file.pinned && <Badge tone="plain">pinned</Badge>}
      {file.completed === false && !file.isDirectory && <Badge tone="warn">being written</Badge>}
    </>
  );
}

export function FileLink({ file, full = false }: { file: FileInfo; full?: boolean }) {
  return (
    <span className="file-link">
      <Icon name={file.isDirectory ? "folder" : "file"} />
      <Link to={browseUrl(file.absolutePath)}>
        <Name text={full ? file.absolutePath : file.name} clamp />
        <span className="visually-hidden">{file.isDirectory ? " (folder)" : ""}</span>
      </Link>
      <Marks file={file} />
    </span>
  );
}

export function sizeText(file: FileInfo): string {
  if (!file.isDirectory) return bytes(file.sizeBytes);
  return file.sizeBytes === undefined ? "–" : plural(file.sizeBytes, "item");
}

export function Cached({ file }: { file: FileInfo }) {
  const share = file.inAlluxioPercentage;
  if (file.isDirectory || share === undefined) return <span className="muted">–</span>;
  return (
    <span className="cached">
      <Bar value={share} label={`of ${file.name} in Alluxio`} tone="mem flat" />
      <span>{percentText(share)}</span>
    </span>
  );
}

const PERSISTENCE: Record<string, ["good" | "warn" | "bad" | "plain", string]> = {
  PERSISTED: ["good", "persisted"],
  NOT_PERSISTED: ["plain", "not persisted"],
  TO_BE_PERSISTED: ["warn", "to be persisted"],
  LOST: ["bad", "lost"],
};

export function Persistence({ state }: { state: string | undefined }) {
  if (!state) return <span className="muted">–</span>;
  const [tone, text] = PERSISTENCE[state] ?? ["plain", state.toLowerCase()];
  return <Badge tone={tone}>{text}</Badge>;
}

const COLUMNS: Column<FileInfo>[] = [
  { key: "size", title: "Size", sortable: true, numeric: true, cell: sizeText },
  { key: "cached", title: "In Alluxio", sortable: true, cell: (file) => <Cached file={file} /> },
  {
    key: "persistence",
    title: "Under store",
    cell: (file) => <Persistence state={file.persistenceState} />,
  },
  {
    key: "modified",
    title: "Modified",
    sortable: true,
    cell: (file) => <Time ms={file.modificationTimeMs} />,
  },
];

const PERMISSIONS: Column<FileInfo>[] = [
  {
    key: "owner",
    title: "Owner",
    minor: true,
    cell: (file) => <Name text={`${file.owner ?? ""}:${file.group ?? ""}`} clamp />,
  },
  { key: "mode", title: "Mode", minor: true, cell: (file) => <code>{file.mode}</code> },
];

export function fileColumns(full: boolean, permissions: boolean): Column<FileInfo>[] {
  return [
    {
      key: "name",
      title: full ? "Path" : "Name",
      sortable: true,
      cell: (file) => <FileLink file={file} full={full} />,
    },
    ...COLUMNS,
    ...(permissions ? PERMISSIONS : []),
  ];
}
