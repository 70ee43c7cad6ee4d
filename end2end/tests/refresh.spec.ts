// The provider's tokens are renewed once, however many tabs ask, at a provider that nobody here wrote.

import type { Page } from "@playwright/test";
import { signInAtAcme } from "../fixtures/acme.ts";
import { passCallback, scripted, waitForPath } from "../fixtures/journey.ts";
import { freePort } from "../fixtures/port.ts";
import { expect, test } from "../fixtures/test.ts";
import { Acme } from "../provider/acme.ts";

const CLIENT_ID = "vestibule-e2e";
const CLIENT_SECRET = "a secret of at least a few characters";
const TABS = 4;

/** As a page of ours asks; without JavaScript, as a program with the browser's cookies. */
async function refresh(page: Page, origin: string): Promise<{ status: number; body: unknown }> {
  if (scripted()) {
    return page.evaluate(async () => {
      const answer = await fetch("/api/auth/refresh", { method: "POST" });
      return { status: answer.status, body: await answer.json() };
    });
  }
  const answer = await page.request.post(`${origin}/api/auth/refresh`, { headers: { origin } });
  return { status: answer.status(), body: await answer.json() };
}

test("several tabs at once renew the tokens once, and nobody is signed out", async ({ page, context, serve }) => {
  const port = await freePort();
  const acme = await Acme.start({
    appUrl: `http://127.0.0.1:${port}`,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    refreshTokens: true,
  });
  const { url } = await serve({
    port,
    env: {
      AUTH_DEV_IDP: "off",
      AUTH_ACME_ISSUER: acme.issuer,
      AUTH_ACME_ID: CLIENT_ID,
      AUTH_ACME_SECRET: CLIENT_SECRET,
      AUTH_ACME_SCOPES: "openid profile email organization",
    },
  });
  await page.goto(`${url}/account`);
  await signInAtAcme(page);
  await passCallback(page);
  await waitForPath(page, "/account");
  await expect(page.getByRole("main")).not.toContainText("gave no refresh token");
  expect(acme.clientAuth).toHaveLength(1);

  const tabs = [page];
  while (tabs.length < TABS) {
    const tab = await context.newPage();
    await tab.goto(`${url}/account`);
    tabs.push(tab);
  }
  const session = await (await page.request.get(`${url}/api/auth/session`)).json();
  const asked = tabs.flatMap((tab) => Array.from({ length: 5 }, () => refresh(tab, url)));
  for (const answer of await Promise.all(asked)) {
    expect(answer).toEqual({ status: 200, body: session });
  }
  // One token request for the code, and one for all of them.
  expect(acme.clientAuth).toHaveLength(2);
  for (const tab of tabs) {
    await tab.reload();
    await expect(tab.getByRole("heading", { name: "Account" })).toBeVisible();
  }
  expect(acme.errors).toEqual([]);
  await acme.stop();
});
