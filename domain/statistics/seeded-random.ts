// Chance that is the same wherever it is drawn: a seeded generator for bootstraps, so that two analyses of the same runs give the
// same numbers to the last digit. Not for secrets.

/** Numbers in [0, 1) from a text seed: 32-bit FNV-1a of the text into mulberry32 (T. Ettinger; passes gjrand, period 2³²). */
export function seededRandom(seed: string): () => number {
  let state = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
