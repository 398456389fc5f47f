import { Empty } from "../parts/states";

export function JobsPage() {
  return (
    <Empty>
      <p>
        <strong>This version has no job service yet.</strong> There are no jobs to show, and this
        page asks no server for any.
      </p>
      <p>
        <code>distributedLoad</code>, <code>distributedCp</code> and <code>distributedMv</code>{" "}
        answer with an error. What works without it: <code>alluxio fs load</code>,{" "}
        <code>fs cp</code>, <code>fs mv</code>, <code>fs persist</code>, and files written with{" "}
        <code>ASYNC_THROUGH</code>.
      </p>
    </Empty>
  );
}
