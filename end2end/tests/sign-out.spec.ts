import { openPrivate, signIn, signOut, waitForPath } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

test("signing out ends the session and says so", async ({ page, context }) => {
  await signIn(page);
  await signOut(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You are signed out");

  expect(await (await page.request.get("/api/auth/session")).json()).toBeNull();
  expect((await context.cookies()).map((cookie) => cookie.name)).not.toContain("vestibule");
});

test("the old cookie opens nothing after sign-out", async ({ page, context }) => {
  await signIn(page);
  const kept = (await context.cookies()).filter((cookie) => cookie.name === "vestibule");
  await signOut(page);

  await context.addCookies(kept);
  await page.goto("/dashboard");
  await expect(page).toHaveURL(/\/auth\/login\?/);
});

test("the signed-out page never starts a sign-in", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await signIn(page);
  await signOut(page);

  asked.length = 0;
  await page.reload({ waitUntil: "networkidle" });
  await expect(page).toHaveURL(/\/auth\/signed-out/);
  expect(asked.filter((path) => path.startsWith("/api/"))).toEqual([]);

  await page.getByRole("link", { name: "Sign in again" }).click();
  await waitForPath(page, "/auth/login");
});

test("Back after sign-out shows no private page", async ({ page }) => {
  await signIn(page, { target: "/account" });
  const { user } = await (await page.request.get("/api/auth/session")).json();
  await expect(page.getByText(user.name).first()).toBeVisible();
  await signOut(page);

  await page.goBack();
  await waitForPath(page, "/auth/login");
  await expect(page.getByText(user.name)).toHaveCount(0);
});

test("signing out without a session still ends at the signed-out page", async ({ page, context }) => {
  await signIn(page);
  // A page that begins to listen without the cookie leaves by itself.
  await openPrivate(page, "/dashboard");
  await context.clearCookies({ name: "vestibule" });
  await signOut(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You are signed out");
});

test("a client that wants JSON is told where the provider's sign-out is", async ({ page }) => {
  await signIn(page);
  const answer = await page.request.post("/api/auth/logout", { headers: { accept: "application/json" } });
  expect(answer.status()).toBe(200);
  const { logoutUrl } = await answer.json();
  const url = new URL(logoutUrl);
  expect(url.pathname).toBe("/dev/application/o/vestibule/end-session/");
  for (const name of ["id_token_hint", "post_logout_redirect_uri", "state"]) {
    expect(url.searchParams.get(name), name).toBeTruthy();
  }
});
