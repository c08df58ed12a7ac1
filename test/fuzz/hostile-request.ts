// One hostile request: a sound body of a real client, with ids of its own, spoilt in its structure, in its bytes, or on its way. The same
// seed and number always give the same request.
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { spoilings, spoiltJson, type Spoiling } from "./json-tree.ts";
import type { Request } from "./meaning.ts";
import { spoiltMultipart } from "./multipart.ts";
import { oddKey, oddValue } from "./odd-values.ts";
import { spoiltProtobuf } from "./protobuf-tree.ts";
import type { KnownSpecimen } from "./known-specimens.ts";

/** `cut`: the connection ends half way. `twice`: sent again as it is, as clients do when they missed the answer. */
export type Way = "whole" | "chunked" | "cut" | "twice";

export interface HostileRequest extends Request {
  number: number;
  specimen: string;
  /** What was done to it, for people. */
  story: string;
  way: Way;
  isKeyWrong: boolean;
  /** A form that is spoilt as a form: platforms read broken ones differently, so what it means cannot be told. */
  isDoubtful: boolean;
}

interface Plan {
  specimen: number;
  spoilings: Spoiling[];
  damage: Damage | null;
  packing: (typeof packings)[number];
  lie: (typeof lies)[number];
  oddId: string | null;
  way: Way;
  isKeyWrong: boolean;
}

interface Damage {
  kind: (typeof damages)[number];
  at: number;
  length: number;
}

const damages = ["flip", "truncate", "cut out", "repeat", "zeros", "garbage", "BOM", "UTF-16", "trailing", "all garbage"] as const;
const packings = [
  "plain", "gzip", "gzip truncated", "gzip flipped", "gzip twice", "gzip trailing", "gzip undeclared", "plain called gzip", "bomb", "padded bomb",
  "oversize", "br", "deflate", "zstd", "GZIP",
] as const; // prettier-ignore
const lies = ["true", "none", "json", "protobuf", "ndjson", "multipart", "text", "charset", "nonsense"] as const;
/** In the place of a run's id in an address. */
const oddIds = ["%E0%A4%A", "%00", "%ff", "%", "..%2f..", "a%0ab", "x".repeat(300), "%F0%9F%98%80", "a?b=c", "%ED%A0%80"];

const spoiling: fc.Arbitrary<Spoiling> = fc.record({
  kind: fc.constantFrom(...spoilings),
  at: fc.nat(1_000_000),
  other: fc.nat(1_000_000),
  odd: oddValue,
  oddKey,
  times: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 2, max: 5 }) }, { weight: 1, arbitrary: fc.integer({ min: 6, max: 1_100 }) }),
});

function mostly<T>(usual: T, weight: number, others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

const damageOf: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom(...damages),
  at: fc.nat(1_000_000),
  length: fc.integer({ min: 1, max: 64 }),
});

const plan = (specimens: number): fc.Arbitrary<Plan> =>
  fc.record({
    specimen: fc.nat(specimens - 1),
    spoilings: fc.array(spoiling, { maxLength: 4, size: "max" }),
    damage: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: damageOf }),
    packing: fc.oneof(
      { weight: 80, arbitrary: fc.constant("plain" as const) },
      { weight: 10, arbitrary: fc.constant("gzip" as const) },
      { weight: 10, arbitrary: fc.constantFrom(...packings.filter((packing) => !isLarge(packing))) },
      { weight: 1, arbitrary: fc.constantFrom(...packings.filter(isLarge)) },
    ),
    lie: mostly("true", 14, lies),
    oddId: mostly<string | null>(null, 4, oddIds),
    way: mostly<Way>("whole", 5, ["chunked", "chunked", "chunked", "twice", "cut"]),
    isKeyWrong: mostly(false, 60, [true]),
  });

const isLarge = (packing: string): boolean => packing.endsWith("bomb") || packing === "oversize";

/** Requests are drawn in blocks, because fast-check draws the first ones of a sample plainer than the later ones. */
const blockSize = 50;

/** Request number `number` of the campaign `seed`. */
export function hostileRequests(specimens: readonly KnownSpecimen[], seed: number): (number: number) => HostileRequest {
  const plans = plan(specimens.length);
  const blocks = new Map<number, Plan[]>();
  return (number) => {
    const block = Math.floor(number / blockSize);
    const drawn = blocks.get(block) ?? fc.sample(plans, { seed: (seed * 100_003 + block) | 0, numRuns: blockSize });
    blocks.set(block, drawn);
    if (blocks.size > 3) blocks.delete(Math.min(...blocks.keys()));
    const chosen = drawn[number % blockSize];
    const of = specimens[chosen?.specimen ?? 0];
    if (chosen === undefined || of === undefined) throw new Error("there are no specimens to spoil");
    return requestOf(of, chosen, number);
  };
}

