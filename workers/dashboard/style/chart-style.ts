// Charts. Shapes are drawn without colours of their own, so that both themes come from here.
export const chartStyle = `
.chart { display: block; width: 100%; height: auto; overflow: visible; }
.chart text { font-family: var(--sans); font-size: 11px; fill: var(--faint); font-variant-numeric: tabular-nums; }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart .band { fill: light-dark(#c9d8d2, #2c403a); opacity: 0.62; }
.chart .middle { fill: none; stroke: light-dark(#7ea396, #5d8478); stroke-width: 1; stroke-dasharray: 4 3; }
.chart .ribbon { fill: var(--ink); opacity: 0.09; }
.chart .value { fill: none; stroke: var(--ink); stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
.chart .point { fill: var(--ink); }
.drift .moved { fill: var(--critical); opacity: 0.07; }
.drift .onset { fill: var(--critical); opacity: 0.2; }
.drift .onset-line { stroke: var(--critical); stroke-width: 1.2; }
.drift-recovered .onset, .drift-accepted .onset { fill: var(--low); }
.drift-recovered .onset-line, .drift-accepted .onset-line { stroke: var(--low); }
.mark line { stroke: var(--mark); stroke-width: 1; stroke-dasharray: 2 2; }
.mark rect { fill: var(--mark); }
.chart .mark text { fill: var(--paper); font-size: 9.5px; font-weight: 700; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 20px; align-items: center; font-size: 13px; color: var(--soft); }
.legend li { display: inline-flex; align-items: center; gap: 7px; }
.chart.key { width: 20px; height: 13px; }
.groups { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 28px 14px; grid-auto-flow: row dense; }
.chart-group { display: flex; flex-direction: column; gap: 12px; min-width: 0; }
.chart-group > h2 { border-bottom: 1px solid var(--line); padding-bottom: 6px; }
.span-1 { grid-column: span 1; } .span-2 { grid-column: span 2; } .span-3 { grid-column: span 3; } .span-4 { grid-column: span 4; }
.span-1 .multiples { grid-template-columns: minmax(0, 1fr); } .span-2 .multiples { grid-template-columns: repeat(2, minmax(0, 1fr)); } .span-3 .multiples { grid-template-columns: repeat(3, minmax(0, 1fr)); } .span-4 .multiples { grid-template-columns: repeat(4, minmax(0, 1fr)); }
.multiples { display: grid; gap: 14px; }
.multiple { background: var(--panel); border: 1px solid var(--line); border-radius: var(--radius); padding: 12px 14px 8px; display: flex; flex-direction: column; gap: 3px; min-width: 0; }
.multiple:focus-within { border-color: var(--accent); }
.is-drifting, .is-silent { border-color: color-mix(in srgb, var(--critical) 50%, var(--line)); }
.multiple header { display: flex; justify-content: space-between; gap: 12px; align-items: baseline; }
.multiple h3 a { text-decoration: none; }
.multiple h3 a:hover { text-decoration: underline; }
.multiple > svg { margin-top: auto; }
.of-category { font-weight: 400; font-size: 13px; }
.multiple .now { font-weight: 650; font-size: 16px; white-space: nowrap; }
.multiple .under { display: flex; justify-content: space-between; flex-wrap: wrap; gap: 0 12px; font-size: 12.5px; margin-bottom: 6px; }
.multiple .under .status { font-size: 12.5px; }
.no-series { font-size: 13px; padding: 26px 0 30px; text-align: center; }
.spark { width: 190px; max-width: 100%; }
.chart.spark .value { stroke-width: 1.1; }
.bar { width: 120px; margin: 5px 0 4px; }
.bar .track { fill: var(--line); }
.bar .fill { fill: var(--accent); }
.bar .track-line { stroke: var(--line); stroke-width: 2; }
.bar .whisker { stroke: var(--accent); stroke-width: 3; stroke-linecap: round; opacity: 0.45; }
.bar .dot { fill: var(--accent); }
.split { height: 14px; max-width: 560px; }
.split .part-0 { fill: var(--cohort); } .split .part-1 { fill: var(--high); }
.large { background: var(--panel); border: 1px solid var(--line); border-radius: var(--radius); padding: 16px 14px 10px; }
.large .narrow { display: none; }
.large .runs { fill: var(--line-strong); }
.hover rect { fill: transparent; }
.hover circle { fill: var(--ink); opacity: 0; pointer-events: none; }
.hover g:hover rect { fill: var(--ink); opacity: 0.05; }
.hover g:hover circle { opacity: 1; }
@media (max-width: 760px) {
  .spark { width: 100%; }
  .large { padding: 10px 0 6px; border-inline: 0; border-radius: 0; margin-inline: -16px; padding-inline: 8px; }
  .large .wide { display: none; }
  .large .narrow { display: block; }
  .groups { display: flex; flex-direction: column; }
  .chart-group .multiples { grid-template-columns: minmax(0, 1fr); }
}
@media (min-width: 961px) and (max-width: 1180px) {
  .groups { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .span-4 { grid-column: span 3; }
  .span-4 .multiples { grid-template-columns: repeat(3, minmax(0, 1fr)); }
}
@media (min-width: 761px) and (max-width: 960px) {
  .groups { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .span-3, .span-4 { grid-column: span 2; }
  .span-3 .multiples, .span-4 .multiples { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
@media print { .top, .foot, .actions, .action-sheet, .filters { display: none; } }
`;
