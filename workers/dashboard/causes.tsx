// Why it moved: the verdict in words, each rival cause with its share, interval, confidence and the comparisons behind it,
// and the split between who asks (mix) and how each is answered (within).
import type { Child } from "hono/jsx";
import { ConfidenceBar, ShareWhisker, SplitBar } from "./charts/bars.tsx";
import { KindChip } from "./chips.tsx";
import { percent, signed } from "./format.ts";
import { segment } from "./links.ts";
import { cleanText, Name } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import { causeSentence, confidenceWord } from "./words.ts";
import type { Clock } from "./time-format.ts";
import type { AttributionView, CauseView } from "./read/drift.ts";

const verdictNotes: Record<AttributionView["verdict"], string> = {
  attributed: "One cause stands out from its rivals.",
  confounded: "Two changes landed together. Rolling one of them back, or for a part of the traffic only, would separate them.",
  unattributed: "None of the known changes explains it. A change that left no trace can be declared under Changes.",
  insufficient_data: "There are too few runs since the onset to compare causes. This fills in by itself.",
};

export function Causes({ attribution, clock }: { attribution: AttributionView; clock: Clock }): Child {
  return (
    <>
      <p class={`verdict cause-${attribution.verdict}`}>
        <b>{causeSentence(attribution)}.</b> {verdictNotes[attribution.verdict]}
      </p>
      {attribution.causes.length > 0 && (
        <ol class="causes">
          {attribution.causes.map((cause, index) => (
            <CauseCard cause={cause} clock={clock} isBest={index === 0} />
          ))}
        </ol>
      )}
      {attribution.mix !== null && <Mix mix={attribution.mix} />}
    </>
  );
}

function CauseCard({ cause, clock, isBest }: { cause: CauseView; clock: Clock; isBest: boolean }): Child {
  return (
    <li class={isBest ? "cause best" : "cause"}>
      <div class="cause-head">
        <KindChip kind={cause.kind} />
        <h3>
          <Name value={cause.ref} most={90} />
        </h3>
        <span class="faint small">{cause.declared ? "declared" : "inferred from runs"}</span>
      </div>
      {cause.kind !== "cohort" && (cause.from !== null || cause.to !== null) && (
        <p class="from-to">
          <code>{cause.from === null ? "nothing" : <Name value={cause.from} most={60} />}</code> →{" "}
          <code>{cause.to === null ? "nothing" : <Name value={cause.to} most={60} />}</code>
        </p>
      )}
      <dl class="measures">
        <div>
          <dt>Confidence</dt>
          <dd>
            {cause.confidence !== null && <ConfidenceBar confidence={cause.confidence} label="Confidence" />}
            <span class="num">
              {percent(cause.confidence)} <span class="faint">{confidenceWord(cause.confidence)}</span>
            </span>
          </dd>
        </div>
        <div>
          <dt>Share of the change</dt>
          <dd>
            {cause.share !== null && (
              <ShareWhisker share={cause.share} low={cause.shareLow} high={cause.shareHigh} label="Share of the change" />
            )}
            <span class="num">
              {cause.share === null ? "not separable" : percent(cause.share)}
              {cause.shareLow !== null && cause.shareHigh !== null && (
                <span class="faint">{` (${percent(cause.shareLow)} to ${percent(cause.shareHigh)})`}</span>
              )}
            </span>
          </dd>
        </div>
        <div>
          <dt>When</dt>
          <dd>
            {cause.changeId === null ? (
              <Moment at={cause.atMs} clock={clock} show="absolute" />
            ) : (
              <a href={`/changes#${segment(cause.changeId)}`}>
                <Moment at={cause.atMs} clock={clock} show="absolute" />
              </a>
            )}
          </dd>
        </div>
      </dl>
      {cause.evidence.length > 0 && (
        <ul class="evidence">
          {cause.evidence.slice(0, 12).map((sentence) => (
            <li>{cleanText(sentence).slice(0, 600)}</li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Mix({ mix }: { mix: NonNullable<AttributionView["mix"]> }): Child {
  const points = (value: number): string => `${signed(value * 100, 1, "+")}\u202Fpp`;
  const label = `Of ${points(mix.total)}, ${points(mix.mix)} from who asks and ${points(mix.within)} from how each is answered`;
  return (
    <div class="mix">
      <h3>
        Mix and within, by <Name value={mix.attribute} most={40} />
      </h3>
      <SplitBar
        label={label}
        parts={[
          { name: "mix", size: mix.mix },
          { name: "within", size: mix.within },
        ]}
      />
      <p class="num">
        <span class="key part-0" /> <b>{points(mix.mix)}</b> because other people ask <span class="key part-1" />{" "}
        <b>{points(mix.within)}</b> because the same people are answered differently
        <span class="faint"> (total {points(mix.total)})</span>
      </p>
    </div>
  );
}