function requestOf(known: KnownSpecimen, chosen: Plan, number: number): HostileRequest {
  const { specimen, body, path } = known.withOwnIds(number);
  const shaped = spoilt(specimen.encoding, specimen.contentType, body, chosen.spoilings);
  const damaged = chosen.damage === null ? shaped : damage(shaped, chosen.damage);
  const contentType = lyingType(chosen.lie, specimen.contentType);
  const packed = pack(chosen.packing, damaged);
  const done = [
    ...chosen.spoilings.map(({ kind, odd }) => `${kind} ${odd.slice(0, 24)}`),
    ...(chosen.damage === null ? [] : [chosen.damage.kind]),
    ...(chosen.packing === "plain" ? [] : [chosen.packing]),
    ...(chosen.lie === "true" ? [] : [`type ${chosen.lie}`]),
    ...(chosen.way === "whole" ? [] : [chosen.way]),
    ...(chosen.oddId !== null && specimen.method === "PATCH" ? ["odd id"] : []),
    ...(chosen.isKeyWrong ? ["wrong key"] : []),
  ];
  return {
    number,
    specimen: specimen.name,
    story: done.join("; ") || "sound",
    method: specimen.method,
    path: chosen.oddId !== null && specimen.method === "PATCH" ? `/runs/${chosen.oddId}` : path,
    headers: {
      ...(contentType === null ? {} : { "content-type": contentType }),
      ...(packed.coding === null ? {} : { "content-encoding": packed.coding }),
    },
    body: packed.body,
    way: chosen.way,
    isKeyWrong: chosen.isKeyWrong,
    isDoubtful:
      specimen.encoding === "multipart" &&
      (chosen.damage !== null || chosen.lie !== "true" || chosen.spoilings.some(({ kind }) => kind === "rename")),
  };
}

function spoilt(encoding: string, contentType: string, body: Uint8Array, done: readonly Spoiling[]): Uint8Array {
  if (done.length === 0) return body;
  switch (encoding) {
    case "protobuf":
      return spoiltProtobuf(body, done);
    case "multipart":
      return spoiltMultipart(body, /boundary=(.+)$/.exec(contentType)?.[1] ?? "", done);
    case "ndjson":
      return utf8(
        textOf(body)
          .split("\n")
          .map((line, index) =>
            line === ""
              ? line
              : spoiltJson(
                  line,
                  done.filter((_, i) => i % 3 === index % 3),
                ),
          )
          .join("\n"),
      );
    default:
      return utf8(spoiltJson(textOf(body), done));
  }
}

const textOf = (body: Uint8Array): string => new TextDecoder().decode(body);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function damage(body: Uint8Array, { kind, at, length }: Damage): Uint8Array {
  const place = at % Math.max(1, body.length);
  const garbage = Uint8Array.from({ length }, (_, i) => (at * 31 + i * i * 7 + i * 13) % 256);
  const [before, after] = [body.subarray(0, place), body.subarray(place)];
  switch (kind) {
    case "flip":
      return body.map((byte, i) => ((i * 2_654_435_761 + at) % Math.max(16, body.length / length) < 1 ? byte ^ (1 << (at % 8)) : byte));
    case "truncate":
      return before;
    case "cut out":
      return Buffer.concat([before, after.subarray(length)]);
    case "repeat":
      return Buffer.concat([before, after.subarray(0, length), after]);
    case "zeros":
      return Buffer.concat([before, new Uint8Array(length), after.subarray(length)]);
    case "garbage":
      return Buffer.concat([before, garbage, after]);
    case "BOM":
      return Buffer.concat([Uint8Array.of(0xef, 0xbb, 0xbf), body]);
    case "UTF-16":
      return Buffer.from(textOf(body), "utf16le");
    case "trailing":
      return Buffer.concat([body, garbage]);
    case "all garbage":
      return garbage;
  }
}

/** More than a body may have, of one byte: some kilobytes packed. */
const tooManyBytes = 21 * 1024 * 1024;
const spaces = Buffer.alloc(tooManyBytes, " ");
const zeros = gzipSync(Buffer.alloc(tooManyBytes), { level: 1 });

function pack(packing: Plan["packing"], body: Uint8Array): { body: Uint8Array; coding: string | null } {
  switch (packing) {
    case "plain":
      return { body, coding: null };
    case "gzip":
      return { body: gzipSync(body), coding: "gzip" };
    case "GZIP":
      return { body: gzipSync(body), coding: "GZIP" };
    case "gzip truncated":
      return { body: gzipSync(body).subarray(0, -9), coding: "gzip" };
    case "gzip flipped":
      return { body: gzipSync(body).map((byte, i) => (i === 20 ? byte ^ 255 : byte)), coding: "gzip" };
    case "gzip twice":
      return { body: gzipSync(gzipSync(body)), coding: "gzip" };
    case "gzip trailing":
      return { body: Buffer.concat([gzipSync(body), Buffer.from("trailing")]), coding: "gzip" };
    case "gzip undeclared":
      return { body: gzipSync(body), coding: null };
    case "plain called gzip":
      return { body, coding: "gzip" };
    case "bomb":
      return { body: zeros, coding: "gzip" };
    case "padded bomb":
      return { body: gzipSync(Buffer.concat([body, spaces]), { level: 1 }), coding: "gzip" };
    case "oversize":
      return { body: Buffer.concat([body, spaces]), coding: null };
    case "br":
    case "deflate":
    case "zstd":
      return { body, coding: packing };
  }
}

/** null sends none. */
function lyingType(lie: Plan["lie"], truth: string): string | null {
  switch (lie) {
    case "true":
      return truth;
    case "none":
      return null;
    case "json":
      return "application/json";
    case "protobuf":
      return "application/x-protobuf";
    case "ndjson":
      return "application/x-ndjson";
    case "multipart":
      return "multipart/form-data; boundary=x";
    case "text":
      return "text/plain";
    case "charset":
      return `${truth.replace(/;.*/, "")}; charset=utf-16`;
    case "nonsense":
      return ";;=\t,";
  }
}
