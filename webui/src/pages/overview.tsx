import type { MasterState, Overview } from "../api";
import { useApi } from "../lib/context";
import { count, duration, plural } from "../lib/format";
import { usePoll } from "../lib/poll";
import { Link } from "../lib/router";
import { addressUrl } from "../lib/urls";
import { Capacity } from "../parts/bar";
import { Badge, Card, Facts, Time } from "../parts/facts";
import { Name } from "../parts/name";
import { Empty, Loaded } from "../parts/states";

function Warnings({ data }: { data: Overview }) {
  const warnings = [...(data.warnings ?? [])];
  if (data.safeMode) {
    warnings.unshift(
      "Safe mode: the master waits for its workers; clients cannot read or write yet.",
    );
  }
  if (!warnings.length) return null;
  return (
    <section className="banner warn" aria-label="Warnings">
      <strong>{plural(warnings.length, "warning")}</strong>
      <ul>
        {warnings.map((warning, i) => (
          <li key={i}>
            <Name text={warning} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Tiles({ data }: { data: Overview }) {
  const lost = data.lostWorkerNodes ?? 0;
  return (
    <div className="tiles">
      <Link className="tile" to="/workers">
        <span>Workers</span>
        <strong>{count(data.liveWorkerNodes)}</strong>
        <small className={lost ? "bad-text" : ""}>
          {lost ? `${count(lost)} lost` : "none lost"}
        </small>
      </Link>
      <Link className="tile" to="/browse">
        <span>Files and folders</span>
        <strong>{count(data.paths)}</strong>
        <small>browse</small>
      </Link>
      <Link className="tile" to="/data">
        <span>Blocks</span>
        <strong>{count(data.blocks)}</strong>
        <small>
          {data.replicaBlockCount ? `${count(data.replicaBlockCount)} with copies` : "in the cache"}
        </small>
      </Link>
      <div className="tile">
        <span>Uptime</span>
        <strong>{duration(data.uptimeMs)}</strong>
        <small>
          since <Time ms={data.startTimeMs} />
        </small>
      </div>
    </div>
  );
}

function MasterLine({ master }: { master: MasterState }) {
  const lag = master.lagEntries;
  const url = addressUrl(master.webAddress);
  const primary = master.role === "PRIMARY";
  return (
    <li>
      <Badge tone={primary ? "good" : "plain"}>{master.role.toLowerCase()}</Badge>
      <span className="grow">
        {url ? <a href={url}>{master.address}</a> : <Name text={master.address} />}
      </span>
      {!primary && lag !== undefined && (
        <span className={lag > 10_000 ? "warn-text" : "muted"}>
          {lag === 0 ? "up to date" : `${plural(lag, "entry", "entries")} behind`}
        </span>
      )}
    </li>
  );
}

export function OverviewPage() {
  const { base, refreshMs } = useApi();
  const poll = usePoll<Overview>(`${base}/webui_overview`, refreshMs);
  return (
    <Loaded poll={poll} what="the overview">
      {(data) => (
        <>
          <Warnings data={data} />
          <Tiles data={data} />
          <div className="cards">
            <Card title="Cache">
              <Capacity
                name="All tiers"
                used={data.usedBytes}
                capacity={data.capacityBytes}
                tone="all"
              />
              {(data.tiers ?? []).map((tier) => (
                <Capacity
                  key={tier.alias}
                  name={tier.alias}
                  used={tier.usedBytes}
                  capacity={tier.capacityBytes}
                />
              ))}
              {!data.capacityBytes && (
                <Empty>
                  No worker is live, so nothing can be cached. Start one:{" "}
                  <code>alluxio-start.sh worker</code>
                </Empty>
              )}
            </Card>
            <Card title="Masters" aside={<Link to="/masters">all</Link>}>
              <ul className="lines">
                {(data.masters ?? []).map((master) => (
                  <MasterLine key={`${master.role} ${master.address}`} master={master} />
                ))}
              </ul>
              {!data.masters?.length && (
                <Facts
                  facts={[
                    ["Address", data.masterNodeAddress],
                    ["Role", data.masterRole],
                  ]}
                />
              )}
            </Card>
            <Card title="Cluster">
              <Facts
                facts={[
                  ["Version", data.version],
                  ["Cluster id", data.clusterId],
                  ["Master", data.masterNodeAddress],
                  ["Started", <Time key="t" ms={data.startTimeMs} />],
                  ["Settings check", data.configCheckStatus],
                ]}
              />
            </Card>
            {data.diskCapacity && (
              <Card title="Root under store" aside={<Link to="/mounttable">mounts</Link>}>
                <Facts
                  facts={[
                    ["Capacity", data.diskCapacity],
                    ["Used", data.diskUsedCapacity],
                    ["Free", data.diskFreeCapacity],
                  ]}
                />
              </Card>
            )}
          </div>
        </>
      )}
    </Loaded>
  );
}
