// Every key of the archive is built and parsed here.
//   inbox/{project}/{receipt}.{door}.{format}[.gz]   acknowledged bytes, encrypted, until a consumer has written what they mean
//   dead/{project}/{receipt}.{door}.{format}[.gz]    the same bytes after they failed again and again
//   segments/{project}/{hour}/{name}.{try}.ndjson    whole runs as one delivery stored them, one a line, redacted
//   hours/{project}/{hour}/{name}.ndjson.gz          the same lines after their hour was over, each one gzip member

/** Of an acknowledged body, packed and unpacked alike; the contract's figure. */
export const mostBodyBytes = 20 * 1024 * 1024;

export const doors = [
  "runs",
  "traces",
  "logs",
  "scores",
  "langfuse",
  "langsmith",
  "langsmith-multipart",
  "langsmith-feedback",
  "openai-agents",
  "braintrust",
] as const;
export type Door = (typeof doors)[number];
/** `reading`: what a compatible door read from its client's own protocol, which the address took part in. */
export const formats = ["json", "ndjson", "protobuf", "reading"] as const;
export type Format = (typeof formats)[number];

export interface InboxEntry {
  projectId: string;
  /** ULID of the moment of receipt: its order is the order in which revisions of one run replace each other. */
  receipt: string;
  door: Door;
  format: Format;
  isGzip: boolean;
}

export const inboxRoot = "inbox/";
export const deadRoot = "dead/";

export function inboxPrefix(projectId: string): string {
  return `${inboxRoot}${projectId}/`;
}

export function inboxKey(entry: InboxEntry): string {
  return `${inboxPrefix(entry.projectId)}${entry.receipt}.${entry.door}.${entry.format}${entry.isGzip ? ".gz" : ""}`;
}

export function deadPrefix(projectId: string): string {
  return `${deadRoot}${projectId}/`;
}

export function deadKey(entry: InboxEntry): string {
  return inboxKey(entry).replace(inboxRoot, deadRoot);
}

const inboxPattern = /^(?:inbox|dead)\/([^/]+)\/([^./]+)\.([a-z-]+)\.([a-z]+)(\.gz)?$/;

/** null for a key of another kind. */
export function parseInboxKey(key: string): InboxEntry | null {
  const [, projectId, receipt, doorName, formatName, gzip] = inboxPattern.exec(key) ?? [];
  const door = doors.find((d) => d === doorName);
  const format = formats.find((f) => f === formatName);
  if (projectId === undefined || receipt === undefined || door === undefined || format === undefined) return null;
  return { projectId, receipt, door, format, isGzip: gzip !== undefined };
}

/** UTC, `2026-11-24T10`. Hours sort by time. */
export function hourOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 13);
}

/** Loose segments: what consumers wrote and nothing has merged yet. */
export function segmentPrefix(projectId: string): string {
  return `segments/${projectId}/`;
}

/** @param hour of receipt, so that retention can drop whole folders */
export function segmentFolder(projectId: string, hour: string): string {
  return `${segmentPrefix(projectId)}${hour}/`;
}

/** What the key of every object begins with that one delivery writes, however often it is tried. */
export function segmentStem(projectId: string, receivedMs: number, name: string): string {
  return `${segmentFolder(projectId, hourOf(receivedMs))}${name}.`;
}

/** No two tries write the same object: one that is being merged and deleted must not come back under the same key. */
export function segmentKey(stem: string, aTry: string): string {
  return `${stem}${aTry}.ndjson`;
}

/** Merged segments. A folder of their own, so that listing the loose ones finds what is left to merge and nothing else. */
export function hourPrefix(projectId: string): string {
  return `hours/${projectId}/`;
}

export function hourFolder(projectId: string, hour: string): string {
  return `${hourPrefix(projectId)}${hour}/`;
}

const packedEnding = ".ndjson.gz";

export function hourKey(projectId: string, hour: string, name: string): string {
  return `${hourFolder(projectId, hour)}${name}${packedEnding}`;
}

/** Whether its lines are gzip members. */
export function isPackedKey(key: string): boolean {
  return key.endsWith(packedEnding);
}
