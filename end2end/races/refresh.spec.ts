// Two hundred requests at once on two instances, with an expired access token, at a provider that nobody here wrote and
// that ends everything when a refresh token comes twice: one renewal, and nobody is signed out.

import { request, type APIRequestContext } from "@playwright/test";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../fixtures/port.ts";
import { startRedis } from "../fixtures/redis.ts";
import { expect, test } from "../fixtures/test.ts";
import { Acme } from "../provider/acme.ts";

const ROUNDS = 50;
const REQUESTS = 200;
const CLIENT_ID = "vestibule-e2e";
const CLIENT_SECRET = "a secret of at least a few characters";
/** Longer than tokens count as new, so that no round has two renewals. */
const LIFE_SECONDS = 15;

test("two hundred at once on two instances renew an expired token once, fifty times", async ({ serve }, testInfo) => {
  testInfo.setTimeout(600_000);
  const [port, other, redis] = [await freePort(), await freePort(), await startRedis()];
  const appUrl = `http://127.0.0.1:${port}`;
  const acme = await Acme.start({
    appUrl,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    refreshTokens: true,
    accessTokenLife: LIFE_SECONDS,
  });
  const env = {
    AUTH_URL: appUrl,
    AUTH_SECRET: "0123456789abcdefghijklmnopqrstuv",
    AUTH_RATE_LIMIT: "off",
    AUTH_DEV_IDP: "off",
    AUTH_ACME_ISSUER: acme.issuer,
    AUTH_ACME_ID: CLIENT_ID,
    AUTH_ACME_SECRET: CLIENT_SECRET,
    AUTH_ACME_SCOPES: "openid profile email organization",
    DATABASE_URL: `sqlite:${join(testInfo.outputDir, "vestibule.db")}`,
    REDIS_URL: redis.url,
  };
  const instances = [await serve({ port, env }), await serve({ port: other, env })].map(({ port }) => `http://127.0.0.1:${port}`);

  const people: APIRequestContext[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const person = await request.newContext({ extraHTTPHeaders: { host: `127.0.0.1:${port}` } });
    await signIn(person, appUrl);
    people.push(person);
  }
  await pause(LIFE_SECONDS * 1_000);

  const codes = acme.clientAuth.length;
  expect(codes).toBe(ROUNDS);
  for (const [round, person] of people.entries()) {
    const refresh = async (number: number) => {
      const answer = await person.post(`${instances[number % 2]}/api/auth/refresh`, { headers: { origin: appUrl } });
      return answer.status();
    };
    const answers = await Promise.all(Array.from({ length: REQUESTS }, (_, number) => refresh(number)));
    expect(new Set(answers), `round ${round}`).toEqual(new Set([200]));
    expect(acme.clientAuth.length - codes, `renewals after round ${round}`).toBe(round + 1);
    for (const instance of instances) {
      expect(await (await person.get(`${instance}/api/auth/session`)).json()).not.toBeNull();
    }
    await person.dispose();
  }
  expect(acme.errors).toEqual([]);
  await acme.stop();
  await redis.stop();
});

/** The whole way, as a browser without JavaScript takes it. */
async function signIn(person: APIRequestContext, appUrl: string): Promise<void> {
  const login = await person.get(`${appUrl}/api/auth/login/acme?redirect=%2Faccount`);
  const consent = await person.post(login.url(), { form: { login: "ada" } });
  const back = new URL((await person.post(consent.url(), { form: { answer: "allow" } })).url());
  const form = { code: back.searchParams.get("exchange") ?? "", redirect: back.searchParams.get("redirect") ?? "" };
  const account = await person.post(`${appUrl}/api/auth/exchange`, { headers: { origin: appUrl }, form });
  expect(new URL(account.url()).pathname).toBe("/account");
}
