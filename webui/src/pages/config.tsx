// Every property, what it is, where that was said, and what it does here.
import { useDeferredValue, useState } from "react";
import type { Configuration, Setting } from "../api";
import { useApi } from "../lib/context";
import { count } from "../lib/format";
import { usePoll } from "../lib/poll";
import { here, navigate, useRoute } from "../lib/router";
import { Badge } from "../parts/facts";
import { Filter, matches } from "../parts/filter";
import { Key, Name } from "../parts/name";
import { Empty, Loaded } from "../parts/states";
import { Table, type Column } from "../parts/table";

const SHOWN = 150;

const isChanged = (setting: Setting) => !/^default$/i.test(setting.right);

function Value({ text }: { text: string }) {
  if (text === "") return <span className="muted">(empty)</span>;
  return (
    <code>
      <Name text={text} />
    </code>
  );
}

function Default({ setting }: { setting: Setting }) {
  if (setting.default === undefined) return <span className="muted">–</span>;
  if (setting.default === setting.middle) return <span className="muted">same</span>;
  return <Value text={setting.default} />;
}

/** "SITE_PROPERTY (/opt/conf/alluxio-site.properties)": the kind, and below it the place. */
function Source({ setting }: { setting: Setting }) {
  const [, kind, place] = /^(\w+)(?: \((.*)\))?$/.exec(setting.right) ?? [];
  return (
    <>
      <Badge tone={isChanged(setting) ? "good" : "plain"}>
        <Name text={(kind ?? setting.right).toLowerCase().replace(/_/g, " ")} />
      </Badge>
      {place && (
        <small className="muted form">
          <Name text={place} />
        </small>
      )}
    </>
  );
}

function Effect({ effect }: { effect: string | undefined }) {
  if (!effect) return <span className="muted">unknown property</span>;
  if (effect === "Works") return <>yes</>;
  return (
    <span className="muted" title="Accepted, because clients and scripts may set it">
      {effect === "Inert" ? "none here" : effect}
    </span>
  );
}

const COLUMNS: Column<Setting>[] = [
  {
    key: "name",
    title: "Property",
    cell: (s) => (
      <>
        <Key text={s.left} />
        <small className="muted form">
          {[s.expected, s.scope && `for ${s.scope.toLowerCase()}`].filter(Boolean).join(", ")}
        </small>
        {s.help && <small className="form help-line">{s.help}</small>}
      </>
    ),
  },
  { key: "value", title: "Value", cell: (s) => <Value text={s.middle} /> },
  {
    key: "source",
    title: "Source",
    cell: (s) => <Source setting={s} />,
  },
  { key: "default", title: "Default", cell: (s) => <Default setting={s} /> },
  { key: "effect", title: "Effect", cell: (s) => <Effect effect={s.effect} /> },
];

function Settings({ settings }: { settings: Setting[] }) {
  const { query } = useRoute();
  const [all, setAll] = useState(false);
  const filter = useDeferredValue(query.get("q") ?? "");
  const changedOnly = query.get("changed") === "1";
  const found = settings.filter(
    (s) =>
      (!changedOnly || isChanged(s)) &&
      matches(filter, s.left, s.middle, s.right, s.effect, s.scope, s.help),
  );
  const rows = all ? found : found.slice(0, SHOWN);
  return (
    <>
      <div className="toolbar">
        <Filter label="Filter properties" />
        <label className="check">
          <input
            type="checkbox"
            checked={changedOnly}
            onChange={(event) =>
              navigate(here({ changed: event.target.checked ? 1 : undefined }), "replace")
            }
          />
          only what is set
        </label>
        <span className="muted" role="status">
          {count(found.length)} of {count(settings.length)}
        </span>
      </div>
      {found.length === 0 ? (
        <Empty>No property fits the filter.</Empty>
      ) : (
        <Table caption="Properties" columns={COLUMNS} rows={rows} rowKey={(s) => s.left} />
      )}
      {rows.length < found.length && (
        <button type="button" className="more" onClick={() => setAll(true)}>
          Show all {count(found.length)}
        </button>
      )}
    </>
  );
}

export function ConfigPage() {
  const { base, refreshMs } = useApi();
  const poll = usePoll<Configuration>(`${base}/webui_config`, refreshMs);
  return (
    <Loaded poll={poll} what="the configuration">
      {(data) => (
        <>
          <Settings settings={data.configuration ?? []} />
          {(data.configHash || data.whitelist?.length) && (
            <p className="lead">
              {data.configHash && (
                <>
                  Hash of the cluster's defaults: <code>{data.configHash}</code>.{" "}
                </>
              )}
              {data.whitelist && data.whitelist.length > 0 && (
                <>
                  Paths that may be cached: <code>{data.whitelist.join(" ")}</code>
                </>
              )}
            </p>
          )}
        </>
      )}
    </Loaded>
  );
}
