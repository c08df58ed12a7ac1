// List prices of Cloudflare, Workers Paid plan, in US dollars, as read on 26 November 2026 from
//   https://developers.cloudflare.com/workers/platform/pricing/
//   https://developers.cloudflare.com/r2/pricing/
//   https://developers.cloudflare.com/queues/platform/pricing/
//   https://developers.cloudflare.com/d1/platform/pricing/
//   https://developers.cloudflare.com/durable-objects/platform/pricing/
// Rounding up to the next million, as an invoice does, is left out. From 1 December 2026 Workers Logs are billed by the GB
// (https://developers.cloudflare.com/observability/pricing/); they are not in this table.

export interface Price {
  name: string;
  usd: number;
  /** So many for `usd`. */
  per: number;
  /** So many a month come with the plan. */
  included: number;
}

const million = 1_000_000;
const billion = 1_000 * million;

/** The plan itself, a month. */
export const planUsd = 5;

/** What is done. */
export const operationPrices = {
  workerRequests: { name: "Worker requests", usd: 0.3, per: million, included: 10 * million },
  workerCpuMs: { name: "Worker CPU, ms", usd: 0.02, per: million, included: 30 * million },
  queueOperations: { name: "Queues operations", usd: 0.4, per: million, included: million },
  r2ClassA: { name: "R2 class A operations", usd: 4.5, per: million, included: million },
  r2ClassB: { name: "R2 class B operations", usd: 0.36, per: million, included: 10 * million },
  d1RowsRead: { name: "D1 rows read", usd: 0.001, per: million, included: 25 * billion },
  d1RowsWritten: { name: "D1 rows written", usd: 1, per: million, included: 50 * million },
  objectRequests: { name: "Durable Object requests", usd: 0.15, per: million, included: million },
  objectGbSeconds: { name: "Durable Object duration, GB-s", usd: 12.5, per: million, included: 400_000 },
  objectRowsRead: { name: "Durable Object rows read", usd: 0.001, per: million, included: 25 * billion },
  objectRowsWritten: { name: "Durable Object rows written", usd: 1, per: million, included: 50 * million },
} as const satisfies Record<string, Price>;

/** What stands for a month, by the GB. */
export const storagePrices = {
  r2: { name: "R2", usd: 0.015, per: 1, included: 10 },
  d1: { name: "D1", usd: 0.75, per: 1, included: 5 },
  objects: { name: "Durable Objects", usd: 0.2, per: 1, included: 5 },
} as const satisfies Record<string, Price>;

export type Operation = keyof typeof operationPrices;
export type Store = keyof typeof storagePrices;

/** Memory that an object is billed for, whatever it uses. */
export const objectGb = 0.128;
/** The platform's largest D1 database. https://developers.cloudflare.com/d1/platform/limits/ */
export const largestD1Gb = 10;
