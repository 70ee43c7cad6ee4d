// What people and browsers do to a sign-in: twice, backwards, in advance, and without cookies.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "@playwright/test";
import {
  callbackUrl,
  choose,
  goToProvider,
  heldBackAnswer,
  passCallback,
  people,
  scripted,
  waitForPath,
} from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

const BEGIN = "/api/auth/login/dev";

test("what the server answered is given again when it was lost on its way, as at a second click", async ({ page }) => {
  const answer = await heldBackAnswer(page, "/account?x=1");
  let lost = "";
  await page.route(answer, async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    lost = response.headers().location ?? "";
    await route.abort("aborted");
  });
  await page.goto(answer).catch(() => undefined);
  expect(lost).toContain("/auth/callback?exchange=");
  await page.unroute(answer);

  const seen = callbackUrl(page);
  await page.goto(answer);
  expect(await seen).toBe(new URL(lost, page.url()).href);
  await passCallback(page);
  await waitForPath(page, "/account?x=1");
});

test("a proxy's retry of the answer gets the same, and another browser nothing", async ({ page, anotherBrowser }) => {
  const answer = await heldBackAnswer(page, "/account?x=1");
  const ask = () => page.request.get(answer, { maxRedirects: 0 });
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(first.headers().location).toContain("/auth/callback?exchange=");
  expect(second.headers().location).toBe(first.headers().location);

  const thief = await anotherBrowser();
  const stolen = await thief.request.get(answer, { maxRedirects: 0 });
  expect(stolen.headers().location).toBe("/auth/login?error=state_mismatch");

  await page.goto(first.headers().location ?? "");
  await passCallback(page);
  await waitForPath(page, "/account?x=1");
});

test("the provider's answer leads to the target again once one is signed in", async ({ page }) => {
  const answer = await heldBackAnswer(page, "/account?x=1");
  await page.goto(answer);
  await passCallback(page);
  await waitForPath(page, "/account?x=1");
  await page.goto("/");
  for (const _ of [1, 2]) {
    await page.goto(answer);
    await waitForPath(page, "/account?x=1");
  }
});

test("pictures, frames and prefetching begin no sign-in, and the visit after them does", async ({
  browser,
  baseURL,
  javaScriptEnabled,
}) => {
  // Not watched: what is refused here is loaded by the page on purpose.
  const context = await browser.newContext({ javaScriptEnabled, ...(baseURL ? { baseURL } : {}) });
  const page = await context.newPage();
  await page.route("**/probe", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<!doctype html><title>Probe</title>
        <link rel="prefetch" href="${BEGIN}?redirect=%2Fprefetch">
        <img alt="" src="${BEGIN}?redirect=%2Fimage">
        <iframe src="${BEGIN}?redirect=%2Fframe"></iframe>`,
    }),
  );
  const statuses = ["prefetch", "image", "frame"].map(async (kind) => {
    const answer = await page.waitForResponse((response) => response.url().endsWith(`${BEGIN}?redirect=%2F${kind}`));
    return `${kind} ${answer.status()}`;
  });
  await page.goto("/probe");
  expect(await Promise.all(statuses)).toEqual(["prefetch 401", "image 401", "frame 401"]);

  if (scripted()) {
    const told = await page.evaluate(async (url) => {
      const answer = await fetch(url);
      return { status: answer.status, body: await answer.json() };
    }, BEGIN);
    expect(told).toEqual({
      status: 401,
      body: { error: "unauthenticated", loginUrl: `${BEGIN}?redirect=%2Fdashboard` },
    });
  }
  expect(await context.cookies()).toEqual([]);

  await page.goto(`${BEGIN}?redirect=%2Faccount`);
  await choose(page, people.plain);
  await passCallback(page);
  await waitForPath(page, "/account");
  await context.close();
});

test("a browser that refuses cookies ends on a page that says so, and in no loop", async ({ serve, watch }) => {
  const { url } = await serve();
  const { context, forget } = await withoutCookies();
  await watch.attach(context);
  const page = await context.newPage();
  const codes: (string | null)[] = [];
  while (codes.length < 8 && codes.at(-1) !== "too_many_attempts") {
    await page.goto(`${url}/account`);
    await page.getByRole("link", { name: "Continue with Development" }).click();
    await page.waitForURL((now) => now.searchParams.has("error") || now.pathname.startsWith("/dev/"));
    if (!new URL(page.url()).searchParams.has("error")) {
      await choose(page, people.plain);
      await page.waitForURL((now) => now.searchParams.has("error"));
    }
    codes.push(new URL(page.url()).searchParams.get("error"));
  }
  expect(codes).toEqual([...Array(5).fill("binding_missing"), "too_many_attempts"]);
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("Too many sign-ins");
  await expect(alert).toContainText("returned no cookie");
  // It stays there until somebody does something.
  expect(new URL(page.url()).searchParams.get("redirect")).toBe("/account");
  await forget();
});

test("one who lets cookies in again after that signs in at the next click", async ({ page, context, serve }) => {
  const { url } = await serve();
  for (const _ of [1, 2, 3, 4, 5]) {
    await page.goto(`${url}/auth/login`);
    await goToProvider(page);
    await context.clearCookies();
    await choose(page, people.plain);
    await page.waitForURL((now) => now.searchParams.get("error") === "binding_missing");
  }
  await page.getByRole("link", { name: "Continue with Development" }).click();
  await page.waitForURL((now) => now.searchParams.get("error") === "too_many_attempts");
  await expect(page.getByRole("alert")).not.toContainText("returned no cookie");
  await goToProvider(page);
  await choose(page, people.plain);
  await passCallback(page);
  await waitForPath(page, "/dashboard");
});

/** A Chromium whose settings block every cookie. */
async function withoutCookies(): Promise<{ context: BrowserContext; forget: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "vestibule-no-cookies-"));
  await mkdir(join(folder, "Default"));
  const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(folder, "Default", "Preferences"), JSON.stringify(settings));
  const { launchOptions } = test.info().project.use;
  const context = await chromium.launchPersistentContext(folder, { ...launchOptions, javaScriptEnabled: scripted() });
  const forget = async () => {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { context, forget };
}
