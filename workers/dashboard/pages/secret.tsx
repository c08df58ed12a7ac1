// A secret that is told once, in the answer to the form that made it: never in a cookie, an address or a page that can be opened again.
import type { Page, Secret } from "../view.ts";
import { cleanText } from "../safe-text.tsx";

export function secretPage({ secret, of, next }: Secret): Page {
  return {
    title: "Keep this secret",
    section: "experiments",
    body: (
      <section class="empty">
        <h1>Keep this secret</h1>
        <p>{of} It signs what Bento sends, as Standard Webhooks do. It is shown this once; without it your side cannot check who calls.</p>
        <pre class="block command">{cleanText(secret)}</pre>
        <p>
          <a class="button" href={next}>
            I have kept it: go on
          </a>
        </p>
      </section>
    ),
  };
}
