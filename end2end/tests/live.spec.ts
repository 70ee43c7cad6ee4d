// An open private page leaves when its session ends, wherever that happened. Without JavaScript the next request tells.

import type { Page } from "@playwright/test";
import { openPrivate, people, scripted, signIn, signInAlone, signOut, waitForPath } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

/** How long an open page may stay after its session's end, in milliseconds. */
const AT_ONCE = 1_000;

const SESSIONS = "/account/sessions";
const TARGET = "/dashboard?tab=1";

/** Sees that the page goes to `path` at once; without JavaScript, with its next request. Gives out how long it took. */
async function leaves(page: Page, path: string, since: number): Promise<number> {
  if (!scripted()) {
    await page.reload();
    await waitForPath(page, "/auth/login");
    return 0;
  }
  await page.waitForURL((url) => url.pathname === path, { waitUntil: "commit", timeout: 5_000 });
  const took = Date.now() - since;
  expect(took, `it took ${took} ms`).toBeLessThan(AT_ONCE);
  return took;
}

for (const { name, button } of [
  { name: "that session is ended", button: /^End Headless Chrome/ },
  { name: "all others are ended", button: "End all other sessions" },
  { name: "all are ended", button: "End all, this one too" },
]) {
  test(`an open dashboard leaves when in another browser ${name}`, async ({ page, anotherBrowser }, testInfo) => {
    await signInAlone(page);
    await openPrivate(page, TARGET);
    const { user } = await (await page.request.get("/api/auth/session")).json();
    await expect(page.getByText(user.name).first()).toBeVisible();

    const other = await (await anotherBrowser()).newPage();
    await signIn(other, { target: SESSIONS });
    const answered = other.waitForResponse((response) => response.url().endsWith("/api/auth/sessions/end"));
    await other.getByRole("button", { name: button }).click();
    await answered;
    const took = await leaves(page, "/auth/login", Date.now());
    testInfo.annotations.push({ type: "left after", description: `${took} ms` });

    await expect(page.getByText(user.name)).toHaveCount(0);
    if (scripted()) {
      await expect(page.getByRole("alert")).toContainText("You were signed out because your session ended.");
      expect(new URL(page.url()).searchParams.get("redirect")).toBe(TARGET);
    }
    await page.goBack();
    await expect(page.getByText(user.name)).toHaveCount(0);
  });
}

test("every other tab of the same browser leaves when one signs out, and that one reaches its end", async ({ page, context }) => {
  await signIn(page);
  const tabs = [await context.newPage(), await context.newPage(), await context.newPage()];
  const targets = [TARGET, "/account", SESSIONS];
  for (const [number, tab] of tabs.entries()) {
    await openPrivate(tab, targets[number] ?? TARGET);
  }
  // The whole way: the end of its own session must not overtake the way to the provider's sign-out.
  const atProvider = page.waitForRequest((request) => request.url().includes("/end-session/"));
  const answered = page.waitForResponse((response) => response.url().endsWith("/api/auth/logout"));
  const done = signOut(page);
  await answered;
  const since = Date.now();
  await Promise.all(tabs.map((tab) => leaves(tab, "/auth/signed-out", since)));
  await done;
  await atProvider;
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You are signed out");
});

test("another person's open page stays", async ({ page, anotherBrowser }) => {
  const other = await (await anotherBrowser()).newPage();
  await signIn(other, { person: people.administrator });
  await openPrivate(other, "/dashboard");
  await signIn(page);
  await signOut(page);
  // Its own end is the first that it hears of.
  await other.getByRole("banner").getByRole("button", { name: "Sign out" }).waitFor();
  await expect(other).toHaveURL("/dashboard");
  expect(await (await other.request.get("/api/auth/session")).json()).not.toBeNull();
});

test("a tab shows who signed in last in its browser", async ({ page, context }) => {
  await signIn(page);
  await openPrivate(page, "/dashboard");
  const other = await context.newPage();
  await signIn(other, { person: people.administrator });
  if (!scripted()) {
    await page.reload();
  }
  const { user } = await (await other.request.get("/api/auth/session")).json();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(user.name);
});
