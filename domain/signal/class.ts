// The class of a finding: what it has in common with every other finding of the same kind, and an id made from that alone.
// The same text gives the same class in every project, order and re-run; which classes make one signal is decided elsewhere.
import { namedId } from "../drift/stable-id.ts";
import { oneLine } from "../drift/words.ts";
import type { Detected } from "../finding/finding.ts";
import type { FindingClass } from "./signal.ts";
import { templateTokens } from "./template.ts";

/** Characters of a tool's or step's name; longer ones are told apart up to here. */
const longestSubject = 120;
const longestDetector = 60;

/** Key, family and masked text of what `detected` is about. */
export function classOf(agent: string, detected: Detected): FindingClass {
  const { polarity, about } = detected;
  const detector = oneLine(detected.detector, longestDetector);
  const subject = about.subject === null ? null : oneLine(about.subject, longestSubject);
  const tokens = about.text === null ? [] : templateTokens(about.text);
  const key = namedId("cls_", [agent, polarity, detector, subject === null ? "-" : `+${subject}`, ...tokens]);
  return { key, family: { polarity, detector, subject }, tokens };
}
