// Finds the key that a caller presents, in every spelling that exporters use. It says nothing about whether the key is good.

/** Basic credentials are `PUBLIC:SECRET`; the secret is the key, the public part is decoration that Langfuse clients insist on. */
function basicSecret(encoded: string): string | null {
  let decoded: string;
  try {
    decoded = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0)));
  } catch {
    return null;
  }
  const colon = decoded.indexOf(":");
  return colon < 0 ? null : decoded.slice(colon + 1);
}

/** Header names of exporters that do not speak `Authorization`, in the order in which they are believed. */
const keyHeaders = ["x-api-key", "api-key", "api_key"];

/** The presented key, or null when there is none. An `Authorization` header that carries none gives way to the other headers. */
export function credentialOf(headers: Headers): string | null {
  const [scheme = "", ...rest] = (headers.get("authorization") ?? "").trim().split(/\s+/);
  const given = rest.join(" ");
  const authorized = scheme.toLowerCase() === "bearer" ? given : scheme.toLowerCase() === "basic" ? basicSecret(given) : null;
  if (authorized) return authorized;
  for (const name of keyHeaders) {
    const value = headers.get(name)?.trim();
    if (value) return value;
  }
  return null;
}
