import type { Page } from "@playwright/test";
import { people, scripted, signIn } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

const EVENTS = "/api/auth/events";

test("public pages load no script and no WASM, and listen to nothing", async ({ page }) => {
  const listens: string[] = [];
  await signIn(page);
  await page.goto("/");
  page.on("request", (request) => {
    if (new URL(request.url()).pathname === EVENTS) {
      listens.push(page.url());
    }
  });
  for (const path of ["/", "/auth/login", "/auth/signed-out", "/nothing/here"]) {
    expect(await codeOf(page, path, "networkidle"), path).toEqual([]);
  }
  expect(listens).toEqual([]);
});

test("a private page loads its code from this site only, and listens for its session's end", async ({ page, baseURL }) => {
  await signIn(page, { target: "/account", person: people.crowded });
  const listens = scripted() ? page.waitForRequest((request) => new URL(request.url()).pathname === EVENTS) : undefined;
  const code = await codeOf(page, "/account", "load");
  if (scripted()) {
    await listens;
    expect(code.some((url) => url.endsWith(".wasm"))).toBe(true);
  }
  expect(code.filter((url) => !url.startsWith(`${baseURL}/pkg/`))).toEqual([]);
});

/** The scripts and WASM that the page at `path` asks for. */
async function codeOf(page: Page, path: string, waitUntil: "load" | "networkidle"): Promise<string[]> {
  const code: string[] = [];
  const listen = (request: { url(): string; resourceType(): string }) => {
    if (request.resourceType() === "script" || /\.(js|wasm)(\?|$)/.test(request.url())) {
      code.push(request.url());
    }
  };
  page.on("request", listen);
  await page.goto(path, { waitUntil });
  page.off("request", listen);
  return code;
}
