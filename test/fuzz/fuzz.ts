// A campaign: hostile requests to every door of a running Bento, honest ones among them, and at the end the books: what was accepted can
// be read, what was refused is not there, nothing waits and nothing died. It finds; the caller decides what a fault is worth.
import { setTimeout as pause } from "node:timers/promises";
import { checkAnswer } from "./answer.ts";
import { honestRound, runsInHonestRound } from "./honest.ts";
import { hostileRequests, type HostileRequest } from "./hostile-request.ts";
import { knownSpecimens } from "./known-specimens.ts";
import { newLedger, type Ledger } from "./ledger.ts";
import { meaningOf } from "./meaning.ts";
import { readBack, untilSettled } from "./read-back.ts";
import { senderTo, type Outcome, type Sender } from "./send.ts";

export interface FuzzOptions {
  url: string;
  /** Of an empty project: its counts are held against the answers. */
  key: string;
  /** Of another project. */
  honestKey: string;
  seed: number;
  bodies: number;
  /** Requests under way at once. */
  concurrency: number;
  /** Hostile requests between two honest rounds. */
  honestEvery: number;
  onProgress?: (stage: string, done: number, total: number) => void;
}

export interface Fault {
  /** The request's number, by which it can be made again; null for what is the campaign's as a whole. */
  number: number | null;
  specimen: string;
  story: string;
  fault: string;
}

export interface DoorCount {
  sent: number;
  accepted: number;
  refused: number;
  cut: number;
}

export interface FuzzReport {
  faults: Fault[];
  doors: Map<string, DoorCount>;
  /** Answers of 503, each of which was sent again. */
  retried: number;
  honestRuns: number;
  storedRuns: number;
  storedScores: number;
  refusedItems: number;
  /** What each stage took. */
  seconds: { sending: number; settling: number; reading: number };
}

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { url, bodies, concurrency, onProgress = () => {} } = options;
  const sender = senderTo(url, concurrency);
  const campaign: Campaign = {
    ...options,
    onProgress,
    sender,
    honestSender: senderTo(url, 1),
    requestOf: hostileRequests(await knownSpecimens(), options.seed),
    ledger: newLedger(),
    report: newReport(),
    started: 0,
    done: 0,
  };
  try {
    return await conducted(campaign);
  } finally {
    // Whatever ended it, no sender goes on.
    campaign.started = campaign.done = bodies;
    sender.close();
    campaign.honestSender.close();
  }
}

async function conducted(campaign: Campaign): Promise<FuzzReport> {
  const { report, ledger, requestOf, sender, key, concurrency, bodies, onProgress } = campaign;
  const find = (request: HostileRequest | null, fault: string) => void report.faults.push(faultOf(request, fault));
  const lap = stopwatch();
  await Promise.all([beHonest(campaign), ...Array.from({ length: concurrency }, () => beHostile(campaign))]);
  report.seconds.sending = lap();
  const isSettled = await untilSettled(sender, key, (pending) => onProgress("settling", 0, pending));
  if (!isSettled) find(null, "requests are pending and are not getting fewer");
  report.seconds.settling = lap();
  const read = await readBack(sender, { key, concurrency, find: (fault) => find(null, fault), onProgress });
  report.seconds.reading = lap();
  for (const { number, fault } of ledger.differences(read)) find(number === null || number >= bodies ? null : requestOf(number), fault);
  return { ...report, storedRuns: read.runIds.size, storedScores: read.scores.length, refusedItems: read.status.rejected };
}

interface Campaign extends Required<FuzzOptions> {
  sender: Sender;
  honestSender: Sender;
  requestOf: (number: number) => HostileRequest;
  ledger: Ledger;
  report: FuzzReport;
  started: number;
  done: number;
}

const newReport = (): FuzzReport => ({
  faults: [],
  doors: new Map(),
  retried: 0,
  honestRuns: 0,
  storedRuns: 0,
  storedScores: 0,
  refusedItems: 0,
  seconds: { sending: 0, settling: 0, reading: 0 },
});

/** Seconds since it was asked last. */
function stopwatch(): () => number {
  let sinceMs = Date.now();
  return () => {
    const seconds = Math.round((Date.now() - sinceMs) / 1_000);
    sinceMs = Date.now();
    return seconds;
  };
}

/** One of the senders that work side by side. */
async function beHostile(campaign: Campaign): Promise<void> {
  while (campaign.started < campaign.bodies) {
    const request = campaign.requestOf(campaign.started++);
    await sendAndCheck(campaign, request);
    campaign.onProgress("hostile requests", ++campaign.done, campaign.bodies);
  }
}

async function sendAndCheck({ report, ledger, sender, key }: Campaign, request: HostileRequest): Promise<void> {
  const find = (fault: string) => void report.faults.push(faultOf(request, fault));
  const read = await meaningOf(request);
  if ("thrown" in read) find(`a reader throws: ${read.thrown}`);
  const meaning = "thrown" in read || request.isDoubtful ? null : read;
  const count = countOf(report.doors, request);
  for (let time = 0; time < (request.way === "twice" ? 2 : 1); time += 1) {
    const outcome = await sendPatiently(sender, request, request.isKeyWrong ? `wrong-${key}` : key, () => (report.retried += 1));
    count.sent += 1;
    if (request.way === "cut") count.cut += 1;
    else if ("failure" in outcome) find(`the connection broke: ${outcome.failure}`);
    else {
      const checked = checkAnswer(request, outcome, meaning);
      for (const fault of checked.faults) find(fault);
      ledger.note(request, meaning, checked);
      count[outcome.status < 300 ? "accepted" : "refused"] += 1;
    }
  }
}

/** A round now and then, and one when all is over. */
async function beHonest(campaign: Campaign): Promise<void> {
  const { report, honestSender, honestKey, honestEvery, bodies } = campaign;
  for (let round = 0, isLast = false; !isLast;) {
    isLast = campaign.done >= bodies;
    if (!isLast && campaign.done < round * honestEvery) {
      await pause(100);
      continue;
    }
    for (const fault of await honestRound(honestSender, honestKey, round++)) report.faults.push(faultOf(null, fault));
    report.honestRuns += runsInHonestRound;
  }
}

function faultOf(request: HostileRequest | null, fault: string): Fault {
  return { number: request?.number ?? null, specimen: request?.specimen ?? "", story: request?.story ?? "", fault };
}

function countOf(doors: Map<string, DoorCount>, { method, path, headers }: HostileRequest): DoorCount {
  const door = `${method} ${path.replace(/^\/runs\/(?!batch$|multipart$).*/, "/runs/{id}")}${/protobuf/.test(headers["content-type"] ?? "") ? " protobuf" : ""}`;
  const count = doors.get(door) ?? { sent: 0, accepted: 0, refused: 0, cut: 0 };
  doors.set(door, count);
  return count;
}

const mostTries = 5;

/** As a client does that is asked to come again. */
async function sendPatiently(sender: Sender, request: HostileRequest, key: string, onRetry: () => void): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await sender.send(request, key, request.way);
    if ("failure" in outcome || outcome.status !== 503 || attempt === mostTries) return outcome;
    onRetry();
    const seconds = Number(outcome.headers["retry-after"]);
    if (!(seconds > 0)) return { failure: "503 without Retry-After" };
    await pause(seconds * 1_000);
  }
}
