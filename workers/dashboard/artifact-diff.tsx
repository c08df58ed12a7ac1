// What differs between two versions of an artifact: which two, and line by line, each with its sign and its colour. All of it stays text.
import type { Child } from "hono/jsx";
import { count, plural } from "./format.ts";
import { artifactPath } from "./links.ts";
import { cleanText, Name } from "./safe-text.tsx";
import { spoken } from "./words.ts";
import type { ArtifactView, DiffView, FileDiffView } from "./read/artifact.ts";

/** Lines that are the same and are shown around what differs. */
const around = 3;
/** Lines of one file on the page; the API has all. */
const mostLines = 1_000;
/** Code units of one line. */
const longestLine = 2_000;

interface Props {
  artifact: ArtifactView;
  from: number;
  to: number;
  /** null where it could not be had. */
  diff: DiffView | null;
  problem: string;
}

export function ArtifactDiff({ artifact, from, to, diff, problem }: Props): Child {
  return (
    <section aria-labelledby="diff">
      <h2 id="diff">What differs</h2>
      <form method="get" action={artifactPath(artifact.id)} class="pick version-pick">
        <VersionChoice artifact={artifact} name="from" chosen={from} />
        <VersionChoice artifact={artifact} name="to" chosen={to} />
        <button type="submit">Compare</button>
      </form>
      {diff === null ? (
        <p class="notice">{cleanText(problem)}</p>
      ) : diff.files.every(({ change }) => change === "same") ? (
        <p class="faint">The two hold the same.</p>
      ) : (
        diff.files.filter(({ change }) => change !== "same").map((file) => <FileDiff file={file} />)
      )}
    </section>
  );
}

function VersionChoice({ artifact, name, chosen }: { artifact: ArtifactView; name: "from" | "to"; chosen: number }): Child {
  return (
    <label>
      <span>{spoken(name)} </span>
      <select name={name}>
        {artifact.versions.map(({ version }) => (
          <option value={String(version)} selected={version === chosen}>
            version {count(version)}
          </option>
        ))}
      </select>
    </label>
  );
}

function FileDiff({ file }: { file: FileDiffView }): Child {
  const parts = partsOf(file.lines);
  return (
    <figure class="file-diff">
      <figcaption class="small">
        <code>
          <Name value={file.path} most={120} />
        </code>{" "}
        {spoken(file.change)}
      </figcaption>
      <pre class="block diff" dir="auto">
        {parts
          .slice(0, mostLines)
          .map((part) =>
            typeof part === "number" ? (
              <span class="faint">{`  … ${plural(part, "line")} the same\n`}</span>
            ) : (
              <span class={`line-${part.kind}`}>{`${signs[part.kind]} ${cleanText(part.text.slice(0, longestLine))}\n`}</span>
            ),
          )}
      </pre>
      {parts.length > mostLines && <p class="faint small">The rest is in the API's answer.</p>}
    </figure>
  );
}

const signs = { same: " ", removed: "−", added: "+" } as const;

/** Lines that differ with those around them; a number stands for so many that are left out. */
function partsOf(lines: FileDiffView["lines"]): (FileDiffView["lines"][number] | number)[] {
  const near = new Set<number>();
  for (const [index, { kind }] of lines.entries())
    if (kind !== "same") for (let at = index - around; at <= index + around; at++) near.add(at);
  const parts: (FileDiffView["lines"][number] | number)[] = [];
  for (const [index, line] of lines.entries()) {
    const last = parts.at(-1);
    if (near.has(index)) parts.push(line);
    else if (typeof last === "number") parts[parts.length - 1] = last + 1;
    else parts.push(1);
  }
  return parts;
}
