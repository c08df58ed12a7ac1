// How frequent may something be that n independent runs never showed? The exact bound behind the rule of three (about 3 / n). It says nothing
// about runs of another kind than those n. Hanley & Lippman-Hand 1983, JAMA 249.

/** The largest rate at which seeing none in `n` still has probability 1 − level; 1 for n = 0, where anything may be. */
export function neverSeenBound(n: number, level = 0.95): number {
  return n <= 0 ? 1 : -Math.expm1(Math.log1p(-level) / n);
}
