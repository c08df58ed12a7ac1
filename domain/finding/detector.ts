// What every detector is: a name, the version and plain words of its definition, and a pure function from a run to what it found there.
// A detector reads trace features only; what needs judgement of meaning is for people and models.
import type { Run } from "../run/run.ts";
import type { Detected } from "./finding.ts";

export interface Detector {
  /** `tool_error`, `loop`, …: the kind of failure or win, the same in every project. */
  name: string;
  /** Raised when what it finds changes. */
  version: string;
  /** One plain sentence. */
  definition: string;
  /** @param seen what the detectors before it found: one root cause is to be named once. */
  detect: (run: Run, seen: readonly Detected[]) => Detected[];
}

/** Findings of one detector in one run: signals count runs, and a loop of ten thousand calls would say the same ten thousand times. */
export const mostFindings = 20;

/** The failures that the run did not get over. */
export const isUnrecovered = ({ polarity, recovered }: Detected): boolean => polarity === "failure" && !recovered;
