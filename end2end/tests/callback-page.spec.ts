import { callbackUrl, choose, goToProvider, passCallback, people, scripted, waitForPath } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

test("reloading the callback page is harmless", async ({ page }) => {
  await page.goto("/account?x=1");
  await goToProvider(page);
  // Where a script submits at once, the answer is held back until the page was reloaded.
  await page.route("**/api/auth/exchange", (route) => route.abort("aborted"));
  const heldBack = scripted() ? page.waitForEvent("requestfailed") : undefined;
  await choose(page, people.plain);
  await waitForPath(page, "/auth/callback");
  await heldBack;
  await page.unroute("**/api/auth/exchange");

  await page.reload();
  await passCallback(page);
  await waitForPath(page, "/account?x=1");
});

test("the callback page leads a signed-in browser to its target, however often it is opened", async ({ page }) => {
  await page.goto("/account?x=1");
  await goToProvider(page);
  const seen = callbackUrl(page);
  await choose(page, people.plain);
  await passCallback(page);
  await waitForPath(page, "/account?x=1");

  for (const _ of [1, 2]) {
    await page.goto(await seen);
    if (new URL(page.url()).pathname === "/auth/callback") {
      await passCallback(page);
    }
    await waitForPath(page, "/account?x=1");
  }
});

test("Back to the callback page is harmless", async ({ page }) => {
  await page.goto("/account?x=1");
  await goToProvider(page);
  await choose(page, people.plain);
  await passCallback(page);
  await waitForPath(page, "/account?x=1");
  await page.goto("/");

  await page.goBack();
  await waitForPath(page, "/account?x=1");
  await page.goBack();
  // A script that went on before the page was complete left no entry of it behind: then this is the page before it.
  await expect(page.getByRole("heading", { name: /^(Account|Who is signing in\?)$/ })).toBeVisible();
});

test("without its code the callback page explains itself and keeps the target", async ({ page }) => {
  await page.goto("/auth/callback?redirect=%2Faccount");
  await expect(page).toHaveURL(/\/auth\/login\?/);
  const { searchParams } = new URL(page.url());
  expect(searchParams.get("error")).toBe("no_code");
  expect(searchParams.get("redirect")).toBe("/account");
  await expect(page.getByRole("alert")).toContainText("came back without its code");
});

test("the exchange code is nowhere in what the callback page links to", async ({ page }) => {
  const code = "c".repeat(43);
  await page.route("**/api/auth/exchange", (route) => route.abort("aborted"));
  await page.goto(`/auth/callback?exchange=${code}&redirect=%2Faccount`);
  const html = await page.content();
  expect(html.match(new RegExp(code, "g"))).toHaveLength(1);
});
