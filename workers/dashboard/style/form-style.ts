// Buttons, fields, tabs and the sheets that open under a button.
export const formStyle = `
button, .button { font: inherit; font-size: 14px; line-height: 1.4; display: inline-block; padding: 6px 14px; border: 1px solid var(--line-strong); border-radius: 8px; background: var(--panel); color: var(--ink); cursor: pointer; text-decoration: none; white-space: nowrap; }
button:hover, .button:hover { border-color: var(--accent); color: var(--accent); }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); font-weight: 600; }
button.primary:hover { filter: brightness(1.08); color: var(--accent-ink); }
button.danger { color: var(--critical); border-color: color-mix(in srgb, var(--critical) 45%, transparent); }
button.danger:hover { background: var(--critical-wash); }
button.icon { width: 34px; height: 34px; padding: 0; border-color: transparent; background: none; color: var(--soft); font-size: 16px; }
button.icon:hover { background: var(--sunk); color: var(--ink); }
button.plain { border: 0; background: none; }
.buttons { display: flex; flex-wrap: wrap; gap: 8px; }
input, select, textarea { font: inherit; font-size: 14px; line-height: 1.4; width: 100%; min-width: 0; padding: 6px 10px; height: 35px; border: 1px solid var(--line-strong); border-radius: 8px; background: var(--panel); color: var(--ink); }
input::placeholder { color: var(--faint); }
select { max-width: 100%; text-overflow: ellipsis; }
textarea { resize: vertical; height: auto; }
label { font-size: 13px; color: var(--soft); }
label > span { display: block; margin-bottom: 3px; }
.filters { display: grid; grid-template-columns: minmax(220px, 2fr) repeat(3, minmax(110px, 1fr)) repeat(2, minmax(190px, 1fr)) auto; gap: 10px 12px; align-items: end; }
.filter-buttons { display: flex; gap: 8px; }
.form-section { border-top: 1px solid var(--line); padding-top: 24px; }
.form-grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 12px 16px; max-width: 860px; }
.form-grid .full { grid-column: 1 / -1; }
.field-row { display: grid; grid-template-columns: 1fr auto; gap: 4px 8px; }
.field-row label { grid-column: 1 / -1; }
.field-stack { display: grid; gap: 4px; justify-items: start; }
.field-stack button { margin-top: 4px; }
.tabs { display: flex; gap: 2px; border-bottom: 1px solid var(--line); overflow-x: auto; scrollbar-width: none; }
.tabs a { padding: 7px 12px; text-decoration: none; color: var(--soft); font-size: 14px; white-space: nowrap; border-bottom: 2px solid transparent; margin-bottom: -1px; }
.tabs a:hover { color: var(--ink); }
.tabs a:focus-visible { outline-offset: -3px; }
.tabs a[aria-current] { color: var(--ink); font-weight: 600; border-bottom-color: var(--accent); }
.tabs.compact { border: 1px solid var(--line); border-radius: 8px; background: var(--panel); padding: 2px; }
.tabs.compact a { border: 0; margin: 0; padding: 4px 11px; border-radius: 6px; font-size: 13.5px; }
.tabs.compact a[aria-current] { background: var(--accent-wash); color: var(--accent); }
.tally { font-size: 12px; font-weight: 400; color: var(--faint); font-variant-numeric: tabular-nums; margin-left: 2px; }
.action-sheet > summary { display: inline-block; font-size: 14px; color: var(--soft); text-decoration: underline; text-decoration-color: var(--line-strong); text-underline-offset: 3px; list-style: none; }
.action-sheet > summary::-webkit-details-marker { display: none; }
.action-sheet form { display: grid; gap: 8px; margin-top: 10px; max-width: 560px; }
.small-sheet { margin-top: 4px; }
.small-sheet > summary { font-size: 13px; }
.small-sheet button { font-size: 13px; padding: 4px 10px; white-space: nowrap; }
.sign-in { max-width: 400px; margin: 9vh auto auto; padding: 24px; display: flex; flex-direction: column; gap: 18px; }
.sign-in h1 { display: flex; align-items: center; gap: 12px; font-size: 30px; }
.sign-in .logo { width: 36px; height: 36px; }
.sign-in form { display: grid; gap: 8px; }
.sign-in input { padding: 10px 12px; font-size: 16px; height: 44px; }
.sign-in button { padding: 10px; font-size: 15px; margin-top: 6px; }
.sign-in .flash { width: 100%; margin: 0; }
@media (max-width: 1100px) { .filters { grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); } .filters .grow { grid-column: 1 / -1; } }
@media (max-width: 760px) {
  button, .button { padding-block: 8px; }
  input, select, textarea { font-size: 16px; padding-block: 8px; }
  input, select { height: 42px; }
  .filters { grid-template-columns: 1fr 1fr; }
  .filters label:has([type="datetime-local"]) { grid-column: 1 / -1; }
}
`;
