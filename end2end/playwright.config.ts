// Every test of a page runs twice: as most people browse, and without JavaScript.
//
// Nothing has to be running: each worker starts its own server on a free port (fixtures/server.ts).

import { execFileSync } from "node:child_process";
import { defineConfig } from "@playwright/test";

/** The Chromium that scripts/chromium names; without it, as in `cargo leptos end-to-end` alone, the same script is asked. */
const chromium = process.env.CHROMIUM || execFileSync("../scripts/chromium", { encoding: "utf8" }).trim();

const launchOptions = {
  executablePath: chromium,
  args: [
    // Chromium refuses to run sandboxed as root.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: true,
  // Browser and test wait for each other: one for each processor leaves a third of it idle.
  workers: "150%",
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["./fixtures/summary.ts"]],
  use: { browserName: "chromium", launchOptions, screenshot: "only-on-failure" },
  projects: [
    { name: "javascript", use: { javaScriptEnabled: true } },
    { name: "no-javascript", use: { javaScriptEnabled: false } },
    // Programs, hundreds at once, with the machine to themselves: after all else, or alone by `--project races --no-deps`.
    { name: "races", testDir: "races", dependencies: ["javascript", "no-javascript"] },
  ],
});
