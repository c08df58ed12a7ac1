// One shape for everything that is refused: what is wrong and how to mend it, with the place. Throw it anywhere below a route.
export interface RefusalDetail {
  path: string;
  message: string;
}

export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 503;

const codes: Record<RefusalStatus, string> = {
  400: "invalid_request",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  405: "method_not_allowed",
  409: "conflict",
  413: "too_large",
  415: "unsupported",
  422: "unprocessable",
  429: "rate_limited",
  503: "unavailable",
};

/** OTLP exporters give up when the wait exceeds their own deadline of ten seconds, so the wait stays small. */
const retryAfterSeconds = 1;

export class Refusal extends Error {
  readonly status: RefusalStatus;
  readonly details: RefusalDetail[];

  constructor(status: RefusalStatus, message: string, details: RefusalDetail[] = []) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

export function refusalResponse({ status, message, details }: Refusal): Response {
  const error = { code: codes[status], message, ...(details.length > 0 ? { details } : {}) };
  const headers: Record<string, string> = status === 429 || status === 503 ? { "retry-after": `${retryAfterSeconds}` } : {};
  return Response.json({ error }, { status, headers });
}
