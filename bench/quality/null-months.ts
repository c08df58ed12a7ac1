// Months in which nothing changes, judged as the behaviour object judges them: how many groups of drifts come up, beside how many the
// stated budget allows. An agent is judged over all its dimensions together, so every dimension's alarm counts.
import { analyse } from "../../domain/drift/analyse.ts";
import { noFeedback } from "../../domain/drift/analysis.ts";
import { told, type Row } from "../rows.ts";
import { nullAgent, startMs, temperaments, type Temperament } from "./null-agents.ts";

export interface NullMonths {
  /** Divided evenly among the temperaments. */
  agents: number;
  days: number;
  seed: string;
  onAgent: (done: number) => void;
}

const dayMs = 86_400_000;
/** The default setting: one false alarm an agent in so many days. */
const budgetDays = 30;
/** 97.5 % point of the standard normal. */
const z = 1.96;

export function nullMonthRows({ agents, days, seed, onAgent }: NullMonths): Row[] {
  const each = Math.max(1, Math.round(agents / temperaments.length));
  const found = new Map<Temperament, { alarms: number; dimensions: number }>();
  let done = 0;
  for (const temperament of temperaments) {
    let alarms = 0;
    let dimensions = 0;
    for (let n = 0; n < each; n++) {
      const facts = nullAgent(temperament, `${seed}/${n}`, days);
      const analysis = analyse({
        agent: temperament,
        facts,
        declared: [],
        untilMs: startMs + days * dayMs,
        closeAll: true,
        settings: { falseAlarmBudgetDays: budgetDays },
        feedback: noFeedback,
      });
      alarms += analysis.groups.length;
      dimensions += analysis.dimensions.length;
      onAgent(++done);
    }
    found.set(temperament, { alarms, dimensions: Math.round(dimensions / each) });
  }
  const total = [...found.values()].reduce((sum, { alarms }) => sum + alarms, 0);
  return [
    ...[...found].map(([temperament, { alarms, dimensions }]) =>
      rateRow(`false alarms, ${temperament}`, alarms, each * days, `${each} agents × ${days} days, ${dimensions} dimensions`),
    ),
    rateRow("false alarms, all", total, each * temperaments.length * days, `${each * temperaments.length} agents × ${days} days`),
  ];
}

/** False alarms in `budgetDays` agent-days, which the budget allows one of; the target holds when the lower end of the interval does. */
function rateRow(name: string, alarms: number, agentDays: number, over: string): Row {
  const scale = budgetDays / agentDays;
  // A Poisson count's interval through its square root (Anscombe): within 2 % of the exact one from four counts on.
  const low = alarms === 0 ? 0 : (Math.sqrt(alarms) - z / 2) ** 2;
  const high = (Math.sqrt(alarms + 1) + z / 2) ** 2;
  const row = told(
    name,
    alarms * scale,
    `in ${budgetDays} agent-days`,
    `${alarms} in ${over}; 95 % ${(low * scale).toFixed(3)} to ${(high * scale).toFixed(3)}`,
  );
  return { ...row, target: "≤ 1", pass: alarms * scale <= 1 };
}
