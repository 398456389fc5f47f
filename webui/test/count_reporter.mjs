// A reporter of node's test runner: failures in full, then the line that the house counts by.
export default async function* report(source) {
  let passed = 0;
  let failed = 0;
  for await (const event of source) {
    const isFile = event.data?.details?.type === "suite";
    if (event.type === "test:pass" && !isFile) {
      passed++;
      yield `ok   ${event.data.name} (${Math.round(event.data.details.duration_ms)} ms)\n`;
    }
    if (event.type === "test:fail" && !isFile) {
      failed++;
      const error = event.data.details.error;
      const cause = error?.cause ?? error;
      yield `FAIL ${event.data.name}\n${cause?.stack ?? cause}\n${cause?.message ?? ""}\n`;
    }
    if (event.type === "test:stderr") yield event.data.message;
  }
  yield `${passed} passed, ${failed} failed\n`;
}
