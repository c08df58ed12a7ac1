// What went in or came out, as people read it: chat messages as a conversation, anything else as text. A list counts as a
// conversation only when every item has a role and contents, so nothing is ever left out.
import type { Child } from "hono/jsx";
import { isRecord, list, text } from "./json.ts";
import { Block, clipped, textOf } from "./safe-text.tsx";

/** Messages shown before the rest goes behind a click. */
const mostOpen = 8;

interface Message {
  role: string;
  body: string;
}

export function Content({ value, open = 1_200, rest }: { value: unknown; open?: number; rest?: Child }): Child {
  const messages = conversation(value);
  if (messages === null) return <Block value={textOf(value)} open={open} rest={rest} isProse={isProse(value)} />;
  const shown = messages.slice(-mostOpen);
  const earlier = messages.slice(0, -mostOpen);
  return (
    <div class="talk">
      {earlier.length > 0 && (
        <details class="earlier">
          <summary>{earlier.length} earlier messages</summary>
          <Talk messages={earlier.slice(-200)} open={400} rest={rest} />
        </details>
      )}
      <Talk messages={shown} open={open} rest={rest} />
    </div>
  );
}

function Talk({ messages, open, rest }: { messages: readonly Message[]; open: number; rest: Child }): Child {
  return (
    <ol class="messages">
      {messages.map(({ role, body }) => (
        <li class={role === "user" || role === "human" ? "from-user" : role === "assistant" || role === "ai" ? "from-agent" : ""}>
          <p class="role">
            <bdi>{clipped(role, 24)}</bdi>
          </p>
          <Block value={body} open={open} rest={rest} isProse={isProse(body)} />
        </li>
      ))}
    </ol>
  );
}

/** Text that is not laid out by its columns reads better in the page's own type. */
function isProse(value: unknown): boolean {
  return typeof value === "string" && !/^\s*[[{<]|```| {3}|\t/.test(value.slice(0, 2_000));
}

function conversation(value: unknown): Message[] | null {
  const messages = list(value).flatMap((each) => message(each) ?? []);
  return messages.length === 0 || messages.length !== list(value).length ? null : messages;
}

function message(value: unknown): Message | null {
  if (!isRecord(value)) return null;
  const role = text(value["role"]);
  if (role === null || !("content" in value || "parts" in value || "tool_calls" in value)) return null;
  const said = contentText(value["content"] ?? value["parts"] ?? "");
  const others = Object.entries(value).filter(([name]) => name !== "role" && name !== "content" && name !== "parts");
  return { role, body: others.length === 0 ? said : `${said}${said === "" ? "" : "\n\n"}${textOf(Object.fromEntries(others))}` };
}

/** Parts that are only text are joined; a mixture stays JSON, because its order and kinds matter. */
function contentText(content: unknown): string {
  if (!Array.isArray(content)) return textOf(content);
  const parts = content.flatMap((part) => plainPart(part) ?? []);
  return parts.length === content.length ? parts.join("\n\n") : textOf(content);
}

function plainPart(part: unknown): string | null {
  if (typeof part === "string") return part;
  if (!isRecord(part)) return null;
  const known = Object.keys(part).every((name) => name === "type" || name === "text" || name === "content");
  return known ? (text(part["text"]) ?? text(part["content"])) : null;
}
