import { choose, goToProvider, passCallback, people, signIn, waitForPath } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

test("three clicks lead from the front page to the dashboard", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Sign in" }).first().click();
  await page.getByRole("link", { name: "Continue with Development" }).click();
  await page.getByRole("button", { name: people.plain }).click();
  await passCallback(page);
  await waitForPath(page, "/dashboard");

  const session = await (await page.request.get("/api/auth/session")).json();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(session.user.name);
});

test("the session endpoint answers null before and the person afterwards", async ({ page }) => {
  const before = await page.request.get("/api/auth/session");
  expect(before.status()).toBe(200);
  expect(await before.json()).toBeNull();

  await signIn(page);

  const answer = await page.request.get("/api/auth/session");
  expect(answer.headers()["cache-control"]).toContain("no-store");
  const { user, expires } = await answer.json();
  expect(Object.keys(user).sort()).toEqual(
    [
      ...["id", "provider", "sub", "name", "email", "email_verified", "preferred_username"],
      ...["picture", "groups", "roles", "organization_id"],
    ].sort(),
  );
  expect(user.provider).toBe("dev");
  expect(user.email_verified).toBe(false);
  expect(Date.parse(expires)).toBeGreaterThan(Date.now());
});

test("whoever is signed in already can go on from the sign-in page", async ({ page }) => {
  await signIn(page);
  await page.goto("/auth/login?redirect=%2Faccount%3Fx%3D1");
  await page.getByRole("link", { name: "Continue", exact: true }).click();
  await waitForPath(page, "/account?x=1");
});

test("another account can be used without signing out first", async ({ page }) => {
  await signIn(page);
  const before = await (await page.request.get("/api/auth/session")).json();

  await page.goto("/auth/login");
  await goToProvider(page);
  await choose(page, people.administrator);
  await passCallback(page);
  await waitForPath(page, "/dashboard");

  const after = await (await page.request.get("/api/auth/session")).json();
  expect(after.user.sub).not.toBe(before.user.sub);
});

test("the development banner is on every page, the provider's own included", async ({ page }) => {
  const banner = page.getByRole("complementary", { name: "Development provider" });
  for (const path of ["/", "/auth/login", "/auth/signed-out"]) {
    await page.goto(path);
    await expect(banner).toBeVisible();
  }
  await page.goto("/auth/login");
  await goToProvider(page);
  await expect(banner).toBeVisible();
  await choose(page, people.plain);
  await passCallback(page);
  await waitForPath(page, "/dashboard");
  await expect(banner).toBeVisible();
});
