// The frame around every page: skip link, navigation, project menu, theme, help, and the flash of the last action. The
// only script is one small file; without it everything still works.
import type { Child } from "hono/jsx";
import { assets } from "./assets.ts";
import { KeyboardHelp } from "./keyboard-help.tsx";
import { cleanText, clipped, Name } from "./safe-text.tsx";
import { themes, type Page, type Theme, type View } from "./view.ts";

const sections = [
  { id: "inbox", path: "/", name: "Inbox" },
  { id: "agents", path: "/agents", name: "Agents" },
  { id: "signals", path: "/signals", name: "Signals" },
  { id: "runs", path: "/runs", name: "Runs" },
  { id: "changes", path: "/changes", name: "Changes" },
  { id: "backfills", path: "/backfills", name: "Backfills" },
  { id: "experiments", path: "/experiments", name: "Experiments" },
  { id: "artifacts", path: "/artifacts", name: "Artifacts" },
  { id: "book", path: "/book", name: "Book" },
  { id: "reports", path: "/reports", name: "Reports" },
  { id: "alerts", path: "/alerts", name: "Alerts" },
  { id: "audit", path: "/audit", name: "Audit" },
  { id: "settings", path: "/settings", name: "Settings" },
] as const;

export function Document({
  title,
  theme,
  refreshSeconds,
  children,
}: {
  title: string;
  theme: Theme;
  refreshSeconds?: number | undefined;
  children: Child;
}): Child {
  return (
    <html lang="en" {...(theme === "system" ? {} : { "data-theme": theme })}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {refreshSeconds !== undefined && <meta http-equiv="refresh" content={String(refreshSeconds)} />}
        <title>{`${clipped(title, 100)} · Bento`}</title>
        <link rel="stylesheet" href={assets.style.path} />
        <link rel="icon" href={assets.icon.path} type="image/svg+xml" />
        <script src={assets.keys.path} defer />
      </head>
      <body>{children}</body>
    </html>
  );
}

export function Shell({ view, page }: { view: View; page: Page }): Child {
  return (
    <Document title={page.title} theme={view.theme} refreshSeconds={page.refreshSeconds}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="top">
        <a class="brand" href="/" aria-label="Bento, inbox">
          <Mark />
          <span>Bento</span>
        </a>
        <nav class="sections" aria-label="Sections">
          {sections.map(({ id, path, name }) => (
            <a href={path} {...(page.section === id ? { "aria-current": "page" } : {})}>
              {name}
            </a>
          ))}
        </nav>
        <div class="tools">
          <ProjectMenu view={view} />
          <ThemeButton view={view} />
          <button type="button" class="icon" id="help-button" aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)" hidden>
            ?
          </button>
        </div>
      </header>
      {view.flash !== null && (
        <p class={`flash flash-${view.flash.tone}`} role={view.flash.tone === "failed" ? "alert" : "status"}>
          {cleanText(view.flash.text)}
        </p>
      )}
      <main id="main" tabindex={-1}>
        {page.body}
      </main>
      <footer class="foot">
        <span>
          Times in <bdi>{clipped(view.clock.zone, 60)}</bdi>
        </span>
        <a href="/v1/openapi.json">API description</a>
      </footer>
      <KeyboardHelp />
    </Document>
  );
}

/** A box of four compartments. */
export function Mark(): Child {
  return (
    <svg class="logo" viewBox="0 0 24 24" aria-hidden="true">
      <rect class="logo-box" x="1.5" y="1.5" width="21" height="21" rx="5" />
      <rect class="logo-a" x="5" y="5" width="8" height="6" rx="1.5" />
      <rect class="logo-b" x="15" y="5" width="4" height="14" rx="1.5" />
      <rect class="logo-c" x="5" y="13" width="8" height="6" rx="1.5" />
    </svg>
  );
}

function ProjectMenu({ view }: { view: View }): Child {
  const { session } = view;
  return (
    <details class="menu">
      <summary>
        <span class="visually-hidden">Project: </span>
        <Name value={session.projectName} most={22} />
      </summary>
      <div class="menu-sheet">
        <p class="menu-head">Project</p>
        <ul>
          {session.projects.map((project) => (
            <li>
              <a
                href={`/projects/${encodeURIComponent(project.id)}`}
                {...(project.id === session.projectId ? { "aria-current": "true" } : {})}
              >
                <Name value={project.name} most={40} />
              </a>
            </li>
          ))}
        </ul>
        <p class="menu-head">
          Signed in {session.owner === null ? "" : "as "}
          {session.owner !== null && <Name value={session.owner} most={40} />}
          {session.isInstanceAdmin ? " (instance admin)" : ""}
        </p>
        <form method="post" action="/sign-out">
          <input type="hidden" name="csrf" value={view.csrfToken} />
          <button type="submit" class="plain">
            Sign out
          </button>
        </form>
      </div>
    </details>
  );
}

const themeNames: Record<Theme, { name: string; sign: string }> = {
  system: { name: "as the system", sign: "◐" },
  light: { name: "light", sign: "○" },
  dark: { name: "dark", sign: "●" },
};

/** One button that steps through the themes; it says what it will do. */
export function ThemeButton({ view }: { view: Pick<View, "theme" | "csrfToken" | "url"> }): Child {
  const next = themes[(themes.indexOf(view.theme) + 1) % themes.length] ?? "system";
  const label = `Theme: ${themeNames[view.theme].name}. Change to ${themeNames[next].name}`;
  return (
    <form method="post" action="/act/theme" class="inline">
      <input type="hidden" name="csrf" value={view.csrfToken} />
      <input type="hidden" name="next" value={view.url.pathname + view.url.search} />
      <button type="submit" class="icon" name="theme" value={next} aria-label={label} title={label}>
        <span aria-hidden="true">{themeNames[view.theme].sign}</span>
      </button>
    </form>
  );
}
