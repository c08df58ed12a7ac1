// Lists and tables. On a phone a table's rows become small cards, each value under its column's name.
export const listStyle = `
.chip { display: inline-block; font-size: 12px; line-height: 1.5; padding: 1px 8px; border-radius: 999px; background: var(--sunk); color: var(--soft); white-space: nowrap; max-width: 100%; overflow: hidden; text-overflow: ellipsis; vertical-align: middle; margin: 1px 4px 1px 0; }
.chips { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; }
.chips .chip { margin: 0; }
.sev-critical { background: var(--critical-wash); color: var(--critical); font-weight: 600; }
.sev-high { background: var(--high-wash); color: var(--high); font-weight: 600; }
.sev-medium { background: var(--medium-wash); color: var(--medium); font-weight: 600; }
.sev-low { background: var(--low-wash); color: var(--low); font-weight: 600; }
.flag { background: var(--medium-wash); color: var(--medium); }
.win { background: var(--good-wash); color: var(--good); font-weight: 600; }
.status { display: inline-flex; align-items: center; gap: 7px; font-size: 13.5px; white-space: nowrap; color: var(--soft); }
.status i { width: 8px; height: 8px; border-radius: 50%; background: var(--low); flex: none; }
.tone-bad { color: var(--critical); } .tone-bad i { background: var(--critical); border-radius: 2px; transform: rotate(45deg); }
.tone-warn { color: var(--medium); } .tone-warn i { background: none; border: 2px solid var(--medium); }
.tone-good i { background: var(--good); }
.tone-calm i { background: none; border: 2px solid var(--low); }
.kind { display: inline-flex; align-items: center; gap: 7px; font-size: 13.5px; white-space: nowrap; }
.kind b { display: inline-grid; place-items: center; width: 17px; height: 17px; border-radius: 4px; background: var(--mark, var(--low)); color: var(--paper); font-size: 11px; line-height: 1; font-weight: 700; }
.k-prompt { --mark: var(--prompt); } .k-model { --mark: var(--model); } .k-tool { --mark: var(--tool); } .k-cohort { --mark: var(--cohort); }
.k-artifact { --mark: var(--artifact); } .k-environment { --mark: var(--environment); } .k-instrumentation { --mark: var(--instrumentation); } .k-several, .k-unknown { --mark: var(--soft); }
.list { border-collapse: collapse; width: 100%; font-size: 14px; }
.list th { text-align: left; font-size: 12.5px; font-weight: 500; color: var(--faint); padding: 0 14px 7px 0; border-bottom: 1px solid var(--line-strong); white-space: nowrap; }
.list th.right { text-align: right; }
.list td { overflow-wrap: anywhere; padding: 11px 14px 11px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.list th:last-child, .list td:last-child { padding-right: 0; }
.list tbody tr:hover td { background: linear-gradient(var(--sunk), var(--sunk)) no-repeat; }
.list .lead a { font-weight: 600; text-decoration: none; }
.list .lead a:hover { text-decoration: underline; }
.runs .lead { max-width: 460px; }
.list td.num { white-space: nowrap; }
.list tr:target td { background: var(--accent-wash); }
.scroll { overflow-x: auto; max-height: 480px; overflow-y: auto; }
.numbers td { padding-block: 5px; white-space: nowrap; }
.letters .lead { max-width: 520px; }
.letters .lead p { margin-top: 3px; }
.letters td { min-width: 62px; }
.letters td:nth-child(3), .letters td:nth-child(5) { min-width: 112px; }
.letter-actions { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: baseline; justify-content: flex-end; text-align: right; }
.letter-actions .action-sheet[open] { flex-basis: 100%; }
.letter-actions .action-sheet form { max-width: 210px; margin-left: auto; justify-items: end; }
.pager { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; }
.pager .faint { margin-right: auto; }
.rows > li { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; padding: 10px 0; border-bottom: 1px solid var(--line); }
.rows .row-name { font-weight: 600; min-width: 170px; overflow-wrap: anywhere; }
.rows a.row-name { text-decoration: none; }
.rows a.row-name:hover { text-decoration: underline; }
.rows .row-text { color: var(--soft); flex: 1 1 260px; }
.rows .row-end { font-size: 13px; }
.run-lines > li { padding: 9px 0; border-bottom: 1px solid var(--line); }
.run-lines a { text-decoration: none; font-weight: 500; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
.run-lines a:hover { text-decoration: underline; }
.run-lines .small { display: flex; flex-wrap: wrap; gap: 2px 12px; }
.run-lines .status { font-size: 13px; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 14px 24px; }
.facts dt, .figures dt, .measures dt, .incident-facts dt { font-size: 12.5px; color: var(--faint); }
.facts dd { overflow-wrap: anywhere; }
.figures { display: flex; flex-wrap: wrap; gap: 1px; background: var(--line); border: 1px solid var(--line); border-radius: var(--radius); overflow: hidden; }
.figure { flex: 1 1 128px; background: var(--panel); padding: 11px 16px 12px; min-width: min-content; max-width: 100%; }
.figure dd { display: flex; flex-direction: column; }
.figure b { font-size: 18px; line-height: 1.35; letter-spacing: -0.012em; overflow-wrap: break-word; }
.figure .faint { font-size: 12.5px; line-height: 1.4; }
.wide-figure { flex: 2 1 320px; }
.wide-figure b { font-size: 15.5px; font-weight: 600; }
.moved-figure b { color: var(--critical); }
.empty { padding: 40px 0; max-width: 60ch; }
.calm { border: 1px dashed var(--line-strong); border-radius: var(--radius); padding: 26px 28px; max-width: none; color: var(--soft); }
.calm h2 { color: var(--ink); }
.notice { background: var(--medium-wash); color: var(--medium); border-radius: 8px; padding: 10px 16px; }
@media (max-width: 760px) {
  .stacked thead { display: none; }
  .stacked, .stacked tbody { display: block; }
  .stacked tr { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 9px 14px; padding: 14px 0; border-bottom: 1px solid var(--line); }
  .stacked tr:first-child { border-top: 1px solid var(--line); }
  .stacked td { display: block; padding: 0; border: 0; text-align: left; min-width: 0; }
  .stacked td.num { white-space: normal; }
  .stacked td.lead { grid-column: 1 / -1; max-width: none; }
  .stacked td[data-label]::before { content: attr(data-label); display: block; font-size: 12px; color: var(--faint); }
  .list tbody tr:hover td { background: none; }
  .letters td:nth-child(n) { min-width: 0; }
  .letter-actions { justify-content: flex-start; text-align: left; }
  .letter-actions .action-sheet form { max-width: none; justify-items: start; }
  .drifts tr, .changes tr { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .stacked td.wide-cell { grid-column: 1 / -1; }
  .figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .figure { min-width: 0; }
  .figure { padding: 9px 12px 10px; }
  .figure b { font-size: 16px; }
  .wide-figure, .figure:nth-child(odd):last-child, .figure:nth-child(odd):has(+ .wide-figure) { grid-column: 1 / -1; }
  .runs td[data-label="Tokens"] { display: none; }
}
`;
