// An OpenID provider that nobody here wrote: npm's certified `oidc-provider`, with one client and one account.

import "./host.ts";
import { createHash, generateKeyPairSync, randomBytes, type KeyObject } from "node:crypto";
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import { freePort } from "../fixtures/port.ts";
import { interact, page } from "./interaction.ts";
import { Provider } from "oidc-provider";

/** Who signs in at Acme, and what it says of her. */
export const ADA = {
  name: "Ada Lovelace",
  email: "ada@acme.example",
  email_verified: true,
  preferred_username: "ada",
  groups: ["engines", "vestibule-admins"],
  organizationId: "analytical-society",
};

export interface AcmeOptions {
  /** Where the application is. */
  appUrl: string;
  clientId: string;
  /** Without one, and without a key, the client is public. */
  clientSecret?: string;
  /** The public half of the client's key, on P-256, for `private_key_jwt`. */
  clientKey?: KeyObject;
  /** Whether it gives refresh tokens; it ends all that it granted when one comes twice. */
  refreshTokens?: boolean;
  /** How long an access token is good, in seconds. */
  accessTokenLife?: number;
  /** Whether the issuer ends with a slash. */
  trailingSlash?: boolean;
}

export class Acme {
  private constructor(
    readonly issuer: string,
    /** What went wrong here, as the provider tells it. */
    readonly errors: string[],
    /** The authentication scheme of each token request; `none` without the header. */
    readonly clientAuth: string[],
    private readonly http: HttpServer,
  ) {}

  static async start(options: AcmeOptions): Promise<Acme> {
    const port = await freePort();
    // An issuer with a slash at its end has a path; one without is the bare origin. Providers in the wild have both.
    const mount = options.trailingSlash ? "/op" : "";
    const issuer = `http://127.0.0.1:${port}${mount}${options.trailingSlash ? "/" : ""}`;
    const provider = new Provider(issuer, configuration(options, mount));
    const errors: string[] = [];
    for (const event of ["authorization.error", "grant.error", "end_session.error", "userinfo.error", "revocation.error", "server_error"]) {
      provider.on(event, (_: unknown, error: Error) => errors.push(`${event}: ${error.message}`));
    }
    const clientAuth: string[] = [];

    const serve = provider.callback();
    const http = createServer((request, response) => {
      void route(request, response).catch((error: Error) => {
        errors.push(error.message);
        response.writeHead(500).end();
      });
    });
    async function route(request: IncomingMessage & { originalUrl?: string }, response: ServerResponse) {
      const url = request.url ?? "";
      const path = url.startsWith(mount) ? url.slice(mount.length) : url;
      if (path.startsWith("/interaction/")) {
        return interact(provider, request, response);
      }
      if (path === "/token") {
        clientAuth.push(request.headers.authorization?.split(" ")[0] ?? "none");
      }
      // Where it is mounted, for the URLs that it builds.
      request.originalUrl = url;
      request.url = path;
      return serve(request, response);
    }
    await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
    return new Acme(issuer, errors, clientAuth, http);
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }
}

function configuration(options: AcmeOptions, mount: string): Record<string, unknown> {
  const { appUrl, clientId, clientSecret, clientKey, refreshTokens, accessTokenLife = 300 } = options;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    clients: [
      {
        client_id: clientId,
        ...authentication(clientSecret, clientKey),
        redirect_uris: [`${appUrl}/api/auth/callback/acme`],
        post_logout_redirect_uris: [`${appUrl}/auth/signed-out`],
        response_types: ["code"],
        grant_types: ["authorization_code", "refresh_token"],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "acme" }] },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    scopes: ["openid", "offline_access"],
    claims: {
      openid: ["sub"],
      profile: ["name", "preferred_username", "groups"],
      email: ["email", "email_verified"],
      organization: ["organizationId"],
    },
    // It would accept the secret in the form as well, so it must not offer that.
    clientAuthMethods: ["client_secret_basic", "private_key_jwt", "none"],
    pkce: { required: () => true },
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId, ...ADA }) }),
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `${mount}/interaction/${uid}` },
    // Every refresh token it gives out is a new one, as authentik does it.
    rotateRefreshToken: true,
    ...(refreshTokens ? { issueRefreshToken: () => true } : {}),
    ttl: { AccessToken: accessTokenLife, AuthorizationCode: 60, IdToken: 300, Interaction: 600, Session: 600, Grant: 600, RefreshToken: 600 },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx: { body: string }, form: string) => {
          const button = '<button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button>';
          ctx.body = page(`${form}${button}`);
        },
      },
    },
    renderError: (ctx: { body: string }, out: Record<string, string>) => {
      ctx.body = page(`<p role="alert">${out.error}: ${out.error_description}</p>`);
    },
  };
}

/** The one way in which the client may authenticate. */
function authentication(secret?: string, key?: KeyObject): Record<string, unknown> {
  if (key !== undefined) {
    const { crv, kty, x, y } = key.export({ format: "jwk" });
    // RFC 7638: the required members in their order, without white space.
    const kid = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
    return {
      jwks: { keys: [{ crv, kty, x, y, kid, alg: "ES256", use: "sig" }] },
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "ES256",
    };
  }
  return secret === undefined
    ? { token_endpoint_auth_method: "none" }
    : { client_secret: secret, token_endpoint_auth_method: "client_secret_basic" };
}
