// Signals, their map, findings in place, and backfills.
export const signalStyle = `
.edge-win { --edge: var(--good); }
.signals .rank { width: 34px; padding-right: 10px; }
.signals .lead { max-width: 470px; }
.signals .lead p { margin-top: 2px; }
.signals td { vertical-align: middle; }
.signals th a { text-decoration: none; }
.signals th a:hover { text-decoration: underline; }
.signals th a[aria-current] { color: var(--ink); font-weight: 600; }
.signals th a[aria-current]::after { content: " ↓"; color: var(--accent); }
.rate-cell { min-width: 176px; }
.rate-cell > .num { white-space: nowrap; }
.rate-bar { margin: 3px 0 2px; }
.trend-spark { width: 132px; }
.head-tools:has(.pick) { min-width: 0; max-width: 100%; }
.pick { display: flex; gap: 8px; min-width: 0; max-width: 100%; }
.pick select { width: auto; max-width: 240px; }
.teach dl { display: grid; gap: 14px; margin-top: 12px; max-width: 82ch; }
.teach dt { font-weight: 600; color: var(--ink); }
.breakdown { max-width: 860px; }
.breakdown th[scope="rowgroup"] { padding: 14px 0 4px; font-weight: 600; color: var(--soft); }
.breakdown td { padding-block: 6px; vertical-align: middle; }
.breakdown td.lead { max-width: 300px; }
.bar-cell { width: 136px; }
.finding { display: grid; gap: 5px; border-left: 3px solid var(--edge, var(--line-strong)); padding: 2px 0 2px 14px; min-width: 0; overflow-wrap: anywhere; }
.findings li { border-left: 0; padding-left: 0; }
.finding q { quotes: none; font-family: var(--mono); font-size: 12.5px; }
.finding-foot { display: flex; flex-wrap: wrap; gap: 2px 16px; }
.finding-rows > li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 4px 16px; align-items: start; padding: 8px 0; border-bottom: 1px solid var(--line); }
.finding-rows a { text-decoration: none; overflow-wrap: anywhere; }
.finding-rows a:hover { text-decoration: underline; }
.label-form { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; }
.label-form button { font-size: 13px; padding: 2px 10px; }
.label-form summary { white-space: nowrap; }
.label-form .action-sheet { margin: 0; flex: none; }
.label-form .action-sheet[open] { flex-basis: 100%; }
.label-form .action-sheet input { max-width: 420px; margin-top: 6px; }
.reading { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; }
.reading p { max-width: 82ch; }
mark { background: light-dark(#ffe7a3, #6a5212); color: var(--ink); border-radius: 3px; padding: 1px 2px; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.step-finding { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 2px 8px; align-items: baseline; padding-left: 66px; color: var(--soft); overflow-wrap: anywhere; }
.actions fieldset { border: 1px solid var(--line); border-radius: 8px; padding: 8px 12px; display: grid; gap: 6px; min-width: 0; max-height: 320px; overflow: auto; }
.check { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 8px; align-items: start; }
.check input { width: 16px; height: 16px; margin-top: 2px; }
.check > span { overflow-wrap: anywhere; margin: 0; }
.kin { display: grid; gap: 4px; }
.mono { font-family: var(--mono); font-size: 13px; }
.field { display: grid; gap: 0; align-content: start; min-width: 0; }
[aria-invalid="true"] { border-color: var(--critical); }
.help { background: var(--sunk); border-radius: 8px; padding: 14px 18px; display: grid; gap: 10px; font-size: 14px; color: var(--soft); min-width: 0; }
.help code { color: var(--ink); overflow-wrap: anywhere; }
.examples { display: grid; gap: 8px; }
.examples li { display: grid; gap: 1px; }
.map { padding-bottom: 12px; }
.map figcaption { padding-top: 8px; }
.cell, .cell:hover { text-decoration: none; }
.cell rect { fill: var(--cell); stroke: transparent; stroke-width: 2; }
.cell.level-1 rect { opacity: 0.55; }
.cell:hover rect, .cell:focus-visible rect { stroke: var(--ink); }
.cell:focus-visible { outline: none; }
.fill-critical { --cell: var(--critical-wash); --cell-ink: var(--critical); } .fill-high { --cell: var(--high-wash); --cell-ink: var(--high); }
.fill-medium { --cell: var(--medium-wash); --cell-ink: var(--medium); } .fill-low { --cell: var(--low-wash); --cell-ink: var(--low); }
.chart .cell-name { fill: var(--cell-ink); font-size: 12px; font-weight: 600; }
.chart .cell-rate { fill: var(--cell-ink); font-size: 11px; }
.families { display: grid; gap: 14px; }
.family { border: 1px solid var(--line); border-left: 4px solid var(--edge, var(--line-strong)); border-radius: var(--radius); background: var(--panel); padding: 10px 16px; min-width: 0; }
.family > .map-line .map-name a { font-weight: 600; }
.family ol { border-top: 1px solid var(--line); margin-top: 8px; }
.family ol li { padding-left: 18px; }
.family ol li + li { border-top: 1px solid var(--line); }
.map-line { display: grid; grid-template-columns: minmax(0, 1fr) 210px 186px 120px 110px; gap: 4px 18px; align-items: center; padding: 6px 0; }
.map-name { overflow-wrap: anywhere; min-width: 0; }
.map-name a { text-decoration: none; }
.map-name a:hover { text-decoration: underline; }
.map-rate { white-space: nowrap; }
.map-runs { text-align: right; }
.progress { display: grid; gap: 4px; }
progress { appearance: none; -webkit-appearance: none; display: block; width: 100%; max-width: 420px; height: 8px; border: 0; border-radius: 4px; background: var(--line); overflow: hidden; }
progress::-webkit-progress-bar { background: var(--line); border-radius: 4px; }
progress::-webkit-progress-value { background: var(--accent); border-radius: 4px; }
progress::-moz-progress-bar { background: var(--accent); }
.backfills .wide-cell { min-width: 200px; }
@media (max-width: 760px) {
  .signals tr, .backfills tr { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .signals td.rank { display: none; }
  .signals .lead, .signals td.rate-cell { max-width: none; min-width: 0; }
  .trend-spark { width: 100%; max-width: 160px; }
  .map-runs { grid-column: 1 / -1; text-align: left; }
  .finding-rows > li { grid-template-columns: minmax(0, 1fr); }
  .pick { width: 100%; }
  .pick select { flex: 1; max-width: none; }
  .step-finding { padding-left: 0; }
  .family { padding: 8px 12px; }
  .family ol li { padding-left: 0; }
  .map-line { grid-template-columns: minmax(0, 1fr) auto; }
  .map-name { grid-column: 1 / -1; }
  .map-chips { grid-column: 1 / -1; }
  .breakdown thead, .breakdown .bar-cell { display: none; }
  .breakdown td { padding-right: 8px; }
}
@media (min-width: 761px) and (max-width: 1040px) {
  .signals .wide-only { display: none; }
  .signals td[data-label="Agent"] { min-width: 96px; }
  .signals .lead .small { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
}
@media (min-width: 761px) and (max-width: 1120px) {
  .map-line { grid-template-columns: minmax(0, 1fr) 186px 120px 96px; }
  .map-chips { grid-column: 1; grid-row: 2; }
}
`;
