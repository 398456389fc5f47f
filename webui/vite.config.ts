import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

// During development `vite` serves the sources and asks a running server for /api.
const server = process.env["ALLUXIO_WEB"] ?? "http://localhost:19999";

/** Writes the licences of the libraries whose code is in the bundle beside it. */
function thirdParty(): Plugin {
  return {
    name: "third-party",
    generateBundle() {
      const folders = new Set<string>();
      for (const id of this.getModuleIds()) {
        const match = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replace(/^\0/, ""));
        if (match?.[1]) folders.add(match[1]);
      }
      const texts = [...folders].sort().map((folder) => {
        const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
          name: string;
          version: string;
          license?: string;
        };
        const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
        if (!file) this.error(`${about.name} has no licence`);
        const title = `${about.name} ${about.version} (${about.license ?? "see below"})`;
        return `${title}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
      });
      const line = `\n${"-".repeat(80)}\n\n`;
      this.emitFile({
        type: "asset",
        fileName: "THIRD_PARTY.txt",
        source: `The pages contain code of these libraries.\n${line}${texts.join(line)}`,
      });
    },
  };
}

export default defineConfig({
  // Below src/, so that a server which is given this folder finds no page rather than sources.
  root: "src",
  publicDir: "../public",
  plugins: [thirdParty()],
  esbuild: { jsx: "automatic", legalComments: "none" },
  build: {
    target: "es2021",
    // The policy of the servers is default-src 'self': a picture as a data: address is refused.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    reportCompressedSize: false,
  },
  server: { proxy: { "/api": server, "/metrics": server } },
});
