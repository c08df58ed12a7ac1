// How a shadow stands: how many pairs there are, how far the candidate answers as the live agent does, and at what cost and time.
import type { Child } from "hono/jsx";
import { Figures } from "./figures.tsx";
import { amount, count, dash, percent } from "./format.ts";
import type { IntervalView, ShadowView } from "./read/canary.ts";
import type { View } from "./view.ts";

export function ShadowParts({ shadow }: { shadow: ShadowView; view: View }): Child {
  const interval = ({ low, high }: IntervalView): string =>
    low === null || high === null ? "" : `95 %: ${percent(low)} to ${percent(high)}`;
  const ratio = (value: number | null): string => (value === null ? dash : `×${amount(value)}`);
  return (
    <section aria-labelledby="agreement">
      <h2 id="agreement">Beside the live agent</h2>
      <Figures
        figures={[
          {
            name: "Pairs",
            value: count(shadow.pairs),
            under: shadow.waiting === null ? "" : `${count(shadow.waiting)} wait for their live run`,
          },
          { name: "Judged", value: count(shadow.judged), under: "with ground truth on both sides" },
          { name: "Same answer", value: percent(shadow.sameOutput.value), under: interval(shadow.sameOutput) },
          { name: "Same shape", value: percent(shadow.sameShape.value), under: interval(shadow.sameShape) },
          { name: "Tool distance", value: amount(shadow.toolDistance), under: "0 the same calls, 1 none in common" },
          { name: "Cost", value: ratio(shadow.costRatio), under: "of the live run's" },
          { name: "Latency", value: ratio(shadow.latencyRatio), under: "of the live run's" },
        ]}
      />
      <p class="faint small">
        A candidate may answer differently and be right: agreement decides nothing. Its runs come with <code>shadow_of</code>, the id of the
        live run that each stands beside.
      </p>
    </section>
  );
}
