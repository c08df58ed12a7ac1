import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Holds, Reading } from "../../../domain/incident/alert-reading.ts";
import { nothingRemembered, step, type AlertMemory } from "../../../domain/incident/alert-state.ts";

const minuteMs = 60_000;
const plain = { cool_down_ms: 0, renotify_ms: null, no_data: "keep" } as const;

function reading(holds: Holds, more: Partial<Reading> = {}): Reading {
  return {
    subject: "s",
    holds,
    atMs: 0,
    severity: null,
    isQuiet: false,
    title: "it is so",
    dimension: null,
    value: null,
    incidentId: null,
    driftId: null,
    ...more,
  };
}

type Rule = Parameters<typeof step>[0];
/** What each minute reads, and what is told in it. */
type Story = [at: number, read: Reading[], told: string[], phases?: string][];

/** The story as it came out; phases only where the story names them. */
function play(rule: Rule, story: Story): Story {
  let memory: AlertMemory = nothingRemembered;
  return story.map(([at, read, , wanted]): Story[number] => {
    const next = step(rule, memory, read, at * minuteMs);
    memory = next.memory;
    const told = next.notices.map(({ event, state }) => `${event} ${state.subject}`);
    const phases = next.memory.states.map(({ subject, phase }) => `${subject}:${phase}`).join(" ");
    return wanted === undefined ? [at, read, told] : [at, read, told, phases];
  });
}

const yes = (more: Partial<Reading> = {}) => reading("yes", more);
const no = (more: Partial<Reading> = {}) => reading("no", more);
const gap = (more: Partial<Reading> = {}) => reading("no_data", more);

const stories: [string, Rule, Story][] = [
  [
    "fires once, stays silent while it stands, ends once, and may fire again",
    plain,
    [
      [0, [no()], [], ""],
      [1, [yes()], ["alert.fired s"], "s:firing"],
      [2, [yes()], []],
      [3, [no()], ["alert.resolved s"], ""],
      [4, [no()], []],
      [5, [yes()], ["alert.fired s"]],
    ],
  ],
  [
    "is pending until enough buckets are beyond, and a pending one ends without a word",
    plain,
    [
      [0, [reading("almost")], [], "s:pending"],
      [1, [no()], [], ""],
      [2, [reading("almost")], []],
      [3, [yes()], ["alert.fired s"]],
      [4, [reading("almost")], [], "s:firing"],
    ],
  ],
  [
    "ends what it does not read any more",
    plain,
    [
      [0, [yes()], ["alert.fired s"]],
      [1, [], ["alert.resolved s"], ""],
    ],
  ],
  [
    "holds a second thing back until the cool-down ends, and tells it then if it still stands",
    { ...plain, cool_down_ms: 60 * minuteMs },
    [
      [0, [yes()], ["alert.fired s"]],
      [10, [yes(), yes({ subject: "t" }), yes({ subject: "u" })], [], "s:firing t:firing u:firing"],
      [20, [yes(), yes({ subject: "t" }), no({ subject: "u" })], [], "s:firing t:firing"],
      [60, [yes(), yes({ subject: "t" })], ["alert.fired t"]],
    ],
  ],
  [
    "holds what flaps back within the cool-down",
    { ...plain, cool_down_ms: 60 * minuteMs },
    [
      [0, [yes()], ["alert.fired s"]],
      [1, [no()], ["alert.resolved s"]],
      [2, [yes()], [], "s:firing"],
      [3, [no()], []],
      [4, [yes()], []],
      [61, [yes()], ["alert.fired s"]],
    ],
  ],
  [
    "lets the worse through a cool-down, tells the worst first and holds the lesser",
    { ...plain, cool_down_ms: 60 * minuteMs },
    [
      [0, [yes({ subject: "low", severity: "low" })], ["alert.fired low"]],
      [
        1,
        [yes({ subject: "low", severity: "low" }), yes({ subject: "a", severity: "medium" }), yes({ subject: "z", severity: "critical" })],
        ["alert.fired z"],
      ],
      [2, [yes({ subject: "z", severity: "critical" }), yes({ subject: "y", severity: "critical" })], ["alert.resolved low"]],
    ],
  ],
  [
    "tells an escalation at once, and once",
    { ...plain, cool_down_ms: 60 * minuteMs },
    [
      [0, [yes({ severity: "medium" })], ["alert.fired s"]],
      [1, [yes({ severity: "high" })], ["alert.escalated s"]],
      [2, [yes({ severity: "high" })], []],
      [3, [yes({ severity: "low" })], []],
      [4, [yes({ severity: "high" })], []],
      [5, [yes({ severity: "critical" })], ["alert.escalated s"]],
    ],
  ],
  [
    "tells again at its interval, not while somebody looks after it, and once after an outage of its own",
    { ...plain, renotify_ms: 30 * minuteMs },
    [
      [0, [yes()], ["alert.fired s"]],
      [29, [yes()], []],
      [30, [yes()], ["alert.renotified s"]],
      [59, [yes()], []],
      [61, [yes({ isQuiet: true })], []],
      [62, [yes()], ["alert.renotified s"]],
      [500, [yes()], ["alert.renotified s"]],
      [501, [yes()], []],
    ],
  ],
  [
    "keeps what it told through a gap",
    plain,
    [
      [0, [gap()], [], ""],
      [1, [yes()], ["alert.fired s"]],
      [2, [gap()], [], "s:firing"],
      [3, [yes()], []],
      [4, [no()], ["alert.resolved s"]],
    ],
  ],
  [
    "takes a gap as well, when it is told to",
    { ...plain, no_data: "resolve" },
    [
      [0, [yes()], ["alert.fired s"]],
      [1, [gap()], ["alert.resolved s"], ""],
    ],
  ],
  [
    "tells a gap, and that the data are back",
    { ...plain, no_data: "alert", renotify_ms: 10 * minuteMs },
    [
      [0, [gap()], ["alert.no_data s"], "s:no_data"],
      [1, [gap()], []],
      [10, [gap()], ["alert.renotified s"]],
      [11, [no()], ["alert.resolved s"], ""],
      [12, [yes()], ["alert.fired s"]],
      [13, [gap()], ["alert.no_data s"], "s:no_data"],
      [14, [yes()], ["alert.fired s"], "s:firing"],
    ],
  ],
];

