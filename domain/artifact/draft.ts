// A draft made by rule from a signal: which kind of artifact its evidence calls for, what it says, what it promises and for whom it is meant. The
// same evidence makes the same draft. Its words are templates over names of tools and arguments and the masked text of an error; it quotes no user.
import { plainError } from "./error-words.ts";
import { slugOfName, type Applicability, type ArtifactKind, type Hypothesis } from "./artifact.ts";
import { readContent, type ArtifactContent } from "./content.ts";
import { argumentDifference, callsOf, expectedRate, wayOut, type ArgumentDifference, type WayOut } from "./draft-evidence.ts";
import { plainTool, type RunSketch } from "./run-sketch.ts";

export interface DraftEvidence {
  signal: { id: string; slug: string; rate: number | null };
  detector: string;
  /** The tool that it happens to; null for the run. */
  subject: string | null;
  /** The masked text of its largest class, word by word. */
  template: readonly string[];
  /** Runs that show the signal. */
  failing: readonly RunSketch[];
  /** Like runs that went well and do not show it. */
  good: readonly RunSketch[];
  /** Runs that got over a failure of the same tool. */
  recovered: readonly RunSketch[];
}

export interface Draft {
  kind: ArtifactKind;
  name: string;
  slug: string;
  content: ArtifactContent;
  hypothesis: Hypothesis;
  applicability: Applicability;
}

export function draftOf(evidence: DraftEvidence): Draft {
  const { subject, failing, good, recovered } = evidence;
  const tool = subject !== null && plainTool.test(subject) ? subject : null;
  const way = tool === null ? null : wayOut(tool, recovered);
  const difference = tool === null ? null : argumentDifference(tool, failing, good);
  if (tool !== null && difference !== null) return wrapperDraft(evidence, tool, difference);
  if (tool !== null && way !== null) return skillDraft(evidence, tool, way);
  if (tool !== null && aboutArguments.test(evidence.detector)) return wrapperDraft(evidence, tool, null);
  return fragmentDraft(evidence, tool);
}

/** Detectors that say that a call was written wrong. */
const aboutArguments = /^(?:invalid_arguments|schema_violation)/;

function wrapperDraft(evidence: DraftEvidence, tool: string, difference: ArgumentDifference | null): Draft {
  const { missing, extra } = difference ?? { missing: [], extra: [] };
  const guidance = [
    ...(missing.length === 0 ? [] : [`Always give ${namesOf(missing)}: calls without it fail, and calls that went well give it.`]),
    ...(extra.length === 0 ? [] : [`Leave out ${namesOf(extra)}: calls that went well do not give it.`]),
    ...(difference === null
      ? ["Write the arguments as one JSON object that fits the tool's schema, with nothing before or after it."]
      : []),
    ...errorSentence(evidence, tool),
  ];
  const patch = {
    ...(missing.length === 0 ? {} : { required: missing }),
    ...(extra.length === 0 ? {} : { properties: Object.fromEntries(extra.map((name) => [name, null])) }),
  };
  const did = difference === null ? null : doneAlready(evidence, tool, difference);
  const what = [
    ...(missing.length === 0 ? [] : [`leave out ${missing.join(", ")}`]),
    ...(extra.length === 0 ? [] : [`give ${extra.join(", ")}`]),
    ...(difference === null ? ["are written wrong"] : []),
  ].join(" and ");
  return drafted(
    evidence,
    "tool_wrapper",
    "call",
    { tool, schema_patch: patch, guidance: guidance.join(" ") },
    {
      statement: `Calls of ${tool} that show ${evidence.signal.slug} ${what}; a tool that asks for the right arguments is called right.`,
      when: `The agent calls ${tool}.`,
      did,
    },
  );
}

/** How many runs of each side call the tool as proposed. */
function doneAlready({ failing, good }: DraftEvidence, tool: string, { missing, extra }: ArgumentDifference) {
  const callers = (runs: readonly RunSketch[]) => runs.filter((run) => callsOf(run, tool).length > 0);
  const doSo = (runs: readonly RunSketch[]) =>
    callers(runs).filter((run) =>
      callsOf(run, tool)
        .slice(0, 1)
        .every(({ keys }) => missing.every((name) => keys.includes(name)) && !extra.some((name) => keys.includes(name))),
    );
  return { a: doSo(failing).length, nA: callers(failing).length, b: doSo(good).length, nB: callers(good).length };
}

