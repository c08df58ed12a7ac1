// Every key of the archive is built and parsed here.
//   inbox/{project}/{receipt}.{door}.{format}[.gz]   acknowledged bytes, encrypted, until a consumer has written what they mean
//   dead/{project}/{receipt}.{door}.{format}[.gz]    the same bytes after they failed again and again
//   segments/{project}/{hour}/{name}.{hash}.ndjson   whole runs, one a line, redacted; the hash is of the object's bytes

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

export function segmentPrefix(projectId: string): string {
  return `segments/${projectId}/`;
}

/** The folder of an hour, which is the hour of receipt, so that retention can drop whole folders. Folders sort by time. */
export function segmentFolder(projectId: string, receivedMs: number): string {
  return `${segmentPrefix(projectId)}${new Date(receivedMs).toISOString().slice(0, 13)}/`;
}

/** What the key of every object begins with that one delivery writes, however often it is tried. */
export function segmentStem(projectId: string, receivedMs: number, name: string): string {
  return `${segmentFolder(projectId, receivedMs)}${name}.`;
}

/** Named by its content too: the places that the index remembers must never come to hold other bytes. */
export function segmentKey(stem: string, contentHash: string): string {
  return `${stem}${contentHash}.ndjson`;
}
