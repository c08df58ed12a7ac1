// Secrets that Bento makes. Random bytes from the platform; the prefix lets secret scanners and people recognise them.

/** 192 bits: out of reach for guessing, and short enough for a header. */
const keyBytes = 24;
/** Standard Webhooks asks for 24 to 64 bytes. */
const webhookBytes = 32;

function randomBase64(length: number): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(length))));
}

export function newKey(): string {
  return `bento_${randomBase64(keyBytes).replaceAll("+", "-").replaceAll("/", "_")}`;
}

/** In the form of Standard Webhooks: `whsec_` and base64. */
export function newWebhookSecret(): string {
  return `whsec_${randomBase64(webhookBytes)}`;
}
