// The day that money is counted by: the calendar day of the project's time zone, and when the next one begins.

const minuteMs = 60_000;
/** The longest day there is, with an hour put back, and a little. */
const longestDayMinutes = 26 * 60;

/** `2026-11-26`. @param timezone IANA name */
export function dayIn(timezone: string, atMs: number): string {
  const parts = formatOf(timezone).formatToParts(atMs);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** Epoch milliseconds at which the next day begins there, to the minute. */
export function nextDayMs(timezone: string, atMs: number): number {
  const today = dayIn(timezone, atMs);
  const from = Math.floor(atMs / minuteMs) * minuteMs;
  // A day begins once: before that moment it is today, after it never again.
  let low = 0;
  let high = longestDayMinutes;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (dayIn(timezone, from + middle * minuteMs) === today) low = middle;
    else high = middle;
  }
  return from + high * minuteMs;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, year: "numeric", month: "2-digit", day: "2-digit" });
  formats.set(timezone, made);
  return made;
}
