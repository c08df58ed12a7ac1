// JSON that a flag gives: as it stands where it begins like an object, else the file of that name. What cannot be read ends the command.
import { readFileSync } from "node:fs";
import { CommandFailure } from "./failure.ts";

/** Throws CommandFailure. */
export function jsonOf(flag: string, given: string): unknown {
  const isInline = given.trimStart().startsWith("{");
  const text = isInline ? given : textIn(flag, given);
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandFailure(isInline ? `${flag} is no JSON.` : `${flag}: ${given} is no JSON.`);
  }
}

function textIn(flag: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new CommandFailure(`${flag}: ${file} cannot be read.`);
  }
}
