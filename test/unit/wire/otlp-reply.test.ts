import { fromBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { otlpAccepted, otlpRefused } from "../../../domain/wire/otlp-reply.ts";
import { otlpMessage } from "../../../domain/wire/otlp-schema.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const rejected = Array.from({ length: 7 }, (_, index) => ({ index, reason: "no traceId" }));

describe("the answer to an export", () => {
  test("that was taken whole is {} in JSON and no bytes in protobuf", () => {
    expect(text(otlpAccepted("json", "traces", []).body)).toBe("{}");
    expect(otlpAccepted("protobuf", "traces", [])).toMatchObject({
      status: 200,
      contentType: "application/x-protobuf",
      body: new Uint8Array(),
    });
  });

  test.each([
    ["traces", "rejectedSpans"],
    ["logs", "rejectedLogRecords"],
    ["metrics", "rejectedDataPoints"],
  ] as const)("that lost items of %s counts all of them and names some", (signal, field) => {
    const reply = JSON.parse(text(otlpAccepted("json", signal, rejected).body));
    expect(reply.partialSuccess[field]).toBe("7");
    expect(reply.partialSuccess.errorMessage).toContain("item 0: no traceId");
    expect(reply.partialSuccess.errorMessage).toContain("and 2 more");
  });

  test("says the same in protobuf", () => {
    const reply = fromBinary(otlpMessage("Response"), otlpAccepted("protobuf", "traces", rejected).body);
    expect(reply).toMatchObject({ partialSuccess: { rejected: 7n, errorMessage: expect.stringContaining("no traceId") } });
  });

  test.each(["json", "protobuf"] as const)("that failed is a status with a message in %s", (encoding) => {
    const reply = otlpRefused(encoding, 400, "the body is not valid");
    expect(reply.status).toBe(400);
    const status = encoding === "json" ? JSON.parse(text(reply.body)) : fromBinary(otlpMessage("RpcStatus"), reply.body);
    expect(status).toMatchObject({ code: 3, message: "the body is not valid" });
  });
});
