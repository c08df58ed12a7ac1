// The only page without a session: one field for a key. It says where to find one, and where to go afterwards.
import type { Child } from "hono/jsx";
import { Document, Mark } from "../layout.tsx";
import { localPath } from "../links.ts";
import { cleanText } from "../safe-text.tsx";
import type { Flash, Theme } from "../view.ts";

export function SignInPage({ theme, url, csrfToken, flash }: { theme: Theme; url: URL; csrfToken: string; flash: Flash | null }): Child {
  const asked = url.searchParams.get("next");
  const here = url.pathname === "/sign-in" ? "/" : url.pathname + url.search;
  const hasFailed = url.searchParams.has("failed") || url.searchParams.has("error");
  return (
    <Document title="Sign in" theme={theme}>
      <main class="sign-in" id="main">
        <h1>
          <Mark />
          Bento
        </h1>
        <p class="lede">What your agents do, when it moves, and why.</p>
        {(hasFailed || flash !== null) && (
          <p class="flash flash-failed" role="alert">
            {flash === null ? "That key was not accepted. It may be mistyped or revoked." : cleanText(flash.text)}
          </p>
        )}
        <form method="post" action="/sign-in">
          <input type="hidden" name="csrf" value={csrfToken} />
          <input type="hidden" name="next" value={localPath(asked, localPath(here))} />
          <label for="key">Key</label>
          <input
            id="key"
            name="key"
            type="password"
            autocomplete="current-password"
            required
            autofocus
            spellcheck={false}
            aria-describedby="key-help"
          />
          <button type="submit" class="primary">
            Sign in
          </button>
        </form>
        <p id="key-help" class="faint">
          Any key with the scope <code>read</code> opens its project. On a machine of your own, the first start wrote the admin key to{" "}
          <code>.bento/admin-key</code>.
        </p>
      </main>
    </Document>
  );
}
