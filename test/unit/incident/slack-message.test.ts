import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeSlack, slackLine, slackMessage, type Told } from "../../../domain/incident/slack-message.ts";

const told: Told = {
  event: "alert.fired",
  title: "success of bot fell from 0.90 to 0.70",
  summary: "It fell.",
  severity: "high",
  agent: "bot",
  facts: [["rule", "outages"]],
};

describe("a message for Slack", () => {
  test("is a line and blocks", () => {
    expect(slackMessage(told)).toEqual({
      text: "alert.fired: [high] success of bot fell from 0.90 to 0.70",
      blocks: [
        { type: "section", text: { type: "mrkdwn", text: "*success of bot fell from 0.90 to 0.70*" } },
        { type: "section", text: { type: "mrkdwn", text: "It fell." } },
        {
          type: "context",
          elements: [
            { type: "mrkdwn", text: "agent: bot" },
            { type: "mrkdwn", text: "rule: outages" },
          ],
        },
      ],
    });
  });

  test.each([
    ["<!channel> look", "&lt;!channel&gt; look"],
    ["<https://evil.example|our docs>", "&lt;https://evil.example|our docs&gt;"],
    ["a & b", "a &amp; b"],
    ["&lt;", "&amp;lt;"],
  ])("reads %s as plain text", (hostile, safe) => {
    expect(escapeSlack(hostile)).toBe(safe);
    expect(slackLine({ event: "e", severity: null, title: hostile })).toBe(`e: ${safe}`);
  });

  test("holds no control character of Slack whatever a trace puts in it, and stays within Slack's limits", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 5_000 });
    fc.assert(
      fc.property(text, text, text, (title, summary, agent) => {
        const message = slackMessage({ ...told, title, summary, agent, facts: [["owner", title]] });
        const texts = [
          message.text,
          ...message.blocks.flatMap((block) => (block.type === "section" ? [block.text] : block.elements)).map(({ text: shown }) => shown),
        ];
        for (const shown of texts) expect(shown).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        for (const block of message.blocks) {
          if (block.type === "section") expect(block.text.text.length).toBeLessThanOrEqual(3_000);
          else expect(block.elements.length).toBeLessThanOrEqual(10);
        }
      }),
      { examples: [["<!here>".repeat(900), "&".repeat(4_000), "*<>*"]] },
    );
  });
});
