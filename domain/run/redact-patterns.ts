// What counts as a credential or as personal data in a text. Every pattern is linear in the text: its repetitions are bounded or
// exclude what follows them, and it cannot start again inside a run that it has just refused.

/** One family of findings: `kind` is what its replacement says. */
export interface RedactionPattern {
  kind: string;
  source: string;
  /** Matches the beginning of a finding that is no secret and stays (a scheme and user, the word Bearer). */
  lead?: RegExp;
}

/** Not inside a longer word: also keeps a refused run from being tried again at each of its characters. */
const atStart = String.raw`(?<![A-Za-z0-9_])`;
/** A digit among the next 80 characters of a token tells a key from a hyphenated word. */
const hasDigit = String.raw`(?=[A-Za-z_-]{0,80}\d)`;
const token = "[A-Za-z0-9_-]";

/** Marks of an earlier pass. First in the alternation, so that nothing inside a mark is ever rewritten. */
export const redactionMark = String.raw`\[redacted:[\w.-]{1,40}\]`;

/** A text in which this finds nothing holds none of the `credentialPatterns`: literals only, so that a clean text costs one fast scan. */
export const credentialHint = new RegExp(
  String.raw`-----BEGIN |:\/\/[^\s/?#"'<>@]{1,400}@|earer[ \t]|eyJ|A[KSBC][IC]A|sk-|[rs]k_|gh[pousr]_|github_pat_|glpat-|xox|xapp-|hooks\.slack|AIza|ya29\.|` +
    String.raw`GOCSPX-|hf_|npm_|pypi-|gsk_|xai-|pplx-|r8_|lsv2_|csk-|fw_|SG\.|SK[0-9a-f]|key-[0-9a-f]|do[opr]_v1|shp|lin_api_|dapi|sbp_|hv[sb]\.|ntn_|:AA`,
);

/** The same for `secretAssignment`. */
export const assignmentHint = /pass|pwd|secret|token|key|credential/i;

