// Colours and measures. `light-dark()` follows the system unless the theme button has set `data-theme`; every pair of text
// and ground below reaches a contrast of 4.5 in both.
export const tokenStyle = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#f7f6f2, #131513);
  --panel: light-dark(#ffffff, #1a1d1a);
  --sunk: light-dark(#f1efe9, #202420);
  --ink: light-dark(#1b1f1c, #e8e9e3);
  --soft: light-dark(#4b524d, #b4b9b1);
  --faint: light-dark(#666c66, #949b92);
  --line: light-dark(#e3e0d8, #2c312c);
  --line-strong: light-dark(#cbc7bc, #434a43);
  --accent: light-dark(#1d5f55, #7fcbb9);
  --accent-ink: light-dark(#ffffff, #0e1b18);
  --accent-wash: light-dark(#e4efeb, #1d2f2a);
  --critical: light-dark(#a3161c, #ff8d84);
  --critical-wash: light-dark(#fbe6e3, #40191a);
  --high: light-dark(#a3450b, #f7a867);
  --high-wash: light-dark(#fbeadb, #3a2414);
  --medium: light-dark(#7a5800, #e3c05e);
  --medium-wash: light-dark(#f8efd3, #332b12);
  --low: light-dark(#4a5a68, #a9bac8);
  --low-wash: light-dark(#e8edf1, #232b32);
  --good: light-dark(#1f6b3c, #7ecb97);
  --good-wash: light-dark(#e2f1e6, #17301f);
  --prompt: light-dark(#6b3fa0, #c3a3f2);
  --model: light-dark(#1f5fae, #8dbdf5);
  --tool: light-dark(#9a4a00, #f2aa6b);
  --cohort: light-dark(#0b6e72, #6fced1);
  --artifact: light-dark(#8a2f6b, #ee9fd3);
  --environment: light-dark(#55611b, #bccb6e);
  --instrumentation: light-dark(#5b6068, #aeb4bc);
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Inter, Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  --radius: 10px;
  --gap: 16px;
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
`;
