// Experiments, suites, evaluations and gates: verdicts, intervals, results by colour and word, their forms.
export const experimentStyle = `
.verdict-good { --edge: var(--good); } .verdict-bad { --edge: var(--critical); } .verdict-warn { --edge: var(--medium); } .verdict-calm { --edge: var(--low); }
.verdict-line { display: flex; flex-wrap: wrap; gap: 6px 20px; align-items: center; margin-top: 4px; }
.verdict-mark { display: inline-flex; align-items: center; gap: 8px; font-weight: 600; }
.verdict-mark i { width: 10px; height: 10px; border-radius: 50%; background: var(--low); flex: none; }
.verdict-line .verdict-mark { font-size: 19px; letter-spacing: -0.01em; }
.verdict-line .verdict-mark i { width: 13px; height: 13px; }
.verdict-mark.tone-good { color: var(--good); }
.verdict-mark.tone-bad i { background: var(--critical); border-radius: 2px; transform: rotate(45deg); }
.verdict-mark.tone-warn i { background: none; border: 2.5px solid var(--medium); }
.verdict-mark.tone-calm { color: var(--soft); }
.verdict-mark.tone-calm i { background: none; border: 2.5px solid var(--low); }
.verdict-mark.tone-good i { background: var(--good); }
.verdict-cell { max-width: 420px; }
.verdict-cell p { margin-top: 3px; }
.result { display: inline-block; font-size: 12.5px; line-height: 1.5; font-weight: 600; padding: 1px 9px; border-radius: 5px; white-space: nowrap; background: var(--res-wash); color: var(--res-ink); }
.res-broken { --res: var(--critical); --res-ink: var(--critical); --res-wash: var(--critical-wash); }
.res-fixed { --res: var(--good); --res-ink: var(--good); --res-wash: var(--good-wash); }
.res-unstable { --res: var(--medium); --res-ink: var(--medium); --res-wash: var(--medium-wash); }
.res-incomparable, .res-pending { --res: var(--line-strong); --res-ink: var(--soft); --res-wash: var(--sunk); }
.res-same_fail { --res: color-mix(in srgb, var(--critical) 38%, var(--panel)); --res-ink: var(--critical); --res-wash: transparent; box-shadow: inset 0 0 0 1px color-mix(in srgb, var(--critical) 40%, transparent); }
.res-same_pass { --res: color-mix(in srgb, var(--good) 38%, var(--panel)); --res-ink: var(--good); --res-wash: transparent; box-shadow: inset 0 0 0 1px color-mix(in srgb, var(--good) 40%, transparent); }
.squares { display: flex; flex-wrap: wrap; gap: 3px; }
.squares li { display: flex; }
.square { width: 13px; height: 13px; border-radius: 3px; background: var(--res); display: block; box-shadow: none; }
a.square:hover, a.square:focus-visible { outline: 2px solid var(--ink); outline-offset: 1px; }
.intervals { display: grid; gap: 6px; }
.intervals .zero { stroke: var(--soft); stroke-width: 1.4; }
.interval .whisker { stroke: var(--tint); stroke-width: 4; stroke-linecap: round; opacity: 0.5; }
.interval .dot { fill: var(--tint); }
.interval .margin { stroke: var(--medium); stroke-width: 1.5; stroke-dasharray: 3 3; }
.chart .metric-name { fill: var(--ink); font-size: 13px; font-weight: 600; }
.chart .metric-value { fill: var(--tint); font-size: 13px; font-weight: 600; }
.intervals .narrow .metric-name, .intervals .narrow .metric-value { paint-order: stroke; stroke: var(--panel); stroke-width: 5px; stroke-linejoin: round; }
.interval-good { --tint: var(--good); } .interval-bad { --tint: var(--critical); } .interval-open { --tint: var(--soft); }
.intervals .legend span { display: inline-flex; align-items: center; gap: 7px; }
.intervals .legend span::before { content: ""; width: 18px; height: 4px; border-radius: 2px; background: var(--tint); }
.intervals .legend .interval-margin::before { height: 14px; width: 0; border-left: 2px dashed var(--medium); border-radius: 0; background: none; }
.compact-facts { grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); }
.plan-facts { grid-template-columns: repeat(auto-fill, minmax(126px, 1fr)); gap: 10px 20px; font-size: 14px; }
.id-line { display: block; overflow-wrap: anywhere; }
.strata li { padding: 2px 0; }
.big-number { font-size: 26px; font-weight: 650; letter-spacing: -0.02em; line-height: 1.2; }
.replay-cases .answered { max-width: 340px; }
.replay-cases .action-sheet .block, .case-whole .block { max-height: 300px; margin-top: 6px; }
td > .small-sheet:first-child { margin-top: 0; }
.missing-calls { display: grid; gap: 8px; margin-top: 6px; }
.case-text { max-width: 340px; }
.suite-cases .lead { font-weight: 500; }
.case-whole > summary { list-style-position: inside; }
.case-id { white-space: nowrap; }
.policy { display: grid; gap: 10px; font-size: 14px; }
.model-pick { align-items: end; }
.small-button { font-size: 13px; padding: 2px 4px; color: var(--soft); text-decoration: underline; text-underline-offset: 3px; }
.sealed { background: var(--sunk); border-radius: 8px; padding: 10px 16px; color: var(--soft); font-size: 14px; }
.rate-coverage { display: grid; gap: 1px; }
.said { display: grid; gap: 5px; }
.said li { display: flex; flex-wrap: wrap; gap: 2px 10px; align-items: baseline; }
.said .reason { color: var(--soft); overflow-wrap: anywhere; min-width: 0; flex: 1 1 240px; }
.definition { max-width: 460px; color: var(--soft); }
.reasons { display: grid; gap: 5px; max-width: 90ch; }
.reasons li { padding-left: 15px; position: relative; overflow-wrap: anywhere; }
.reasons li::before { content: ""; position: absolute; left: 2px; top: 9px; width: 5px; height: 5px; border-radius: 50%; background: var(--edge); }
.waiver { background: var(--medium-wash); border-radius: 8px; padding: 12px 16px; display: grid; gap: 6px; margin-top: 6px; }
.form-column { display: grid; gap: 12px; max-width: 420px; }
.form-column fieldset, .pick-runs, .metric-fields { margin: 0; border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; display: grid; gap: 8px; min-width: 0; }
legend { font-size: 13px; color: var(--soft); padding: 0 4px; }
.metric-row { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 1fr) minmax(90px, 0.6fr); gap: 8px 12px; }
.checks { display: grid; gap: 6px; }
.agent-choice { align-self: end; }
.preview { display: grid; gap: 12px; border-top: 1px solid var(--line); padding-top: 18px; }
.teach dl { grid-template-columns: minmax(0, 1fr); }
.teach .command { margin-top: 6px; max-width: 100%; }
button:disabled { opacity: 0.5; cursor: not-allowed; }
button:disabled:hover { border-color: var(--line-strong); color: inherit; }
@media (max-width: 760px) {
  .experiments tr, .gates tr, .evaluations tr, .evaluators tr, .suites tr, .looks tr { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .replay-cases tr, .gate-cases tr, .suite-cases tr, .metrics tr, .guards tr { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .evaluations td.rate-cell, .judged td.rate-cell { min-width: 0; grid-column: 1 / -1; }
  .case-text, .verdict-cell, .definition, .replay-cases .answered { max-width: none; }
  .case-id { white-space: normal; }
  .pick { flex-wrap: wrap; }
  .pick select { min-width: 118px; }
  .metric-row { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); padding-bottom: 8px; }
  .metric-row label:first-child { grid-column: 1 / -1; }
}
@media (min-width: 761px) {
  .replay-cases td, .gate-cases td, .suite-cases td, .evaluation-cases td { padding-block: 7px; }
}
@media (min-width: 761px) and (max-width: 1040px) {
  .verdict-cell { max-width: 260px; }
}
`;
