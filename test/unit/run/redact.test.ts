import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  customPatternProblem,
  credentialsOnly,
  hashUserId,
  redact,
  type RedactionRules,
  redactionRulesOf,
} from "../../../domain/run/redact.ts";

const choice = { email: true, card: true, phone: true, hash_user_ids: false, patterns: [{ name: "account", pattern: "ACC-\\d{6}" }] };
const everything = redactionRulesOf(choice, "salt");
const only = (part: "email" | "card" | "phone"): RedactionRules => ({ ...credentialsOnly, [part]: true });
const clean = (value: unknown, rules: RedactionRules = credentialsOnly): unknown => redact(value, rules).value;

// Put together from parts, so that no scanner of this repository takes them for real.
const key = (prefix: string, body = "Ab3dEf6hIj9kLmN2pQrS5uVwX8zAb3dEf6hIj9k"): string => prefix + body;

describe("credentials are always taken out", () => {
  it.each([
    ["OpenAI", key("sk-proj-"), "api_key"],
    ["Anthropic", key("sk-ant-api03-"), "api_key"],
    ["Stripe", key("sk_live_"), "api_key"],
    ["GitHub", key("ghp_"), "api_key"],
    ["GitHub, fine-grained", key("github_pat_"), "api_key"],
    ["GitLab", key("glpat-"), "api_key"],
    ["Slack", key("xoxb-", "123456789012-abcdefABCDEF"), "api_key"],
    ["Google", key("AIza", "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q"), "api_key"],
    ["Hugging Face", key("hf_", "abcdefghijklmnopqrstuvwxyzABCDEFGH"), "api_key"],
    ["SendGrid", key("SG.", "abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"), "api_key"],
    ["AWS", key("AKIA", "IOSFODNN7EXAMPLE"), "aws_access_key"],
    ["a JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "jwt"],
  ])("%s", (_, secret, kind) => {
    expect(clean(`before ${secret} after`)).toBe(`before [redacted:${kind}] after`);
    expect(clean(`"${secret}"`)).toBe(`"[redacted:${kind}]"`);
  });

  it("a bearer token, but not the word", () => {
    expect(clean("Authorization: Bearer abcdef1234567890abcdef==")).toBe("Authorization: Bearer [redacted:bearer_token]");
    expect(clean("Use bearer authentication here, Bearer internationalization")).toBe(
      "Use bearer authentication here, Bearer internationalization",
    );
  });

  it("a private key, also one that was cut", () => {
    const block = `-----BEGIN RSA ${"PRIVATE"} KEY-----\nMIIEow\nAbC=\n`;
    expect(clean(`a ${block}-----END RSA PRIVATE KEY----- b`)).toBe("a [redacted:private_key] b");
    expect(clean(`a ${block}`)).toBe("a [redacted:private_key]");
  });

  it("a password in an address, keeping who and where", () => {
    expect(clean("postgres://bob:hunter2@db:5432/x")).toBe("postgres://bob:[redacted:url_password]@db:5432/x");
    expect(clean("http://host:8080/path and https://a.b/c?d=e:f@g")).toBe("http://host:8080/path and https://a.b/c?d=e:f@g");
  });

  it.each([
    ["API_KEY=abcd1234", "API_KEY=[redacted:secret]"],
    ["export DB_PASSWORD=letmein", "export DB_PASSWORD=[redacted:secret]"],
    ["https://x.y/?access_token=abc123def&page=2", "https://x.y/?access_token=[redacted:secret]&page=2"],
    ["password: hunter22", "password: [redacted:secret]"],
    ['{"client_secret": "correct horse" is cut', '{"client_secret": "[redacted:secret]" is cut'],
    ['log: {\\"api_key\\": \\"abc\\"}', 'log: {\\"api_key\\": \\"[redacted:secret]\\"}'],
    ["token=abc123def456", "token=[redacted:secret]"],
  ])("an assignment: %s", (text, expected) => expect(clean(text)).toBe(expected));

  it.each([
    ["password: must be longer"],
    ["the password is wrong"],
    ['secret = os.environ["X"]'],
    ["api_key = config.api_key"],
    ["max_tokens: 4096, total_tokens=512"],
    ["token: Hello"],
    ["next_page_token=abc"],
    ["tokenizer: gpt2, secretary: Ann"],
    ['{"password": "string", "secret": null'],
    ["password=getPassword()"],
    ["sk-circle-fade-dot-animation-block"],
    ["2026-11-24T10:00:00Z 10.0.92.27 v1.2.3 f5e4951881e3420573663ccbecbf6c39"],
  ])("but not from %s", (text) => expect(redact(text, credentialsOnly)).toEqual({ value: text, count: 0 }));

  it("under the name of a secret", () => {
    expect(clean({ password: "x", apiKey: "abc", "x-api-key": "abc", headers: { Authorization: "Basic abc", Cookie: "a=b" } })).toEqual({
      password: "[redacted:secret]",
      apiKey: "[redacted:secret]",
      "x-api-key": "[redacted:secret]",
      headers: { Authorization: "[redacted:secret]", Cookie: "[redacted:secret]" },
    });
    const innocent = {
      password: { type: "string", description: "The password" },
      token: " Hello",
      secret: "",
      input_tokens: 5,
      is_secret: true,
      key: "order",
    };
    expect(clean(innocent)).toEqual(innocent);
  });
});

describe("personal data is taken out where the project says so", () => {
  it.each<["email" | "card" | "phone", string, string]>([
    ["email", "write to bob.smith+x@mail.example.co.uk.", "write to [redacted:email]."],
    ["email", "müller@bücher.de", "[redacted:email]"],
    ["card", "card 4111111111111111, or 4111 1111 1111 1111", "card [redacted:card], or [redacted:card]"],
    ["card", "amex 3782-822463-10005", "amex [redacted:card]"],
    ["phone", "call +49 30 1234567 or +1 (555) 123-4567", "call [redacted:phone] or [redacted:phone]"],
    ["phone", "call (555) 123-4567 or 555-123-4567", "call [redacted:phone] or [redacted:phone]"],
    ["phone", "ruf 030 1234567 an", "ruf [redacted:phone] an"],
  ])("%s: %s", (part, text, expected) => {
    expect(clean(text, only(part))).toBe(expected);
    expect(clean(text)).toBe(text);
  });

  it.each([
    ["user@host without a domain, @mention, a@1.2.3"],
    ["4111111111111112 is no card, nor 1795514400000000000"],
    ["2026-11-24 10:00:00 +01:00, 10.0.92.27, 1.2.3, 2026-11-24T10:00:00.000Z, 100 200 300, 0.5-0.75"],
    ["3724d2034b38abf3b9814b16f2cca071 and 550e8400-e29b-41d4-a716-446655440000"],
  ])("but not %s", (text) => expect(clean(text, everything)).toBe(text));

  it("takes out what the project's own patterns find", () => {
    expect(clean("account ACC-123456", everything)).toBe("account [redacted:account]");
    expect(clean({ "ACC-123456": 1 }, everything)).toEqual({ "ACC-123456": 1 });
  });

  it("says why a pattern is refused", () => {
    expect(customPatternProblem("a", "ACC-\\d+")).toBeNull();
    expect(customPatternProblem("a", "(x)\\1")).toContain("refers back");
    expect(customPatternProblem("a b", "x")).toContain("part of the mark");
  });
});

describe("where it looks", () => {
  it("redacts inside JSON text and leaves the rest of the text exactly as it was", () => {
    const text = '{ "to":"bob@example.com",\n "n":12345678901234567890, "f":1.50, "nested":"{\\"password\\":\\"abc\\"}", "é":"\\u00e9" }';
    expect(clean(text, everything)).toBe(
      '{ "to":"[redacted:email]",\n "n":12345678901234567890, "f":1.50, "nested":"{\\"password\\":\\"[redacted:secret]\\"}", "é":"\\u00e9" }',
    );
  });

  it("sees through escapes in JSON text", () => {
    expect(clean('{"a":"\\u0041KIAIOSFODNN7EXAMPLE"}')).toBe('{"a":"[redacted:aws_access_key]"}');
  });

  it("knows which key a text in JSON text stands under", () => {
    expect(clean('[{"password":["a","b"],"x":"c"},"d"]')).toBe('[{"password":["[redacted:secret]","[redacted:secret]"],"x":"c"},"d"]');
  });

  it("never rewrites ids, and hashes user ids only when told", () => {
    const record = {
      user_id: "bob@example.com",
      session_id: "bob@example.com",
      traceId: "4111111111111111",
      id: "555-123-4567",
      order_id: "4111111111111111",
      run: "a@b.de",
    };
    expect(clean(record, everything)).toEqual(record);
    const hashed = redactionRulesOf({ ...choice, hash_user_ids: true }, "salt");
    expect(clean(record, hashed)).toEqual({ ...record, user_id: hashUserId("bob@example.com", "salt") });
    expect(clean(clean(record, hashed), hashed)).toEqual(clean(record, hashed));
    expect(hashUserId("bob", "salt")).not.toBe(hashUserId("bob", "other"));
  });

  it("takes the name of an OTLP attribute from its key", () => {
    const attribute = (name: string, text: string): unknown => ({ key: name, value: { stringValue: text } });
    expect(
      clean([attribute("user.id", "bob@example.com"), attribute("api_key", "abc"), attribute("note", "bob@example.com")], everything),
    ).toEqual([attribute("user.id", "bob@example.com"), attribute("api_key", "[redacted:secret]"), attribute("note", "[redacted:email]")]);
    expect(clean({ key: "n", value: { intValue: "4111111111111111" } }, everything)).toEqual({
      key: "n",
      value: { intValue: "4111111111111111" },
    });
  });

  it("leaves numbers, truth values and times alone", () => {
    const value = { n: 4111111111111111, b: true, z: null, startTimeUnixNano: "4111111111111111", at: "2026-11-24T10:00:00.000Z" };
    expect(redact(value, everything)).toEqual({ value, count: 0 });
  });

  it("redacts keys, and keeps two that become one apart", () => {
    expect(clean({ "a@example.com": 1, "b@example.com": 2 }, everything)).toEqual({ "[redacted:email]": 1, "[redacted:email] (2)": 2 });
  });

  it("survives nesting that no recursive walk does", () => {
    const deep: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
    expect(JSON.stringify(clean(deep))).toContain("truncated below");
  });
});

describe("redacting twice", () => {
  const bits = fc.constantFrom(
    key("sk-"), key("ghp_"), "AKIAIOSFODNN7EXAMPLE", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc", "bob@example.com", "4111111111111111", "+49 30 1234567",
    "555-123-4567", "ACC-123456", "password", "=", ":", " ", '"', "'", "://", "@", "Bearer ", "[redacted:", "]", "{", "}", "\\", "token", "a", "1", "-----BEGIN PRIVATE KEY-----", "\n", ",",
  ); // prettier-ignore
  const text = fc.array(bits, { maxLength: 12 }).map((parts) => parts.join(""));

  it("changes nothing more where numbers are glued to each other and to a key", () => {
    const once = redact(`${"+49 30 1234567".repeat(5)}${key("sk-")}`, everything).value;
    expect(once).not.toContain("sk-");
    expect(redact(once, everything)).toEqual({ value: once, count: 0 });
  });

  it("changes nothing more", () => {
    fc.assert(
      fc.property(text, (value) => {
        const once = redact(value, everything).value;
        expect(redact(once, everything)).toEqual({ value: once, count: 0 });
      }),
      { numRuns: 2_000 },
    );
  });

  it("changes nothing more in JSON and in JSON text, which stays JSON", () => {
    const value = fc.dictionary(
      fc.constantFrom("password", "user_id", "note", "token", "id"),
      fc.oneof(text, fc.array(text), fc.dictionary(fc.string(), text)),
    );
    fc.assert(
      fc.property(value, (given) => {
        const once = redact(given, everything).value;
        expect(redact(once, everything).value).toEqual(once);
        const asText = redact(JSON.stringify(given), everything).value;
        const parsed: unknown = JSON.parse(String(asText));
        expect(Object.keys(parsed ?? {})).toHaveLength(Object.keys(given).length);
        expect(redact(asText, everything).value).toBe(asText);
      }),
      { numRuns: 200 },
    );
  });

  it("leaves no address behind, wherever it stands", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, name) => {
        const given = { wrapped: [value, JSON.stringify({ [`x${name}`]: "bob@example.com" })], text: "to bob@example.com" };
        expect(JSON.stringify(redact(given, everything).value)).not.toContain("bob@example.com");
      }),
    );
  });
});

describe("speed", () => {
  it("is linear in hostile text", () => {
    const hostile = [
      "a",
      "-----BEGIN PRIVATE KEY-----",
      "eyJ-",
      "a@",
      "4",
      "+1 ",
      "sk-",
      "://a:",
      "password=",
      "password='",
      "[redacted:",
      "token",
      "Bearer ",
    ];
    const slow = hostile.filter((unit) => {
      const started = performance.now();
      redact(unit.repeat(Math.ceil(500_000 / unit.length)), everything);
      return performance.now() - started > 3_000;
    });
    expect(slow).toEqual([]);
  });
});
