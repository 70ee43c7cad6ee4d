// What `oidc-provider` 9 needs of the process that it runs in.

/** It calls `URL.parse`, which Node has from version 22 on. */
URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);

/** Its notes are for operators; among test results they only look like trouble. What fails is in `Acme.errors`. */
for (const level of ["info", "warn"] as const) {
  const print = console[level];
  console[level] = (...words: unknown[]) => {
    if (!String(words[0]).includes("oidc-provider ")) {
      print(...words);
    }
  };
}
