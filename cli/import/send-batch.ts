// One request of an import: what Bento took and what it refused, item by item. Our own reading has refused most of what Bento would;
// this is for what only Bento knows, and for a Bento of another version.
import { isObject, listOf, numberOf, objectOf, textOf } from "../../domain/wire/json-value.ts";
import { ApiRefusal, type ApiClient } from "../api-client.ts";
import { uploadOf, type Batch, type Placed } from "./batch.ts";

export interface Refused {
  placed: Placed;
  reason: string;
  count: number;
}

export interface Sent {
  taken: Placed[];
  refused: Refused[];
  /** Spans or log records that Bento refused without saying where. */
  lost: { count: number; reason: string } | null;
}

const paths = { runs: "/v1/runs", traces: "/v1/traces", logs: "/v1/logs" } as const;

/** Throws for what concerns the whole import: no key, no scope, nobody there. */
export async function sendBatch(api: ApiClient, batch: Batch): Promise<Sent> {
  try {
    const answer = await api.upload(paths[batch.door], uploadOf(batch));
    return batch.door === "runs" ? afterRuns(batch, answer) : afterSpans(batch, answer);
  } catch (error) {
    if (!(error instanceof ApiRefusal) || ![400, 413, 422].includes(error.status)) throw error;
    return { taken: [], refused: batch.items.map((placed, index) => refusalOf(placed, index, error)), lost: null };
  }
}

function afterRuns({ items }: Batch, answer: unknown): Sent {
  const reasons = new Map(
    listOf(objectOf(answer)["rejected"]).flatMap((one) => (isObject(one) ? [[one["index"], textOf(one["message"]) ?? "refused"]] : [])),
  );
  const taken = items.filter((_, index) => !reasons.has(index));
  const refused = items.flatMap((placed, index) => {
    const reason = reasons.get(index);
    return reason === undefined ? [] : [{ placed, reason, count: 1 }];
  });
  return { taken, refused, lost: null };
}

function afterSpans({ items }: Batch, answer: unknown): Sent {
  const partial = objectOf(objectOf(answer)["partialSuccess"]);
  const count = numberOf(partial["rejectedSpans"]) ?? numberOf(partial["rejectedLogRecords"]) ?? 0;
  const lost = count > 0 ? { count, reason: textOf(partial["errorMessage"]) ?? "refused" } : null;
  return { taken: [...items], refused: [], lost };
}

/** A body of which nothing could be read is refused whole; its details say where each run is wrong. */
function refusalOf(placed: Placed, index: number, { details, told }: ApiRefusal): Refused {
  const own = details.filter(({ path }) => path.startsWith(`runs[${index}]`)).map(({ message }) => message);
  return { placed, reason: own.length > 0 ? own.join("; ") : told, count: placed.item.count };
}
