// Renders a path of the dashboard as a browser would get it, from the scripted API.
import { respond } from "../../../workers/dashboard/respond.tsx";
import { scripted, type Asked, type Script } from "../../browser/pages.fixture.ts";
import type { PageContext } from "../../../workers/dashboard/page-context.ts";

export const origin = "http://bento.test";

export interface Rendered {
  status: number;
  html: string;
  headers: Headers;
  asked: Asked[];
}

export async function render(path: string, script?: Script, given: Partial<PageContext> = {}, init: RequestInit = {}): Promise<Rendered> {
  const { context, asked } = scripted(script, given);
  const response = await respond(new Request(origin + path, init), context);
  return { status: response.status, html: await response.text(), headers: response.headers, asked };
}

/** A form as the browser posts it. */
export function post(path: string, fields: Record<string, string>, script?: Script, given: Partial<PageContext> = {}): Promise<Rendered> {
  return render(path, script, given, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
}

/** What a person reads: tags away, entities read, white space folded. */
export function textOf(html: string): string {
  return html
    .replace(/<(script|style|title)\b[^>]*>[\s\S]*?<\/\1>/g, " ")
    .replace(/<[^>]+>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ");
}

/** Elements and attributes as a browser would see them: by reading tags, with quoted values skipped. */
export function tagsOf(html: string): { name: string; attributes: [string, string][] }[] {
  return [...html.matchAll(/<([a-zA-Z][^\s/>]*)((?:\s+[^\s=>/]+(?:="[^"]*")?)*)\s*\/?>/g)].map((match) => ({
    name: (match[1] ?? "").toLowerCase(),
    attributes: [...(match[2] ?? "").matchAll(/\s+([^\s=>/]+)(?:="([^"]*)")?/g)].map((each): [string, string] => [
      (each[1] ?? "").toLowerCase(),
      each[2] ?? "",
    ]),
  }));
}
