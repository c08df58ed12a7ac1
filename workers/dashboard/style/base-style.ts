// Type, links, focus and the small things that every page has.
export const baseStyle = `
*, *::before, *::after { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 15px/1.5 var(--sans); -webkit-text-size-adjust: 100%; scroll-padding-top: 72px; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; }
h1, h2, h3, h4, p, ul, ol, dl, dd, figure, pre, blockquote { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: 26px; line-height: 1.25; font-weight: 650; letter-spacing: -0.018em; text-wrap: balance; overflow-wrap: anywhere; }
h2 { font-size: 17px; line-height: 1.35; font-weight: 650; letter-spacing: -0.008em; }
h3 { font-size: 15px; line-height: 1.4; font-weight: 600; overflow-wrap: anywhere; }
h4 { font-size: 12px; font-weight: 600; color: var(--soft); }
b { font-weight: 600; }
a { color: inherit; text-decoration: underline; text-decoration-color: var(--line-strong); text-underline-offset: 3px; text-decoration-thickness: 1px; }
a:hover { color: var(--accent); text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
code, kbd, pre, .mono-title { font-family: var(--mono); font-size: 0.88em; }
bdi { overflow-wrap: anywhere; }
.num { font-variant-numeric: tabular-nums; }
.faint { color: var(--faint); }
.small { font-size: 13px; line-height: 1.45; }
.bad-text { color: var(--critical); }
.warn-text { color: var(--medium); }
.right { text-align: right; }
.inline { display: inline; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 12px; top: -60px; background: var(--panel); padding: 8px 14px; border-radius: 6px; z-index: 20; }
.skip:focus { top: 12px; }
kbd { border: 1px solid var(--line-strong); border-bottom-width: 2px; border-radius: 5px; padding: 1px 7px; background: var(--panel); }
.block { font-family: var(--mono); font-size: 12.5px; line-height: 1.55; background: var(--sunk); border-radius: 8px; padding: 12px 14px; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 560px; overflow: auto; tab-size: 2; }
.prose { font-family: var(--sans); font-size: 14px; }
.command { white-space: pre; overflow-wrap: normal; overflow-x: auto; border: 1px solid var(--line); }
.long > summary { list-style: none; cursor: pointer; display: block; }
.long > summary::-webkit-details-marker { display: none; }
.long .preview { display: block; max-height: 172px; overflow: hidden; border-radius: 8px 8px 0 0; mask-image: linear-gradient(#000 60%, transparent); }
.long .more-label { display: block; background: var(--sunk); border-radius: 0 0 8px 8px; padding: 4px 14px 9px; font-size: 13px; color: var(--accent); }
.long[open] > summary .preview { display: none; }
.long[open] > summary .more-label { border-radius: 8px 8px 0 0; padding-block: 8px 2px; font-size: 0; }
.long[open] > summary .more-label::after { content: "Show less"; font-size: 13px; }
.long[open] > .block { border-radius: 0 0 8px 8px; }
details > summary { cursor: pointer; }
blockquote { border-left: 2px solid var(--line-strong); padding-left: 12px; color: var(--soft); overflow-wrap: anywhere; }
`;
