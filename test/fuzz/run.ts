// `npm run fuzz`: hostile bodies to every door of a Bento started for it. Prints the seed, a bar, a table and what it found; exits 1 when
// it found anything. A request that did harm is made again with --seed and --only.
import { Presets, SingleBar } from "cli-progress";
import Table from "cli-table3";
import { Command, InvalidArgumentError } from "commander";
import pc from "picocolors";
import { call, startProcess, temporaryFolder, adminKey, type BentoProcess } from "../system/bento-process.ts";
import { fuzz, type Fault, type FuzzReport } from "./fuzz.ts";
import { showRequest } from "./show-request.ts";

const options = new Command("fuzz")
  .description("Sends spoilt bodies of real clients to every door of Bento and checks that it neither falls nor lies.")
  .option("--bodies <n>", "requests to send", wholeNumber, 20_000)
  .option("--seed <n>", "makes the same requests again", wholeNumber, Date.now() % 1_000_000)
  .option("--concurrency <n>", "requests under way at once", wholeNumber, 16)
  .option("--honest-every <n>", "hostile requests between two honest rounds", wholeNumber, 500)
  .option("--only <n>", "sends the request of this number alone and shows it with its answer", wholeNumber)
  .parse()
  .opts<{ bodies: number; seed: number; concurrency: number; honestEvery: number; only?: number }>();

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError("It must be a whole number.");
  return number;
}

/** Faults of one kind that are shown. */
const mostShown = 5;

console.log(`seed ${options.seed}, ${options.bodies} bodies`);
const folder = temporaryFolder();
const startedMs = Date.now();
let bento: BentoProcess | undefined;
try {
  bento = await startProcess(folder.path);
  const { url } = bento;
  const key = await newKey(url, "hostile");
  if (options.only !== undefined) await showRequest({ url, key, seed: options.seed, number: options.only });
  else {
    const report = await fuzz({ ...options, url, key, honestKey: await newKey(url, "honest"), onProgress: bars() });
    print(report, bento.said());
    if (report.faults.length > 0) process.exitCode = 1;
  }
} catch (error) {
  console.error(pc.red(error instanceof Error ? error.message : String(error)));
  if (bento !== undefined) console.error(bento.said().slice(-4_000));
  process.exitCode = 1;
} finally {
  await bento?.stop();
  folder.remove();
}

async function newKey(url: string, name: string): Promise<string> {
  const response = await call(url, "POST", "/v1/projects", { name }, adminKey);
  const { key }: { key: string } = await response.json();
  return key;
}

/** One bar a stage on a terminal, a line now and then in a log. */
function bars(): (stage: string, done: number, total: number) => void {
  let bar: SingleBar | undefined;
  let current = "";
  let toldMs = 0;
  return (stage, done, total) => {
    if (!process.stdout.isTTY) {
      if (Date.now() - toldMs < 15_000 && done !== total) return;
      toldMs = Date.now();
      console.log(`${stage} ${done}/${total}`);
      return;
    }
    if (stage !== current) {
      bar?.stop();
      bar = new SingleBar({ format: "{stage} {bar} {value}/{total} {eta_formatted}", hideCursor: true }, Presets.shades_classic);
      bar.start(total, done, { stage });
      current = stage;
    }
    bar?.setTotal(total);
    bar?.update(done, { stage });
    if (done === total) bar?.stop();
  };
}

function print({ faults, doors, seconds, ...rest }: FuzzReport, said: string): void {
  const table = new Table({ head: ["door", "sent", "accepted", "refused", "cut"], style: { head: [], border: [] } });
  const rows = [...doors].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [door, { sent, accepted, refused, cut }] of rows) table.push([door, sent, accepted, refused, cut]);
  const sum = (of: "sent" | "accepted" | "refused" | "cut") => rows.reduce((total, [, count]) => total + count[of], 0);
  table.push([pc.bold("all"), sum("sent"), sum("accepted"), sum("refused"), sum("cut")]);
  console.log(table.toString());
  const figures = new Table({ style: { head: [], border: [] } });
  figures.push(
    ["503 answers, sent again", rest.retried],
    ["runs that read back", rest.storedRuns],
    ["scores that read back", rest.storedScores],
    ["items refused alone", rest.refusedItems],
    ["honest runs among them", rest.honestRuns],
    ["errors that Bento logged", errorsIn(said).length],
    ["seconds: sending, settling, reading", `${seconds.sending}, ${seconds.settling}, ${seconds.reading}`],
    ["seconds in all", Math.round((Date.now() - startedMs) / 1_000)],
    ["faults", faults.length],
  );
  console.log(figures.toString());
  for (const [reason, times] of counted(errorsIn(said))) console.log(`logged ${times} ×: ${reason}`);
  printFaults(faults);
}

function errorsIn(said: string): string[] {
  return said.split("\n").filter((line) => line.includes('"level":"error"') || /uncaught|exception/i.test(line));
}

/** Equal lines but for their numbers. */
function counted(lines: readonly string[]): [string, number][] {
  const groups = Map.groupBy(lines, (line) => line.replace(/\d+/g, "n").slice(0, 200));
  return [...groups].map(([line, equal]): [string, number] => [line, equal.length]).toSorted((a, b) => b[1] - a[1]);
}

function printFaults(faults: readonly Fault[]): void {
  if (faults.length === 0) console.log(pc.green("no fault found"));
  for (const [fault, equal] of Map.groupBy(faults, (one) => one.fault.replace(/"[^"]*"/g, '"…"').slice(0, 120))) {
    console.log(pc.red(`${equal.length} × ${fault}`));
    for (const one of equal.slice(0, mostShown)) {
      const again = one.number === null ? "" : `  --seed ${options.seed} --only ${one.number}`;
      console.log(`    ${one.specimen} (${one.story})${again}${one.number === null ? one.fault.slice(0, 300) : ""}`);
    }
  }
}