describe("a rule's state", () => {
  test.each(stories)("%s", (_, rule, story) => expect(play(rule, story)).toEqual(story));

  test("says when time alone changes it", () => {
    const rule = { ...plain, cool_down_ms: 60 * minuteMs, renotify_ms: 90 * minuteMs };
    const first = step(rule, nothingRemembered, [yes()], 0);
    expect(first.dueMs).toBe(90 * minuteMs);
    const second = step(rule, first.memory, [yes(), yes({ subject: "t" })], minuteMs);
    expect(second.dueMs).toBe(60 * minuteMs);
    expect(step(rule, first.memory, [yes({ isQuiet: true })], minuteMs).dueMs).toBeNull();
    expect(step(plain, first.memory, [yes()], minuteMs).dueMs).toBeNull();
  });

  test("keeps what was seen while nothing can be seen", () => {
    const first = step(plain, nothingRemembered, [yes({ value: 7, title: "seven" })], 0);
    const { memory } = step(plain, first.memory, [gap({ title: "too few runs" })], minuteMs);
    expect(memory.states).toMatchObject([{ reading: { value: 7, title: "seven" } }]);
  });

  const readings = fc.uniqueArray(
    fc.record({
      subject: fc.constantFrom("a", "b", "c"),
      holds: fc.constantFrom<Holds>("yes", "almost", "no", "no_data"),
      severity: fc.constantFrom(null, "low" as const, "high" as const),
      isQuiet: fc.boolean(),
    }),
    { selector: ({ subject }) => subject },
  );
  const rules = fc.record({
    cool_down_ms: fc.constantFrom(0, 5 * minuteMs),
    renotify_ms: fc.constantFrom(null, 3 * minuteMs),
    no_data: fc.constantFrom("keep" as const, "resolve" as const, "alert" as const),
  });

  test("steps twice at one time as it steps once, and tells an end only of what it told", () => {
    fc.assert(
      fc.property(rules, fc.array(readings, { maxLength: 30 }), (rule, minutes) => {
        let memory = nothingRemembered;
        const open = new Set<string>();
        minutes.forEach((read, at) => {
          const given = read.map((one) => reading(one.holds, one));
          const once = step(rule, memory, given, at * minuteMs);
          const twice = step(rule, once.memory, given, at * minuteMs);
          expect(twice).toEqual({ ...once, notices: [] });
          for (const { event, state } of once.notices) {
            if (event === "alert.fired" || event === "alert.no_data") open.add(state.subject);
            else expect(open.has(state.subject)).toBe(true);
            if (event === "alert.resolved") open.delete(state.subject);
          }
          memory = once.memory;
        });
        const standing = memory.states.filter(({ toldMs }) => toldMs !== null).map(({ subject }) => subject);
        expect([...open].sort()).toEqual(expect.arrayContaining(standing));
      }),
    );
  });
});
