// The redacted bytes of a run as its sender wrote them. Served as plain text whatever they claim to be, in a sandbox, so
// that a trace can never become a page of this site.
import { pageHeaders } from "../headers.ts";
import { segment } from "../links.ts";
import type { View } from "../view.ts";

const textual = /^(application\/(x-nd)?json|text\/plain)/;

export async function rawRun(view: View, id: string): Promise<Response> {
  const answer = await view.api.raw(`/v1/runs/${segment(id)}/raw`);
  const isText = textual.test(answer.headers.get("content-type") ?? "");
  return new Response(answer.body, {
    status: answer.status,
    headers: {
      ...pageHeaders,
      "content-type": isText ? "text/plain; charset=utf-8" : "application/octet-stream",
      "content-disposition": isText ? "inline" : "attachment",
      "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    },
  });
}
