// The pages, in the order of the menu. The names in addresses are those of 2.9.
import type { ComponentType } from "react";
import type { ProcessKind } from "./api";
import { BlocksPage } from "./pages/blocks";
import { BrowsePage } from "./pages/browse";
import { ConfigPage } from "./pages/config";
import { DataPage } from "./pages/data";
import { JobsPage } from "./pages/jobs";
import { LogsPage } from "./pages/logs";
import { MastersPage } from "./pages/masters";
import { MetricsPage } from "./pages/metrics";
import { MountsPage } from "./pages/mounts";
import { OverviewPage } from "./pages/overview";
import { WorkerOverviewPage } from "./pages/worker_overview";
import { WorkersPage } from "./pages/workers";

export interface Page {
  path: string;
  title: string;
  icon: string;
  view: ComponentType;
}

const SHARED: Page[] = [
  { path: "config", title: "Configuration", icon: "sliders", view: ConfigPage },
  { path: "logs", title: "Logs", icon: "lines", view: LogsPage },
  // Not "metrics": what begins so is for Prometheus and the like.
  { path: "charts", title: "Metrics", icon: "chart", view: MetricsPage },
];

const PAGES: Record<ProcessKind, Page[]> = {
  master: [
    { path: "overview", title: "Overview", icon: "home", view: OverviewPage },
    { path: "browse", title: "Browse", icon: "folder", view: BrowsePage },
    { path: "data", title: "In-Alluxio data", icon: "stack", view: DataPage },
    { path: "workers", title: "Workers", icon: "servers", view: WorkersPage },
    { path: "masters", title: "Masters", icon: "crown", view: MastersPage },
    { path: "mounttable", title: "Mount table", icon: "link", view: MountsPage },
    ...SHARED,
    { path: "jobs", title: "Jobs", icon: "list", view: JobsPage },
  ],
  worker: [
    { path: "overview", title: "Overview", icon: "home", view: WorkerOverviewPage },
    { path: "blockInfo", title: "Blocks", icon: "stack", view: BlocksPage },
    ...SHARED,
  ],
};

export function pagesOf(process: ProcessKind): Page[] {
  return PAGES[process];
}

/** The page of an address; "" is the overview. */
export function findPage(process: ProcessKind, path: string): Page | undefined {
  return PAGES[process].find((page) => page.path === (path || "overview"));
}
