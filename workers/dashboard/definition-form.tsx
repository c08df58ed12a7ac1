// A dimension of one's own: the form that defines one for an agent, and what stands on the page of one that was defined.
import type { Child } from "hono/jsx";
import { agentPath, segment } from "./links.ts";
import type { View } from "./view.ts";

export function DefinitionForm({ view, agent }: { view: View; agent: string }): Child {
  return (
    <details class="action-sheet">
      <summary>Define a dimension</summary>
      <form method="post" action={`/act/agents/${segment(agent)}/definition`}>
        <Hidden view={view} agent={agent} />
        <p>
          A measure of your own: an expression over <code>run</code> in CEL, the Common Expression Language. It measures runs from now on
          and is judged like every other dimension.
        </p>
        <label>
          Name
          <input name="name" required maxlength={64} placeholder="team.apology" autocomplete="off" spellcheck={false} />
        </label>
        <label>
          Kind
          <select name="kind">
            <option value="proportion">proportion: yes or no, or 0 to 1</option>
            <option value="count">count: a number</option>
            <option value="duration">duration: milliseconds</option>
            <option value="categorical">categorical: words</option>
          </select>
        </label>
        <label>
          Expression
          <textarea
            name="expression"
            required
            maxlength={500}
            rows={3}
            placeholder="run.output.contains('sorry')"
            spellcheck={false}
          ></textarea>
        </label>
        <p class="buttons">
          <button type="submit">Define</button>
        </p>
      </form>
    </details>
  );
}

export function Definition({ view, agent, name, expression }: { view: View; agent: string; name: string; expression: string }): Child {
  return (
    <section aria-label="Definition">
      <p>
        Defined as <code>{expression}</code>
      </p>
      <details class="action-sheet">
        <summary>Remove this dimension</summary>
        <form method="post" action={`/act/agents/${segment(agent)}/definition`}>
          <Hidden view={view} agent={agent} />
          <input type="hidden" name="name" value={name} />
          <p>Runs that come from now on are not measured by it. What was measured stays until it is forgotten with its runs.</p>
          <p class="buttons">
            <button type="submit" name="action" value="remove" class="danger">
              Remove
            </button>
          </p>
        </form>
      </details>
    </section>
  );
}

function Hidden({ view, agent }: { view: View; agent: string }): Child {
  return (
    <>
      <input type="hidden" name="csrf" value={view.csrfToken} />
      <input type="hidden" name="next" value={agentPath(agent)} />
    </>
  );
}
