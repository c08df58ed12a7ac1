// What failed, in the sender's words.
import type { Child } from "hono/jsx";
import { Block, Name } from "./safe-text.tsx";
import type { FailureView } from "./read/run.ts";

export function FailureNote({ failure }: { failure: FailureView }): Child {
  return (
    <div class="failure">
      <p>
        <b>{failure.type === null ? "Error" : <Name value={failure.type} most={120} />}</b>
      </p>
      {failure.message !== null && <Block value={failure.message} open={800} />}
    </div>
  );
}
