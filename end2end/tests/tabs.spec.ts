import { choose, goToProvider, passCallback, people, scripted, waitForPath } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

const TARGETS = ["/account?tab=1", "/dashboard?tab=2", "/account?tab=3"];

test("several tabs sign in at once and each ends at its own target", async ({ context }) => {
  const tabs = await Promise.all(TARGETS.map(async (target) => ({ target, page: await context.newPage() })));
  for (const { page, target } of tabs) {
    await page.goto(target);
    await goToProvider(page);
  }
  let session = "";
  // The last that began is the first that ends.
  for (const { page, target } of tabs.reverse()) {
    await choose(page, people.plain);
    await passCallback(page);
    await waitForPath(page, target);
    session = (await page.locator("[data-session]").getAttribute("data-session")) ?? "";
  }
  for (const { page, target } of tabs) {
    // Each sign-in took the place of the one before: an open page of that one asks anew, by itself.
    if (!scripted()) {
      await page.reload();
    }
    await expect(page.locator("[data-session]")).toHaveAttribute("data-session", session);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page).toHaveURL(target);
  }
});

test("signing out in one tab signs out the other", async ({ context, page }) => {
  await page.goto("/dashboard");
  await goToProvider(page);
  await choose(page, people.plain);
  await passCallback(page);
  await waitForPath(page, "/dashboard");
  const other = await context.newPage();
  await other.goto("/account");

  await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
  await waitForPath(page, "/auth/signed-out");

  if (scripted()) {
    await waitForPath(other, "/auth/signed-out");
    await other.goto("/account");
  } else {
    await other.reload();
  }
  await waitForPath(other, "/auth/login");
});
