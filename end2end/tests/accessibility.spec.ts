import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { goToProvider, people, scripted, signIn, signOut } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1280, height: 800 };

/** Every page, and the way to it. */
const PAGES: Record<string, (page: Page) => Promise<unknown>> = {
  "front page": (page) => page.goto("/"),
  "front page, signed in": async (page) => {
    await signIn(page);
    await page.goto("/");
  },
  "sign-in page": (page) => page.goto("/auth/login"),
  "sign-in page with an error and a long target": (page) =>
    page.goto(`/auth/login?error=exchange_failed&redirect=${encodeURIComponent(`/account/${"x".repeat(400)}`)}`),
  "sign-in page, signed in": async (page) => {
    await signIn(page);
    await page.goto("/auth/login");
  },
  "provider's page": async (page) => {
    await page.goto("/auth/login");
    await goToProvider(page);
  },
  "callback page": async (page) => {
    // Held open: with JavaScript it would go on at once.
    await page.route("**/api/auth/exchange", (route) => route.abort("aborted"));
    await page.goto(`/auth/callback?exchange=${"x".repeat(43)}&redirect=%2Fdashboard`);
  },
  dashboard: (page) => signIn(page),
  "dashboard of a very long name": (page) => signIn(page, { person: people.longName }),
  "account page": (page) => signIn(page, { target: "/account" }),
  "account page with 500 groups": (page) => signIn(page, { target: "/account", person: people.crowded }),
  "account page of a very long name": (page) => signIn(page, { target: "/account", person: people.longName }),
  "admin page": (page) => signIn(page, { target: "/admin", person: people.administrator }),
  "signed-out page": async (page) => {
    await signIn(page);
    await signOut(page);
  },
  "page that is not open to her": async (page) => {
    await signIn(page);
    await page.goto("/admin");
  },
  "page that does not exist": (page) => page.goto("/nothing/here"),
};

for (const [name, visit] of Object.entries(PAGES)) {
  test(`axe finds nothing on the ${name}, light and dark, wide and narrow`, async ({ page }) => {
    await visit(page);
    await letAxeRun(page);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const size of [WIDE, NARROW]) {
        await page.setViewportSize(size);
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
        expect(found, `${colorScheme}, ${size.width} px`).toEqual([]);
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(excess, `scrolls sideways at ${size.width} px`).toBeLessThanOrEqual(0);
      }
    }
  });
}

/** axe is a script itself. The page is loaded by now; its own scripts, which were not, stay that way. */
async function letAxeRun(page: Page): Promise<void> {
  if (!scripted()) {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Emulation.setScriptExecutionDisabled", { value: false });
  }
}

test("every page has a title of its own", async ({ page }) => {
  const titles = new Set<string>();
  const paths = ["/", "/auth/login", "/auth/login?error=no_code", "/auth/signed-out", "/nothing/here"];
  for (const path of paths) {
    await page.goto(path);
    titles.add(await page.title());
  }
  expect(titles.size).toBe(paths.length);
  expect([...titles]).not.toContain("");
});
