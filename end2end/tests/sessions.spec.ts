import type { BrowserContext, Page } from "@playwright/test";
import { openPrivate, people, signIn, signInAlone, waitForPath } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

const PAGE = "/account/sessions";

/** A browser of the same person, signed in, on its dashboard. */
async function elsewhere(open: () => Promise<BrowserContext>): Promise<Page> {
  const page = await (await open()).newPage();
  await signIn(page);
  return page;
}

/** Whether whoever has the page's cookies is signed in. */
async function isSignedIn(page: Page): Promise<boolean> {
  return (await (await page.request.get("/api/auth/session")).json()) !== null;
}

test("the account page leads to the sessions, and this one is marked", async ({ page }) => {
  await signInAlone(page, { target: "/account" });
  await page.getByRole("link", { name: "All your sessions" }).click();
  await waitForPath(page, PAGE);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sessions");
  const here = page.getByRole("region", { name: /on Linux|Chrome/ });
  await expect(here.getByText("This session", { exact: true })).toBeVisible();
  await expect(here.getByText("127.0.0.1")).toBeVisible();
  await expect(page.getByText("you are signed in nowhere else")).toBeVisible();
  await expect(page.getByRole("button", { name: /End all/ })).toHaveCount(0);
});

test("one session is ended from its row, and the page says which", async ({ page, anotherBrowser }) => {
  await signInAlone(page);
  const there = await elsewhere(anotherBrowser);
  const third = await elsewhere(anotherBrowser);
  await openPrivate(page, PAGE);
  const buttons = page.getByRole("button", { name: /^End Headless Chrome.* from 127\.0\.0\.1, signed in / });
  await expect(buttons).toHaveCount(2);

  await buttons.first().click();
  await waitForPath(page, PAGE);
  await expect(page.getByRole("status")).toHaveText(/^Ended: Headless Chrome/);
  await expect(page).toHaveTitle(/^Done: Sessions/);
  await expect(buttons).toHaveCount(1);
  const left = [await isSignedIn(there), await isSignedIn(third)];
  expect(left.filter(Boolean)).toHaveLength(1);
  expect(await isSignedIn(page)).toBe(true);

  await page.reload();
  await expect(page.getByRole("status")).toHaveCount(0);
});

test("all others are ended, and this one stays", async ({ page, anotherBrowser }) => {
  await signInAlone(page);
  const others = [await elsewhere(anotherBrowser), await elsewhere(anotherBrowser)];
  await openPrivate(page, PAGE);
  await page.getByRole("button", { name: "End all other sessions" }).click();
  await expect(page.getByRole("status")).toHaveText("Ended: 2 other sessions.");
  await expect(page.getByText("you are signed in nowhere else")).toBeVisible();
  for (const other of others) {
    expect(await isSignedIn(other)).toBe(false);
  }
});

test("all are ended, this one too", async ({ page, context, anotherBrowser }) => {
  await signInAlone(page);
  const other = await elsewhere(anotherBrowser);
  await openPrivate(page, PAGE);
  await page.getByRole("button", { name: "End all, this one too" }).click();
  await waitForPath(page, "/auth/signed-out");
  expect((await context.cookies()).map((cookie) => cookie.name)).not.toContain("vestibule");
  expect(await isSignedIn(other)).toBe(false);
});

test("a row that has ended meanwhile says so", async ({ page, anotherBrowser }) => {
  await signInAlone(page);
  const other = await elsewhere(anotherBrowser);
  await openPrivate(page, PAGE);
  await other.request.post("/api/auth/logout", { headers: { accept: "application/json" } });
  await page.getByRole("button", { name: /^End Headless Chrome/ }).click();
  await expect(page.getByRole("status")).toHaveText("That session had already ended.");
});

test("nobody ends another person's session", async ({ page, baseURL, anotherBrowser }) => {
  const other = await (await anotherBrowser()).newPage();
  await signInAlone(other, { person: people.administrator });
  const second = await (await anotherBrowser()).newPage();
  await signIn(second, { person: people.administrator });
  await second.goto(PAGE);
  const key = await second.getByRole("button", { name: /^End Headless Chrome/ }).getAttribute("value");
  expect(key).toMatch(/^[\w-]{22}$/);

  await signIn(page);
  const answer = await page.request.post("/api/auth/sessions/end", {
    form: { end: key ?? "" },
    headers: { accept: "application/json", origin: baseURL ?? "" },
  });
  expect(answer.status()).toBe(404);
  expect(await isSignedIn(other)).toBe(true);
});
