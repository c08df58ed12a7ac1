// Which of several media types a caller wants, by the order of weights in the Accept header. Nobody is refused: without a word that fits, the
// first type comes.

/** @param offered best first: what comes where nothing is asked for, or anything will do */
export function acceptedType<const Type extends string>(accept: string | null, offered: readonly [Type, ...Type[]]): Type {
  const wanted = (accept ?? "")
    .split(",")
    .map((part) => {
      const [type = "", ...parameters] = part.split(";").map((word) => word.trim().toLowerCase());
      const weight = parameters.find((word) => word.startsWith("q="));
      return { type, weight: weight === undefined ? 1 : Number(weight.slice(2)) };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  for (const { type } of wanted) {
    const found = offered.find((one) => matches(type, one));
    if (found !== undefined) return found;
  }
  return offered[0];
}

function matches(range: string, type: string): boolean {
  return range === type || range === "*/*" || (range.endsWith("/*") && type.startsWith(range.slice(0, -1)));
}
