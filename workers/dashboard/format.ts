// Numbers for people: always with a unit, never more digits than they deserve, missing as a dash. What a number is comes
// from the dimension's unit and kind; an unknown unit is written after the number as it is named.
import { cleanText } from "./safe-text.tsx";

export const dash = "–";
const minus = "−";
/** Narrow no-break space: a number and its unit stay together. */
const thin = "\u202F";

/** Three significant digits below a thousand, grouped whole numbers above, k/M/B from ten thousand up. */
export function amount(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return dash;
  const size = Math.abs(value);
  const sign = value < 0 ? minus : "";
  if (size >= 1e9) return `${sign}${significant(size / 1e9)}B`;
  if (size >= 1e6) return `${sign}${significant(size / 1e6)}M`;
  if (size >= 1e4) return `${sign}${significant(size / 1e3)}k`;
  if (size >= 1e3) return sign + Math.round(size).toLocaleString("en-US");
  return sign + significant(size);
}

/** A whole count, grouped and exact. */
export function count(value: number | null): string {
  return value === null ? dash : Math.round(value).toLocaleString("en-US").replace("-", minus);
}

/** `1 run`, `2 runs`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** From here on a share is said as a factor: a million percent says nothing. */
const mostAsPercent = 10_000;

/** 0.873 → `87.3 %`; near 0 and 1 with the digits that matter. */
export function percent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return dash;
  if (Math.abs(share) >= mostAsPercent) return `×${amount(share)}`;
  return `${signed(share * 100, percentDigits(share))}${thin}%`;
}

function percentDigits(share: number): number {
  const size = Math.abs(share);
  const edge = Math.min(size, Math.abs(1 - size));
  if (size === 0 || size === 1 || size >= 10) return 0;
  return edge < 0.0095 ? 2 : 1;
}

/** Bytes → `820 B`, `12.4 KiB`, `3.1 MiB`. */
export function bytes(size: number | null): string {
  if (size === null || !Number.isFinite(size)) return dash;
  if (size < 1_024) return `${Math.round(size)}${thin}B`;
  return size < 1_024 * 1_024 ? `${significant(size / 1_024)}${thin}KiB` : `${significant(size / (1_024 * 1_024))}${thin}MiB`;
}

/** Milliseconds → `820 ms`, `1.24 s`, `2 min 05 s`, `3 h 20 min`, `4 d 2 h`. */
export function duration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return dash;
  const sign = ms < 0 ? minus : "";
  const size = Math.abs(ms);
  if (size < 999.5) return `${sign}${size === 0 ? "0" : significant(size)}${thin}ms`;
  if (size < 59_950) return `${sign}${significant(size / 1_000)}${thin}s`;
  const [big, small, unit] =
    size < 3_570_000
      ? [60_000, 1_000, ["min", "s"]]
      : size < 86_300_000
        ? [3_600_000, 60_000, ["h", "min"]]
        : [86_400_000, 3_600_000, ["d", "h"]];
  const whole = Math.floor(Math.round(size / small) / (big / small));
  const rest = Math.round(size / small) % (big / small);
  return `${sign}${whole}${thin}${unit[0]}${rest === 0 ? "" : ` ${rest}${thin}${unit[1]}`}`;
}

/** US dollars: cents from a dollar up, three significant digits below, `< $0.0001` for dust. */
export function money(usd: number | null): string {
  if (usd === null || !Number.isFinite(usd)) return dash;
  const sign = usd < 0 ? minus : "";
  const size = Math.abs(usd);
  if (size === 0) return "$0";
  if (size < 0.000_1) return `${sign}< $0.0001`;
  if (size < 0.999_5) return `${sign}$${cents(Number(size.toPrecision(3)))}`;
  return `${sign}$${size >= 10_000 ? amount(size) : size.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** At least two digits after the point, more where the amount has them. */
function cents(usd: number): string {
  return usd.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 6 });
}

/** Units that mean the same. */
const shares = new Set(["proportion", "share", "ratio", "fraction", "rate", "%", "percent"]);

/** A dimension's value with its unit. */
export function quantity(value: number | null, unit: string, kind: string): string {
  if (value === null) return dash;
  if (kind === "proportion" || kind === "categorical" || shares.has(unit)) return percent(value);
  if (unit === "ms" || (kind === "duration" && unit === "")) return duration(value);
  if (unit.toLowerCase() === "usd" || unit.toLowerCase().startsWith("usd/")) return `${money(value)}${cleanText(unit.slice(3))}`;
  return unit === "" || unit === "count" || unit === "1" ? amount(value) : `${amount(value)}${thin}${cleanText(unit).slice(0, 24)}`;
}

/** The unit of a dimension by its name, where the record carries none. */
export function unitOf(dimension: string, kind: string): string {
  if (kind === "proportion" || kind === "categorical") return "share";
  if (dimension.endsWith("_ms")) return "ms";
  if (dimension.endsWith(".usd") || dimension.endsWith("_usd")) return "usd";
  if (dimension.startsWith("tokens.")) return "tokens";
  if (dimension === "volume.runs") return "runs";
  if (dimension === "output.length") return "characters";
  const last = dimension.split(".").at(-1) ?? "";
  return dimension.startsWith("volume.") ? last.replaceAll("_", " ") : "";
}

/** A number with a sign, `digits` after the point. */
export function signed(value: number, digits: number, plus = ""): string {
  const fixed = Math.abs(value).toFixed(digits);
  const isZero = Number(fixed) === 0;
  return `${isZero ? "" : value < 0 ? minus : plus}${fixed}`;
}

function significant(size: number): string {
  if (size === 0) return "0";
  if (size >= 100) return String(Math.round(size));
  return String(Number(size.toPrecision(3)));
}
