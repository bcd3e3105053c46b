import { resolve } from "node:path";
import { defineConfig } from "vite";

// What the widget loads when it is first opened: one module beside it, asked for by its address.
export default defineConfig({
  base: "/static/",
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    emptyOutDir: false,
    copyPublicDir: false,
    lib: {
      entry: resolve(import.meta.dirname, "src/widget/more.ts"),
      formats: ["es"],
      fileName: () => "more.js",
    },
  },
});
