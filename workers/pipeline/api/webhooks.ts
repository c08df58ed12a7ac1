// Where incidents and reports are sent. Deliveries follow Standard Webhooks; the secret that signs them is shown once.
import * as z from "zod";
import { ulid } from "ulidx";
import { deleteWebhook, insertWebhook, listWebhooks, type WebhookRecord } from "../../../d1/webhooks.ts";
import { recordHash } from "../../../domain/audit/chain.ts";
import { alertEvents } from "../../../domain/incident/alert-state.ts";
import { artifactEvents } from "../../../domain/artifact/artifact-news.ts";
import { experimentEvents } from "../../../domain/incident/experiment-news.ts";
import { reportMade } from "../../../queues/make-report.ts";
import { Refusal } from "../refusal.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, noAnswer, pathText, type Api } from "./endpoint.ts";
import { listAnswer, listQuery, namePosition, openList } from "./list.ts";
import { newWebhookSecret } from "./new-secret.ts";
import { isSlackAddress, webhookUrlProblem } from "./webhook-url.ts";

const tag = "Webhooks";
const event = z.enum([
  "incident.opened",
  "incident.escalated",
  "incident.resolved",
  "incident.reopened",
  reportMade,
  ...experimentEvents,
  ...artifactEvents,
  ...alertEvents,
]);
const format = z.enum(["standard", "slack"]);
/** Standard Webhooks: 24 to 64 bytes. */
const secretBytes = { least: 24, most: 64 };

const secret = z
  .string()
  .max(200)
  .refine(isWebhookSecret, "must be `whsec_` and the base64 of 24 to 64 bytes; leave it out to have one made");

const fields = { id: z.string(), url: z.string(), events: z.array(z.string()), format, created_at: z.string() };
const listed = z.object(fields).meta({ id: "Webhook" });
const made = z
  .object({ ...fields, secret: z.string().meta({ description: "Signs every delivery (Standard Webhooks). Shown once." }) })
  .meta({ description: "The new webhook." });

const viewOf = ({ id, url, events, format, createdMs }: WebhookRecord) => ({
  id,
  url,
  events,
  format,
  created_at: new Date(createdMs).toISOString(),
});

export function addWebhooks(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/webhooks",
      audience: "admin",
      tag,
      summary: "Add a webhook",
      description:
        "https only; the embedded engine may also call loopback addresses. Alert rules may name the webhook too, whatever its events.",
      body: z.strictObject({
        url: z.string().min(1).max(2_000),
        events: z.array(event).min(1).max(event.options.length),
        secret: secret.optional(),
        format: format.optional().meta({ description: "`slack` when absent and the address is Slack's, else `standard`." }),
      }),
      status: 201,
      answer: made,
      refusals: { 422: "Bento does not send to this address." },
    },
    async ({ env, projectId, principal, body, nowMs }) => {
      const problem = webhookUrlProblem(body.url, env.BENTO_EMBEDDED === "1");
      if (problem !== null) throw new Refusal(422, "Bento cannot send to this address.", [{ path: "url", message: problem }]);
      const record: WebhookRecord = {
        id: `whk_${ulid()}`,
        url: body.url,
        events: [...new Set(body.events)],
        secret: body.secret ?? newWebhookSecret(),
        format: body.format ?? (isSlackAddress(body.url) ? "slack" : "standard"),
        createdMs: nowMs,
      };
      // An address may carry a token, so the log keeps its hash.
      const after = { url: recordHash(record.url), events: record.events.join(" ") };
      await insertWebhook(env.INDEX, projectId, record, audited(principal, nowMs, { action: "webhook.made", object: record.id, after }));
      return { ...viewOf(record), secret: record.secret };
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/webhooks",
      audience: "read",
      tag,
      summary: "List webhooks, oldest first",
      query: listQuery({}),
      status: 200,
      answer: listAnswer(listed, "Webhooks, without their secrets."),
    },
    async ({ env, projectId, query }) => {
      const list = openList("/v1/webhooks", query, namePosition);
      const page = await listWebhooks(env.INDEX, projectId, list.request);
      return list.answer({ ...page, items: page.items.map(viewOf) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "delete",
      path: "/v1/webhooks/{id}",
      audience: "admin",
      tag,
      summary: "Remove a webhook",
      params: z.strictObject({ id: pathText }),
      status: 204,
      answer: noAnswer,
    },
    async ({ env, projectId, principal, params, nowMs }) => {
      const draft = audited(principal, nowMs, { action: "webhook.removed", object: params.id });
      if (!(await deleteWebhook(env.INDEX, projectId, params.id, draft)))
        throw new Refusal(404, "There is no such webhook in this project.");
      return undefined;
    },
  );
}

function isWebhookSecret(text: string): boolean {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (encoded === undefined || encoded.length % 4 !== 0) return false;
  const { length } = atob(encoded);
  return length >= secretBytes.least && length <= secretBytes.most;
}
