import type { MasterInfo, Masters } from "../api";
import { useApi } from "../lib/context";
import { count, plural } from "../lib/format";
import { usePoll } from "../lib/poll";
import { addressUrl } from "../lib/urls";
import { Badge } from "../parts/facts";
import { Name } from "../parts/name";
import { Loaded } from "../parts/states";
import { Table, type Column } from "../parts/table";

interface Row extends MasterInfo {
  kind: "primary" | "standby" | "lost";
}

const address = (row: Row) => (row.address ? `${row.address.host}:${row.address.rpcPort}` : "–");

function Lag({ row }: { row: Row }) {
  if (row.kind !== "standby" || row.lagEntries === undefined) return <>–</>;
  return <>{row.lagEntries === 0 ? "up to date" : plural(row.lagEntries, "entry", "entries")}</>;
}

function Web({ row }: { row: Row }) {
  const url = addressUrl(row.webAddress);
  if (!row.webAddress) return <span className="muted">–</span>;
  return url ? <a href={url}>{row.webAddress}</a> : <Name text={row.webAddress} />;
}

const TONES = { primary: "good", standby: "plain", lost: "bad" } as const;

const COLUMNS: Column<Row>[] = [
  { key: "kind", title: "Role", cell: (row) => <Badge tone={TONES[row.kind]}>{row.kind}</Badge> },
  { key: "address", title: "RPC address", cell: (row) => <Name text={address(row)} /> },
  { key: "web", title: "Web page", cell: (row) => <Web row={row} /> },
  { key: "lag", title: "Behind the primary", cell: (row) => <Lag row={row} /> },
  { key: "version", title: "Version", cell: (row) => row.version ?? "–" },
];

export function MastersPage() {
  const { base, refreshMs } = useApi();
  const poll = usePoll<Masters>(`${base}/webui_masters`, refreshMs);
  return (
    <Loaded poll={poll} what="the masters">
      {(data) => {
        const { primaryMasterInfo: primary, standbyMasterInfos = [], lostMasterInfos = [] } = data;
        const rows: Row[] = [
          ...(primary ? [{ ...primary, kind: "primary" as const }] : []),
          ...standbyMasterInfos.map((info) => ({ ...info, kind: "standby" as const })),
          ...lostMasterInfos.map((info) => ({ ...info, kind: "lost" as const })),
        ];
        return (
          <>
            {!primary && (
              <div className="banner warn" role="status">
                No primary is known at the moment; one may be being elected.
              </div>
            )}
            <Table
              caption="Masters"
              columns={COLUMNS}
              rows={rows}
              rowKey={(row) => `${row.kind} ${address(row)}`}
            />
            <p className="lead">
              {standbyMasterInfos.length === 0
                ? "There is no standby: when this master ends, clients wait until it is back."
                : `${count(standbyMasterInfos.length)} can take over when the primary ends.`}
            </p>
          </>
        );
      }}
    </Loaded>
  );
}
