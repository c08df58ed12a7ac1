// A small name that people can say: agent, day of opening and what moved. Unique among the known incidents of the agent.

/** Characters of the agent's and the dimension's part. */
const longestPart = 32;

/** `support-bot-1114-outcome-success`, with `-2` and so on when taken. */
export function slugOf(agent: string, openedAtMs: number, dimension: string, taken: ReadonlySet<string>): string {
  const day = new Date(openedAtMs).toISOString().slice(5, 10).replace("-", "");
  const base = [plain(agent), day, plain(dimension)].filter((part) => part !== "").join("-");
  let slug = base;
  for (let n = 2; taken.has(slug); n++) slug = `${base}-${n}`;
  return slug;
}

function plain(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, longestPart)
    .replace(/^-+|-+$/g, "");
}
