// Which runs a sample holds: those whose id's hash is low. So it is even over the whole time, the same runs every time, and a smaller
// sample lies within a larger one. It knows nothing of what the runs say.

/** Hashes are whole numbers from 0 up to this one, itself excluded. */
const hashes = 2 ** 32;

/** FNV-1a over the id's UTF-16 units, then MurmurHash3's finaliser: ids that differ in their last digit alone fall apart. */
export function sampleHash(runId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < runId.length; i++) hash = Math.imul(hash ^ runId.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export interface ChosenSample {
  /** Runs whose hash is below are in; null for all. */
  below: number | null;
  runs: number;
}

/**
 * The sample of runs with these hashes. @param sample a share of them up to 1, else how many
 * @param hashesOfRuns in any order; sorted in place
 */
export function chooseSample(sample: number, hashesOfRuns: Uint32Array): ChosenSample {
  const sorted = hashesOfRuns.sort();
  if (sample === 1 || (sample > 1 && sample >= sorted.length)) return { below: null, runs: sorted.length };
  const below = sample < 1 ? Math.ceil(sample * hashes) : (sorted[sample - 1] ?? hashes) + 1;
  const first = sorted.findIndex((hash) => hash >= below);
  return { below, runs: first === -1 ? sorted.length : first };
}
