// multipart/form-data taken apart and put together again, as clients write it by hand, with its parts spoilt.
import { spoiltJson, type Spoiling } from "./json-tree.ts";

interface FormPart {
  headers: string;
  content: string;
}

/** Latin-1 throughout, so that every byte survives. */
const latin1 = "latin1";

/** The body with its parts spoilt; as it is when it is no multipart body of `boundary`. */
export function spoiltMultipart(body: Uint8Array, boundary: string, spoilt: readonly Spoiling[]): Uint8Array {
  let parts = partsOf(Buffer.from(body).toString(latin1), boundary);
  if (parts.length === 0) return body;
  for (const spoiling of spoilt) parts = spoil(parts, spoiling);
  const text = parts.map(({ headers, content }) => `--${boundary}\r\n${headers}\r\n\r\n${content}\r\n`).join("");
  return Buffer.from(`${text}--${boundary}--\r\n`, latin1);
}

function partsOf(text: string, boundary: string): FormPart[] {
  return text
    .split(`--${boundary}\r\n`)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\r\n\r\n");
      const content = part.slice(end + 4).replace(/\r\n(--[^\r\n]*--(\r\n)?)?$/, "");
      return { headers: part.slice(0, end), content };
    });
}

function spoil(parts: readonly FormPart[], spoiling: Spoiling): FormPart[] {
  const at = spoiling.at % parts.length;
  const part = parts[at];
  const second = parts[spoiling.other % parts.length];
  if (part === undefined || second === undefined) return [...parts];
  const withPart = (...instead: FormPart[]) => [...parts.slice(0, at), ...instead, ...parts.slice(at + 1)];
  switch (spoiling.kind) {
    case "drop":
      return withPart();
    case "double":
      return withPart(part, part);
    case "copy":
      return withPart({ ...part, content: second.content });
    case "swap":
      return withPart({ headers: part.headers, content: second.content }, { headers: second.headers, content: part.content });
    case "multiply":
      return withPart(...Array.from({ length: 1 + (spoiling.times % 200) }, () => part));
    case "rename":
      return withPart({ ...part, headers: part.headers.replace(/name="[^"]*"/, () => nameOf(spoiling)) });
    case "empty":
      return withPart({ ...part, content: "" });
    default: {
      const utf8 = Buffer.from(part.content, latin1).toString("utf8");
      const spoilt = spoiltJson(utf8, [{ ...spoiling, at: spoiling.other, other: spoiling.at }]);
      return withPart({ ...part, content: Buffer.from(spoilt, "utf8").toString(latin1) });
    }
  }
}

/** Names that a reader of `post.<id>.<field>` may stumble over. */
function nameOf({ other, oddKey }: Spoiling): string {
  const id = "0194f000-0000-7000-8000-000000000000";
  const names = [
    "post", "post.", "post..inputs", "patch.x.y.z", `post.${id}.__proto__`, `post.${id}.constructor`, `post.${id}`, `patch.${id}.outputs`,
    `feedback.${id}`, "feedback.", "attachment.", `attachment.${id}.a`, "", "\u0000", oddKey.slice(1, -1).replaceAll('"', "").slice(0, 300),
  ]; // prettier-ignore
  const name = names[other % names.length] ?? "";
  return other % 5 === 0 ? `name="${name}"; filename="a.json"` : `name="${name}"`;
}
