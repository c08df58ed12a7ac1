// A time zone that the platform knows by its IANA name. Offsets such as +02:00 are refused: they know no summer time.
import * as z from "zod";

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const timeZone = z
  .string()
  .min(1)
  .max(64)
  .refine((name) => !/^[+-]/.test(name) && isTimeZone(name), "not an IANA time zone such as Europe/Berlin or UTC")
  .meta({ example: "Europe/Berlin" });
