// The same sign-in at a provider that nobody here wrote.

import type { Page } from "@playwright/test";
import { freePort } from "../fixtures/port.ts";
import { passCallback, waitForPath } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";
import { ADA, Acme } from "../provider/acme.ts";

const CLIENT_ID = "vestibule:e2e +%/";
/** Each of these characters is one that HTTP Basic, a form or a shell has swallowed before. */
const CLIENT_SECRET = "s+e%c:r/e=t&?~%2B'0123456789";

interface Case {
  /** Whether the provider's issuer ends with a slash. */
  provider: boolean;
  /** Whether our configuration writes it with one. */
  configured: boolean;
  secret?: string;
}

const CASES: Record<string, Case> = {
  "client_secret_basic, issuer without a slash": { provider: false, configured: false, secret: CLIENT_SECRET },
  "client_secret_basic, issuer without a slash, configured with one": { provider: false, configured: true, secret: CLIENT_SECRET },
  "client_secret_basic, issuer with a slash": { provider: true, configured: true, secret: CLIENT_SECRET },
  "client_secret_basic, issuer with a slash, configured without": { provider: true, configured: false, secret: CLIENT_SECRET },
  "a public client": { provider: true, configured: true },
};

for (const [name, { provider, configured, secret }] of Object.entries(CASES)) {
  test(`sign-in and sign-out: ${name}`, async ({ page, serve }) => {
    const port = await freePort();
    const appUrl = `http://127.0.0.1:${port}`;
    const acme = await Acme.start({
      appUrl,
      clientId: CLIENT_ID,
      trailingSlash: provider,
      ...(secret === undefined ? {} : { clientSecret: secret }),
    });
    try {
      await serve({ port, env: configuration(acme.issuer.replace(/\/$/, "") + (configured ? "/" : ""), secret) });

      await page.goto(`${appUrl}/account?x=1`);
      await page.getByRole("link", { name: "Continue with Acme" }).click();
      await signInAtAcme(page);
      await passCallback(page);
      await waitForPath(page, "/account?x=1");

      const { user } = await (await page.request.get(`${appUrl}/api/auth/session`)).json();
      expect(user).toMatchObject({
        provider: "acme",
        sub: "ada",
        name: ADA.name,
        email: ADA.email,
        email_verified: true,
        preferred_username: ADA.preferred_username,
        groups: ADA.groups,
        organization_id: ADA.organizationId,
      });
      const main = page.getByRole("main");
      for (const shown of [ADA.name, ADA.email, ...ADA.groups, ADA.organizationId]) {
        await expect(main).toContainText(shown);
      }

      await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
      // Only a provider that took the id_token_hint for its own asks this and knows the way back.
      await page.getByRole("button", { name: "Yes, sign me out" }).click();
      await waitForPath(page, "/auth/signed-out");
      expect(new URL(page.url()).origin).toBe(appUrl);
      expect(await (await page.request.get(`${appUrl}/api/auth/session`)).json()).toBeNull();
      expect(acme.errors).toEqual([]);
    } finally {
      await acme.stop();
    }
  });
}

test("her refusal there is explained here", async ({ page, serve }) => {
  const port = await freePort();
  const appUrl = `http://127.0.0.1:${port}`;
  const acme = await Acme.start({ appUrl, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
  try {
    await serve({ port, env: configuration(acme.issuer, CLIENT_SECRET) });
    await page.goto(`${appUrl}/account`);
    await page.getByRole("link", { name: "Continue with Acme" }).click();
    await page.getByLabel("Login").fill("ada");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Refuse" }).click();
    await waitForPath(page, "/auth/login");
    expect(new URL(page.url()).searchParams.get("error")).toBe("access_denied");
    expect(page.url()).not.toContain("refused");
    await expect(page.getByRole("alert")).toContainText("Access was denied");
  } finally {
    await acme.stop();
  }
});

test("a wrong client secret signs nobody in", async ({ page, serve }) => {
  const port = await freePort();
  const appUrl = `http://127.0.0.1:${port}`;
  const acme = await Acme.start({ appUrl, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
  try {
    const server = await serve({ port, env: configuration(acme.issuer, "wrong-secret") });
    await page.goto(`${appUrl}/account`);
    await page.getByRole("link", { name: "Continue with Acme" }).click();
    await signInAtAcme(page);
    await waitForPath(page, "/auth/login");
    expect(new URL(page.url()).searchParams.get("error")).toBe("configuration");
    expect(acme.errors.join()).toContain("client authentication failed");
    expect(server.log).not.toContain("wrong-secret");
  } finally {
    await acme.stop();
  }
});

async function signInAtAcme(page: Page): Promise<void> {
  await page.getByLabel("Login").fill("ada");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Allow" }).click();
}

function configuration(issuer: string, secret: string | undefined): Record<string, string> {
  return {
    AUTH_DEV_IDP: "off",
    AUTH_ACME_ISSUER: issuer,
    AUTH_ACME_ID: CLIENT_ID,
    AUTH_ACME_NAME: "Acme",
    AUTH_ACME_SCOPES: "openid profile email organization",
    ...(secret === undefined ? {} : { AUTH_ACME_SECRET: secret }),
  };
}
