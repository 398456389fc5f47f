// One file: what is known of it, where its blocks are, and a look into it.
import { useState } from "react";
import type { Browse, FileBlock, FileInfo } from "../api";
import { bytes, count, plural } from "../lib/format";
import { Link, here, useRoute } from "../lib/router";
import { downloadUrl, numberIn, serverUrl } from "../lib/urls";
import { Card, Facts, Time } from "../parts/facts";
import { Cached, Persistence } from "../parts/files";
import { Icon } from "../parts/icon";
import { Name } from "../parts/name";
import { Empty } from "../parts/states";
import { Table, type Column } from "../parts/table";

/** How much of a file the server shows at once. */
const PREVIEW_BYTES = 5 * 1024;
const SHOWN_BLOCKS = 200;

function Hosts({ block }: { block: FileBlock }) {
  const hosts = block.hosts ?? (block.locations ?? []).map((host) => ({ host }));
  if (!hosts.length) return <span className="muted">not in Alluxio</span>;
  return (
    <ul className="inline">
      {hosts.map((at, i) => {
        const { webPort, tier } = { webPort: undefined, tier: undefined, ...at };
        const url = serverUrl(at.host, webPort);
        return (
          <li key={i}>
            {url ? <a href={url}>{at.host}</a> : <Name text={at.host} />}
            {tier && <span className="muted"> {tier}</span>}
          </li>
        );
      })}
    </ul>
  );
}

const COLUMNS: Column<FileBlock>[] = [
  { key: "id", title: "Block", cell: (block) => <code>{block.id}</code> },
  { key: "length", title: "Length", numeric: true, cell: (block) => bytes(block.blockLength) },
  { key: "hosts", title: "Workers", cell: (block) => <Hosts block={block} /> },
  { key: "access", title: "Last access", cell: (block) => <Time ms={block.lastAccessTimeMs} /> },
];

function Blocks({ blocks }: { blocks: FileBlock[] }) {
  const [all, setAll] = useState(false);
  if (!blocks.length) return <Empty>The file has no blocks.</Empty>;
  return (
    <>
      <Table
        caption="Blocks of the file"
        columns={COLUMNS}
        rows={all ? blocks : blocks.slice(0, SHOWN_BLOCKS)}
        rowKey={(block) => String(block.id)}
      />
      {!all && blocks.length > SHOWN_BLOCKS && (
        <button type="button" className="more" onClick={() => setAll(true)}>
          Show all {count(blocks.length)}
        </button>
      )}
    </>
  );
}

function Preview({ data, file }: { data: Browse; file: FileInfo }) {
  const { query } = useRoute();
  const size = file.sizeBytes ?? 0;
  const asked = numberIn(query.get("offset"), 0, 0, Number.MAX_SAFE_INTEGER);
  const offset = data.viewingOffset ?? asked;
  const last = Math.max(0, size - PREVIEW_BYTES);
  const step = (label: string, to: number, possible: boolean) =>
    possible ? (
      <Link className="button" to={here({ offset: to || undefined })}>
        {label}
      </Link>
    ) : (
      <span className="button disabled" aria-disabled="true">
        {label}
      </span>
    );
  if (size === 0) return <Empty>The file is empty.</Empty>;
  return (
    <>
      <div className="toolbar">
        <span className="grow muted">
          Bytes {count(offset)}–{count(Math.min(size, offset + PREVIEW_BYTES))} of {count(size)}
        </span>
        {step("Start", 0, offset > 0)}
        {step("Earlier", Math.max(0, offset - PREVIEW_BYTES), offset > 0)}
        {step("Later", offset + PREVIEW_BYTES, offset + PREVIEW_BYTES < size)}
        {step("End", last, offset < last)}
      </div>
      {data.fileData ? (
        <pre className="text" tabIndex={0} aria-label="Preview">
          {data.fileData}
        </pre>
      ) : (
        <Empty>The server shows nothing of the file here.</Empty>
      )}
    </>
  );
}

export function FileView({ data, file }: { data: Browse; file: FileInfo }) {
  const blocks = data.fileBlocks ?? [];
  const blockSize = Number(file.blockSizeBytes);
  return (
    <>
      <Card
        title="File"
        aside={
          <a className="button" href={downloadUrl(file.absolutePath)} download={file.name}>
            <Icon name="download" /> Download
          </a>
        }
      >
        <Facts
          facts={[
            ["Size", bytes(file.sizeBytes)],
            ["Bytes", count(file.sizeBytes)],
            ["In Alluxio", <Cached key="c" file={file} />],
            ["Under store", <Persistence key="p" state={file.persistenceState} />],
            ["Written", file.completed === false ? "not yet complete" : undefined],
            ["Modified", <Time key="m" ms={file.modificationTimeMs} />],
            ["Created", <Time key="t" ms={file.creationTimeMs} />],
            ["Owner", file.owner && <Name text={file.owner} />],
            ["Group", file.group && <Name text={file.group} />],
            ["Mode", file.mode && <code>{file.mode}</code>],
            ["Pinned", file.pinned ? "yes" : "no"],
            ["Block size", Number.isFinite(blockSize) ? bytes(blockSize) : undefined],
            ["File id", String(file.id)],
          ]}
        />
      </Card>
      <Card title={`${plural(blocks.length, "block")}`} wide>
        <Blocks blocks={blocks} />
      </Card>
      <Card title="Preview" wide>
        <Preview data={data} file={file} />
      </Card>
    </>
  );
}