/** Always on. Case matters here, which keeps prose out; names with values are `secretAssignment`. */
export const credentialPatterns: readonly RedactionPattern[] = [
  {
    kind: "private_key",
    source: String.raw`-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[\s\S]){0,16000}(?:-----END [A-Z0-9 ]{0,60}-----)?`,
  },
  {
    kind: "url_password",
    source: String.raw`:\/\/[^\s:/?#@"'<>\\[\]]{0,200}:(?!\[redacted:)[^\s/?#@"'<>\\]{1,200}(?=@)`,
    lead: /^:\/\/[^:]*:/,
  },
  {
    kind: "bearer_token",
    source: String.raw`\b[Bb]earer[ \t]{1,4}(?=[A-Za-z._~+/-]{0,80}\d)[A-Za-z0-9._~+/-]{12,8000}={0,2}`,
    lead: /^.earer[ \t]+/,
  },
  { kind: "api_key", source: String.raw`hooks\.slack\.com\/services\/[A-Za-z0-9/]{20,100}`, lead: /^hooks\.slack\.com\/services\// },
  { kind: "jwt", source: String.raw`(?<![\w-])eyJ[\w-]{8,8000}\.[\w-]{8,16000}\.[\w-]{0,2000}` },
  { kind: "aws_access_key", source: String.raw`${atStart}(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])` },
  {
    kind: "api_key",
    source: [
      // OpenAI, Anthropic, OpenRouter, DeepSeek, Langfuse secret keys
      String.raw`${atStart}sk-${hasDigit}${token}{16,300}`,
      // Stripe
      String.raw`${atStart}[rs]k_(?:live|test)_[A-Za-z0-9]{10,250}`,
      // GitHub, GitLab
      String.raw`${atStart}gh[pousr]_[A-Za-z0-9]{20,255}`,
      String.raw`${atStart}github_pat_\w{20,255}`,
      String.raw`${atStart}glpat-${token}{20,255}`,
      // Slack
      String.raw`${atStart}xox[abeoprs]-[A-Za-z0-9-]{10,250}`,
      String.raw`${atStart}xapp-[A-Za-z0-9-]{10,250}`,
      // Google
      String.raw`${atStart}AIza${token}{35}`,
      String.raw`${atStart}ya29\.${token}{20,2000}`,
      String.raw`${atStart}GOCSPX-${token}{20,60}`,
      // Model hosts and registries: Hugging Face, npm, PyPI, Groq, xAI, Perplexity, Replicate, LangSmith, Cerebras, Fireworks
      String.raw`${atStart}hf_[A-Za-z0-9]{30,100}`,
      String.raw`${atStart}npm_[A-Za-z0-9]{36}(?!\w)`,
      String.raw`${atStart}pypi-${token}{50,500}`,
      String.raw`${atStart}gsk_[A-Za-z0-9]{40,100}`,
      String.raw`${atStart}xai-[A-Za-z0-9]{40,120}`,
      String.raw`${atStart}pplx-[A-Za-z0-9]{40,100}`,
      String.raw`${atStart}r8_[A-Za-z0-9]{30,60}`,
      String.raw`${atStart}lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}`,
      String.raw`${atStart}(?:csk-|fw_)[A-Za-z0-9]{24,100}`,
      // SendGrid, Twilio, Mailgun, DigitalOcean, Shopify, Linear, Databricks, Supabase, Vault, Notion
      String.raw`${atStart}SG\.${token}{16,32}\.${token}{16,64}`,
      String.raw`${atStart}SK[0-9a-f]{32}(?!\w)`,
      String.raw`${atStart}key-[0-9a-f]{32}(?!\w)`,
      String.raw`${atStart}do[opr]_v1_[a-f0-9]{64}`,
      String.raw`${atStart}shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}`,
      String.raw`${atStart}lin_api_[A-Za-z0-9]{32,60}`,
      String.raw`${atStart}dapi[a-f0-9]{32}(?!\w)`,
      String.raw`${atStart}sbp_[a-f0-9]{40}`,
      String.raw`${atStart}hv[sb]\.${token}{24,300}`,
      String.raw`${atStart}ntn_[A-Za-z0-9]{40,60}`,
      // Telegram bots
      String.raw`${atStart}\d{8,10}:AA${token}{33}(?!\w)`,
    ].join("|"),
  },
];

export const emailPattern: RedactionPattern = {
  kind: "email",
  source: String.raw`(?<![\w.%+\u00a1-\uffff-])[\w.%+\u00a1-\uffff-]{1,64}@(?:[A-Za-z0-9\u00a1-\uffff-]{1,63}\.){1,8}[A-Za-z\u00a1-\uffff]{2,24}`,
};

/** 13 to 19 digits, whole or in the groups printed on cards; the issuer digit keeps clock times out, `isLuhnValid` the rest. */
export const cardPattern: RedactionPattern = {
  kind: "card",
  source: String.raw`(?<![\w.+-])[2-6](?:\d{12,18}|\d{3}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}|\d{3}[ -]\d{6}[ -]\d{5})(?![\w]|[.-]\d)`,
};

/** International with +, North American in its three groups, or national with a leading 0: never a date, a version or an address. */
export const phonePattern: RedactionPattern = {
  kind: "phone",
  source: [
    String.raw`(?<![\w.+-])\+\d(?:[ .()/-]{0,2}\d){7,14}(?!\d)`,
    String.raw`(?<![\w.+/-])(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w.-]?\d)`,
    String.raw`(?<![\w.+:/-])0\d{2,4}[ /-]\d{3,8}(?:[ -]\d{2,6}){0,2}(?![\w.:-]?\d)`,
  ].join("|"),
};

/** Names whose values are secrets, as the end of a key without its separators ("DB_PASSWORD", "x-api-key", "clientSecret"). */
const secretNames =
  "password|passwd|passphrase|pwd|secret|secret[_-]?key|api[_-]?key|(?:access|refresh|auth|id|session|bearer|csrf|bot)[_-]?token|" +
  "secret[_-]?access[_-]?key|(?:private|account|access|signing|encryption|shared)[_-]?key|credentials?";

/** A name, `=` or `:`, and a value in a text. Groups: quote before the value, quoted value, bare value. */
export const secretAssignment = new RegExp(
  String.raw`(?:(?:${secretNames})|(?<![A-Za-z0-9_-])token)(?:\\?["'])?\s{0,3}(?::|=>|=)\s{0,3}` +
    String.raw`(?:\\?(["'])((?:(?!\\?\1)[^\n]){1,500})|((?!\[redacted:)[^\s"'\x60,;&<>(){}|\\]{4,500}))`,
  "dgi",
);

const secretKeyEnd =
  /(?:password|passwd|passphrase|pwd|secret|secretkey|secretaccesskey|apikey|(?:access|refresh|auth|id|session|bearer|csrf|bot)token|(?:private|account|access|signing|encryption|shared)key|credentials?|authorization|cookie)$/;

/** What an object key says about its text value: always a secret, a secret when it looks random, or nothing. */
export function secrecyOfKey(key: string): "secret" | "token" | "none" {
  if (key.length > 200) return "none";
  const name = key.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (secretKeyEnd.test(name)) return "secret";
  return /(?:^|x)token$/.test(name) || key.toLowerCase().endsWith(".token") ? "token" : "none";
}

const placeholder =
  /^(?:string|text|number|integer|boolean|null|none|nil|undefined|true|false|required|optional|missing|invalid|expired|incorrect|wrong|unset|empty|hidden|password|secret|token|bearer|basic|\*+|x{3,}|•+|\.{3,}|<.*>|\$.*|%.*|\{.*|changeme|your[-_ ].*)$/i;

/** False for words that stand where a secret would: types, placeholders, masks, references to variables. */
export function isSecretValue(value: string): boolean {
  return value !== "" && !placeholder.test(value);
}

/** Bare values in prose and code ("password: must be long", "secret = os.environ") carry no digit, or are references. */
export function isBareSecret(value: string, isTight: boolean): boolean {
  if (!isSecretValue(value) || /^(?:os|process|self|this|config|settings|env|request|req|args|options|params)\b[.[]/.test(value))
    return false;
  return isTight || (value.length >= 6 && /\d/.test(value));
}

/** Long, without spaces, with digits: how issued tokens look and words in a tokenizer's output do not. */
export function looksRandom(value: string): boolean {
  return value.length >= 16 && /\d/.test(value) && !/\s/.test(value) && !value.includes("[redacted:");
}

/** The check digit of payment cards (ISO/IEC 7812-1, annex B). */
export function isLuhnValid(text: string): boolean {
  let sum = 0;
  let position = 0;
  for (let i = text.length - 1; i >= 0; i -= 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) continue;
    const weighted = position % 2 === 1 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
    position += 1;
  }
  return position >= 13 && position <= 19 && sum % 10 === 0;
}
