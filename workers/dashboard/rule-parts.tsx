// Parts of alert rules that several pages show: whom one tells, and the buttons that switch it and remove it.
import type { Child } from "hono/jsx";
import { listing, type Answer } from "./api-client.ts";
import { isRecord, text } from "./json.ts";
import { segment } from "./links.ts";
import type { RuleView } from "./read/alert.ts";
import { Name } from "./safe-text.tsx";
import type { View } from "./view.ts";

/** Webhooks of the project by id: the host of each, because the rest of an address may be a secret. */
export type HookNames = ReadonlyMap<string, string>;

export function hookNames(answer: Answer): HookNames {
  if (!answer.ok) return new Map();
  const named = listing(answer.data, (each): [string, string] | null => {
    if (!isRecord(each)) return null;
    const [id, url] = [text(each["id"]), text(each["url"])];
    return id === null ? null : [id, (url === null ? null : URL.parse(url)?.host) ?? id];
  });
  return new Map(named.items);
}

export function RuleTargets({ rule, hooks }: { rule: RuleView; hooks: HookNames }): Child {
  if (rule.targets.length === 0) return <span class="faint">webhooks that ask for alerts</span>;
  return (
    <>
      {rule.targets.map(({ webhookId, host }) => (
        <span class="chip">
          <Name value={webhookId === null ? (host ?? "Slack") : (hooks.get(webhookId) ?? webhookId)} most={40} />
        </span>
      ))}
    </>
  );
}

export function RuleSwitch({ rule, view, back }: { rule: RuleView; view: View; back: string }): Child {
  const action = (verb: string): string => `/act/alert-rules/${segment(rule.id)}/${verb}`;
  const hidden = (
    <>
      <input type="hidden" name="csrf" value={view.csrfToken} />
      <input type="hidden" name="next" value={back} />
    </>
  );
  return (
    <div class="letter-actions">
      <form method="post" action={action(rule.enabled ? "disable" : "enable")}>
        {hidden}
        <button type="submit">{rule.enabled ? "Switch off" : "Switch on"}</button>
      </form>
      <details class="action-sheet small-sheet">
        <summary>Remove…</summary>
        <form method="post" action={action("delete")}>
          {hidden}
          <p class="small">What it found ends without a word.</p>
          <button type="submit" class="danger">
            Remove it
          </button>
        </form>
      </details>
    </div>
  );
}
