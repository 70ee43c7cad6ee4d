import { scripted, signIn } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

const PRIVATE = ["/dashboard", "/account", "/admin"];

for (const path of PRIVATE) {
  test(`a navigation to ${path} leads to the sign-in page before anything is shown`, async ({ request }) => {
    const answer = await request.get(`${path}?x=1&y=2`, { headers: { accept: "text/html" }, maxRedirects: 0 });
    expect([302, 303]).toContain(answer.status());
    expect(answer.headers().location).toBe(`/auth/login?redirect=${encodeURIComponent(`${path}?x=1&y=2`)}`);
    expect(answer.headers()["cache-control"]).toContain("no-store");
    expect(await answer.text()).toBe("");
  });

  test(`a fetch of ${path} gets 401 as JSON`, async ({ page }) => {
    await page.goto("/");
    const { status, body } = scripted()
      ? await page.evaluate(async (path) => {
          const answer = await fetch(path);
          return { status: answer.status, body: await answer.json() };
        }, path)
      : await page.request
          .get(path, { headers: { accept: "application/json" }, maxRedirects: 0 })
          .then(async (answer) => ({ status: answer.status(), body: await answer.json() }));
    expect(status).toBe(401);
    expect(body.error).toBe("unauthenticated");
    expect(body.loginUrl).toContain("/auth/login");
  });
}

test("a session that is gone leads back to the page that was asked for", async ({ page, context }) => {
  await signIn(page, { target: "/account?x=1" });
  await context.clearCookies({ name: "vestibule" });
  await page.reload();
  await expect(page).toHaveURL(/\/auth\/login\?/);
  expect(new URL(page.url()).searchParams.get("redirect")).toBe("/account?x=1");
});

test("a made-up session cookie is nobody", async ({ page, context, baseURL }) => {
  for (const value of ["x", "A".repeat(22), "%00", "a".repeat(4000)]) {
    await context.addCookies([{ name: "vestibule", value, url: baseURL ?? "" }]);
    const session = await page.request.get("/api/auth/session");
    expect(session.status()).toBe(200);
    expect(await session.json()).toBeNull();
  }
  await context.clearCookies();
});
