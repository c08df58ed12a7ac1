// What people's dismissals taught of a dimension, and the way to take it back.
import type { Child } from "hono/jsx";
import { amount } from "./format.ts";
import { dimensionPath, segment } from "./links.ts";
import type { DimensionView } from "./read/dimension.ts";
import { mayWrite, type View } from "./view.ts";

/** Below this nobody would notice it. */
const leastFactor = 1.05;

export function Taught({ view, agent, dimension }: { view: View; agent: string; dimension: DimensionView }): Child {
  const { feedback, name } = dimension;
  if (feedback === null) return null;
  const said = [
    ...(feedback.expected > 0 ? [`${feedback.expected} as expected`] : []),
    ...(feedback.notUseful > 0 ? [`${feedback.notUseful} as not useful`] : []),
  ].join(", ");
  return (
    <div class="taught" role="note">
      <p>
        Drifts dismissed: {said}.{" "}
        {feedback.factor >= leastFactor
          ? `Its next alarm needs ${amount(feedback.factor)} times the usual evidence; that fades by half every thirty days.`
          : "What that taught has faded: its next alarm needs the usual evidence."}
      </p>
      {mayWrite(view) && (
        <form method="post" action={`/act/agents/${segment(agent)}/feedback`}>
          <input type="hidden" name="csrf" value={view.csrfToken} />
          <input type="hidden" name="next" value={dimensionPath(agent, name)} />
          <input type="hidden" name="dimension" value={name} />
          <button type="submit">Forget it</button>
        </form>
      )}
    </div>
  );
}
