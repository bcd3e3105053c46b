import react from "@vitejs/plugin-react";
import { configDefaults, defineConfig } from "vitest/config";

/** Tests that need a page; making one takes longer than most tests. */
const WITH_A_PAGE = ["src/**/*.test.tsx", "src/widget/*.test.ts", "src/console/hooks/listen.test.ts", "src/shared/direction.test.ts"];

export default defineConfig({
  plugins: [react()],
  test: {
    restoreMocks: true,
    projects: [
      { extends: true, test: { name: "page", environment: "happy-dom", include: WITH_A_PAGE } },
      {
        extends: true,
        test: {
          name: "plain",
          environment: "node",
          include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...WITH_A_PAGE],
        },
      },
    ],
  },
});
