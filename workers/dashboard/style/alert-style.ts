// Alerts: the picture of a preview, and the tables of rules and deliveries.
export const alertStyle = `
.alert-rules .lead { max-width: 520px; }
.alert-rules .lead p { margin-top: 3px; }
.alert-rules td:last-child { min-width: 190px; }
.deliveries .lead, .told .lead { max-width: 560px; }
.lanes figcaption { padding: 6px 4px 2px; }
.lane text { fill: var(--soft); font-size: 12px; }
.lane .span { fill: var(--critical); opacity: 0.22; }
.lane .notice-mark { stroke: var(--panel); stroke-width: 1.5; }
.lane .mark-told { fill: var(--critical); }
.lane .mark-over { fill: var(--good); }
.lane .mark-gap { fill: var(--medium); }
.taught { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: baseline; background: var(--sunk); border-radius: 8px; padding: 10px 16px; }
@media (max-width: 760px) {
  .alert-rules .lead, .deliveries .lead, .told .lead { max-width: none; }
  .alert-rules td:last-child { min-width: 0; }
  .alert-rules tr, .deliveries tr, .standing tr { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .alert-rules td[data-label="Told to"] { grid-column: 1 / -1; }
}
`;
