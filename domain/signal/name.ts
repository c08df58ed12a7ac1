// What a signal is called before anybody calls it something better: short plain words made from its family and its template.
// The words come from traces of strangers, so they are one line, bounded and free of characters that steer; they are never markup.
import { oneLine } from "../drift/words.ts";
import type { SignalFamily } from "./signal.ts";

/** Characters of a title: one line of a list. */
const longestName = 80;
/** Of it, the tool's name: the rest is for what happened. */
const longestSubject = 32;
/** Of a definition's quotation. */
const longestQuote = 240;
const longestSlug = 40;

/** Names of detectors that read badly word by word. */
const kinds = new Map([
  ["tool_error", "errors"],
  ["tool_soft_error", "answers that say they failed"],
]);

/** "lookup_order: errors", "Loop". At most 80 characters. */
export function familyName({ detector, subject }: SignalFamily): string {
  const kind = kinds.get(detector) ?? spoken(detector);
  return oneLine(subject === null ? capital(kind) : `${subjectWords(subject)}: ${kind}`, longestName);
}

/** "lookup_order: Timeout after … ms calling orders service"; the family's name where the template says nothing. At most 80 characters. */
export function signalName(family: SignalFamily, template: readonly string[]): string {
  const title = withoutEnds(templateWords(template));
  if (title === "") return familyName(family);
  const { subject, detector } = family;
  const kind = spoken(detector);
  const saysKind = detector.startsWith("tool_") || title.toLowerCase().includes(kind);
  const says = saysKind ? title : `${kind}: ${title}`;
  return cutAtWord(subject === null ? capital(says) : `${subjectWords(subject)}: ${says}`, longestName);
}

/** One plain sentence on what is counted. */
export function definitionOf(family: SignalFamily, template: readonly string[]): string {
  const quoted = cutAtWord(templateWords(template), longestQuote);
  const said = quoted.replace(/[…\p{P}\s]/gu, "") === "" ? "" : quoted;
  const { detector, polarity } = family;
  const subject = family.subject === null ? null : subjectWords(family.subject);
  const tool = subject === null ? "A tool" : `The tool ${subject}`;
  if (detector.startsWith("tool_soft_error")) return sentence(`${tool} gave an answer that says it failed`, said);
  if (detector.startsWith("tool_error")) return sentence(`${tool} failed with an error`, said);
  const kind = polarity === "win" ? `Went well (${spoken(detector)})` : capital(spoken(detector));
  return sentence(subject === null ? `${kind} in the run` : `${kind} at ${subject}`, said);
}

/** `name` in lower case letters, digits and dashes, at most 40 characters, with `-2` and so on when taken. */
export function slugOfSignal(name: string, taken: ReadonlySet<string>): string {
  const base = kebab(name, longestSlug) || "signal";
  let slug = base;
  for (let n = 2; taken.has(slug); n++) slug = `${kebab(base, longestSlug - 1 - String(n).length)}-${n}`;
  return slug;
}

/** Whole words where they fit into half of it. */
function kebab(text: string, longest: number): string {
  const plain = text
    .slice(0, longestQuote)
    .normalize("NFKD")
    .toLowerCase()
    .replace(/['’\p{M}]/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (plain.length <= longest) return plain;
  const end = plain.lastIndexOf("-", longest);
  return plain.slice(0, end > longest / 2 ? end : longest).replace(/-$/, "");
}

/** The template with `…` for what varies; several in a row are one. */
function templateWords(template: readonly string[]): string {
  const text = template
    .slice(0, longestQuote)
    .join(" ")
    .slice(0, 4 * longestQuote);
  return oneLine(text.replaceAll("<*>", "…"), 4 * longestQuote).replace(/…(?:[ ,;:/.-]{0,3}…)+/g, "…");
}

/** A title does not begin or end with what varies, with the punctuation around it, or within a bracket that was cut. */
function withoutEnds(text: string): string {
  const begun = text.replace(/^[\s,;:.=([{-]{0,9}…[…\s,;:.=)\]}-]{0,40}/, "");
  const ended = withoutEnd(begun);
  const open = ended.lastIndexOf("(");
  return open > ended.lastIndexOf(")") && open > ended.length / 3 ? withoutEnd(ended.slice(0, open)) : ended;
}

function withoutEnd(text: string): string {
  return text.replace(/(?<![…\s,;:.=([{-])[…\s,;:.=([{-]{1,40}[)\]}…]{0,9}$/, "");
}

function cutAtWord(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const room = text.slice(0, longest - 1);
  const space = room.lastIndexOf(" ");
  return `${withoutEnds(space > longest / 2 ? room.slice(0, space) : room.replace(/\p{Cs}$/u, ""))}…`;
}

function sentence(fact: string, said: string): string {
  return said === "" ? `${fact}.` : `${fact}: “${said.replace(/[“”]/g, "'")}”.`;
}

function spoken(detector: string): string {
  return oneLine(detector.replaceAll("_", " "), longestSubject);
}

function subjectWords(subject: string): string {
  return oneLine(subject, longestSubject);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
