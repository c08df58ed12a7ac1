import { describe, expect, it } from "vitest";
import { credentialsOnly, redactionRulesOf } from "../../../domain/run/redact.ts";
import { redactRecord, redactRunDraft } from "../../../domain/run/redact-run.ts";
import { aDraft, aStep } from "./a-run.ts";

const everything = redactionRulesOf(
  { email: true, card: true, phone: true, hash_user_ids: false, patterns: [{ name: "any", pattern: "[0-9a-f]{16}" }] },
  "salt",
);
const mail = "bob@example.com";

describe("redactRunDraft", () => {
  it("redacts every text of a run", () => {
    const draft = aDraft({
      cohort: { contact: mail },
      tags: [mail],
      error: { type: null, message: mail },
      input: [{ role: "user", content: mail }],
      output: mail,
      config: {
        model: "gpt-4o",
        prompt: { name: null, version: null, text: mail, hash: "abc" },
        tools: [{ name: "t", description: mail, parameters: { default: mail } }],
        params: { stop: mail },
        artifacts: [],
      },
      scores: [{ name: "s", value: mail, source: null, comment: mail }],
      steps: [
        aStep("a", "tool", {
          name: mail,
          error: { type: mail, message: mail },
          arguments: { to: mail },
          arguments_raw: `{"to":"${mail}"}`,
          result: mail,
          attributes: { note: mail },
        }),
        aStep("b", "llm", { input: mail, output: { content: mail } }),
      ],
      metadata: { contact: mail },
    });
    expect(JSON.stringify(redactRunDraft(draft, everything))).not.toContain(mail);
    expect(redactRunDraft(draft, credentialsOnly)).toEqual(draft);
  });

  it("keeps what names things", () => {
    const draft = aDraft({
      source_id: mail,
      agent: mail,
      session_id: mail,
      user_id: mail,
      shadow_of: mail,
      experiment: { id: mail, arm: mail, unit: mail },
      steps: [
        aStep(mail, "tool", {
          parent_id: mail,
          call_id: mail,
          model: mail,
          name: "t",
          attributes: { "user.id": mail, "session.id": mail },
        }),
      ],
      metadata: { user_id: mail },
    });
    expect(redactRunDraft(draft, everything)).toEqual(draft);
  });

  it("hashes the user id everywhere alike when the project says so", () => {
    const rules = redactionRulesOf({ email: false, card: false, phone: false, hash_user_ids: true, patterns: [] }, "salt");
    const hashed = redactRunDraft(
      aDraft({ user_id: mail, metadata: { user_id: mail }, steps: [aStep("a", "llm", { attributes: { "enduser.id": mail } })] }),
      rules,
    );
    expect(hashed.user_id).toMatch(/^usr_[0-9a-f]{24}$/);
    expect(hashed.metadata["user_id"]).toBe(hashed.user_id);
    expect(hashed.steps[0]?.attributes["enduser.id"]).toBe(hashed.user_id);
  });
});

describe("redactRecord", () => {
  it("keeps the fields by which a part of a trace is found again", () => {
    const record = {
      source: "span",
      traceId: "f5e4951881e3420573663ccbecbf6c39",
      key: "f42df5e6aca9ec77",
      spanId: "f42df5e6aca9ec77",
      parentId: null,
      startNs: "1795514400000000000",
      name: "say f42df5e6aca9ec77",
    };
    expect(redactRecord(record, everything)).toEqual({ ...record, name: "say [redacted:any]" });
  });

  it("redacts a native run as it was sent", () => {
    expect(redactRecord({ id: mail, agent: "a", input: mail, steps: [{ arguments: { password: "x" } }] }, everything)).toEqual({
      id: mail,
      agent: "a",
      input: "[redacted:email]",
      steps: [{ arguments: { password: "[redacted:secret]" } }],
    });
  });
});
