// What an alert rule watches and does, in a sentence; and small labels of alerts. Names come from people and traces.
import type { Child } from "hono/jsx";
import { dimensionTitle } from "./dimension-words.ts";
import { amount, duration, plural } from "./format.ts";
import { clipped } from "./safe-text.tsx";
import type { RuleView } from "./read/alert.ts";

const hourMs = 3_600_000;

/** `Success rate below 0.7 for 2 days`, `Incidents of high severity or worse`. */
export function conditionText({ condition }: Pick<RuleView, "condition">): string {
  const { type, dimensions, causeKinds, directions, kinds, above, below, bucket, buckets, afterMs } = condition;
  const of = dimensions.length === 0 ? "" : ` of ${listed(dimensions.map(shownName))}`;
  const by = causeKinds.length === 0 ? "" : `, caused by a change of ${listed(causeKinds, "or")}`;
  switch (type) {
    case "incident":
      return `Incidents${severityText(condition.minSeverity)}${of}${by}`;
    case "drift": {
      const kind = kinds.length === 0 ? "" : ` (${listed(kinds, "or")})`;
      const way = directions.length === 0 ? "Drifts" : `Drifts ${listed(directions, "or")}`;
      return `${way}${kind}${severityText(condition.minSeverity)}${of}${by}`;
    }
    case "threshold": {
      const bounds = [...(above === null ? [] : [`above ${amount(above)}`]), ...(below === null ? [] : [`below ${amount(below)}`])];
      return `${listed(dimensions.map(shownName), "or")} ${bounds.join(" or ")} for ${buckets === 1 ? (bucket === "hour" ? "an hour" : "a day") : plural(buckets, bucket)}`;
    }
    case "no_data":
      return `No run for ${duration(afterMs ?? hourMs)}`;
  }
}

/** How it tells: cool-down, reminders, gaps. */
export function mannerText({ coolDownMs, renotifyMs, noData, condition }: RuleView): string {
  const parts = [
    coolDownMs === null || coolDownMs === 0 ? "no cool-down" : `cool-down ${duration(coolDownMs)}`,
    renotifyMs === null ? "no reminders" : `reminds every ${duration(renotifyMs)} until acknowledged`,
  ];
  if (condition.type === "threshold") parts.push({ keep: "gaps change nothing", resolve: "a gap ends it", alert: "tells gaps" }[noData]);
  return parts.join(", ");
}

/** `alert.no_data` → `No data`. */
export function eventText(event: string): string {
  const known: ReadonlyMap<string, string> = new Map([
    ["alert.fired", "Fired"],
    ["alert.escalated", "Became worse"],
    ["alert.renotified", "Reminded"],
    ["alert.resolved", "Over"],
    ["alert.no_data", "No data"],
  ]);
  return known.get(event) ?? clipped(event, 40);
}

/** The rule's state in one word with its sign. */
export function RuleState({ rule }: { rule: RuleView }): Child {
  const [tone, said] = !rule.enabled
    ? ["calm", "Off"]
    : rule.firing > 0
      ? ["bad", rule.firing === 1 ? "Firing" : `Firing, ${rule.firing} things`]
      : rule.withoutData > 0
        ? ["warn", "No data"]
        : rule.pending > 0
          ? ["calm", "Pending"]
          : ["good", "Quiet"];
  return (
    <span class={`status tone-${tone}`}>
      <i aria-hidden="true" />
      {said}
    </span>
  );
}

function severityText(severity: string): string {
  return severity === "low" ? " of any severity" : severity === "critical" ? " of critical severity" : ` of ${severity} severity or worse`;
}

/** A pattern is shown as it is written. */
function shownName(name: string): string {
  return name.includes("*") ? clipped(name, 60) : dimensionTitle(name);
}

function listed(items: readonly string[], and = "and"): string {
  const shown = items.slice(0, 4).map((item) => clipped(item, 60));
  if (items.length > 4) shown.push(`${items.length - 4} more`);
  return shown.length <= 1 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} ${and} ${shown.at(-1) ?? ""}`;
}
