// Kinds of failures that show in an error's words whoever wrote them. Only set phrases count; everything else stays an error of its step.

/** UTF-16 units that are read: an error names its kind at its beginning. */
const readChars = 2_000;

const timeout =
  /\btimed?[ -]out\b|\btime-?out(?:error|exception|exceeded)?\b|(?:read|connect|request|gateway|wait)_?timeout|timeout(?:error|exception)|deadline[ _]?exceeded|\betimedout\b/i;
const contextOverflow =
  /context[_ ]?(?:length|window|size|limit)|maximum context|max(?:imum)? (?:input|prompt) (?:tokens|length)|(?:prompt|input) (?:is|was) too (?:long|large)|too many (?:input |prompt )tokens|reduce the (?:length|number) of (?:the )?(?:messages|tokens)|string_above_max_length/i;
const unknownTool =
  /(?:unknown|no such|invalid|unrecogni[sz]ed|unregistered|undefined|non-?existent) (?:tool|function|action)\b|(?:tool|function|action)\b.{0,120}?\b(?:not found|does not exist|doesn['’]t exist|not available|is not (?:a )?(?:valid|available|defined|registered|known)|isn['’]t (?:a )?(?:valid|available))|no (?:tool|function) (?:named|called|with)/is;

export const saysTimeout = (text: string | null): boolean => text !== null && timeout.test(text.slice(0, readChars));
export const saysContextOverflow = (text: string | null): boolean => text !== null && contextOverflow.test(text.slice(0, readChars));
/** The call went to a tool that there is not. */
export const saysUnknownTool = (text: string | null): boolean => text !== null && unknownTool.test(text.slice(0, readChars));
