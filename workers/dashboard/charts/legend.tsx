// What the marks of the charts mean, once a page. Only kinds of change that are drawn are named.
import type { Child } from "hono/jsx";
import { KindChip } from "../chips.tsx";
import { changeKinds } from "../../../domain/drift/drift.ts";
import type { ChangeView } from "../read/change.ts";

interface Props {
  changes: readonly ChangeView[];
  hasDrift: boolean;
  /** A chart without a baseline shows the interval of each point instead. */
  hasBand?: boolean;
}

export function Legend({ changes, hasDrift, hasBand = true }: Props): Child {
  const kinds = changeKinds.filter((kind) => changes.some((each) => each.kind === kind));
  return (
    <ul class="legend" aria-label="Legend">
      <li>
        <svg viewBox="0 0 18 12" aria-hidden="true" class="chart key">
          <path class="value" d="M1 8 L6 4 L11 7 L17 3" />
        </svg>
        measured
      </li>
      <li>
        <svg viewBox="0 0 18 12" aria-hidden="true" class="chart key">
          <rect class={hasBand ? "band" : "ribbon"} x="0" y="1" width="18" height="10" />
          {hasBand && <path class="middle" d="M0 6 H18" />}
        </svg>
        {hasBand ? "baseline band" : "95 % interval"}
      </li>
      {hasDrift && (
        <li>
          <svg viewBox="0 0 18 12" aria-hidden="true" class="chart key">
            <g class="drift drift-open">
              <rect class="moved" x="0" y="0" width="18" height="12" />
              <rect class="onset" x="0" y="0" width="6" height="12" />
            </g>
          </svg>
          drift, onset interval darker
        </li>
      )}
      {kinds.map((kind) => (
        <li>
          <KindChip kind={kind} />
        </li>
      ))}
    </ul>
  );
}
