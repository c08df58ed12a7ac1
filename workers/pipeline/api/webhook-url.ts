// Where Bento may call out to. Only https to names and public addresses: a project's owner must not make this server talk to
// machines that only this server can reach. The embedded engine may call its own machine, for people who try things out.

/** What is wrong with `text` as a webhook's address; null when nothing is. */
export function webhookUrlProblem(text: string, isEmbedded: boolean): string | null {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return "not an https URL";
  if (url.username !== "" || url.password !== "")
    return "a URL must not carry credentials; deliveries are signed with the webhook's secret";
  const host = url.hostname.replace(/\.$/, "").toLowerCase();
  if (isLoopback(host)) return isEmbedded ? null : "this server does not call itself";
  if (url.protocol !== "https:") return "only https, except to loopback on the embedded engine";
  return isPrivate(host) ? "not a public address" : null;
}

/** Whether the address is an incoming webhook of Slack itself, or Discord's door for Slack's form. */
export function isSlackAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  if (url.hostname === "hooks.slack.com" || url.hostname === "hooks.slack-gov.com") return true;
  return /(^|\.)discord(app)?\.com$/.test(url.hostname) && url.pathname.endsWith("/slack");
}

function isLoopback(host: string): boolean {
  return (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    host === "[::1]" ||
    host.startsWith("127.") ||
    /^\[::ffff:7f[0-9a-f]{2}:/.test(host)
  );
}

/** Literal addresses of RFC 1918, 6598, 3927, 4193 and their like. The URL parser has already spelled them in one way. */
function isPrivate(host: string): boolean {
  if (host.endsWith(".internal") || host.endsWith(".local") || !/[.:]/.test(host)) return true;
  if (host.startsWith("[")) return !/^\[[23][0-9a-f]{3}:/.test(host);
  const [, a, b] = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(host)?.map(Number) ?? [];
  if (a === undefined || b === undefined) return false;
  return (
    a === 0 ||
    a === 10 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    a >= 224
  );
}
