// The provider's own pages: who signs in, and whether the application may know her. `oidc-provider` leaves them to its
// operator.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Interaction, Provider } from "oidc-provider";

/** Shows the page that the provider's `prompt` asks for; on POST, gives the answer back to the provider. */
export async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const interaction = await provider.interactionDetails(request, response);
  if (request.method !== "POST") {
    const form =
      interaction.prompt.name === "login"
        ? '<label>Login <input name="login" autofocus></label><button>Sign in</button>'
        : '<button name="answer" value="allow">Allow</button><button name="answer" value="refuse">Refuse</button>';
    response.setHeader("content-type", "text/html; charset=utf-8").end(page(`<form method="post">${form}</form>`));
    return;
  }
  const answer = new URLSearchParams(await body(request));
  const result =
    interaction.prompt.name === "login"
      ? { login: { accountId: answer.get("login") ?? "" } }
      : answer.get("answer") === "allow"
        ? { consent: { grantId: await grant(provider, interaction) } }
        : { error: "access_denied", error_description: "She refused." };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

/** A page that asks nothing of any other host. */
export function page(content: string): string {
  return `<!doctype html><html lang="en"><title>Acme</title><link rel="icon" href="data:,"><h1>Acme</h1>${content}</html>`;
}

async function grant(provider: Provider, { params, prompt, session, grantId }: Interaction): Promise<string> {
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant = known ?? new provider.Grant({ accountId: session?.accountId, clientId: String(params.client_id) });
  grant.addOIDCScope((prompt.details.missingOIDCScope ?? []).join(" "));
  grant.addOIDCClaims(prompt.details.missingOIDCClaims ?? []);
  return grant.save();
}

async function body(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
  }
  return text;
}
