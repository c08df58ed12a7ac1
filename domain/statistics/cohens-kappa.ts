// Agreement of two raters on yes-or-no labels, beyond what chance would give. Cohen 1960, Educational and Psychological Measurement 20.
// It refuses where both raters gave every item the same label: then chance explains all agreement there could be.

/** Items by the labels of two raters. */
export interface LabelTable {
  bothYes: number;
  onlyFirst: number;
  onlySecond: number;
  bothNo: number;
}

/** In [-1, 1]: 1 is full agreement, 0 what chance gives. null without items, or where neither rater ever differs from one label. */
export function cohensKappa({ bothYes, onlyFirst, onlySecond, bothNo }: LabelTable): number | null {
  const n = bothYes + onlyFirst + onlySecond + bothNo;
  if (n === 0) return null;
  const observed = (bothYes + bothNo) / n;
  const firstYes = (bothYes + onlyFirst) / n;
  const secondYes = (bothYes + onlySecond) / n;
  const expected = firstYes * secondYes + (1 - firstYes) * (1 - secondYes);
  return expected === 1 ? null : (observed - expected) / (1 - expected);
}
