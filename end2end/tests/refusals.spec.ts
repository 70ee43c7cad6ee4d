import {
  callbackUrl,
  choose,
  goToProvider,
  heldBackAnswer,
  passCallback,
  people,
  signIn,
  waitForPath,
} from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";
import type { Page } from "@playwright/test";

test("denied access is explained, and trying again works", async ({ page }) => {
  await page.goto("/account?x=1");
  await goToProvider(page);
  await page.getByRole("button", { name: "Deny access" }).click();
  await expectRefusal(page, "access_denied", "Access was denied");

  await goToProvider(page);
  await choose(page, people.plain);
  await passCallback(page);
  await waitForPath(page, "/account?x=1");
});

test("a forged state is refused", async ({ page }) => {
  await page.goto(`/api/auth/callback/dev?code=made-up&state=${"f".repeat(43)}`);
  await expectRefusal(page, "state_mismatch", "not one that we know");
});

// The browser has no settable clock; to the server, an attempt that is gone is what an expired one is.
test("an attempt that is gone, as after ten minutes, is refused", async ({ page, anotherBrowser }) => {
  const answer = await heldBackAnswer(page);
  await page.goto(answer);
  await passCallback(page);
  await waitForPath(page, "/dashboard");

  const other = await (await anotherBrowser()).newPage();
  await other.goto(answer);
  await expectRefusal(other, "state_mismatch", "longer than ten minutes");
});

test("without the binding cookie the provider's answer is refused", async ({ page, context }) => {
  await page.goto("/auth/login");
  await goToProvider(page);
  await context.clearCookies({ name: "vestibule-login" });
  await choose(page, people.plain);
  await expectRefusal(page, "binding_missing", "did not send back the cookie");
  expect(await (await page.request.get("/api/auth/session")).json()).toBeNull();
});

test("an answer meant for one browser signs nobody in at another", async ({ page, anotherBrowser }) => {
  const answer = await heldBackAnswer(page);

  const victim = await (await anotherBrowser()).newPage();
  // She has a sign-in of her own under way, so she has a binding, but not that one.
  await victim.goto("/auth/login");
  await goToProvider(victim);
  await victim.goto(answer);
  await expect(victim).toHaveURL(/\/auth\/login\?error=(binding_missing|state_mismatch)/);
  expect(await (await victim.request.get("/api/auth/session")).json()).toBeNull();
});

test("an exchange code that was never given out is refused", async ({ page }) => {
  await page.goto(`/auth/callback?exchange=${"w".repeat(43)}&redirect=%2Faccount`);
  await passCallback(page);
  await expectRefusal(page, "exchange_failed", "could not be completed");
  expect(new URL(page.url()).searchParams.get("redirect")).toBe("/account");

  const call = await page.request.post("/api/auth/exchange", {
    form: { code: "w".repeat(43), redirect: "/account" },
    headers: { accept: "application/json" },
    maxRedirects: 0,
  });
  expect(call.status()).toBe(401);
  expect(call.headers()["set-cookie"] ?? "").not.toContain("vestibule=");
});

test("a replayed exchange code is refused to another browser, and the first stays signed in", async ({
  page,
  anotherBrowser,
}) => {
  await page.goto("/account");
  await goToProvider(page);
  const seen = callbackUrl(page);
  await choose(page, people.plain);
  await passCallback(page);
  await waitForPath(page, "/account");

  const thief = await (await anotherBrowser()).newPage();
  await thief.goto(await seen);
  await passCallback(thief);
  await expectRefusal(thief, "exchange_failed", "already used");
  expect(await (await thief.request.get("/api/auth/session")).json()).toBeNull();

  await page.reload();
  await expect(page).toHaveURL("/account");
});

test("a stolen exchange code is worthless before it was used, too", async ({ page, anotherBrowser }) => {
  await page.goto("/auth/login");
  await goToProvider(page);
  await page.route("**/api/auth/exchange", (route) => route.abort("aborted"));
  const seen = callbackUrl(page);
  await choose(page, people.plain);
  await waitForPath(page, "/auth/callback");

  const thief = await (await anotherBrowser()).newPage();
  await thief.goto(await seen);
  await passCallback(thief);
  await expectRefusal(thief, "exchange_failed", "another browser");
  expect(await (await thief.request.get("/api/auth/session")).json()).toBeNull();
});

test("a provider that does not exist is explained", async ({ page }) => {
  await page.goto("/api/auth/login/nobody?redirect=%2Faccount");
  await expectRefusal(page, "unknown_provider", "no sign-in provider of that name");
});

test("text that is no error code is not shown on the sign-in page", async ({ page }) => {
  await page.goto("/auth/login?error=Call%20this%20number%20now");
  await expect(page.getByText("Call this number")).toHaveCount(0);
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("whatever the provider says, its own text is not shown", async ({ page }) => {
  await page.goto(`/api/auth/callback/dev?error=x%3Cb%3E&error_description=Call+this+number&state=${"f".repeat(43)}`);
  await expect(page).toHaveURL(/\/auth\/login\?error=/);
  expect(page.url()).not.toContain("number");
  await expect(page.getByText("Call this number")).toHaveCount(0);
});

test("after a refused sign-in an earlier session goes on", async ({ page }) => {
  await signIn(page);
  await page.goto("/auth/login");
  await goToProvider(page);
  await page.getByRole("button", { name: "Deny access" }).click();
  await expectRefusal(page, "access_denied", "Access was denied");
  await page.goto("/dashboard");
  await expect(page).toHaveURL("/dashboard");
});

test("a forged state changes nothing for whoever is signed in: she goes on", async ({ page, context }) => {
  await signIn(page);
  const session = await context.cookies();
  await page.goto(`/api/auth/callback/dev?code=made-up&state=${"f".repeat(43)}`);
  await waitForPath(page, "/dashboard");
  const value = (cookies: typeof session) => cookies.find((cookie) => cookie.name === "vestibule")?.value;
  expect(value(await context.cookies())).toBe(value(session));
});

async function expectRefusal(page: Page, code: string, sentence: string): Promise<void> {
  await page.waitForURL((url) => url.pathname === "/auth/login");
  expect(new URL(page.url()).searchParams.get("error")).toBe(code);
  await expect(page.getByRole("alert")).toContainText(sentence);
  await expect(page.getByRole("link", { name: /^Continue with/ }).first()).toBeVisible();
}
