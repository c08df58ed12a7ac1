// How far an import is: one bar on standard error while files are read, one while Bento works through what it took. Nothing where
// nobody watches.
import { Presets, SingleBar } from "cli-progress";
import { cut } from "../print.ts";

export interface ImportProgress {
  file: (name: string) => void;
  read: (bytes: number) => void;
  pending: (requests: number) => void;
  stop: () => void;
}

const longestName = 40;

export function importProgress(totalBytes: number): ImportProgress {
  if (!process.stderr.isTTY) return { file: () => {}, read: () => {}, pending: () => {}, stop: () => {} };
  const bar = new SingleBar(
    { format: "  {what} {bar} {percentage}%", stream: process.stderr, hideCursor: true, clearOnComplete: true },
    Presets.shades_classic,
  );
  let read = 0;
  let name = "";
  let most = 0;
  const show = (what: string, total: number, done: number): void => {
    if (!bar.isActive) bar.start(total, done, { what });
    bar.setTotal(total);
    bar.update(done, { what });
  };
  return {
    file: (next) => {
      name = cut(next.length > longestName ? `…${next.slice(1 - longestName)}` : next, longestName);
    },
    read: (bytes) => {
      read += bytes;
      show(name.padEnd(longestName), Math.max(totalBytes, read), read);
    },
    pending: (requests) => {
      most = Math.max(most, requests);
      if (most > 0) show("processing".padEnd(longestName), most, most - requests);
    },
    stop: () => {
      if (bar.isActive) bar.stop();
    },
  };
}
