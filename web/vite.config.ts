import react from "@vitejs/plugin-react";
import { resolve } from "node:path";
import { defineConfig } from "vite";

const engine = "http://127.0.0.1:5005";

// Two pages; everything they need is served by the engine under /static/.
export default defineConfig({
  base: "/static/",
  plugins: [react()],
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        console: resolve(import.meta.dirname, "console/index.html"),
        demo: resolve(import.meta.dirname, "demo/index.html"),
      },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": engine, "/help": engine, "/ws": { target: engine, ws: true } },
  },
});
