// Dead letters: requests that were acknowledged and could not be processed, why, and what a person can do about each: drive it again
// while its bytes are kept, or throw it away.
import type { Child } from "hono/jsx";
import { listing, queryString, type Listing } from "../api-client.ts";
import { bytes, dash, plural } from "../format.ts";
import { segment } from "../links.ts";
import { readDeadLetter, remedyOf, type DeadLetterView } from "../read/dead-letter.ts";
import { cleanText, Name } from "../safe-text.tsx";
import { Moment } from "../time.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { PartProblem } from "./problem.tsx";

const pageSize = "50";

export async function deadLettersPage(view: View): Promise<Page> {
  const answer = await view.api.get("/v1/dead-letters", { limit: pageSize, cursor: asked(view, "cursor") });
  return {
    title: "Dead letters",
    section: "settings",
    body: (
      <>
        <div class="page-head">
          <nav class="crumb" aria-label="Where this is">
            <a href="/settings">Settings</a>
          </nav>
          <h1>Dead letters</h1>
          <p class="lede">
            Requests that were acknowledged and could not be processed, however often they were tried. Their bytes are kept, encrypted, for
            a day after they were received.
          </p>
        </div>
        {answer.ok ? (
          <Letters found={listing(answer.data, readDeadLetter)} view={view} />
        ) : (
          <PartProblem what="The dead letters" message={answer.message} />
        )}
      </>
    ),
  };
}

function Letters({ found, view }: { found: Listing<DeadLetterView>; view: View }): Child {
  if (found.items.length === 0)
    return (
      <section class="empty calm">
        <h2>{asked(view, "cursor") === null ? "No dead letters" : "No more dead letters"}</h2>
        <p>Everything that was acknowledged is processed, or waits for its turn.</p>
      </section>
    );
  return (
    <>
      {mayWrite(view) && <OnAll found={found} view={view} />}
      <table class="list stacked letters">
        <thead>
          <tr>
            <th scope="col">Why</th>
            <th scope="col">Door</th>
            <th scope="col">Received</th>
            <th scope="col" class="right">
              Size
            </th>
            <th scope="col">Kept until</th>
            <th scope="col">
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {found.items.map((letter) => (
            <Letter letter={letter} view={view} />
          ))}
        </tbody>
      </table>
      {found.nextCursor !== null && (
        <nav class="pager" aria-label="Pages">
          <a class="button" href={`/dead-letters${queryString({ cursor: found.nextCursor })}`} rel="next">
            Older
          </a>
        </nav>
      )}
    </>
  );
}

function Letter({ letter, view }: { letter: DeadLetterView; view: View }): Child {
  return (
    <tr>
      <td class="lead">
        <b>{cleanText(letter.reason).slice(0, 500)}</b>
        <p class="small">{remedyOf(letter)}</p>
        <p class="faint small">
          <code>
            <Name value={letter.id} most={60} />
          </code>
        </p>
      </td>
      <td data-label="Door">{letter.door === null ? dash : <Name value={letter.door} most={30} />}</td>
      <td data-label="Received">
        <Moment at={letter.receivedMs} clock={view.clock} show="absolute" />
        <p class="faint small">
          <Moment at={letter.receivedMs} clock={view.clock} show="relative" />
        </p>
      </td>
      <td class="right num" data-label="Size">
        {bytes(letter.bytes)}
      </td>
      <td data-label="Kept until">
        {letter.isExpired ? <span class="chip flag">deleted</span> : <Moment at={letter.expiresMs} clock={view.clock} show="absolute" />}
      </td>
      <td class="right wide-cell">{mayWrite(view) && <Actions letter={letter} view={view} />}</td>
    </tr>
  );
}

function Actions({ letter, view }: { letter: DeadLetterView; view: View }): Child {
  const action = (verb: string): string => `/act/dead-letters/${segment(letter.id)}/${verb}`;
  return (
    <div class="letter-actions">
      {!letter.isExpired && (
        <form method="post" action={action("redrive")}>
          <Hidden view={view} />
          <button type="submit">Redrive</button>
        </form>
      )}
      <details class="action-sheet small-sheet">
        <summary>Delete…</summary>
        <form method="post" action={action("delete")}>
          <Hidden view={view} />
          <p class="small">{letter.isExpired ? "It leaves this list." : "Its bytes are deleted at once and for good."}</p>
          <button type="submit" class="danger">
            Delete it
          </button>
        </form>
      </details>
    </div>
  );
}

/** What the buttons do is done to all there are, on further pages too. */
function OnAll({ found, view }: { found: Listing<DeadLetterView>; view: View }): Child {
  const all = found.total ?? found.items.length;
  return (
    <div class="section-head">
      <p class="faint">{plural(all, "dead letter")}, the newest first</p>
      <div class="letter-actions">
        {found.items.some((letter) => !letter.isExpired) && (
          <form method="post" action="/act/dead-letters/all/redrive">
            <Hidden view={view} />
            <button type="submit" class="primary">
              Redrive all
            </button>
          </form>
        )}
        <details class="action-sheet">
          <summary>Delete all…</summary>
          <form method="post" action="/act/dead-letters/all/delete">
            <Hidden view={view} />
            <p class="small">
              {all === 1 ? "It goes" : `All ${plural(all, "dead letter")} go`}, with what is kept of their bytes, for good.
            </p>
            <button type="submit" class="danger">
              Delete all
            </button>
          </form>
        </details>
      </div>
    </div>
  );
}

function Hidden({ view }: { view: View }): Child {
  return (
    <>
      <input type="hidden" name="csrf" value={view.csrfToken} />
      <input type="hidden" name="next" value="/dead-letters" />
    </>
  );
}
