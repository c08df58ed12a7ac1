// A person's say on a baseline: name the present as the reference, or start afresh.
import type { Child } from "hono/jsx";
import { agentPath, dimensionPath, segment } from "./links.ts";
import type { View } from "./view.ts";

export function BaselineForm({ view, agent, dimension }: { view: View; agent: string; dimension: string | null }): Child {
  const what = dimension === null ? "all dimensions of this agent" : "this dimension";
  return (
    <details class="action-sheet">
      <summary>Baseline</summary>
      <form method="post" action={`/act/agents/${segment(agent)}/baseline`}>
        <input type="hidden" name="csrf" value={view.csrfToken} />
        <input type="hidden" name="next" value={dimension === null ? agentPath(agent) : dimensionPath(agent, dimension)} />
        {dimension !== null && <input type="hidden" name="dimension" value={dimension} />}
        <p>
          <b>Bless</b> makes the present behaviour of {what} the named reference. <b>Reset</b> forgets what was learnt and learns from the
          next run on.
        </p>
        <p class="buttons">
          <button type="submit" name="action" value="bless">
            Bless
          </button>
          <button type="submit" name="action" value="reset" class="danger">
            Reset
          </button>
        </p>
      </form>
    </details>
  );
}
