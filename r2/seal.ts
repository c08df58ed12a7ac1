// Bodies that wait in the inbox may hold secrets that redaction has not seen yet, so they are encrypted with a key that R2
// does not have. AES-GCM; the object's own key is bound in, so that a body moved to another project's folder does not open.

const nonceBytes = 12;
const imported = new Map<string, Promise<CryptoKey>>();

function importKey(base64: string): Promise<CryptoKey> {
  let key = imported.get(base64);
  if (key === undefined) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    key = crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    imported.set(base64, key);
  }
  return key;
}

/** `place` is the receipt and project of the body: what opens it must be asked for under the same name. */
export async function seal(keyBase64: string, place: string, body: Uint8Array): Promise<Uint8Array> {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode(place) };
  const sealed = await crypto.subtle.encrypt(algorithm, await importKey(keyBase64), body);
  const out = new Uint8Array(nonceBytes + sealed.byteLength);
  out.set(nonce);
  out.set(new Uint8Array(sealed), nonceBytes);
  return out;
}

/** Throws when the bytes were altered, moved or sealed with another key. */
export async function unseal(keyBase64: string, place: string, sealed: Uint8Array): Promise<Uint8Array> {
  const algorithm = {
    name: "AES-GCM",
    iv: sealed.subarray(0, nonceBytes),
    additionalData: new TextEncoder().encode(place),
  };
  const body = await crypto.subtle.decrypt(algorithm, await importKey(keyBase64), sealed.subarray(nonceBytes));
  return new Uint8Array(body);
}
