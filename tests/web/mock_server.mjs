// A server that speaks the contract of docs/design/0006-web.md and serves build/webui with the header
// of the real ones. For development: node tests/web/mock_server.mjs [master|worker] [port]
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { answer } from "./mock_answers.mjs";

const ROOT = join(fileURLToPath(import.meta.url), "../../..");
const PAGES = process.env.ALLUXIO_WEBUI ?? join(ROOT, "build", "webui");
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};
const HEADERS = {
  "Content-Security-Policy":
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

function send(response, status, type, body) {
  response.writeHead(status, { ...HEADERS, "Content-Type": type });
  response.end(body);
}

function sendJson(response, status, body) {
  send(response, status, "application/json", JSON.stringify(body));
}

function sendPage(response, path) {
  if (/^\/(metrics|api)\b/.test(path)) {
    send(response, 404, TYPES[".txt"], `no such page: ${path}\n`);
    return;
  }
  const wanted = normalize(join(PAGES, decodeURIComponent(path)));
  const file = wanted.startsWith(PAGES) && existsSync(wanted) && statSync(wanted).isFile();
  const name = file ? wanted : join(PAGES, "index.html");
  send(response, 200, TYPES[extname(name)] ?? "application/octet-stream", readFileSync(name));
}

/** Starts one on a free port of loopback. `state` can be changed while it runs. */
export async function startMock(kind = "master", port = 0) {
  const state = {
    role: "PRIMARY",
    primaryAddress: "master-1.example:19999",
    workers: 4,
    jobs: 8,
    lost: 0,
    refreshMs: 15_000,
    logLines: 5_000,
    failing: "", // "status": answers 503; "silent": closes the connection
    override: {}, // route: answer
  };
  const requests = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    const match = /^\/api\/v1\/(master|worker)\/(\w+)$/.exec(url.pathname);
    if (!match) {
      sendPage(response, url.pathname);
      return;
    }
    requests.push(request.url);
    if (state.failing === "silent") {
      request.socket.destroy();
      return;
    }
    if (state.failing === "status") {
      sendJson(response, 503, { statusCode: "UNAVAILABLE", message: "the master is stopping" });
      return;
    }
    const [, asked, route] = match;
    if (asked === "master" && route === "download") {
      response.writeHead(200, { ...HEADERS, "Content-Disposition": "attachment" });
      response.end(`content of ${url.searchParams.get("path")}`);
      return;
    }
    const body =
      state.override[route] ?? (asked === kind && answer(kind, route, url.searchParams, state));
    if (body) sendJson(response, 200, body);
    else sendJson(response, 404, { statusCode: "NOT_FOUND", message: `no route ${url.pathname}` });
  });
  await new Promise((ready) => server.listen(port, "127.0.0.1", ready));
  const close = () =>
    new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${server.address().port}`, state, requests, close };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = await startMock(process.argv[2] ?? "master", Number(process.argv[3] ?? 0));
  console.log(mock.url);
}
