// Runs the `bento` command as a person does, as a process of its own in a folder of its own.
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

export interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandContext {
  /** Where it is called. */
  cwd: string;
  /** Where the ledger of imports is kept. */
  state: string;
  url: string;
  key: string;
}

/** The command, running. `launcher`: through the file that `npx bento` runs, which finds its own Node. */
export function startCommand(args: readonly string[], { cwd, state, url, key }: CommandContext, launcher = false): ChildProcess {
  const env = { ...process.env, BENTO_URL: url, BENTO_KEY: key, XDG_STATE_HOME: state, NO_COLOR: "1" };
  const [file, ...first] = launcher ? [join(root, "cli/bento.sh")] : [join(root, "node_modules/.bin/node"), join(root, "cli/bento.ts")];
  return spawn(file ?? "", [...first, ...args], { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
}

export async function runCommand(args: readonly string[], context: CommandContext, { launcher = false, input = "" } = {}): Promise<Said> {
  const child = startCommand(args, context, launcher);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin?.end(input);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}
