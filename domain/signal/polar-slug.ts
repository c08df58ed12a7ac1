// The slug of a signal, which also tells whether its rate should fall or rise: those of wins begin with `win-`, those of failures never do.
// A drift of `signal.win-…` downwards is bad news, and nothing else about the signal is known where drifts are weighed.
import type { FindingPolarity } from "../finding/finding.ts";
import { slugOfSignal } from "./name.ts";

/** Unlike every one of `taken`. */
export function polarSlug(polarity: FindingPolarity, name: string, taken: ReadonlySet<string>): string {
  if (polarity === "win") return slugOfSignal(`win ${name}`, taken);
  const slug = slugOfSignal(name, taken);
  return slug.startsWith("win-") ? slugOfSignal(`failure ${name}`, taken) : slug;
}
