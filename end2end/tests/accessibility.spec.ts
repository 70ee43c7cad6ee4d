import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { goToProvider, people, scripted, signIn, signInAlone, signOut } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1280, height: 800 };

/** How a page can look. */
const LOOKS = [
  { colorScheme: "light", size: WIDE },
  { colorScheme: "dark", size: WIDE },
  { colorScheme: "dark", size: NARROW },
] as const;

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
  "page of sessions with one session": async (page) => {
    await signInAlone(page, { target: "/account/sessions" });
    await page.reload();
  },
  "page of sessions with several, one just ended": async (page) => {
    await signIn(page);
    const own = await page.context().cookies();
    for (let session = 0; session < 3; session += 1) {
      // A private page would leave at the loss of its cookie.
      await page.goto("/");
      await page.context().clearCookies();
      await signIn(page);
    }
    await page.goto("/");
    await page.context().clearCookies();
    await page.context().addCookies(own);
    await page.goto("/account/sessions");
    await page.getByRole("button", { name: /^End Headless Chrome/ }).first().click();
    await page.getByRole("status").waitFor();
  },
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

test.describe("axe finds nothing", () => {
  // It looks at every element of a page, three times.
  test.describe.configure({ timeout: 60_000 });

  for (const [name, visit] of Object.entries(PAGES)) {
    test(`on the ${name}, light and dark, wide and narrow`, async ({ page: visited }) => {
      await visit(visited);
      const page = await whereAxeRuns(visited);
      for (const { colorScheme, size } of LOOKS) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.setViewportSize(size);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
        expect(found, `${colorScheme}, ${size.width} px`).toEqual([]);
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(excess, `scrolls sideways at ${size.width} px`).toBeLessThanOrEqual(0);
      }
      if (page !== visited) {
        await page.context().close();
      }
    });
  }
});

/**
 * The same document where axe, a script itself, can run. A browser without JavaScript gives out what it shows, and one
 * with JavaScript shows that, less the scripts.
 */
async function whereAxeRuns(page: Page): Promise<Page> {
  if (scripted()) {
    return page;
  }
  const html = (await page.content()).replace(/<script\b.*?<\/script>|<link[^>]*modulepreload[^>]*>/gs, "");
  const context = await page.context().browser()?.newContext({ javaScriptEnabled: true });
  if (!context) {
    throw new Error("There is no browser to open another page in.");
  }
  const twin = await context.newPage();
  await twin.route(page.url(), (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: html }));
  await twin.goto(page.url());
  return twin;
}

test("who is not let in reads whom to ask, and axe finds nothing there", async ({ serve, anotherBrowser }) => {
  const contact = "it.help@harbour.example";
  const { url } = await serve({ env: { AUTH_CONTACT: contact } });
  const visited = await (await anotherBrowser(url)).newPage();
  for (const error of ["not_allowed", "email_unverified"]) {
    await visited.goto(`/auth/login?error=${error}`);
    const link = visited.getByRole("alert").getByRole("link", { name: contact });
    await expect(link).toHaveAttribute("href", `mailto:${contact}`);
  }
  const page = await whereAxeRuns(visited);
  for (const { colorScheme, size } of LOOKS) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize(size);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id), `${colorScheme}, ${size.width} px`).toEqual([]);
  }
  if (page !== visited) {
    await page.context().close();
  }
  // The others are for the person herself, or for the log.
  await visited.goto("/auth/login?error=access_denied");
  await expect(visited.getByRole("link", { name: contact })).toHaveCount(0);
});

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
