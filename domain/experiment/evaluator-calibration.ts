// How far a judge agrees with people: its judgements of recorded runs beside the scores that people gave under the same name. A score
// that says neither yes nor no on the judge's scale is left out and counted.
import { calibrationOf, type Calibration, type DoubleLabel } from "../signal/calibrate.ts";
import { thresholdOf, type EvaluatorDefinition } from "./evaluator.ts";

/** A run that both an evaluator and people have judged. */
export interface JudgedRun {
  runId: string;
  passed: boolean;
  /** JSON values of the scores that people gave under the evaluator's name. */
  human: string[];
}

export interface JudgeCalibration extends Calibration {
  /** Runs whose human score could not be used. */
  unusable: number;
}

export function judgeCalibration(definition: EvaluatorDefinition, runs: readonly JudgedRun[]): JudgeCalibration {
  const labels = runs.flatMap(({ passed, human }): DoubleLabel[] => {
    const said = human.map((json) => verdictOf(JSON.parse(json), definition)).filter((one) => one !== null);
    const [first] = said;
    // People who contradict each other say nothing.
    return first === undefined || said.some((one) => one !== first) ? [] : [{ human: first, model: passed }];
  });
  return { ...calibrationOf(labels), unusable: runs.length - labels.length };
}

/** null where the score says neither. */
function verdictOf(score: unknown, definition: EvaluatorDefinition): boolean | null {
  if (typeof score === "boolean") return score;
  if (typeof score !== "number") return null;
  if (definition.type !== "judge" || definition.against === "baseline") return score >= 0 && score <= 1 ? score >= 0.5 : null;
  const [low, high] = definition.scale;
  return score >= low && score <= high ? score >= thresholdOf(definition) : null;
}
