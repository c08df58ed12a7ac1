// What single pages need: incident cards and the incident's page, causes, the first-run help.
export const pageStyle = `
.incidents { display: grid; gap: 12px; }
.incident { background: var(--panel); border: 1px solid var(--line); border-left: 4px solid var(--edge, var(--line-strong)); border-radius: var(--radius); padding: 14px 20px 15px 18px; display: grid; gap: 11px; }
.incident:focus-within { border-color: var(--accent); border-left-color: var(--edge, var(--accent)); }
.past { background: none; }
.past h3 { color: var(--soft); }
.edge-critical { --edge: var(--critical); } .edge-high { --edge: var(--high); } .edge-medium { --edge: var(--medium); } .edge-low { --edge: var(--low); }
.incident-head { display: grid; grid-template-columns: auto 1fr auto; gap: 4px 12px; align-items: baseline; }
.incident-head h3 { font-size: 16.5px; letter-spacing: -0.01em; }
.incident-head h3 a { text-decoration: none; }
.incident-head h3 a:hover { text-decoration: underline; }
.incident-facts { display: grid; grid-template-columns: minmax(110px, 0.8fr) minmax(190px, 1.1fr) minmax(100px, 0.8fr) minmax(280px, 2.4fr) minmax(240px, 2fr); gap: 8px 22px; font-size: 14px; }
.incident-facts dd { overflow-wrap: anywhere; }
.moved li { display: flex; flex-wrap: wrap; gap: 0 8px; }
.cause-unattributed, .cause-insufficient_data { color: var(--soft); }
.split-page { display: grid; grid-template-columns: minmax(0, 1fr) 300px; gap: 32px 40px; align-items: start; }
.main-column, .side-column { display: flex; flex-direction: column; gap: 32px; min-width: 0; }
.two { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 20px 32px; }
.two > * { min-width: 0; }
.exchange > section { display: flex; flex-direction: column; gap: 10px; }
.incident-title { border-left: 4px solid var(--edge); padding-left: 20px; gap: 10px; }
.summary { font-size: 16.5px; line-height: 1.55; max-width: 82ch; white-space: pre-line; overflow-wrap: anywhere; }
.drifts td { min-width: 92px; }
.drifts .lead { min-width: 130px; }
.drifts .pair { display: flex; flex-wrap: wrap; gap: 0 10px; }
.drifts td:last-child { min-width: 130px; }
.verdict { max-width: 82ch; }
.causes { display: grid; gap: 10px; }
.cause { border: 1px solid var(--line); border-radius: var(--radius); padding: 13px 18px; display: grid; gap: 10px; }
.cause.best { background: var(--panel); border-color: var(--line-strong); }
.cause-head { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; }
.from-to { font-size: 14px; overflow-wrap: anywhere; }
.measures { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 10px 24px; font-size: 14px; }
.evidence { display: grid; gap: 5px; font-size: 14px; color: var(--soft); border-top: 1px solid var(--line); padding-top: 10px; }
.evidence li { padding-left: 15px; position: relative; overflow-wrap: anywhere; }
.evidence li::before { content: ""; position: absolute; left: 2px; top: 9px; width: 5px; height: 5px; border-radius: 50%; background: var(--line-strong); }
.mix { display: grid; gap: 8px; }
.mix .key { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-left: 10px; }
.mix .key:first-child { margin-left: 0; }
.key.part-0 { background: var(--cohort); } .key.part-1 { background: var(--high); }
.actions { background: var(--panel); border: 1px solid var(--line); border-radius: var(--radius); padding: 16px; gap: 16px; }
.timeline { position: relative; display: grid; gap: 14px; }
.timeline::before { content: ""; position: absolute; left: 4px; top: 8px; bottom: 8px; width: 1px; background: var(--line-strong); }
.timeline li { position: relative; padding-left: 22px; font-size: 14px; overflow-wrap: anywhere; }
.timeline li::before { content: ""; position: absolute; left: 0; top: 7px; width: 9px; height: 9px; border-radius: 50%; background: var(--paper); border: 2px solid var(--faint); }
.timeline .entry-person::before { background: var(--accent); border-color: var(--accent); }
.lineage { display: grid; gap: 10px; font-size: 14px; }
.ids { display: inline-flex; flex-wrap: wrap; gap: 2px 10px; }
.ids a { text-decoration-color: var(--line); }
.cited { font-size: 14px; }
.first-run { max-width: 820px; }
.first-run .block + h2 { margin-top: 16px; }
.client { border-bottom: 1px solid var(--line); padding: 9px 0; }
.client > summary { font-weight: 600; }
.client p { margin: 8px 0; color: var(--soft); }
.rest > summary { font-weight: 600; padding: 4px 0; }
.messages { display: grid; gap: 10px; }
.messages .role { font-size: 12.5px; color: var(--faint); margin-bottom: 3px; }
.messages .block { border-radius: 4px 12px 12px 12px; }
.messages .from-user .block { background: var(--accent-wash); }
.messages .from-agent .block { background: var(--panel); border: 1px solid var(--line); }
.earlier { margin-bottom: 10px; }
.earlier > summary { font-size: 13px; color: var(--accent); margin-bottom: 8px; }
.danger-zone button { align-self: flex-start; }
.section-head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 8px 16px; }
.scores { max-width: 720px; margin-bottom: 8px; }
.findings { display: grid; gap: 12px; }
.findings li { display: grid; gap: 5px; border-left: 2px solid var(--line-strong); padding-left: 14px; overflow-wrap: anywhere; }
.failure { background: var(--critical-wash); border-radius: var(--radius); padding: 12px 16px; display: grid; gap: 8px; color: var(--critical); overflow-wrap: anywhere; }
.failure .block { background: color-mix(in srgb, var(--panel) 55%, transparent); color: var(--ink); }
@media (max-width: 1120px) {
  .incident-facts { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .incident-facts .wide { grid-column: 1 / -1; }
  .split-page { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 760px) {
  .incident { padding: 12px 14px 13px; }
  .incident-head { grid-template-columns: auto 1fr; }
  .incident-head h3 { grid-column: 1 / -1; grid-row: 2; font-size: 16px; }
  .incident-head .status { justify-self: end; }
  .incident-facts { grid-template-columns: 1fr 1fr; }
  .incident-facts div:nth-child(2) { grid-column: 1 / -1; grid-row: 1; }
  .incident-title { padding-left: 14px; }
  .two, .measures { grid-template-columns: minmax(0, 1fr); }
  .summary { font-size: 15.5px; }
}
`;
