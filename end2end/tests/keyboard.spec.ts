import type { Locator, Page } from "@playwright/test";
import { passCallback, people, waitForPath } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

test("the keyboard alone signs in and out", async ({ page }) => {
  await page.goto("/");
  await press(page, page.getByRole("link", { name: "Sign in" }).first());
  await waitForPath(page, "/auth/login");
  await press(page, page.getByRole("link", { name: "Continue with Development" }));
  await press(page, page.getByRole("button", { name: people.plain }));
  await passCallback(page);
  await waitForPath(page, "/dashboard");
  await press(page, page.getByRole("banner").getByRole("button", { name: "Sign out" }));
  await waitForPath(page, "/auth/signed-out");
});

test("the first thing that Tab reaches skips to the content", async ({ page }) => {
  await page.goto("/");
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/#main");
});

/** Tabs to the element, sees that its focus shows, and presses Enter. */
async function press(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press("Tab");
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      const shows = await wanted.evaluate((element) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
      });
      expect(shows, "focus is visible").toBe(true);
      await page.keyboard.press("Enter");
      return;
    }
  }
  throw new Error("Tab never reached it.");
}
