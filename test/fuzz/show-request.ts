// Makes one request of a campaign again, alone, and shows it with its answer and with what is readable afterwards.
import { hostileRequests } from "./hostile-request.ts";
import { readJson } from "./honest.ts";
import { knownSpecimens } from "./known-specimens.ts";
import { meaningOf } from "./meaning.ts";
import { untilSettled } from "./read-back.ts";
import { senderTo } from "./send.ts";

/** Characters of a body that a terminal bears. */
const mostShown = 4_000;

export async function showRequest({ url, key, seed, number }: { url: string; key: string; seed: number; number: number }): Promise<void> {
  const request = hostileRequests(await knownSpecimens(), seed)(number);
  const { body, ...about } = request;
  const sender = senderTo(url, 1);
  console.log({ ...about, bytes: body.length });
  console.log(new TextDecoder().decode(body.subarray(0, mostShown)));
  console.log("means", await meaningOf(request));
  const outcome = await sender.send(request, request.isKeyWrong ? "wrong" : key, request.way);
  console.log(
    "answered",
    "failure" in outcome ? outcome : { status: outcome.status, body: new TextDecoder().decode(outcome.body).slice(0, mostShown) },
  );
  await untilSettled(sender, key, () => {});
  console.log("status", await readJson(sender, key, "/v1/ingest/status"));
  console.log("dead letters", JSON.stringify(await readJson(sender, key, "/v1/dead-letters")));
  console.log("runs", JSON.stringify(await readJson(sender, key, "/v1/runs"))?.slice(0, mostShown));
  console.log("scores", JSON.stringify(await readJson(sender, key, "/v1/scores"))?.slice(0, mostShown));
  sender.close();
}
