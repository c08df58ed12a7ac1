// The waterfall of a run. Rows off screen are not laid out, so a window of hundreds of steps opens at once.
export const runStyle = `
.mono-title { font-size: 20px; letter-spacing: -0.02em; }
.steps { border-top: 1px solid var(--line-strong); }
.step { border-bottom: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 37px; }
.step summary { display: grid; grid-template-columns: minmax(0, 38%) 88px minmax(0, 1fr); gap: 16px; align-items: center; padding: 7px 4px; list-style: none; font-size: 14px; }
.step summary::-webkit-details-marker { display: none; }
.step summary:hover { background: var(--sunk); }
.step summary:focus-visible { outline-offset: -2px; }
.step details[open] > summary { background: var(--sunk); }
.step-name { display: flex; flex-wrap: wrap; gap: 2px 9px; align-items: baseline; min-width: 0; }
.step-name bdi { font-weight: 500; min-width: 0; }
.step-type { font-size: 11.5px; line-height: 1.5; min-width: 58px; text-align: center; border-radius: 4px; padding: 1px 5px; background: var(--wash, var(--sunk)); color: var(--tint, var(--soft)); }
.t-llm { --tint: var(--model); --wash: color-mix(in srgb, var(--model) 13%, transparent); }
.t-tool { --tint: var(--tool); --wash: color-mix(in srgb, var(--tool) 13%, transparent); }
.t-retrieval { --tint: var(--cohort); --wash: color-mix(in srgb, var(--cohort) 13%, transparent); }
.t-agent { --tint: var(--prompt); --wash: color-mix(in srgb, var(--prompt) 13%, transparent); }
.t-guardrail { --tint: var(--environment); --wash: color-mix(in srgb, var(--environment) 13%, transparent); }
.d1 { padding-left: 18px; } .d2 { padding-left: 36px; } .d3 { padding-left: 54px; } .d4 { padding-left: 72px; }
.d5 { padding-left: 90px; } .d6 { padding-left: 104px; } .d7 { padding-left: 116px; } .d8 { padding-left: 126px; }
.step-time { text-align: right; color: var(--soft); font-size: 13px; white-space: nowrap; }
svg.step-bar { height: 12px; }
.step-bar .track { fill: var(--line); }
.step-bar .fill { fill: var(--tint, var(--soft)); }
.failed .step-bar .fill { fill: var(--critical); }
.failed .step-name bdi { color: var(--critical); }
.mark-error { font-size: 12px; font-weight: 600; color: var(--critical); }
.mark-error.soft { color: var(--high); }
.step-body { display: grid; gap: 12px; padding: 12px 14px 18px; border-left: 3px solid var(--tint, var(--line-strong)); margin: 0 0 6px 4px; min-width: 0; }
.step-facts { overflow-wrap: anywhere; }
.step-field { display: grid; gap: 4px; min-width: 0; }
.step-field .block { max-height: 380px; }
.overview { height: 22px; }
.overview .track { fill: var(--line); }
.overview .failed { fill: var(--critical); }
.overview .shown { fill: none; stroke: var(--accent); stroke-width: 2; vector-effect: non-scaling-stroke; }
@media (max-width: 760px) {
  .step summary { grid-template-columns: minmax(0, 1fr) auto; gap: 3px 12px; padding: 9px 0; }
  .step summary > .step-bar { grid-column: 1 / -1; }
  .d1 { padding-left: 10px; } .d2 { padding-left: 20px; } .d3 { padding-left: 30px; } .d4 { padding-left: 40px; }
  .d5 { padding-left: 48px; } .d6 { padding-left: 54px; } .d7 { padding-left: 58px; } .d8 { padding-left: 62px; }
}
`;
