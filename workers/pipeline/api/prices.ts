// The project's own prices, over the built-in list.
import * as z from "zod";
import { recordHash } from "../../../domain/audit/chain.ts";
import { listPrices, replacePrices } from "../../../d1/prices.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, type Api } from "./endpoint.ts";

const tag = "Prices";
/** More than all models of all vendors together. */
const mostModels = 2_000;

const ofCache = z.number().nullable().default(null);
const price = z
  .strictObject({ input: z.number(), output: z.number(), cache_read: ofCache, cache_write: ofCache })
  .meta({ id: "Price", description: "USD per million tokens. A negative price means unknown." });
const prices = z
  .record(z.string().min(1).max(200), price)
  .refine((record) => Object.keys(record).length <= mostModels, `at most ${mostModels} models`)
  .meta({ description: "By exact model name." });
const answer = z.object({ prices: z.record(z.string(), price) }).meta({ description: "The project's own prices." });

export function addPrices(api: Api): void {
  endpoint(
    api,
    { ...bare, method: "get", path: "/v1/prices", audience: "read", tag, summary: "The project's own prices", status: 200, answer },
    async ({ env, projectId }) => ({
      prices: await listPrices(env.INDEX, projectId),
    }),
  );
  endpoint(
    api,
    {
      ...bare,
      method: "put",
      path: "/v1/prices",
      audience: "admin",
      tag,
      summary: "Set the project's own prices",
      description:
        "Replaces the whole list: a model that is left out has its built-in price again. Counts for runs that arrive from now on.",
      body: z.strictObject({ prices }),
      status: 200,
      answer,
    },
    async ({ env, projectId, principal, body, nowMs }) => {
      const [before, after] = [await listPrices(env.INDEX, projectId), body.prices].map((one) => ({
        models: Object.keys(one).length,
        record: recordHash(one),
      }));
      const draft = audited(principal, nowMs, {
        action: "prices.replaced",
        object: projectId,
        before: before ?? null,
        after: after ?? null,
      });
      await replacePrices(env.INDEX, projectId, body.prices, draft);
      return { prices: await listPrices(env.INDEX, projectId) };
    },
  );
}
