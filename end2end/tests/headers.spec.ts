import { signIn } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

/** One of each kind of answer. */
const ANSWERS = [
  ["a page", "/", 200],
  ["the sign-in page", "/auth/login", 200],
  ["an API answer", "/api/auth/session", 200],
  ["a page that does not exist", "/nothing/here", 404],
  ["an API path that does not exist", "/api/nothing", 404],
  ["a redirect", "/dashboard", 303],
  ["a static file", "/favicon.svg", 200],
  ["a health check", "/healthz", 200],
  ["discovery of the development provider", "/dev/application/o/vestibule/.well-known/openid-configuration", 200],
] as const;

for (const [what, path, status] of ANSWERS) {
  test(`${what} carries the security headers`, async ({ request }) => {
    const answer = await request.get(path, { headers: { accept: "text/html" }, maxRedirects: 0 });
    expect(answer.status() === 302 ? 303 : answer.status()).toBe(status);
    const headers = answer.headers();
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).toMatch(/default-src '(none|self)'/);
    expect(policy).toMatch(/'nonce-[\w+/=-]{16,}'/);
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/);
    expect(headers["referrer-policy"]).toBeTruthy();
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["server"]).toBeUndefined();
  });
}

test("the nonce is another one in every answer", async ({ request }) => {
  const nonces = new Set<string>();
  for (let round = 0; round < 5; round += 1) {
    const answer = await request.get("/auth/login");
    nonces.add(/'nonce-([^']+)'/.exec(answer.headers()["content-security-policy"] ?? "")?.[1] ?? "");
  }
  expect(nonces.size).toBe(5);
});

test("a file is cached as its name allows, pages of a person not at all", async ({ page, request }) => {
  const html = await (await request.get("/")).text();
  const style = /href="(\/pkg\/[^"]+\.css)"/.exec(html)?.[1] ?? "";
  // A release has hashes in its names, the developer's build has none.
  const lifetime = /vestibule\.[\w-]{8,}\.css$/.test(style) ? /max-age=31536000.*immutable/ : /^no-cache$/;
  expect((await request.get(style)).headers()["cache-control"]).toMatch(lifetime);

  await signIn(page);
  for (const path of ["/", "/dashboard", "/account", "/api/auth/session"]) {
    expect((await page.request.get(path)).headers()["cache-control"], path).toContain("no-store");
  }
});

test("the marks of the site are there", async ({ request }) => {
  expect((await request.get("/favicon.ico")).headers()["content-type"]).toMatch(/^image\//);
  expect((await request.get("/favicon.svg")).headers()["content-type"]).toContain("image/svg+xml");
});
