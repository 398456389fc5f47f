import type { StorageDir, WorkerOverview } from "../api";
import { useApi, useInit } from "../lib/context";
import { bytes, count, duration, percent, percentText } from "../lib/format";
import { usePoll } from "../lib/poll";
import { Link } from "../lib/router";
import { addressUrl } from "../lib/urls";
import { Bar, Capacity, toneOf } from "../parts/bar";
import { Badge, Card, Facts, Time } from "../parts/facts";
import { Name } from "../parts/name";
import { Loaded } from "../parts/states";
import { Table, type Column } from "../parts/table";

const COLUMNS: Column<StorageDir>[] = [
  { key: "tier", title: "Tier", cell: (dir) => dir.tierAlias },
  { key: "path", title: "Folder", cell: (dir) => <Name text={dir.dirPath} /> },
  {
    key: "state",
    title: "State",
    cell: (dir) => {
      if (!dir.state) return "–";
      const good = /^(ok|normal|healthy|in_use|active|up)$/i.test(dir.state);
      return (
        <Badge tone={good ? "good" : "bad"}>{dir.state.toLowerCase().replace(/_/g, " ")}</Badge>
      );
    },
  },
  { key: "used", title: "Used", numeric: true, cell: (dir) => bytes(dir.usedBytes) },
  { key: "capacity", title: "Capacity", numeric: true, cell: (dir) => bytes(dir.capacityBytes) },
  {
    key: "share",
    title: "Share",
    cell: (dir) => {
      const share = percent(dir.usedBytes, dir.capacityBytes);
      return (
        <span className="cached">
          <Bar value={share} label={`${dir.dirPath} used`} tone={`${toneOf(dir.tierAlias)} flat`} />
          <span>{percentText(share)}</span>
        </span>
      );
    },
  },
];

function workerAddress(data: WorkerOverview): string | undefined {
  const address = data.workerInfo?.workerAddress;
  if (typeof address === "string") return address;
  if (!address || typeof address !== "object" || !("host" in address)) return undefined;
  const port = "rpcPort" in address ? `:${String(address.rpcPort)}` : "";
  return `${String(address.host)}${port}`;
}

function MasterLink({ address }: { address: string | undefined }) {
  const { masterWebAddress } = useInit();
  const url = addressUrl(masterWebAddress);
  const text = address ?? masterWebAddress;
  if (!text) return <span className="warn-text">none known</span>;
  return url ? <a href={url}>{text}</a> : <Name text={text} />;
}

export function WorkerOverviewPage() {
  const { base, refreshMs } = useApi();
  const poll = usePoll<WorkerOverview>(`${base}/webui_overview`, refreshMs);
  return (
    <Loaded poll={poll} what="the overview">
      {(data) => {
        const tiers = data.usageOnTiers ?? [];
        const sum = (field: "usedBytes" | "capacityBytes") =>
          tiers.reduce((all, tier) => all + tier[field], 0);
        return (
          <>
            {data.registered === false && (
              <div className="banner warn" role="status">
                <strong>Not registered.</strong> No master knows this worker yet, so no client is
                sent here. It tries again by itself.
              </div>
            )}
            <div className="tiles">
              <Link className="tile" to="/blockInfo">
                <span>Blocks</span>
                <strong>{count(data.blockCount)}</strong>
                <small>in the cache</small>
              </Link>
              <div className="tile">
                <span>Uptime</span>
                <strong>{duration(data.uptimeMs)}</strong>
                <small>
                  since <Time ms={data.startTimeMs} />
                </small>
              </div>
            </div>
            <div className="cards">
              <Card title="Cache">
                <Capacity
                  name="All tiers"
                  used={sum("usedBytes")}
                  capacity={sum("capacityBytes")}
                  tone="all"
                />
                {tiers.map((tier) => (
                  <Capacity
                    key={tier.tierAlias}
                    name={tier.tierAlias}
                    used={tier.usedBytes}
                    capacity={tier.capacityBytes}
                  />
                ))}
              </Card>
              <Card title="Worker">
                <Facts
                  facts={[
                    ["Address", workerAddress(data)],
                    ["Master", <MasterLink key="m" address={data.masterAddress} />],
                    [
                      "Registered",
                      data.registered === undefined ? undefined : data.registered ? "yes" : "no",
                    ],
                    ["Version", data.version],
                  ]}
                />
              </Card>
            </div>
            <Card title="Folders of the tiers" wide>
              <Table
                caption="Folders of the tiers"
                columns={COLUMNS}
                rows={data.storageDirs ?? []}
                rowKey={(dir) => `${dir.tierAlias} ${dir.dirPath}`}
              />
            </Card>
          </>
        );
      }}
    </Loaded>
  );
}
