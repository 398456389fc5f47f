// Finds out what it talks to, then shows the page that the address names.
import type { Init } from "./api";
import { InitContext, refreshOf } from "./lib/context";
import { fetchInit } from "./lib/fetch";
import { usePoll } from "./lib/poll";
import { Link, useRoute } from "./lib/router";
import { Layout } from "./parts/layout";
import { Guard, Loading, Problem } from "./parts/states";
import { findPage } from "./routes";
import { useState } from "react";

export function App() {
  const [refreshMs, setRefreshMs] = useState(15_000);
  // Asked again and again: a standby becomes the primary, a server comes back as a newer version.
  const poll = usePoll<Init>("init", refreshMs, (_, signal) => fetchInit(signal));
  const { page: path } = useRoute();
  const init = poll.data;
  if (!init) {
    return (
      <main className="alone">
        {poll.error ? (
          <Problem title={`No answer from ${location.host}`} error={poll.error}>
            <button type="button" onClick={poll.reload}>
              Try now
            </button>
          </Problem>
        ) : (
          <Loading what="the pages" />
        )}
      </main>
    );
  }
  if (refreshOf(init) !== refreshMs) setRefreshMs(refreshOf(init));

  const page = findPage(init.process, path);
  const View = page?.view;
  return (
    <InitContext.Provider value={init}>
      <Layout page={page}>
        <Guard key={`${init.process}/${path}`}>
          {View ? (
            <View />
          ) : (
            <Problem title="There is no such page">
              <Link to="/overview">Overview</Link>
            </Problem>
          )}
        </Guard>
      </Layout>
    </InitContext.Provider>
  );
}
