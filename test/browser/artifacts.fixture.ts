// Artifacts of the scripted API: a candidate of two versions, one that a person signed for, one in use through a gate, one out of use; what
// differs between two versions; and optimisations in each of their states.
const iso = (text: string): string => `2026-11-24T${text}Z`;

const promise = { signal: "loops", from: 0.12, to: 0.06, to_low: 0.03, to_high: 0.09, basis: "18 of 20 runs that went well did so." };

const version = (slug: string, number: number, more: object = {}) => ({
  version: number,
  ref: `${slug}@${number}`,
  state: "candidate",
  content: { kind: "prompt_fragment", slot: "rules", order: 100, text: `Ask first.\nRule ${number}.` },
  hash: `hash-${number}`,
  parent_version: number === 1 ? null : number - 1,
  provenance: {
    signal_id: "sig_01",
    incident_id: "inc_01",
    finding_ids: [],
    run_ids: ["run_7c1e"],
    made_by: number === 1 ? "rule" : "model",
    model: number === 1 ? null : "claude-sonnet-5-5",
  },
  hypothesis: { statement: "The agent searches before it asks.", target_signal_id: "sig_01", expected: promise },
  applies_to: { agent_versions: ["2.*"], when: "before a search" },
  gate_id: null,
  experiment_id: null,
  created_at: iso("09:00:00"),
  by: "Ada Lindqvist",
  ...more,
});

const step = (action: string, number: number, more: object = {}) => ({
  at: iso("10:00:00"),
  by: "Ada Lindqvist",
  action,
  version: number,
  promoted_version: null,
  gate_id: null,
  policy_id: null,
  reason: null,
  ...more,
});

const artifactOf = (id: string, slug: string, state: string, versions: { version: number }[], more: object = {}) => ({
  id,
  agent: "support-bot",
  slug,
  kind: "prompt_fragment",
  name: slug.replaceAll("-", " "),
  state,
  promoted_version: null,
  latest_version: versions.length,
  created_at: iso("09:00:00"),
  updated_at: iso("12:00:00"),
  versions,
  history: [step("made", 1)],
  model_draft: null,
  conflicts: [],
  ...more,
});

const skill = { kind: "skill", files: { "SKILL.md": "---\nname: refunds\n---\nRefund it.", "more/rules.md": "Be kind." } };

export const artifacts = [
  artifactOf("art_01", "ask-first", "candidate", [version("ask-first", 1), version("ask-first", 2)], {
    model_draft: { status: "ok", error: null, of_version: 1, version: 2, cost_usd: 0.02 },
    conflicts: [{ about: "rules", artifacts: ["ask-first@2", "be-short@1"], message: "Two fragments for the slot rules." }],
  }),
  artifactOf("art_02", "be-short", "validated", [version("be-short", 1, { state: "validated", hypothesis: null })], {
    history: [step("made", 1), step("validated", 1, { reason: "I read it." })],
  }),
  artifactOf(
    "art_03",
    "refunds",
    "promoted",
    [version("refunds", 1, { state: "promoted", content: skill, gate_id: "gat_01", experiment_id: "evl_01" })],
    {
      kind: "skill",
      promoted_version: 1,
      history: [step("made", 1), step("promoted", 1, { gate_id: "gat_01", policy_id: "pol_1", reason: "by policy" })],
    },
  ),
  artifactOf("art_04", "old-rule", "deprecated", [version("old-rule", 1, { state: "deprecated" })]),
] as const;

const compared = (difference: number | null, low: number | null, high: number | null) => ({
  with: difference === null ? null : 0.06,
  without: difference === null ? null : 0.06 - difference,
  units_with: 120,
  units_without: 140,
  difference,
  low,
  high,
  p: 0.01,
});

const optimisation = (id: string, state: string, more: object = {}) => ({
  id,
  agent: "support-bot",
  artifact_id: "art_03",
  artifact: "refunds@1",
  kind: "skill",
  state,
  target_signal_id: "sig_01",
  expected: promise,
  measured: null,
  incident_id: null,
  replaced_version: null,
  shipped_at: iso("08:00:00"),
  ended_at: null,
  ...more,
});

const measured = {
  at: iso("13:00:00"),
  against: "beside",
  signal: compared(-0.051, -0.08, -0.022),
  success: compared(null, null, null),
  looks: 2,
  sentence: "The rate fell, and half of what was promised is there.",
};

export const optimisations = [
  optimisation("opt_01", "kept", { measured }),
  optimisation("opt_02", "waiting"),
  optimisation("opt_03", "not_kept", {
    expected: null,
    target_signal_id: null,
    measured: { ...measured, signal: null, against: "before", sentence: "Success fell for certain." },
    incident_id: "inc_01",
    ended_at: iso("14:00:00"),
  }),
  optimisation("opt_04", "unclear", { measured }),
];

const lines = [
  ...Array.from({ length: 9 }, (_, i) => ({ kind: "same", text: `Rule of old ${i}.` })),
  { kind: "removed", text: "Rule 1." },
  { kind: "added", text: "Rule 2." },
];

export function artifactScript(): Record<string, unknown> {
  const list = (data: unknown[]) => ({ data, next_cursor: null, total: data.length });
  const state = (url: URL) => url.searchParams.get("state");
  return {
    "/v1/artifacts": (url: URL) =>
      list(artifacts.filter((each) => each.state === (state(url) ?? each.state)).map(({ versions: _, history: __, ...head }) => head)),
    ...Object.fromEntries(artifacts.map((each) => [`/v1/artifacts/${each.id}`, each])),
    "/v1/artifacts/art_01/diff": (url: URL) => ({
      from: `ask-first@${url.searchParams.get("from") ?? "1"}`,
      to: `ask-first@${url.searchParams.get("to") ?? "2"}`,
      files: [
        { path: "prompts/rules/100-ask-first.md", change: "changed", added: 1, removed: 1, lines },
        { path: "bento.json", change: "same", added: 0, removed: 0, lines: [] },
      ],
    }),
    "/v1/optimisations": (url: URL) =>
      list(
        optimisations.filter(
          (each) => each.state === (state(url) ?? each.state) && each.artifact_id === (url.searchParams.get("artifact_id") ?? "art_03"),
        ),
      ),
  };
}
