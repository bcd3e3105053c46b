import { resolve } from "node:path";
import { defineConfig } from "vite";

// The widget is one classic script, so that a shop needs one tag and no module support of its own.
export default defineConfig({
  base: "/static/",
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    emptyOutDir: false,
    copyPublicDir: false,
    lib: {
      entry: resolve(import.meta.dirname, "src/widget/index.ts"),
      name: "FrontdeskChat",
      formats: ["iife"],
      fileName: () => "widget.js",
    },
  },
});
