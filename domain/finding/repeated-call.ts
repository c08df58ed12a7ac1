// A call that the agent made again though it had its answer: money and time for nothing, and no failure of the run by itself.
import { type Detector, mostFindings } from "./detector.ts";
import { cite } from "./field-text.ts";
import { newFinding } from "./new-finding.ts";
import { type Call, callsOf, cyclesOf } from "./repeats.ts";
import { shortName } from "./where.ts";

export const repeatedCall: Detector = {
  name: "repeated_call",
  version: "1",
  definition: "A tool was called again with the same arguments as before and gave the same answer again.",
  detect: (run) => {
    const calls = callsOf(run);
    const looped = new Set(cyclesOf(calls).flatMap(({ round }) => round.map(({ same }) => same)));
    const groups = new Map<number, Call[]>();
    for (const call of calls) {
      // An answer that is not recorded may have been another one.
      if (call.same === null || call.step.result === null || call.step.result === undefined || looped.has(call.same)) continue;
      const group = groups.get(call.same);
      if (group === undefined) groups.set(call.same, [call]);
      else group.push(call);
    }
    const repeated = [...groups.values()].filter((group) => group.length > 1).slice(0, mostFindings);
    return repeated.flatMap((group) => {
      const [first, second] = group;
      if (first === undefined || second === undefined) return [];
      return newFinding(run, repeatedCall, {
        step: second.step,
        index: second.index,
        what: `${shortName(second.step.name)} was called ${group.length} times with the same arguments`,
        why: "It gave the same answer each time.",
        expected: "The agent uses the answer that it has.",
        recovered: true,
        evidence: [first, second].map(({ step }) => cite(run, step.id, "arguments") ?? cite(run, step.id, "name")),
        subject: second.step.name,
        text: null,
      });
    });
  },
};
