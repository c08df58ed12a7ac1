// The dashboard's two own cookies: the theme, and the message of the last action, which is shown once. Neither is trusted:
// both are parsed, and the message is only ever text.
import { isRecord, text } from "./json.ts";
import { themes, type Flash, type Theme } from "./view.ts";

const themeCookie = "bento_theme";
const flashCookie = "bento_flash";
const yearSeconds = 365 * 86_400;
/** A message that is not shown within this time has been overtaken. */
const flashSeconds = 60;
const mostFlash = 400;

export function themeOf(request: Request): Theme {
  const value = cookie(request, themeCookie);
  return themes.find((each) => each === value) ?? "system";
}

export function flashOf(request: Request): Flash | null {
  const value = cookie(request, flashCookie);
  if (value === null) return null;
  try {
    const parsed: unknown = JSON.parse(decodeURIComponent(value));
    const said = isRecord(parsed) ? text(parsed["text"]) : null;
    return said === null || !isRecord(parsed)
      ? null
      : { tone: parsed["tone"] === "failed" ? "failed" : "done", text: said.slice(0, mostFlash) };
  } catch {
    return null;
  }
}

export function setTheme(theme: Theme, isSecure: boolean): string {
  return written(themeCookie, theme, yearSeconds, isSecure);
}

export function setFlash(flash: Flash, isSecure: boolean): string {
  return written(
    flashCookie,
    encodeURIComponent(JSON.stringify({ ...flash, text: flash.text.toWellFormed().slice(0, mostFlash) })),
    flashSeconds,
    isSecure,
  );
}

export function forgetFlash(isSecure: boolean): string {
  return written(flashCookie, "", 0, isSecure);
}

function written(name: string, value: string, seconds: number, isSecure: boolean): string {
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
}

function cookie(request: Request, name: string): string | null {
  for (const pair of (request.headers.get("cookie") ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}
