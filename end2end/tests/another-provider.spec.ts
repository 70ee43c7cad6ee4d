// The same sign-in at a provider that nobody here wrote.

import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Page } from "@playwright/test";
import { signInAtAcme } from "../fixtures/acme.ts";
import { passCallback, waitForPath } from "../fixtures/journey.ts";
import { freePort } from "../fixtures/port.ts";
import type { Server } from "../fixtures/server.ts";
import { expect, test as base } from "../fixtures/test.ts";
import { ADA, Acme } from "../provider/acme.ts";

/** Each of these characters is one that HTTP Basic or a form has swallowed before. */
const CLIENT_ID = "vestibule:e2e +%/";
const CLIENT_SECRET = "s+e%c:r/e=t&?~%2B'0123456789";

interface Pair {
  /** Whether the provider's issuer ends with a slash. */
  issuerSlash: boolean;
  /** Whether our configuration writes it with one. */
  configuredSlash: boolean;
  /** What the provider has registered; nothing for a public client. */
  registeredSecret?: string;
  /** What we send, if it is not that. */
  sentSecret?: string;
  /** The public key that the provider has registered, for `private_key_jwt`. */
  registeredKey?: KeyObject;
  /** The private key that we sign with. */
  key?: KeyObject;
}

const keys = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

/** Starts Acme and a server that knows no other provider. */
const test = base.extend<{ pair: (options: Pair) => Promise<{ acme: Acme; server: Server }> }>({
  pair: async ({ serve }, use) => {
    const started: Acme[] = [];
    await use(async ({ issuerSlash, configuredSlash, registeredSecret, sentSecret = registeredSecret, registeredKey, key }) => {
      const port = await freePort();
      const acme = await Acme.start({
        appUrl: `http://127.0.0.1:${port}`,
        clientId: CLIENT_ID,
        trailingSlash: issuerSlash,
        ...(registeredSecret === undefined ? {} : { clientSecret: registeredSecret }),
        ...(registeredKey === undefined ? {} : { clientKey: registeredKey }),
      });
      started.push(acme);
      const env = {
        AUTH_DEV_IDP: "off",
        AUTH_ACME_ISSUER: acme.issuer.replace(/\/$/, "") + (configuredSlash ? "/" : ""),
        AUTH_ACME_ID: CLIENT_ID,
        AUTH_ACME_NAME: "Acme",
        AUTH_ACME_SCOPES: "openid profile email organization",
        ...(sentSecret === undefined ? {} : { AUTH_ACME_SECRET: sentSecret }),
        ...(key === undefined ? {} : { AUTH_ACME_KEY: pem(key) }),
      };
      return { acme, server: await serve({ port, env }) };
    });
    await Promise.all(started.map((acme) => acme.stop()));
  },
});

const { publicKey, privateKey } = keys();

const CASES: Record<string, Pair> = {
  "an issuer without a slash": { issuerSlash: false, configuredSlash: false, registeredSecret: CLIENT_SECRET },
  "an issuer without a slash, configured with one": { issuerSlash: false, configuredSlash: true, registeredSecret: CLIENT_SECRET },
  "an issuer with a slash": { issuerSlash: true, configuredSlash: true, registeredSecret: CLIENT_SECRET },
  "an issuer with a slash, configured without": { issuerSlash: true, configuredSlash: false, registeredSecret: CLIENT_SECRET },
  "a client with a key": { issuerSlash: true, configuredSlash: true, registeredKey: publicKey, key: privateKey },
  "a public client": { issuerSlash: true, configuredSlash: true },
};

for (const [name, options] of Object.entries(CASES)) {
  test(`sign-in and sign-out at oidc-provider: ${name}`, async ({ page, pair }) => {
    const { acme, server } = await pair(options);
    await page.goto(`${server.url}/account?x=1`);
    await signInAtAcme(page);
    await passCallback(page);
    await waitForPath(page, "/account?x=1");
    expect(acme.clientAuth).toEqual([options.registeredSecret === undefined ? "none" : "Basic"]);

    const { user } = await (await page.request.get(`${server.url}/api/auth/session`)).json();
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
    expect(new URL(page.url()).origin).toBe(server.url);
    expect(await (await page.request.get(`${server.url}/api/auth/session`)).json()).toBeNull();
    expect(acme.errors).toEqual([]);
  });
}

test("a refusal at oidc-provider is explained here", async ({ page, pair }) => {
  const { server } = await pair({ issuerSlash: false, configuredSlash: false, registeredSecret: CLIENT_SECRET });
  await page.goto(`${server.url}/account`);
  await signInAtAcme(page, "Refuse");
  await expectError(page, "access_denied");
  expect(page.url()).not.toContain("refused");
});

test("a wrong client secret signs nobody in, and is not logged", async ({ page, pair }) => {
  const options = { issuerSlash: false, configuredSlash: false, registeredSecret: CLIENT_SECRET };
  const { acme, server } = await pair({ ...options, sentSecret: "not-the-secret" });
  await page.goto(`${server.url}/account`);
  await signInAtAcme(page);
  await expectError(page, "configuration");
  expect(acme.errors).toEqual(["grant.error: invalid_client"]);
  expect(server.log).not.toContain("not-the-secret");
});

test("a key that oidc-provider does not know signs nobody in, and is not logged", async ({ page, pair }) => {
  const { privateKey: another } = keys();
  const { acme, server } = await pair({ issuerSlash: true, configuredSlash: true, registeredKey: publicKey, key: another });
  await page.goto(`${server.url}/account`);
  await signInAtAcme(page);
  await expectError(page, "configuration");
  expect(acme.errors).toEqual(["grant.error: invalid_client"]);
  expect(server.log).toContain("authenticates by `private_key_jwt`");
  expect(server.log).not.toContain(pem(another).slice(40, 80));
});

function pem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

async function expectError(page: Page, code: string): Promise<void> {
  await waitForPath(page, "/auth/login");
  expect(new URL(page.url()).searchParams.get("error")).toBe(code);
  await expect(page.getByRole("alert")).toBeVisible();
}
