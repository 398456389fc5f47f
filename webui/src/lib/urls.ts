// Addresses of our pages, of the API and of other servers. Values are encoded here, nowhere else.

export type Query = Record<string, string | number | boolean | undefined>;

/** encodeURIComponent throws on half a surrogate pair, which a broken name may hold. */
export function encode(value: string): string {
  return encodeURIComponent(value.replace(/\p{Cs}/gu, "\ufffd"));
}

/** "path?a=1&b=2" without what is undefined or empty. */
export function withQuery(path: string, query: Query): string {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => `${encode(key)}=${encode(String(value))}`);
  return parts.length ? `${path}?${parts.join("&")}` : path;
}

export function browseUrl(path: string, query: Query = {}): string {
  return withQuery("/browse", { path, ...query });
}

export function downloadUrl(path: string): string {
  return withQuery("/api/v1/master/download", { path });
}

/** The folders from the root down to the path; the root is "/". */
export function crumbs(path: string): { name: string; path: string }[] {
  const result = [{ name: "/", path: "/" }];
  let sofar = "";
  for (const name of path.split("/")) {
    if (!name) continue;
    sofar += `/${name}`;
    result.push({ name, path: sofar });
  }
  return result;
}

export function parentOf(path: string): string {
  const all = crumbs(path);
  return all[all.length - 2]?.path ?? "/";
}

/** What somebody typed, as a path: absolute, with no scheme and host before it. */
export function typedPath(text: string): string {
  const path = text.replace(/^alluxio:\/\/[^/]*/, "");
  const clean = path.replace(/\/+/g, "/").replace(/(.)\/$/, "$1");
  return clean.startsWith("/") ? clean : `/${clean}`;
}

const HOST = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const IPV6 = /^[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/;

/**
 * The pages of another server, or undefined when what it calls itself is no host name: a worker
 * says what its host is, so this text is not to be trusted in an address.
 */
export function serverUrl(host: string, port: number | undefined, path = "/"): string | undefined {
  if (!port || !Number.isInteger(port) || port < 1 || port > 65535) return undefined;
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  if (IPV6.test(bare)) return `http://[${bare}]:${port}${path}`;
  return HOST.test(bare) ? `http://${bare}:${port}${path}` : undefined;
}

/** The same for "host:port". */
export function addressUrl(address: string | undefined, path = "/"): string | undefined {
  const match = /^(.*):(\d+)$/.exec(address ?? "");
  return match ? serverUrl(match[1] ?? "", Number(match[2]), path) : undefined;
}

/** A number of the query, within bounds; anything else is the fallback. */
export function numberIn(text: string | null, fallback: number, least: number, most: number) {
  if (text === null || !/^\d+$/.test(text)) return fallback;
  return Math.min(most, Math.max(least, Number(text)));
}
