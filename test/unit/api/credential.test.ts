import { describe, expect, it } from "vitest";
import { credentialOf } from "../../../workers/pipeline/credential.ts";

const basic = (text: string): string => `Basic ${Buffer.from(text, "utf8").toString("base64")}`;

describe("the key of a request", () => {
  it.each([
    [{ authorization: "Bearer k1" }, "k1"],
    [{ authorization: "bearer   k1 " }, "k1"],
    [{ authorization: "BEARER k1" }, "k1"],
    [{ "x-api-key": " k1 " }, "k1"],
    [{ "api-key": "k1" }, "k1"],
    [{ api_key: "k1" }, "k1"],
    [{ authorization: basic("pk-lf-1:k1") }, "k1"],
    [{ authorization: basic(":k1") }, "k1"],
    [{ authorization: basic("pk:k1:with:colons") }, "k1:with:colons"],
    [{ authorization: basic("pk:schlüssel") }, "schlüssel"],
    [{ authorization: "Bearer k1", "x-api-key": "k2" }, "k1"],
    [{ authorization: "Bearer", "x-api-key": "k2" }, "k2"],
    [{ authorization: "Basic !!!", "x-api-key": "k2" }, "k2"],
    [{ "x-api-key": "k1", "api-key": "k2" }, "k1"],
  ])("in %j is %s", (headers, key) => {
    expect(credentialOf(new Headers(headers))).toBe(key);
  });

  it.each([
    [{}],
    [{ authorization: "" }],
    [{ authorization: "k1" }],
    [{ authorization: "Digest k1" }],
    [{ authorization: basic("no colon") }],
    [{ authorization: basic("pk:") }],
    [{ authorization: "Basic /w==" }],
    [{ "x-api-key": "  " }],
  ])("in %j is none", (headers) => {
    expect(credentialOf(new Headers(headers))).toBeNull();
  });
});
