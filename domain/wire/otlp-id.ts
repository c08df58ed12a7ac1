// Trace and span ids as senders write them: hex of any case by the specification, base64 from encoders that follow protobuf's
// own JSON mapping. Everything after this file sees lower-case hex.

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** `value` as an id of `bytes` bytes in lower-case hex; null when it is none, or all zero (which OTLP defines as invalid). */
export function hexIdOf(value: unknown, bytes: 8 | 16): string | null {
  if (typeof value !== "string") return null;
  const text = value.trim();
  const hex = text.length === bytes * 2 ? text.toLowerCase() : hexOfBase64(text, bytes);
  return hex !== null && /^[0-9a-f]+$/.test(hex) && !/^0+$/.test(hex) ? hex : null;
}

function hexOfBase64(text: string, bytes: number): string | null {
  if (text.length !== Math.ceil(bytes / 3) * 4) return null;
  let bits = 0n;
  let digits = 0;
  for (const character of text.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/")) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return null;
    bits = (bits << 6n) | BigInt(digit);
    digits += 1;
  }
  const spare = digits * 6 - bytes * 8;
  if (spare < 0 || spare >= 6) return null;
  return (bits >> BigInt(spare)).toString(16).padStart(bytes * 2, "0");
}

export function hexOfBytes(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return hex;
}
