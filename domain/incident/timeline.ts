// A line in an incident's story, added in order of time. Texts are one line and bounded: they are mailed, paged and rendered.
import { oneLine } from "../drift/words.ts";
import type { Incident, TimelineEntry, TimelineKind } from "./incident.ts";

/** Longest text of an entry: a paragraph of a person's comment. */
const longestText = 2_000;
/** Entries that are kept; a flapping incident must not grow without end. The first ones tell how it began, the last how it stands. */
const mostEntries = 300;
const firstKept = 50;

/** The incident with one more entry. */
export function told(incident: Incident, atMs: number, kind: TimelineKind, by: string, text: string): Incident {
  const entry: TimelineEntry = { at: new Date(atMs).toISOString(), kind, by: oneLine(by, 120), text: oneLine(text, longestText) };
  const all = [...incident.timeline, entry].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const timeline = all.length <= mostEntries ? all : [...all.slice(0, firstKept), ...all.slice(firstKept - mostEntries)];
  return { ...incident, timeline };
}
