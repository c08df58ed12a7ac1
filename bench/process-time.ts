// CPU time of a child process, as Linux tells it under /proc. Other systems do not, and the answer is null there.
import { readdirSync, readFileSync } from "node:fs";

/** Of the kernel's clock that /proc counts in, towards programs. */
const ticksASecond = 100;

/** The newest child of this process that runs `command`; null when there is none. */
export function childPid(command: string): number | null {
  const pids = allPids().filter((pid) => {
    const stat = statOf(pid);
    return stat?.command === command && stat.parent === process.pid;
  });
  return pids.toSorted((a, b) => b - a)[0] ?? null;
}

/** User and system time since the process started; null when it has ended. */
export function cpuMsOf(pid: number): number | null {
  const stat = statOf(pid);
  return stat === null ? null : (stat.ticks * 1_000) / ticksASecond;
}

function allPids(): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function statOf(pid: number): { command: string; parent: number; ticks: number } | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command stands in parentheses and may hold blanks and more of them.
    const end = line.lastIndexOf(")");
    const rest = line.slice(end + 2).split(" ");
    // Counted from the third field of the line: the parent is its 4th, user and system time are its 14th and 15th.
    return { command: line.slice(line.indexOf("(") + 1, end), parent: Number(rest[1]), ticks: Number(rest[11]) + Number(rest[12]) };
  } catch {
    return null;
  }
}
