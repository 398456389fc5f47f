import { Empty } from "../parts/states";

export function JobsPage() {
  return (
    <Empty>
      <p>
        <strong>Jobs are not shown here yet.</strong> This page asks no server for any; the command
        line does:
      </p>
      <p>
        <code>alluxio job ls</code>, <code>alluxio job stat ID</code>,{" "}
        <code>alluxio job getCmdStatus ID</code> and{" "}
        <code>alluxio fsadmin report jobservice</code>.
      </p>
    </Empty>
  );
}
