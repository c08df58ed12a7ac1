import { describe, expect, it } from "vitest";
import { webhookUrlProblem } from "../../../workers/pipeline/api/webhook-url.ts";

describe("a webhook's address", () => {
  it.each([
    "https://hooks.example.com/services/T0/B0",
    "https://example.com:8443/x",
    "https://93.184.216.34/",
    "https://[2606:4700::1111]/",
    "https://bücher.example/",
  ])("%s is taken", (url) => {
    expect(webhookUrlProblem(url, false)).toBeNull();
    expect(webhookUrlProblem(url, true)).toBeNull();
  });

  it.each([
    "http://127.0.0.1:9000/x",
    "http://localhost:1",
    "https://localhost",
    "http://[::1]:80/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://app.localhost/",
  ])("%s is loopback: taken on the embedded engine alone", (url) => {
    expect(webhookUrlProblem(url, true)).toBeNull();
    expect(webhookUrlProblem(url, false)).not.toBeNull();
  });

  it.each([
    "",
    "hooks.example.com",
    "ftp://example.com",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://example.com/",
    "https://user:pass@example.com/",
    "https://10.0.0.1/",
    "https://172.16.9.9/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://0xa.0.0.1/",
    "https://[fd00::1]/",
    "https://[fe80::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://intranet/",
    "https://db.internal/",
    "https://printer.local./",
  ])("%s is refused everywhere", (url) => {
    expect(webhookUrlProblem(url, false)).not.toBeNull();
    expect(webhookUrlProblem(url, true)).not.toBeNull();
  });
});