function skillDraft(evidence: DraftEvidence, tool: string, { steps, runs }: WayOut): Draft {
  const name = nameOf("recover", evidence);
  const lines = steps.map(({ tool: next, keys }, i) => {
    const given = keys.length === 0 ? "" : ` with ${namesOf(keys)}`;
    return i === steps.length - 1
      ? `${i + 1}. Call \`${next}\` again${given}.`
      : `${i + 1}. Call \`${next}\`${given}, and take what it answers.`;
  });
  const instructions = [
    `# When ${tool} fails`,
    "",
    ...errorSentence(evidence, tool),
    `${runs.length} runs got over it this way:`,
    "",
    ...lines,
    "",
    `If ${tool} fails again after that, say plainly that it did not work. Do not claim that it was done.`,
  ].join("\n");
  const description = `Steps that recover from a failure of the tool ${tool}. Use when ${tool} answers with an error.`;
  return drafted(
    evidence,
    "skill",
    "recover",
    { description, instructions },
    {
      statement: `Runs end with ${evidence.signal.slug} though others recover by ${steps.map((step) => step.tool).join(", then ")}; an agent that knows these steps takes them.`,
      when: `${tool} has answered with an error.`,
      did: null,
      name,
    },
  );
}

function fragmentDraft(evidence: DraftEvidence, tool: string | null): Draft {
  const { rule, why } = ruleFor(evidence.detector, tool);
  const text = [rule, ...(tool === null ? [] : errorSentence(evidence, tool))].join(" ");
  return drafted(
    evidence,
    "prompt_fragment",
    "avoid",
    { slot: "rules", order: 100, text },
    {
      statement: `Runs show ${evidence.signal.slug} because ${why}; an agent that is told what to do instead does it.`,
      when: tool === null ? null : `The agent works with ${tool}.`,
      did: null,
    },
  );
}

function ruleFor(detector: string, tool: string | null): { rule: string; why: string } {
  const name = tool ?? "a tool";
  if (/^(?:loop|repeated_call)/.test(detector))
    return {
      rule: `Do not call ${name} again with the same arguments when it has answered: use the answer that you have, or try something else. After two tries without anything new, say what you know and what is missing.`,
      why: "the agent repeats what it has done already",
    };
  if (detector.startsWith("ignored_result"))
    return {
      rule: `Read what ${name} answered before you answer. If the last call failed, say so; never say that something was done that no call has done.`,
      why: "the agent answers without regard to what the tool said",
    };
  if (detector.startsWith("invented_tool"))
    return { rule: "Call only tools that you were given, by the names that they have.", why: "the agent calls tools that do not exist" };
  if (/^(?:truncated_output|empty_output|context_overflow)/.test(detector))
    return {
      rule: "Give a whole answer: the result first, then what it rests on, in as few words as it takes. Do not repeat what tools returned.",
      why: "the answer does not come to its end",
    };
  if (/^(?:tool_error|tool_soft_error|timeout|recovered)/.test(detector))
    return {
      rule: `When ${name} fails, look at its error and call it once more with what the error asks for. If it fails again, say that it did not work and what you would need; never invent its result.`,
      why: `the agent does not get over a failure of ${name}`,
    };
  return {
    rule: `Before you answer, check that the answer rests on what ${tool === null ? "the tools" : name} returned in this conversation. If something is missing, look it up; if it cannot be looked up, say that you do not know.`,
    why: "the agent answers without what it would have to know",
  };
}

function drafted(
  { signal, ...evidence }: DraftEvidence,
  kind: ArtifactKind,
  verb: string,
  given: unknown,
  {
    statement,
    when,
    did,
  }: { statement: string; when: string | null; did: { a: number; nA: number; b: number; nB: number } | null; name?: string },
): Draft {
  const name = nameOf(verb, { signal, ...evidence });
  const reading = readContent(kind, name, given);
  if (!reading.ok) throw new Error(`a draft that is no ${kind}: ${reading.problems[0]?.message ?? ""}`);
  return {
    kind,
    name,
    slug: name,
    content: reading.content,
    hypothesis: { statement, target_signal_id: signal.id, expected: expectedRate(signal.slug, signal.rate, did) },
    applicability: { agent_versions: [], when },
  };
}

const nameOf = (verb: string, { signal }: Pick<DraftEvidence, "signal">): string => slugOfName(`${verb} ${signal.slug}`);

const namesOf = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

/** The error in its masked words, where they are words of a program. */
function errorSentence({ template, detector }: DraftEvidence, tool: string): string[] {
  if (!/^(?:tool_|timeout|schema_violation|invalid_arguments)/.test(detector)) return [];
  const words = plainError(template);
  return words === null ? [] : [`${tool} then answers: “${words}”.`];
}
