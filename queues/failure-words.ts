// What an error may say of itself where people or logs see it: its kind, the code of the store that failed, the function that it came
// from. Never its message as it stands, which may quote a customer's text (a JSON parser does).
import { UnreadableBody } from "../r2/unreadable-body.ts";

export function failureWords(error: unknown): string {
  if (error instanceof UnreadableBody) return error.message;
  if (!(error instanceof Error)) return "an unknown failure";
  const { message } = error;
  if (message.startsWith("D1_") || error.name === "DrizzleQueryError") return `the index failed${codeOf(`${message} ${causeOf(error)}`)}`;
  const [, operation, code] = /^(get|put|delete|list|head): .*\((\d+)\)$/.exec(message) ?? [];
  if (operation !== undefined) return `the archive failed (${operation}, ${code})`;
  if ("overloaded" in error && error.overloaded === true) return "an object was overloaded";
  if ("retryable" in error && error.retryable === true) return "an object could not be reached";
  const where = placeOf(error);
  return `${kindOf(error)}${where === null ? "" : ` in ${where}`}`;
}

/** Only names that platforms give; a name is data too. */
function kindOf({ name }: Error): string {
  return /^[A-Z][A-Za-z]{2,40}$/.test(name) ? name : "Error";
}

function codeOf(text: string): string {
  const code = /\bSQLITE_[A-Z_]{2,30}\b/.exec(text)?.[0];
  return code === undefined ? "" : ` (${code})`;
}

function causeOf({ cause }: Error): string {
  return cause instanceof Error ? cause.message : "";
}

/** The function on top of the stack. Its first lines are the message, which can be written like a stack: none is read without knowing where it ends. */
function placeOf({ stack = "", message }: Error): string | null {
  const at = stack.indexOf(message);
  if (at < 0) return null;
  const frames = stack.slice(at + message.length);
  return /^\s+at (?:async )?(?:new )?([A-Za-z_$][\w$.]{0,60}) \(/m.exec(frames)?.[1] ?? null;
}
