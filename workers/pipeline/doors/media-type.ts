// Which of the formats a door reads does the request say it is? A missing type is taken for JSON, as most hand-written
// clients mean it.
import { Refusal } from "../refusal.ts";

/** Throws Refusal 415 naming the types that are read. */
export function mediaTypeOf<F extends string>(request: Request, formats: Readonly<Record<string, F>>): F {
  const given = (request.headers.get("content-type") ?? "application/json").split(";")[0]?.trim().toLowerCase() ?? "";
  const format = formats[given];
  if (format === undefined || !Object.hasOwn(formats, given)) {
    throw new Refusal(415, `Content-Type "${given.slice(0, 60)}" is not read here. Send ${Object.keys(formats).join(" or ")}.`);
  }
  return format;
}
