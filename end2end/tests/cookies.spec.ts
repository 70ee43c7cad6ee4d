import { goToProvider, signIn } from "../fixtures/journey.ts";
import { expect, test } from "../fixtures/test.ts";

const MINUTE = 60;

test("no cookie is set before a sign-in begins", async ({ page, context }) => {
  for (const path of ["/", "/auth/login", "/auth/signed-out", "/dashboard"]) {
    await page.goto(path);
  }
  expect(await context.cookies()).toEqual([]);
});

test("the binding cookie is opaque, closed to scripts and lasts ten minutes", async ({ page, context }) => {
  await page.goto("/auth/login");
  await goToProvider(page);
  const [binding, ...others] = await context.cookies();
  expect(others).toEqual([]);
  expect(binding).toMatchObject({ name: "vestibule-login", httpOnly: true, sameSite: "Lax", path: "/", secure: false });
  expect(binding?.value).toMatch(/^[\w-]{43}$/);
  expect(Math.round((binding?.expires ?? 0) - Date.now() / 1000)).toBeLessThanOrEqual(10 * MINUTE);
});

test("the session cookie is an opaque id, closed to scripts, and fresh at every sign-in", async ({ page, context }) => {
  const values: (string | undefined)[] = [];
  for (const _ of [1, 2]) {
    await signIn(page);
    const session = (await context.cookies()).find((cookie) => cookie.name === "vestibule");
    expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/", secure: false });
    expect(session?.value).toMatch(/^[\w-]{20,64}$/);
    values.push(session?.value);
    await page.goto("/");
  }
  expect(new Set(values).size).toBe(2);
});

test("a session id that somebody planted is not taken over", async ({ page, context, baseURL }) => {
  const planted = "A".repeat(22);
  await context.addCookies([{ name: "vestibule", value: planted, url: baseURL ?? "" }]);
  await signIn(page);
  const session = (await context.cookies()).filter((cookie) => cookie.name === "vestibule");
  expect(session).toHaveLength(1);
  expect(session[0]?.value).not.toBe(planted);
});

test("the cookie of before a second sign-in opens nothing", async ({ page, context }) => {
  await signIn(page);
  const old = (await context.cookies()).filter((cookie) => cookie.name === "vestibule");
  await signIn(page);
  await context.clearCookies();
  await context.addCookies(old);
  expect(await (await page.request.get("/api/auth/session")).json()).toBeNull();
});
