// The three files that pages refer to, each under a name made from its contents, so that a browser may keep them for good.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { keysScript } from "./keys-script.ts";
import { styleSheet } from "./style/style-sheet.ts";

interface Asset {
  path: string;
  type: string;
  body: string;
}

/** Enough of the hash that two versions never share a name by chance. */
const hashDigits = 12;

const iconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect x="1" y="1" width="22" height="22" rx="5" fill="#23443f"/><rect x="5" y="5" width="8" height="6" rx="1.5" fill="#f4efe4"/><rect x="15" y="5" width="4" height="14" rx="1.5" fill="#e0795a"/><rect x="5" y="13" width="8" height="6" rx="1.5" fill="#8fc2ad"/></svg>`;

function asset(name: string, ending: string, type: string, body: string): Asset {
  const hash = bytesToHex(sha256(utf8ToBytes(body))).slice(0, hashDigits);
  return { path: `/assets/${name}-${hash}.${ending}`, type, body };
}

export const assets = {
  style: asset("style", "css", "text/css; charset=utf-8", styleSheet),
  keys: asset("keys", "js", "text/javascript; charset=utf-8", keysScript),
  icon: asset("icon", "svg", "image/svg+xml", iconSvg),
};

/** The asset of this very version, or null: an older page's asset is gone, and the page with it. */
export function assetResponse(path: string): Response | null {
  const found = Object.values(assets).find((each) => each.path === path);
  if (found === undefined) return null;
  return new Response(found.body, {
    headers: { "content-type": found.type, "cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff" },
  });
}
