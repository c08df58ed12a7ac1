// The hours of a project's archive: which have something left to merge, what stands in one, and its lines as one stream. An hour is
// the hour of receipt; it is a folder of loose segments, a folder of merged ones, or for a while both.
import { hourFolder, hourPrefix, isPackedKey, segmentFolder, segmentPrefix } from "./keys.ts";
import { linesIn, segmentBytes, type StoredLine } from "./segments.ts";

export interface ArchivedSegment {
  key: string;
  bytes: number;
  /** Merged already. */
  isPacked: boolean;
}

/** Segments read at a time: a Worker has six connections. */
const mostReads = 6;
/** Bytes read at a time, beyond the first segment. */
const mostReadBytes = 8 * 1024 * 1024;

/** Hours with loose segments, oldest first. */
export function looseHours(bucket: R2Bucket, projectId: string): Promise<string[]> {
  return foldersIn(bucket, segmentPrefix(projectId));
}

/** Every hour that holds anything, oldest first. */
export async function allHours(bucket: R2Bucket, projectId: string): Promise<string[]> {
  const loose = await looseHours(bucket, projectId);
  return [...new Set([...loose, ...(await foldersIn(bucket, hourPrefix(projectId)))])].sort();
}

async function foldersIn(bucket: R2Bucket, prefix: string): Promise<string[]> {
  const folders: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix, delimiter: "/", ...(cursor === undefined ? {} : { cursor }) });
    folders.push(...page.delimitedPrefixes.map((folder) => folder.slice(prefix.length, -1)));
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return folders;
}

/** What stands in an hour, merged segments first. */
export async function* segmentsOfHour(bucket: R2Bucket, projectId: string, hour: string): AsyncGenerator<ArchivedSegment> {
  for (const prefix of [hourFolder(projectId, hour), segmentFolder(projectId, hour)]) {
    let cursor: string | undefined;
    do {
      const page = await bucket.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
      for (const { key, size } of page.objects) yield { key, bytes: size, isPacked: isPackedKey(key) };
      cursor = page.truncated ? page.cursor : undefined;
    } while (cursor !== undefined);
  }
}

/** Every line of `segments` that was not blanked, in their order. One that is gone meanwhile gives none. */
export async function* linesOf(bucket: R2Bucket, segments: readonly ArchivedSegment[]): AsyncGenerator<StoredLine> {
  for (const together of readTogether(segments)) {
    const bodies = await Promise.all(together.map(({ key }) => segmentBytes(bucket, key)));
    for (const [i, { key }] of together.entries()) {
      const body = bodies[i];
      if (body !== undefined && body !== null) yield* linesIn(key, body);
    }
  }
}

/** Neighbours, so many and so large that they may be held at once; a large one alone. */
function readTogether(segments: readonly ArchivedSegment[]): ArchivedSegment[][] {
  const groups: ArchivedSegment[][] = [];
  let bytes = 0;
  for (const segment of segments) {
    const open = groups.at(-1);
    bytes += segment.bytes;
    if (open !== undefined && open.length < mostReads && bytes <= mostReadBytes) open.push(segment);
    else {
      groups.push([segment]);
      bytes = segment.bytes;
    }
  }
  return groups;
}
