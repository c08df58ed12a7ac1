// A form that the API refused, for its own page: as it was filled in, with the API's sentence and what is wrong where.
import type { Answer } from "./api-client.ts";
import type { Again, Form } from "./view.ts";

const statuses = [400, 403, 404, 409, 422] as const;

/** @param at path of the page that has the form */
export function againAt(at: string, { field, all }: Form, answer: Extract<Answer, { ok: false }>): Again {
  const status = statuses.find((each) => each === answer.status);
  // What a form says wrong is not the browser's fault.
  return { at, field, all, message: answer.message, details: answer.details ?? [], status: status === 400 ? 422 : (status ?? 502) };
}

/** The form again with what the API says it would do. */
export const previewAt = (at: string, { field, all }: Form, answer: unknown): Again => ({
  at,
  field,
  all,
  message: null,
  details: [],
  status: 200,
  answer,
});
