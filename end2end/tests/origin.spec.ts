import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { signIn, waitForPath } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

test("localhost leads to the configured 127.0.0.1, path and query kept", async ({ page, server }) => {
  await page.goto(`http://localhost:${server.port}/auth/login?redirect=%2Faccount%3Fx%3D1`);
  await expect(page).toHaveURL(`${server.url}/auth/login?redirect=%2Faccount%3Fx%3D1`);
});

test("a sign-in that begins at localhost ends at 127.0.0.1", async ({ page, server }) => {
  await signIn(page, { origin: `http://localhost:${server.port}`, target: "/account?x=1" });
  await expect(page).toHaveURL(`${server.url}/account?x=1`);
});

test("a form on another site signs nobody out", async ({ page, server }) => {
  await signIn(page);
  // Another port is the same site, so the browser sends the cookie: only the origin tells them apart.
  const elsewhere = createServer((_, response) => {
    response.setHeader("content-type", "text/html").end(
      `<!doctype html><link rel="icon" href="data:,"><form method="post" action="${server.url}/api/auth/logout"><button>Win</button></form>`,
    );
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  try {
    await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
    const answer = page.waitForResponse((response) => response.url().endsWith("/api/auth/logout"));
    await page.getByRole("button", { name: "Win" }).click();
    expect((await answer).status()).toBe(403);
  } finally {
    elsewhere.closeAllConnections();
    elsewhere.close();
  }
  await page.goto("/dashboard");
  await waitForPath(page, "/dashboard");
});

for (const header of [{ origin: "https://evil.example" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }]) {
  test(`a post with ${JSON.stringify(header)} is refused everywhere`, async ({ request }) => {
    for (const path of ["/api/auth/exchange", "/api/auth/logout", "/dashboard"]) {
      const answer = await request.post(path, { headers: header as unknown as Record<string, string>, form: { code: "x", redirect: "/" }, maxRedirects: 0 });
      expect(answer.status(), path).toBe(403);
    }
  });
}
