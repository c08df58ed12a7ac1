// A failure told as one text: `Type: message`, a message with a stack below it, or both. The stack is left to the archive.
import type { Failure } from "../run/run.ts";
import { isObject, shown, textOf } from "./json-value.ts";

const named = /^([A-Za-z_$][\w$.]{0,79}):\s+(\S[^]*)$/;

/** null when `value` says nothing. */
export function failureOfText(value: unknown): Failure | null {
  if (value === null || value === undefined || value === "" || value === false) return null;
  if (isObject(value)) {
    const message = textOf(value["message"]) ?? textOf(value["error"]) ?? shown(value);
    return { type: textOf(value["type"]) ?? textOf(value["name"]) ?? textOf(value["code"]), message };
  }
  const text = shown(value).trim();
  const paragraphs = withoutStack(text).split(/\n[ \t\r]*\n/);
  for (const paragraph of paragraphs) {
    const [, type, message] = named.exec(paragraph.trim()) ?? [];
    if (type !== undefined && message !== undefined && !/^https?$/.test(type)) return { type, message: message.trim() };
  }
  return { type: null, message: textOf(paragraphs[0]?.trim()) ?? text };
}

/** Frames of JavaScript and Python stacks end the text. No `\s`: over thousands of empty lines it would be quadratic. */
function withoutStack(text: string): string {
  const at = text.search(/\n[ \t]+at \S|\nTraceback \(most recent|\n[ \t]+File "/);
  return at > 0 ? text.slice(0, at) : text;
}
