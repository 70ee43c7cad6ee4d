// `URL.parse` for Node 20. oidc-provider 9 calls it, and Node has it from version 22 on.

URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);
