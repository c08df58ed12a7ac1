// A Claude Code transcript (the lines of one session's file) to native runs: one run for each prompt, from the prompt to the last
// line before the next. Lines that are bookkeeping say nothing of the run and are left out; prompts that the model never answered
// (local commands, an interruption before the first word) are no runs. Nothing here reads files.
import { isObject, listOf, objectOf, textOf } from "./json-value.ts";
import { messageText, messagesOf } from "./messages.ts";
import { conversationSteps, isPlaceholder, timeOf, type TranscriptLine, type TranscriptStep } from "./claude-transcript-steps.ts";

/** The name of the agent where the importer gives no other; the exporter's `service.name` says the same. */
export const claudeCodeAgent = "claude-code";

/** The native run that a turn is. A run's id is made of the prompt's, so the same transcript read again gives the same runs. */
export interface TranscriptRun {
  id: string;
  agent: string;
  agent_version: string | null;
  session_id: string | null;
  cohort: Record<string, string>;
  started_at: string | null;
  ended_at: string | null;
  status: "ok" | "error" | "cancelled" | "incomplete";
  error: { type: string; message: string } | null;
  input: unknown;
  output: string | null;
  config: { model: string | null };
  steps: TranscriptStep[];
  metadata: Record<string, string>;
  instrumentation: { name: string };
}

/** True for a line that has a part in a run; all others are bookkeeping. */
export const isConversation = (line: TranscriptLine): boolean =>
  (line["type"] === "user" || line["type"] === "assistant") && isObject(line["message"]);

/** True for a line of a sub-agent, which belongs to the step that called it. */
export const isSidechain = (line: TranscriptLine): boolean => line["isSidechain"] === true;

/** What the client itself writes in the user's name: outputs of local commands. */
const clientText = /^<(local-command-(stdout|stderr|caveat)|bash-(stdout|stderr))>/;
const interruption = /^\[Request interrupted by user/;

/** True for a line with which a person (or whoever asks) begins: a new run. */
export function isPrompt(line: TranscriptLine): boolean {
  if (line["type"] !== "user" || isSidechain(line) || line["isMeta"] === true || line["isCompactSummary"] === true) return false;
  const content = objectOf(line["message"])["content"];
  if (listOf(content).some((block) => isObject(block) && block["type"] === "tool_result")) return false;
  const text = userText(line);
  if (text === null) return listOf(content).length > 0;
  return !clientText.test(text) && !interruption.test(text);
}

/** Ids of the sub-agents that these lines called: their transcripts are files of their own. */
export function subAgentsOf(lines: readonly TranscriptLine[]): string[] {
  return [...new Set(lines.flatMap((line) => textOf(objectOf(line["toolUseResult"])["agentId"]) ?? []))];
}

/**
 * The run of one turn: the prompt's line and all conversation lines up to the next prompt. null when the model said nothing.
 * @param subAgents lines of the sub-agents that it called, by their ids
 */
export function runOfTurn(
  lines: readonly TranscriptLine[],
  agent: string,
  subAgents: ReadonlyMap<string, readonly TranscriptLine[]> = new Map(),
): TranscriptRun | null {
  const main = lines.filter((line) => !isSidechain(line));
  const answers = main.filter((line) => line["type"] === "assistant" && !isPlaceholder(line));
  const [first] = main;
  const [firstAnswer] = answers;
  if (first === undefined || firstAnswer === undefined) return null;
  const anchor = isPrompt(first) ? first : firstAnswer;
  const id = textOf(anchor["uuid"]);
  if (id === null) return null;
  const error = endingError(answers);
  const version = textOf(anchor["version"]);
  return {
    id: `claude-code-${id}`,
    agent,
    agent_version: version,
    session_id: textOf(anchor["sessionId"]),
    cohort: cohortOf(anchor),
    started_at: timeOf(anchor),
    ended_at: main.map(timeOf).findLast((time) => time !== null) ?? null,
    status: statusOf(main, answers, error),
    error,
    input: anchor === first ? (userText(first) ?? objectOf(first["message"])["content"] ?? null) : null,
    output: error === null ? (answers.map(assistantText).findLast((text) => text !== null) ?? null) : null,
    config: { model: answers.map(modelOf).find((model) => model !== null) ?? null },
    steps: conversationSteps(lines, subAgents),
    metadata: metadataOf(anchor),
    instrumentation: { name: "claude-code-transcript" },
  };
}

function userText(line: TranscriptLine): string | null {
  const content = objectOf(line["message"])["content"];
  return typeof content === "string" ? textOf(content.trim()) : messageText(messagesOf([{ role: "user", content }])?.[0]);
}

function assistantText(line: TranscriptLine): string | null {
  return messageText(messagesOf([{ role: "assistant", content: objectOf(line["message"])["content"] }])?.[0]);
}

/** The model that was asked for, which the answer may spell out in more detail. */
function modelOf(line: TranscriptLine): string | null {
  const model = textOf(line["requestedModel"]) ?? textOf(objectOf(line["message"])["model"]);
  return model === "<synthetic>" ? null : model;
}

/** A turn fails when the last thing that the model's side said is a failed request. */
function endingError(answers: readonly TranscriptLine[]): TranscriptRun["error"] {
  const last = answers.at(-1);
  if (last?.["isApiErrorMessage"] !== true) return null;
  return { type: textOf(last["error"]) ?? "api_error", message: assistantText(last) ?? "the request failed" };
}

function statusOf(
  main: readonly TranscriptLine[],
  answers: readonly TranscriptLine[],
  error: TranscriptRun["error"],
): TranscriptRun["status"] {
  if (main.some((line) => line["type"] === "user" && interruption.test(userText(line) ?? ""))) return "cancelled";
  if (error !== null) return "error";
  const message = objectOf(answers.at(-1)?.["message"]);
  const wantsTool = listOf(message["content"]).some((block) => isObject(block) && block["type"] === "tool_use");
  return wantsTool || message["stop_reason"] === "tool_use" ? "incomplete" : "ok";
}

/** Which project folder, and by what it was started: what behaviour may differ by. */
function cohortOf(line: TranscriptLine): Record<string, string> {
  const folder = textOf(line["cwd"])
    ?.split(/[/\\]/)
    .findLast((part) => part !== "");
  return known({ project: folder ?? null, entrypoint: textOf(line["entrypoint"]) });
}

const metadataOf = (line: TranscriptLine): Record<string, string> =>
  known({ cwd: textOf(line["cwd"]), git_branch: textOf(line["gitBranch"]), permission_mode: textOf(line["permissionMode"]) });

function known(values: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
