// A steady load over HTTP: so many clients, each sending its next request when the last was answered.
import autocannon from "autocannon";

export interface Load {
  url: string;
  path: string;
  headers: Record<string, string>;
  /** The body of the n-th request. */
  body: (n: number) => Buffer;
  clients: number;
  seconds: number;
}

export interface LoadResult {
  acknowledged: number;
  failed: number;
  perSecond: number;
  p99Ms: number;
}

export async function load({ url, path, headers, body, clients, seconds }: Load): Promise<LoadResult> {
  let n = 0;
  const result = await autocannon({
    url,
    connections: clients,
    duration: seconds,
    requests: [{ method: "POST", path, headers, setupRequest: (request) => ({ ...request, body: body(n++) }) }],
  });
  const failed = result.non2xx + result.errors + result.timeouts;
  return { acknowledged: result["2xx"], failed, perSecond: result["2xx"] / result.duration, p99Ms: result.latency.p99 };
}
