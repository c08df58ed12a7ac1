// The whole script of the dashboard: j and k walk a list, / focuses the search, ? opens the help, and a page that renews itself
// stands still once somebody types into it. Progressive only: pages work without it, and it makes nothing from text.

export const keysScript = `(() => {
const help = document.getElementById("help"), button = document.getElementById("help-button");
if (help && button) { button.hidden = false; button.addEventListener("click", () => help.showModal()); }
addEventListener("keydown", (e) => {
  const menu = document.querySelector("details.menu[open]");
  if (e.key === "Escape" && menu) { menu.open = false; menu.querySelector("summary").focus(); return; }
  if (e.ctrlKey || e.metaKey || e.altKey || help?.open || e.target.closest("input,textarea,select")) return;
  if (e.key === "?") { e.preventDefault(); help?.showModal(); return; }
  if (e.key === "/") { e.preventDefault(); const s = document.querySelector("[data-search]"); if (s) s.focus(); else location.href = "/runs#search"; return; }
  const by = e.key === "j" ? 1 : e.key === "k" ? -1 : 0;
  if (!by) return;
  const rows = [...document.querySelectorAll("[data-row]")], at = rows.indexOf(document.activeElement);
  const row = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
  row?.focus(); row?.scrollIntoView({ block: "nearest" });
});
addEventListener("input", () => { if (document.querySelector("meta[http-equiv=refresh]")) window.stop(); });
addEventListener("click", (e) => { const m = document.querySelector("details.menu[open]"); if (m && !m.contains(e.target)) m.open = false; });
document.querySelector(".sections a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
if (location.hash === "#search") document.querySelector("[data-search]")?.focus();
})();
`;
