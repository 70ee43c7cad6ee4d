import { hostile, safe, staysAt } from "../fixtures/corpus.ts";
import { choose, goToProvider, passCallback, people, signIn, waitForPath } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";
import type { APIResponse } from "@playwright/test";

const HTML = { accept: "text/html" };

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

test("no hostile target survives the sign-in page", async ({ request, baseURL }) => {
  for (const target of hostile) {
    const answer = await request.get("/auth/login", { params: { redirect: target }, maxRedirects: 0 });
    expect.soft(answer.status(), JSON.stringify(target)).toBe(200);
    expectToStay(baseURL, target, await targetsIn(answer));
  }
});

test("no hostile target survives the callback page", async ({ request, baseURL }) => {
  for (const target of hostile) {
    const params = { exchange: "x".repeat(43), redirect: target };
    expectToStay(baseURL, target, await targetsIn(await request.get("/auth/callback", { params, maxRedirects: 0 })));
    const without = await request.get("/auth/callback", { params: { redirect: target }, maxRedirects: 0 });
    expectToStay(baseURL, target, await targetsIn(without));
  }
});

test("no hostile target survives the exchange, signed in or not", async ({ page, playwright, baseURL }) => {
  await signIn(page);
  const anonymous = await playwright.request.newContext(baseURL ? { baseURL } : {});
  for (const target of hostile) {
    for (const request of [anonymous, page.request]) {
      const form = { code: "x".repeat(43), redirect: target };
      const answer = await request.post("/api/auth/exchange", { form, headers: HTML, maxRedirects: 0 });
      expect.soft([302, 303], JSON.stringify(target)).toContain(answer.status());
      expectToStay(baseURL, target, await targetsIn(answer));
    }
  }
  await anonymous.dispose();
});

test("no hostile target survives the callback page of somebody who is signed in", async ({ page, baseURL }) => {
  await signIn(page);
  for (const target of hostile) {
    for (const path of ["/auth/callback", "/auth/login"]) {
      const params = { exchange: "x".repeat(43), redirect: target };
      const answer = await page.request.get(path, { params, headers: HTML, maxRedirects: 0 });
      expectToStay(baseURL, target, await targetsIn(answer));
    }
  }
});

test("no hostile target keeps a sign-in from beginning, or shows in it", async ({ request, baseURL }) => {
  for (const target of hostile) {
    const answer = await request.get("/api/auth/login/dev", { params: { redirect: target }, maxRedirects: 0 });
    const [location = ""] = await targetsIn(answer);
    expect.soft(new URL(location, baseURL).pathname, JSON.stringify(target)).toBe("/dev/application/o/authorize/");
    expect.soft(location).not.toContain("evil");
  }
});

test("every safe target is kept as it is", async ({ page }) => {
  await signIn(page);
  for (const target of safe) {
    const form = { code: "x".repeat(43), redirect: target };
    const answer = await page.request.post("/api/auth/exchange", { form, headers: HTML, maxRedirects: 0 });
    expect.soft(answer.headers().location).toBe(target);
  }
});

/** Wherever an answer could send a browser: its redirect, its links, its forms and what they carry. */
async function targetsIn(answer: APIResponse): Promise<string[]> {
  const location = answer.headers().location;
  if (location !== undefined) {
    return [location, ...new URL(location, answer.url()).searchParams.getAll("redirect")];
  }
  const html = await answer.text();
  const written = [...html.matchAll(/\b(?:href|action|src|content)="([^"]*)"/g)].map((match) => unescape(match[1] ?? ""));
  const carried = [...html.matchAll(/<input[^>]*name="redirect"[^>]*value="([^"]*)"/g)].map((m) => unescape(m[1] ?? ""));
  const within = written
    .filter((url) => URL.canParse(url, answer.url()))
    .flatMap((url) => new URL(url, answer.url()).searchParams.getAll("redirect"));
  return [...written, ...carried, ...within];
}

function unescape(attribute: string): string {
  const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'", "#39": "'" };
  return attribute.replace(/&(amp|lt|gt|quot|#x27|#39);/g, (_, name: string) => entities[name] ?? "");
}

function expectToStay(origin: string | undefined, target: string, found: string[]): void {
  for (const url of found) {
    expect.soft(staysAt(origin ?? "", url), `${JSON.stringify(target)} became ${JSON.stringify(url)}`).toBe(true);
  }
}
