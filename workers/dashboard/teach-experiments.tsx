// Lists of experimentation when they are empty: what each thing is for, and the command that makes the first one.
import type { Child } from "hono/jsx";

interface Lesson {
  term: string;
  text: Child;
  command?: string;
}

export function Teach({ title, lessons, children }: { title: string; lessons: readonly Lesson[]; children?: Child }): Child {
  return (
    <section class="empty calm teach">
      <h2>{title}</h2>
      <dl>
        {lessons.map(({ term, text, command }) => (
          <div>
            <dt>{term}</dt>
            <dd>
              <p>{text}</p>
              {command !== undefined && <pre class="block command">{command}</pre>}
            </dd>
          </div>
        ))}
      </dl>
      {children}
    </section>
  );
}

export function TeachExperiments({ origin }: { origin: string }): Child {
  return (
    <Teach
      title="No experiment yet"
      lessons={[
        {
          term: "Replay: would it have done better?",
          text: "Recorded runs, once more with a candidate: another model, another prompt, or your own agent. Every tool answers from the record and none is called for real. What it costs is said before it begins.",
          command: "npx bento replay --agent support-bot --model claude-sonnet-5-5 --sample 100 --preview",
        },
        {
          term: "Canary: does it do better, live?",
          text: "A share of your users or sessions gets the candidate. Your agent asks which arm a unit has; Bento watches harm after every unit, decides only at planned looks, and never promotes by itself.",
          command:
            "npx bento canary make support-bot --model my-next-model --share 0.1 --unit user_id \\\n  --metric outcome.success:increase --metric latency.run_ms:decrease:0.2 --max-n 1000 --start",
        },
        {
          term: "Shadow: does it answer the same?",
          text: "The candidate answers beside live runs and nobody sees it. Your agent sends its runs with shadow_of, the live run that each stands beside.",
          command: `curl -sS ${origin}/v1/experiments -H "Authorization: Bearer $BENTO_KEY" -H "content-type: application/json" \\\n  -d '{"kind": "shadow", "agent": "support-bot", "candidate": {"model": "my-next-model"}, "plan": {"max_n": 200}}'`,
        },
      ]}
    />
  );
}

export function TeachSuites({ origin }: { origin: string }): Child {
  return (
    <Teach
      title="No suite yet"
      lessons={[
        {
          term: "What a suite is",
          text: "Inputs that matter, each with what is expected: runs that failed, runs that must go on passing. Every change of its cases is a new version, and old versions stay, so that two results can be compared.",
        },
        {
          term: "Where its cases come from",
          text: "From a run (“Make a case” on its page), from the examples of a signal, by hand, or by itself: a suite that grows takes the example runs of every new class of failures, and keeps a fifth of them sealed.",
          command: `curl -sS ${origin}/v1/suites -H "Authorization: Bearer $BENTO_KEY" -H "content-type: application/json" \\\n  -d '{"agent": "support-bot", "name": "Refunds", "grows_from": "signals"}'`,
        },
      ]}
    />
  );
}

export function TeachEvaluators(): Child {
  return (
    <Teach
      title="No evaluator yet"
      lessons={[
        {
          term: "What an evaluator is",
          text: "It says of a run whether it passed: a check in code (a text, a pattern, a schema, the tools that were called, an expression), Claude as a judge with a rubric, or your own service.",
        },
        {
          term: "It never changes",
          text: "Another definition under its name is a new evaluator. Results of two definitions are never mixed.",
        },
      ]}
    />
  );
}

export function TeachEvaluations(): Child {
  return (
    <Teach
      title="No evaluation yet"
      lessons={[
        {
          term: "What an evaluation is",
          text: "Evaluators over the cases of a suite, or over recorded runs. What could not be judged is told apart from what failed, and lowers the coverage that stands beside every rate.",
          command: "npx bento eval start support-bot settled --limit 100 --wait",
        },
      ]}
    />
  );
}

export function TeachGates(): Child {
  return (
    <Teach
      title="No gate yet"
      lessons={[
        {
          term: "What a gate is",
          text: "A decision on a candidate that is kept with its evidence and expires: no case that ever passed in the suite may fail unseen. It opens by passing, or by a person's waiver with a reason.",
          command: `npx bento gate --suite ste_… --candidate '{"model": "my-next-model"}'`,
        },
        {
          term: "In CI",
          text: "The command ends with 0 where it passed or was waived, 1 where it regressed or is unstable, 2 where nobody can tell, 3 where it could not be asked.",
        },
      ]}
    />
  );
}
