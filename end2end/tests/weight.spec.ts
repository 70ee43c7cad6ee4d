import type { Page } from "@playwright/test";
import { people, scripted, signIn } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

test("pages without interactive parts load no script and no WASM", async ({ page }) => {
  await signIn(page);
  for (const path of ["/", "/auth/login", "/auth/signed-out", "/dashboard", "/account", "/nothing/here"]) {
    expect(await codeOf(page, path), path).toEqual([]);
  }
});

test("a page with an interactive part loads it from this site only", async ({ page, baseURL }) => {
  await signIn(page, { target: "/account", person: people.crowded });
  const code = await codeOf(page, "/account");
  if (scripted()) {
    expect(code.some((url) => url.endsWith(".wasm"))).toBe(true);
  }
  expect(code.filter((url) => !url.startsWith(`${baseURL}/pkg/`))).toEqual([]);
});

/** The scripts and WASM that the page at `path` asks for. */
async function codeOf(page: Page, path: string): Promise<string[]> {
  const code: string[] = [];
  const listen = (request: { url(): string; resourceType(): string }) => {
    if (request.resourceType() === "script" || /\.(js|wasm)(\?|$)/.test(request.url())) {
      code.push(request.url());
    }
  };
  page.on("request", listen);
  await page.goto(path, { waitUntil: "networkidle" });
  page.off("request", listen);
  return code;
}
