// HMAC-SHA256 over short texts with the session secret: the cookie and the form token are made of it.

const imported = new Map<string, Promise<CryptoKey>>();

function importKey(secret: string): Promise<CryptoKey> {
  let key = imported.get(secret);
  if (key === undefined) {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    key = crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, ["sign", "verify"]);
    imported.set(secret, key);
  }
  return key;
}

/** base64url, 43 characters. */
export async function sign(secret: string, text: string): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", await importKey(secret), new TextEncoder().encode(text));
  return toBase64Url(new Uint8Array(mac));
}

/** In constant time. */
export async function isSigned(secret: string, text: string, signature: string): Promise<boolean> {
  const mac = fromBase64Url(signature);
  return mac !== null && crypto.subtle.verify("HMAC", await importKey(secret), mac, new TextEncoder().encode(text));
}

export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

export function fromBase64Url(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  } catch {
    return null;
  }
}
