import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { expect, test } from "vitest";

test("the whole widget, compressed, is at most 8 kB", async () => {
  const outDir = mkdtempSync(join(tmpdir(), "frontdesk-widget-"));
  await build({ configFile: resolve(import.meta.dirname, "../vite.widget.config.ts"), logLevel: "silent", build: { outDir, emptyOutDir: true } });
  const script = readFileSync(join(outDir, "widget.js"));
  expect(gzipSync(script, { level: 9 }).length).toBeLessThanOrEqual(8000);
});
