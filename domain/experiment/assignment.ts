// Which arm a unit of a canary belongs to: a pure function of the canary's salt, the unit and the share, so that a unit always meets the same
// arm, two canaries split independently, and a larger share only ever adds units to the candidate. Shares are whole basis points. It keeps no
// text of a unit: a unit is known by its salted hash.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

export const armNames = ["baseline", "candidate"] as const;
export type ArmName = (typeof armNames)[number];

/** In the whole. */
export const basisPoints = 10_000;
/** Hex digits of a unit's key: 128 bits, so that no two units of a canary share one. */
const keyDigits = 32;
/** Hex digits that make the bucket: 48 bits are exact in a number, and uneven by less than one in ten billion. */
const bucketDigits = 12;

/** A share of units in [0, 1] as whole basis points. */
export function inBasisPoints(share: number): number {
  return Math.round(share * basisPoints);
}

/** The unit as the canary with this salt knows it; null for a unit without a name, which is in no arm. */
export function unitKey(salt: string, unit: string | null): string | null {
  const name = unit?.trim() ?? "";
  return name === "" ? null : bytesToHex(sha256(utf8ToBytes(`${salt}\u0000${name}`))).slice(0, keyDigits);
}

/** 0 to 9,999, as likely each. */
export function bucketOf(key: string): number {
  return Math.floor((Number.parseInt(key.slice(0, bucketDigits), 16) / 16 ** bucketDigits) * basisPoints);
}

/** While the canary runs. */
export function armOf(key: string, shareBp: number): ArmName {
  return bucketOf(key) < shareBp ? "candidate" : "baseline";
}

/** Once it was promoted: a holdback of the units that were in the baseline all along stays there. */
export function armAfterPromotion(key: string, holdbackBp: number): ArmName {
  return bucketOf(key) < basisPoints - holdbackBp ? "candidate" : "baseline";
}
