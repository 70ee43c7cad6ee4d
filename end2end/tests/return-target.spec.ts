import { hostile, safe, staysAt } from "../fixtures/corpus.ts";
import { choose, goToProvider, passCallback, people, signIn, waitForPath } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";
import type { APIResponse } from "@playwright/test";

/** One of each kind that has fooled somebody. */
const NOTORIOUS = [
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "https://evil.example/",
  "javascript:alert(1)",
  "/%2F/evil.example",
  "/api/auth/logout",
];

test("a deep link is kept through the sign-in, query included", async ({ page }) => {
  await signIn(page, { target: "/account?x=1&y=%2Fz%3F" });
  await expect(page).toHaveURL("/account?x=1&y=%2Fz%3F");
});

for (const target of NOTORIOUS) {
  test(`the target ${JSON.stringify(target)} never leads a sign-in astray`, async ({ page, baseURL }) => {
    const origins = new Set<string>();
    page.on("request", (request) => origins.add(new URL(request.url()).origin));

    await page.goto(`/auth/login?redirect=${encodeURIComponent(target)}`);
    await goToProvider(page);
    await choose(page, people.plain);
    await passCallback(page);
    await waitForPath(page, "/dashboard");
    expect([...origins]).toEqual([baseURL]);
  });
}

test.describe("no hostile target", () => {
  // A few hundred requests each.
  test.describe.configure({ timeout: 120_000 });

  for (const who of ["an anonymous visitor", "somebody who is signed in"]) {
    test(`survives the sign-in page, the callback page and the exchange of ${who}`, async ({ page, server }) => {
      if (who !== "an anonymous visitor") {
        await signIn(page);
      }
      const options = { headers: { accept: "text/html" }, maxRedirects: 0 };
      await forEach(hostile, async (target) => {
        const form = { code: "x".repeat(43), redirect: target };
        const answers = [
          await page.request.get("/auth/login", { ...options, params: { redirect: target } }),
          await page.request.get("/auth/callback", { ...options, params: { redirect: target } }),
          await page.request.get("/auth/callback", { ...options, params: { exchange: form.code, redirect: target } }),
          await page.request.post("/api/auth/exchange", { ...options, form }),
        ];
        for (const answer of answers) {
          expect.soft([200, 302, 303], `${JSON.stringify(target)} at ${answer.url()}`).toContain(answer.status());
          expectToStay(server.url, target, await targetsIn(answer));
        }
      });
    });
  }

  test("keeps a sign-in from beginning, or shows in it", async ({ request, baseURL }) => {
    await forEach(hostile, async (target) => {
      const answer = await request.get("/api/auth/login/dev", { params: { redirect: target }, maxRedirects: 0 });
      const [location = ""] = await targetsIn(answer);
      expect.soft(new URL(location, baseURL).pathname, JSON.stringify(target)).toBe("/dev/application/o/authorize/");
      expect.soft(location).not.toContain("evil");
    });
  });
});

test("every safe target is kept as it is", async ({ page }) => {
  await signIn(page);
  await forEach(safe, async (target) => {
    const form = { code: "x".repeat(43), redirect: target };
    const headers = { accept: "text/html" };
    const answer = await page.request.post("/api/auth/exchange", { form, headers, maxRedirects: 0 });
    expect.soft(answer.headers().location).toBe(target);
  });
});

/** A few at a time. */
async function forEach(targets: string[], check: (target: string) => Promise<void>): Promise<void> {
  const left = [...targets];
  const worker = async () => {
    for (let target = left.shift(); target !== undefined; target = left.shift()) {
      await check(target);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

/** Wherever an answer could send a browser: its redirect, its links, its forms and what they carry. */
async function targetsIn(answer: APIResponse): Promise<string[]> {
  const location = answer.headers().location;
  const html = location === undefined ? await answer.text() : "";
  const written = [...html.matchAll(/\b(?:href|action|src|content)="([^"]*)"/g)].map((match) => unescape(match[1] ?? ""));
  const carried = [...html.matchAll(/<input[^>]*>/g)]
    .filter(([input]) => input.includes('name="redirect"'))
    .map(([input]) => unescape(/value="([^"]*)"/.exec(input)?.[1] ?? ""));
  const links = location === undefined ? written : [location];
  const front = new URL("/", answer.url());
  const within = links
    .filter((url) => URL.canParse(url, front))
    .flatMap((url) => new URL(url, front).searchParams.getAll("redirect"));
  return [...links, ...carried, ...within];
}

function unescape(attribute: string): string {
  const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'", "#39": "'" };
  return attribute.replace(/&(amp|lt|gt|quot|#x27|#39);/g, (_, name: string) => entities[name] ?? "");
}

function expectToStay(origin: string, target: string, found: string[]): void {
  for (const url of found) {
    expect.soft(staysAt(origin, url), `${JSON.stringify(target)} became ${JSON.stringify(url)}`).toBe(true);
  }
}
