// The one stylesheet, put together in the order in which its parts may override one another.
import { alertStyle } from "./alert-style.ts";
import { artifactStyle } from "./artifact-style.ts";
import { baseStyle } from "./base-style.ts";
import { chartStyle } from "./chart-style.ts";
import { experimentStyle } from "./experiment-style.ts";
import { formStyle } from "./form-style.ts";
import { frameStyle } from "./frame-style.ts";
import { listStyle } from "./list-style.ts";
import { pageStyle } from "./page-style.ts";
import { runStyle } from "./run-style.ts";
import { signalStyle } from "./signal-style.ts";
import { tokenStyle } from "./token-style.ts";

export const styleSheet = [
  tokenStyle,
  baseStyle,
  frameStyle,
  formStyle,
  listStyle,
  pageStyle,
  chartStyle,
  runStyle,
  alertStyle,
  signalStyle,
  experimentStyle,
  artifactStyle,
].join("\n");
