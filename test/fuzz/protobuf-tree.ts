// Protobuf as a tree of fields without a schema, spoilt in its place and written again: fields dropped, doubled, renumbered, of another
// wire type, nested without end. A length-delimited field that reads as a message is taken for one.
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Spoiling } from "./json-tree.ts";

interface Field {
  number: number;
  type: WireType;
  /** Of a message: its fields. Of anything else: the bytes as written after the tag, without the length. */
  value: Field[] | Uint8Array;
}

/** The body spoilt; as it is when it is no protobuf. */
export function spoiltProtobuf(body: Uint8Array, spoilt: readonly Spoiling[]): Uint8Array {
  const fields = fieldsOf(body, 0);
  if (fields === null) return body;
  for (const spoiling of spoilt) spoil(fields, spoiling);
  return written(fields);
}

/** Deeper than any real export. */
const deepest = 40;

function fieldsOf(bytes: Uint8Array, depth: number): Field[] | null {
  const fields: Field[] = [];
  const reader = new BinaryReader(bytes);
  try {
    while (reader.pos < reader.len) {
      const [number, type] = reader.tag();
      if (type === WireType.LengthDelimited) {
        const value = reader.bytes();
        const inner = value.length > 1 && depth < deepest ? fieldsOf(value, depth + 1) : null;
        fields.push({ number, type, value: inner ?? value });
      } else {
        const start = reader.pos;
        reader.skip(type, number);
        fields.push({ number, type, value: bytes.slice(start, reader.pos) });
      }
    }
  } catch {
    return null;
  }
  return fields;
}

function written(fields: readonly Field[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const field of fields) {
    writer.tag(field.number, field.type);
    if (field.type === WireType.LengthDelimited) writer.bytes(contentOf(field));
    else writer.raw(contentOf(field));
  }
  return writer.finish();
}

const contentOf = ({ value }: Field): Uint8Array => (value instanceof Uint8Array ? value : written(value));

interface Place {
  siblings: Field[];
  field: Field;
}

function placesOf(fields: Field[]): Place[] {
  return fields.flatMap((field) => [{ siblings: fields, field }, ...(Array.isArray(field.value) ? placesOf(field.value) : [])]);
}

function spoil(root: Field[], { kind, at, other, odd, times }: Spoiling): void {
  const places = placesOf(root);
  const place = places[at % places.length];
  const second = places[other % places.length];
  if (place === undefined || second === undefined) return;
  const { siblings, field } = place;
  const index = siblings.indexOf(field);
  switch (kind) {
    case "drop":
      siblings.splice(index, 1);
      break;
    case "double":
      siblings.splice(index, 0, field);
      break;
    case "multiply":
      siblings.splice(index, 0, ...Array.from({ length: timesFor(field, times) }, () => field));
      break;
    case "rename":
      field.number = 1 + (other % 20);
      break;
    case "empty":
      field.value = new Uint8Array(field.type === WireType.LengthDelimited ? 0 : 1);
      break;
    case "copy":
    case "swap":
      // As bytes: a message that held itself would have no end.
      siblings[index] = { ...second.field, number: field.number, value: contentOf(second.field) };
      break;
    case "insert":
      siblings.push({ number: 1 + (other % 20), type: WireType.LengthDelimited, value: oddBytes(odd, times) });
      break;
    case "within":
      field.type = [WireType.Varint, WireType.Bit64, WireType.LengthDelimited, WireType.Bit32][other % 4] ?? WireType.Varint;
      break;
    case "replace":
      field.value = field.type === WireType.LengthDelimited ? oddBytes(odd, times) : oddScalar(field.type, other);
      break;
  }
}

const mostMultiplied = 200_000;
const timesFor = (field: Field, times: number): number => Math.min(times, Math.floor(mostMultiplied / (1 + written([field]).length)));

function oddBytes(odd: string, times: number): Uint8Array {
  switch (times % 5) {
    case 0:
      return nestedValues(1 + times * 4);
    case 1:
      return Uint8Array.from({ length: times }, (_, i) => (i * 37) % 256);
    default:
      return new TextEncoder().encode(odd);
  }
}

/** AnyValue { array_value { values: AnyValue {…} } }, `levels` deep. */
function nestedValues(levels: number): Uint8Array {
  let bytes: Uint8Array = new Uint8Array();
  for (let level = 0; level < levels; level += 1) {
    const list = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(bytes).finish();
    bytes = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(list).finish();
  }
  return bytes;
}

function oddScalar(type: WireType, other: number): Uint8Array {
  const ones = new Uint8Array(10).fill(255);
  if (type === WireType.Bit64) return [new Uint8Array(8), ones.slice(0, 8), new Uint8Array(8).fill(127)][other % 3] ?? ones;
  if (type === WireType.Bit32) return [new Uint8Array(4), ones.slice(0, 4)][other % 2] ?? ones;
  // A varint without end, the greatest one, and zero.
  return [ones, Uint8Array.from([...ones.slice(0, 9), 1]), new Uint8Array(1)][other % 3] ?? ones;
}
