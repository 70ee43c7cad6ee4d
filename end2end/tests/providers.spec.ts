import { choose, goToProvider, passCallback, people, waitForPath } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

// Nobody ever listens on port 1.
const BROKEN = {
  AUTH_DEV_IDP: "on",
  AUTH_BROKEN_ISSUER: "http://127.0.0.1:1/",
  AUTH_BROKEN_ID: "vestibule",
  AUTH_BROKEN_NAME: "Broken",
};

test("a provider that is down hurts only itself", async ({ page, serve }) => {
  const { url } = await serve({ env: BROKEN });
  await page.goto(`${url}/account?x=1`);
  await page.getByRole("link", { name: "Continue with Broken" }).click();
  await page.waitForURL((url) => url.searchParams.get("error") === "provider_unavailable");
  await expect(page.getByRole("alert")).toContainText("can't be reached");
  expect(new URL(page.url()).searchParams.get("redirect")).toBe("/account?x=1");

  await goToProvider(page);
  await choose(page, people.plain);
  await passCallback(page);
  await waitForPath(page, "/account?x=1");
});

test("the providers are listed with the URLs that begin and end a sign-in", async ({ request, serve }) => {
  const { url } = await serve({ env: BROKEN });
  const providers = await (await request.get(`${url}/api/auth/providers`)).json();
  expect(providers).toContainEqual({
    id: "broken",
    name: "Broken",
    loginUrl: expect.stringMatching(/\/api\/auth\/login\/broken$/),
    callbackUrl: `${url}/api/auth/callback/broken`,
  });
  expect(providers.map((provider: { id: string }) => provider.id).sort()).toEqual(["broken", "dev"]);
});

test("the answer of one provider is refused at another's redirect URI", async ({ page, serve }) => {
  const { url } = await serve({ env: BROKEN });
  await page.goto(`${url}/auth/login`);
  await goToProvider(page);
  const state = new URL(page.url()).searchParams.get("state") ?? "";
  expect(state).not.toBe("");
  await page.goto(`${url}/api/auth/callback/broken?code=made-up&state=${state}`);
  await page.waitForURL((url) => url.pathname === "/auth/login" && url.searchParams.has("error"));
  await expect(page.getByRole("alert")).toBeVisible();
});

test("with the development provider off there is no trace of it", async ({ page, serve }) => {
  const { AUTH_DEV_IDP: _, ...provider } = BROKEN;
  const { url } = await serve({ env: provider });
  await page.goto(`${url}/auth/login`);
  await expect(page.getByRole("link", { name: /^Continue with/ })).toHaveText(["Continue with Broken"]);
  await expect(page.getByRole("complementary", { name: "Development provider" })).toHaveCount(0);
  const answer = await page.request.get(`${url}/dev/application/o/vestibule/.well-known/openid-configuration`);
  expect(answer.status()).toBe(404);
});
