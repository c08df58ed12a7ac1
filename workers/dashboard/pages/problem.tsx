// The pages for when there is nothing to show: not found, not allowed, or the API did not answer.
import type { Child } from "hono/jsx";
import { cleanText } from "../safe-text.tsx";
import type { Page } from "../view.ts";

interface Problem {
  status: number;
  message: string;
}

const titles: Record<number, string> = {
  400: "That cannot be asked",
  403: "Not allowed",
  404: "Not found",
  409: "Conflict",
  502: "Something broke",
};

export function problemPage({ status, message }: Problem): Page {
  const shown = status === 422 ? 400 : status === 400 || status === 403 || status === 404 || status === 409 ? status : 502;
  const title = titles[shown] ?? "Something broke";
  return {
    title,
    section: null,
    status: shown,
    body: (
      <section class="empty">
        <h1>{title}</h1>
        <p>{cleanText(message).slice(0, 1_000)}</p>
        <p>
          <a href="/">Back to the inbox</a>
        </p>
      </section>
    ),
  };
}

/** A part of a page that could not be read; the rest of the page stands. */
export function PartProblem({ what, message }: { what: string; message: string }): Child {
  return (
    <p class="notice" role="status">
      <b>{what} could not be read.</b> {cleanText(message).slice(0, 500)}
    </p>
  );
}
