// The frame: header, navigation, project menu, flash, footer, help.
export const frameStyle = `
.top { position: sticky; top: 0; z-index: 10; display: flex; align-items: center; gap: 6px 22px; padding: 0 24px; min-height: 56px; background: color-mix(in srgb, var(--paper) 92%, transparent); backdrop-filter: blur(10px); border-bottom: 1px solid var(--line); }
.brand { display: inline-flex; align-items: center; gap: 9px; font-weight: 680; font-size: 17px; letter-spacing: -0.02em; text-decoration: none; }
.logo { width: 24px; height: 24px; flex: none; }
.logo-box { fill: light-dark(#23443f, #2d524b); }
.logo-a { fill: #f4efe4; }
.logo-b { fill: #e0795a; }
.logo-c { fill: #8fc2ad; }
.sections { display: flex; gap: 2px; align-self: stretch; flex: 1; min-width: 0; overflow-x: auto; scrollbar-width: none; }
.sections a { display: flex; align-items: center; padding: 0 11px; text-decoration: none; color: var(--soft); font-size: 14.5px; border-bottom: 2px solid transparent; border-top: 2px solid transparent; white-space: nowrap; }
.sections a:hover { color: var(--ink); }
.sections a:focus-visible { outline-offset: -3px; }
.sections a[aria-current] { color: var(--ink); font-weight: 600; border-bottom-color: var(--accent); }
.tools { display: flex; align-items: center; gap: 6px; }
.menu { position: relative; }
.menu > summary { list-style: none; padding: 6px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); font-size: 14px; white-space: nowrap; max-width: 210px; overflow: hidden; text-overflow: ellipsis; }
.menu > summary::-webkit-details-marker { display: none; }
.menu > summary::after { content: ""; display: inline-block; width: 6px; height: 6px; border-right: 1.5px solid var(--faint); border-bottom: 1.5px solid var(--faint); transform: translateY(-2px) rotate(45deg); margin-left: 9px; }
.menu-sheet { position: absolute; right: 0; top: calc(100% + 8px); min-width: 230px; max-width: 320px; background: var(--panel); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: 0 12px 36px light-dark(#1b1f1c24, #00000080); padding: 10px; }
.menu-head { padding: 6px 8px 4px; font-size: 12px; color: var(--faint); }
.menu-sheet ul { padding-bottom: 8px; margin-bottom: 6px; border-bottom: 1px solid var(--line); max-height: 50vh; overflow: auto; }
.menu-sheet a, .menu-sheet .plain { display: block; width: 100%; padding: 7px 8px; border-radius: 6px; text-decoration: none; text-align: left; }
.menu-sheet a:hover, .menu-sheet .plain:hover { background: var(--sunk); }
.menu-sheet a[aria-current] { font-weight: 600; background: var(--accent-wash); }
main { flex: 1; width: 100%; max-width: 1320px; margin: 0 auto; padding: 28px 24px 72px; display: flex; flex-direction: column; gap: 30px; }
main > section, .main-column > section, .side-column > section { display: flex; flex-direction: column; gap: 12px; min-width: 0; }
.page-head { display: flex; flex-direction: column; gap: 6px; min-width: 0; }
.page-head.with-tools { flex-direction: row; flex-wrap: wrap; justify-content: space-between; align-items: flex-end; gap: 14px 24px; }
.page-head.with-tools > div:first-child { display: flex; flex-direction: column; gap: 6px; min-width: 0; max-width: 100%; }
.head-tools { display: flex; flex-wrap: wrap; align-items: center; gap: 10px; }
.lede { color: var(--soft); max-width: 76ch; }
.lede > .status { margin-right: 10px; }
.crumb { font-size: 13px; color: var(--faint); display: flex; flex-wrap: wrap; gap: 4px 0; }
.crumb a { text-decoration: none; }
.crumb a:hover { text-decoration: underline; }
.crumb a + a::before { content: "/"; margin: 0 8px; color: var(--line-strong); }
.flash { margin: 16px auto -8px; width: calc(100% - 48px); max-width: 1272px; padding: 10px 16px; border-radius: 8px; background: var(--good-wash); color: var(--good); overflow-wrap: anywhere; }
.flash-failed { background: var(--critical-wash); color: var(--critical); }
.foot { display: flex; flex-wrap: wrap; gap: 8px 24px; justify-content: space-between; padding: 16px 24px; border-top: 1px solid var(--line); font-size: 13px; color: var(--faint); }
dialog { border: 1px solid var(--line); border-radius: 14px; background: var(--panel); color: var(--ink); padding: 22px 26px; min-width: 300px; }
dialog::backdrop { background: #0008; }
.keys { display: grid; gap: 9px; margin: 16px 0 20px; }
.keys div { display: grid; grid-template-columns: 72px 1fr; align-items: baseline; }
@media (max-width: 1420px) { .top { column-gap: 14px; } .sections a { padding: 0 7px; font-size: 14px; } }
@media (max-width: 1120px) {
  .top { flex-wrap: wrap; padding: 8px 16px 0; gap: 4px 12px; }
  .sections { order: 3; flex: 1 0 100%; margin: 0 -16px; padding: 0 6px; min-height: 42px; }
  .sections a { padding: 0 10px; }
  .tools { margin-left: auto; }
  html { scroll-padding-top: 110px; }
}
@media (max-width: 760px) {
  #help-button { display: none; }
  main { padding: 22px 16px 56px; gap: 26px; }
  h1 { font-size: 22px; }
  .flash { width: calc(100% - 32px); }
  .foot { padding: 14px 16px; }
}
`;
