// Specimens with their trace ids known, so that a copy can be made whose ids are its own: equal in length, different in eight digits.
import { meaningOf } from "./meaning.ts";
import type { Specimen } from "./specimen.ts";
import { allSpecimens } from "./specimens.ts";

export interface KnownSpecimen {
  /** A copy that shares no trace id with a copy of another number (below 2^32). */
  withOwnIds: (number: number) => { specimen: Specimen; path: string; body: Uint8Array };
}

/** Throws when a specimen is not sound: spoiling it would prove nothing. */
export async function knownSpecimens(): Promise<KnownSpecimen[]> {
  return Promise.all(allSpecimens().map(async (specimen) => known(specimen, await idsOf(specimen))));
}

async function idsOf({ name, method, path, contentType, body }: Specimen): Promise<string[]> {
  const meaning = await meaningOf({ method, path, headers: { "content-type": contentType }, body });
  if ("thrown" in meaning) throw new Error(`the specimen ${name} cannot be read: ${meaning.thrown}`);
  if (meaning.kind === "refused") throw new Error(`the specimen ${name} is refused as it stands`);
  // Native runs have theirs in the text.
  const native =
    path === "/v1/runs" || path === "/v1/scores"
      ? [...new TextDecoder().decode(body).matchAll(/[0-9a-f]{32}-[a-z]/g)].map(([id]) => id)
      : [];
  const ids = [...meaning.traceIds, ...meaning.loneTraceIds, ...meaning.scores.map(({ run_id: id }) => id), ...native];
  return [...new Set(ids)].filter((id) => digits.test(id)).toSorted((a, b) => b.length - a.length);
}

const digits = /[0-9a-f]{8}/i;

function known(specimen: Specimen, ids: readonly string[]): KnownSpecimen {
  const text = Buffer.from(specimen.body).toString("latin1");
  return {
    withOwnIds: (number) => {
      let own = text;
      let { path } = specimen;
      for (const id of ids) {
        const ownId = id.replace(digits, ownDigits(number));
        for (const [from, to] of spellings(id, ownId)) own = own.replaceAll(from, to);
        path = path.replaceAll(id, ownId);
      }
      return { specimen, path, body: Buffer.from(own, "latin1") };
    },
  };
}

/** The mark of a request's own ids. */
export const ownDigits = (number: number): string => number.toString(16).padStart(8, "0");

/** As text in either case, and as the bytes of protobuf. */
function spellings(id: string, ownId: string): [string, string][] {
  const texts: [string, string][] = [
    [id, ownId],
    [id.toUpperCase(), ownId.toUpperCase()],
  ];
  return /^([0-9a-f]{2})+$/.test(id) ? [...texts, [bytesOf(id), bytesOf(ownId)]] : texts;
}

const bytesOf = (hex: string): string => Buffer.from(hex, "hex").toString("latin1");
