// Artifacts: the board of their lifecycle, what differs between versions by sign and colour, their history.
export const artifactStyle = `
.board { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 20px; align-items: start; }
.board section { display: grid; gap: 8px; min-width: 0; }
.board ul { display: grid; gap: 10px; }
.board-card { display: grid; gap: 3px; background: var(--panel); border: 1px solid var(--line); border-radius: var(--radius); padding: 12px 14px; min-width: 0; overflow-wrap: anywhere; }
.card-name { font-weight: 600; }
.file-diff { display: grid; gap: 5px; margin: 0 0 14px; min-width: 0; }
.file-diff .block { max-height: 520px; overflow: auto; }
.diff .line-added { color: var(--good); background: var(--good-wash); }
.diff .line-removed { color: var(--critical); background: var(--critical-wash); }
.promised td.num { white-space: normal; }
.promised td { min-width: 96px; }
.version-pick { align-items: end; }
.version-links { display: flex; flex-wrap: wrap; gap: 2px 14px; }
.version-links a[aria-current] { font-weight: 600; color: var(--ink); text-decoration: none; }
.artifact-history { display: grid; gap: 10px; overflow-wrap: anywhere; }
`;
