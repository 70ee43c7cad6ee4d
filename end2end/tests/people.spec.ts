import { people, scripted, signIn } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

test("somebody in 500 groups signs in like anybody else", async ({ page, context }) => {
  await signIn(page, { target: "/account", person: people.crowded });
  const { user } = await (await page.request.get("/api/auth/session")).json();
  expect(user.groups.length).toBeGreaterThanOrEqual(500);
  await expect(page.getByText(user.groups.at(-1), { exact: true })).toBeAttached();

  const bytes = (await context.cookies()).reduce((sum, cookie) => sum + cookie.name.length + cookie.value.length, 0);
  expect(bytes).toBeLessThan(200);
});

test("many groups can be filtered where there is JavaScript", async ({ page }) => {
  await signIn(page, { target: "/account", person: people.crowded });
  const { user } = await (await page.request.get("/api/auth/session")).json();
  const items = page.locator("#groups > *");
  await expect(items).toHaveCount(user.groups.length);
  if (scripted()) {
    const wanted: string = user.groups.at(-1);
    await page.getByLabel("Filter groups").fill(wanted.toUpperCase());
    await expect(items.filter({ visible: true })).toHaveCount(
      user.groups.filter((group: string) => group.toLowerCase().includes(wanted.toLowerCase())).length,
    );
    await page.getByLabel("Filter groups").fill("");
    await expect(items.filter({ visible: true })).toHaveCount(user.groups.length);
  }
});

test("a very long non-Latin name without an e-mail is shown in full and breaks no page", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await signIn(page, { person: people.longName });
  const { user } = await (await page.request.get("/api/auth/session")).json();
  expect(user.email).toBeNull();
  expect(user.organization_id).toBeNull();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(user.name);
  for (const path of ["/dashboard", "/account"]) {
    await page.goto(path);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  }
});

test("the account page shows claims, groups, roles and organisation", async ({ page }) => {
  await signIn(page, { target: "/account", person: people.administrator });
  const { user } = await (await page.request.get("/api/auth/session")).json();
  expect(user.roles).toContain("admin");
  for (const shown of [user.name, user.email, user.preferred_username, user.sub, user.organization_id, ...user.groups]) {
    await expect(page.getByRole("main")).toContainText(shown);
  }
});
