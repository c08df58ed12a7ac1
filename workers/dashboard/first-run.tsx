// What to do when nothing has arrived: one command to try, and the two lines that each client needs. Every address is this
// instance's own.
import type { Child } from "hono/jsx";

interface Client {
  name: string;
  note: string;
  setup: (origin: string) => string;
}

const clients: Client[] = [
  {
    name: "OpenTelemetry (GenAI, OpenInference, OpenLLMetry, Vercel AI SDK)",
    note: "JSON or protobuf, gzip allowed.",
    setup: (origin) => `OTEL_EXPORTER_OTLP_ENDPOINT=${origin}\nOTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer%20$BENTO_KEY"`,
  },
  {
    name: "Langfuse",
    note: "Both its OpenTelemetry path and its batches. The public key may be anything; the secret is the Bento key.",
    setup: (origin) => `LANGFUSE_BASE_URL=${origin}\nLANGFUSE_PUBLIC_KEY=bento\nLANGFUSE_SECRET_KEY=$BENTO_KEY`,
  },
  {
    name: "LangSmith",
    note: "Batches and multipart.",
    setup: (origin) => `LANGSMITH_TRACING=true\nLANGSMITH_ENDPOINT=${origin}\nLANGSMITH_API_KEY=$BENTO_KEY`,
  },
  {
    name: "OpenAI Agents",
    note: "Give the trace exporter this endpoint.",
    setup: (origin) => `BackendSpanExporter(api_key=os.environ["BENTO_KEY"],\n    endpoint="${origin}/v1/traces/ingest")`,
  },
  {
    name: "Braintrust",
    note: "The logger posts to /logs3.",
    setup: (origin) => `BRAINTRUST_APP_URL=${origin}\nBRAINTRUST_API_URL=${origin}\nBRAINTRUST_API_KEY=$BENTO_KEY`,
  },
];

export function FirstRun({ origin }: { origin: string }): Child {
  const command = [
    `curl -sS ${origin}/v1/runs \\`,
    `  -H "Authorization: Bearer $BENTO_KEY" \\`,
    `  -H "content-type: application/json" \\`,
    `  -d '{"agent": "support-bot", "status": "ok",`,
    `       "input": "Where is my order?", "output": "It left today.",`,
    `       "config": {"model": "my-model"}, "scores": {"success": 1}}'`,
  ].join("\n");
  return (
    <section class="first-run">
      <h2>Send the first run</h2>
      <p>
        Put a key with the scope <code>ingest</code> into <code>BENTO_KEY</code> (<a href="/settings">keys</a>), then:
      </p>
      <pre class="block command">{command}</pre>
      <h2>Or point the client that you have</h2>
      {clients.map(({ name, note, setup }, index) => (
        <details class="client" open={index === 0}>
          <summary>{name}</summary>
          <p>{note}</p>
          <pre class="block command">{setup(origin)}</pre>
        </details>
      ))}
      <p class="faint">
        Every door is described in the <a href="/v1/openapi.json">API description</a>. This page shows the agent as soon as its first run is
        readable.
      </p>
    </section>
  );
}
