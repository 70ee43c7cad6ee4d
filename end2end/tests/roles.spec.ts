import { people, signIn, waitForPath } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

test("the admin page asks anonymous visitors to sign in", async ({ page }) => {
  await page.goto("/admin?x=1");
  await waitForPath(page, "/auth/login");
  expect(new URL(page.url()).searchParams.get("redirect")).toBe("/admin?x=1");
});

test("the admin page opens to an administrator", async ({ page }) => {
  await signIn(page, { target: "/admin", person: people.administrator });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Admin");
  await expect(page.getByRole("navigation").getByRole("link", { name: "Admin" })).toBeVisible();
});

test("anybody else gets a page that says so, not the sign-in", async ({ page }) => {
  await signIn(page);
  await expect(page.getByRole("link", { name: "Admin" })).toHaveCount(0);

  const answer = await page.goto("/admin");
  expect(answer?.status()).toBe(403);
  expect(answer?.headers()["cache-control"]).toContain("no-store");
  await expect(page).toHaveURL("/admin");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This page is not open to you");
});

test("a page below the admin page is guarded, too", async ({ page }) => {
  await signIn(page);
  expect((await page.goto("/admin/anything"))?.status()).toBe(403);
});

test("a page that does not exist says so to whoever is signed in", async ({ page }) => {
  await signIn(page);
  const answer = await page.goto("/nothing/here");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no page here");
});

test("a page that does not exist says so to anonymous visitors", async ({ page }) => {
  const answer = await page.goto("/nothing/here");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no page here");
});
