// Lists of artifacts when they are empty: what an artifact is, how it comes into use, and the command that makes the first one.
import type { Child } from "hono/jsx";
import { Teach } from "./teach-experiments.tsx";

const head = '-H "Authorization: Bearer $BENTO_KEY" -H "content-type: application/json"';

export function TeachArtifacts({ origin }: { origin: string }): Child {
  return (
    <Teach
      title="No artifact yet"
      lessons={[
        {
          term: "What an artifact is",
          text: "One thing that changes an agent: a skill, a sub-agent, a wrapper of a tool, a fragment of its prompt. Its versions never change, and at most one is in use.",
          command: `curl -sS ${origin}/v1/artifacts ${head} \\\n  -d '{"agent": "support-bot", "kind": "prompt_fragment", "name": "Ask for the order number", "content": "Ask for the order number before you search."}'`,
        },
        {
          term: "Drafted from what fails",
          text: "“Draft a fix” on the page of a signal looks at runs with it and runs that went well, and writes down what tells them apart: with its hypothesis, and the rate that it promises.",
          command: `curl -sS -X POST ${origin}/v1/signals/sig_…/draft ${head} -d '{}'`,
        },
        {
          term: "Candidate, validated, promoted",
          text: "A version is validated by a gate that it passed on cases it was not made from, or by a person who signs for it. It is promoted through an open gate, and taken back by one step.",
        },
      ]}
    />
  );
}

export function TeachOptimisations(): Child {
  return (
    <Teach
      title="Nothing was shipped yet"
      lessons={[
        {
          term: "Promised and measured",
          text: "Every promotion of an artifact stands here: what it promised beside what runs that name it show since, with 95 % intervals. A promise that is not kept opens an incident.",
        },
        {
          term: "So that it can be measured",
          text: "Runs name the versions that they used. What to ask before a run, and what to send with it:",
          command:
            'curl -sS "$BENTO_URL/v1/agents/support-bot/bundle?unit=$UNIT" -H "Authorization: Bearer $BENTO_KEY"\n# and with the run: "config": {"artifacts": [{"name": "ask-for-the-order-number", "version": "1"}]}',
        },
      ]}
    />
  );
}
