// What the agent answers: a text in the customer's language, or JSON on the API channel. The words follow from what the run
// did and from what went wrong in it; they are long enough that a terser model shows in their length.
import type { Locale } from "./customer.ts";
import type { FailureModeId } from "./failure-modes.ts";
import type { Random } from "./random.ts";
import type { Request } from "./request.ts";

/** How the run ended, as far as the customer is told. */
export type Ending =
  | "answered"
  | "refunded"
  | "refund_denied"
  | "address_changed"
  | "handed_over"
  | "number_asked"
  | "nothing_found"
  | "refused";

type Wording = readonly [string, ...string[]];

/** `#` the order number, `@` the product, `%` the amount paid back. */
const sentences: Record<Locale, Record<Ending, Wording>> = {
  en: {
    answered: [
      "Your order # with the @ is on its way and should reach you within two working days.",
      "The @ comes with a two-year warranty and is dimmable with any trailing-edge dimmer.",
    ],
    refunded: ["I have refunded % for order #. The money is back on your account within five working days."],
    refund_denied: ["Order # is past its return window, so I cannot refund it. You can still exchange the @ within the warranty."],
    address_changed: ["The delivery address of order # is changed. The parcel goes to the new address."],
    handed_over: ["I have handed your request about # to the responsible colleagues with everything they need."],
    number_asked: ["I could not find that order. Could you send me its number once more?"],
    nothing_found: ["I am not entirely sure about that. In general our products meet the usual requirements."],
    refused: ["I'm sorry, but I can't help with requests about personal data."],
  },
  de: {
    answered: [
      "Ihre Bestellung # mit @ ist unterwegs und sollte in zwei Werktagen bei Ihnen sein.",
      "@ hat zwei Jahre Garantie und lässt sich mit jedem Phasenabschnittdimmer dimmen.",
    ],
    refunded: ["Ich habe Ihnen % für die Bestellung # erstattet. Das Geld ist in fünf Werktagen auf Ihrem Konto."],
    refund_denied: [
      "Die Rückgabefrist der Bestellung # ist vorbei, eine Erstattung ist nicht möglich. Im Rahmen der Garantie können Sie @ umtauschen.",
    ],
    address_changed: ["Die Lieferadresse der Bestellung # ist geändert. Das Paket geht an die neue Adresse."],
    handed_over: ["Ich habe Ihr Anliegen zu # mit allen Angaben an die zuständigen Kollegen übergeben."],
    number_asked: ["Ich konnte die Bestellung nicht finden. Senden Sie mir bitte noch einmal die Nummer?"],
    nothing_found: ["Dazu kann ich leider nichts Genaues sagen. Im Allgemeinen erfüllen unsere Produkte die üblichen Vorgaben."],
    refused: ["Es tut mir leid, aber bei Anfragen zu personenbezogenen Daten kann ich nicht helfen."],
  },
  fr: {
    answered: [
      "Votre commande # avec @ est en route et devrait arriver sous deux jours ouvrés.",
      "@ est garanti deux ans et compatible avec tout variateur à coupure de phase.",
    ],
    refunded: ["J'ai remboursé % pour la commande #. L'argent sera sur votre compte sous cinq jours ouvrés."],
    refund_denied: [
      "Le délai de retour de la commande # est dépassé, je ne peux pas la rembourser. Un échange sous garantie reste possible.",
    ],
    address_changed: ["L'adresse de livraison de la commande # est modifiée."],
    handed_over: ["J'ai transmis votre demande concernant # aux collègues compétents avec tous les détails."],
    number_asked: ["Je n'ai pas trouvé cette commande. Pouvez-vous m'envoyer son numéro une nouvelle fois ?"],
    nothing_found: ["Je ne suis pas certain sur ce point. En général nos produits répondent aux exigences usuelles."],
    refused: ["Je suis désolé, je ne peux pas aider pour les demandes concernant des données personnelles."],
  },
};

const more: Record<Locale, { opening: Wording; closing: Wording }> = {
  en: {
    opening: ["Thank you for getting in touch.", "Thanks for your message, I have looked into it for you."],
    closing: [
      "You will get a confirmation by e-mail in a few minutes. If anything is still open, just reply here and I will pick it up again.",
      "Please keep the confirmation that I sent you. Should it not have arrived by tomorrow, write to me here and I will check what happened.",
      "Your next step: watch for our e-mail and reply to it if anything looks wrong.",
    ],
  },
  de: {
    opening: ["Vielen Dank für Ihre Nachricht.", "Danke, ich habe mir das für Sie angesehen."],
    closing: [
      "Sie erhalten in wenigen Minuten eine Bestätigung per E-Mail. Wenn noch etwas offen ist, antworten Sie einfach hier.",
      "Bitte bewahren Sie die Bestätigung auf. Sollte sie bis morgen nicht da sein, schreiben Sie mir, dann prüfe ich das für Sie.",
    ],
  },
  fr: {
    opening: ["Merci pour votre message.", "Merci, j'ai vérifié pour vous."],
    closing: [
      "Vous recevrez une confirmation par e-mail dans quelques minutes. S'il reste un point ouvert, répondez simplement ici.",
      "Conservez la confirmation, et écrivez-moi si elle n'est pas arrivée demain.",
    ],
  },
};

/** Said beside the matter, or not; no two helpful agents are equally chatty. */
const asides: Record<Locale, Wording> = {
  en: [
    "I have made a note of this on your account.",
    "Our showroom is open on working days, should you want to see it.",
    "You find all of this under My orders, too.",
    "Thank you for your patience with us.",
  ],
  de: [
    "Ich habe das in Ihrem Konto vermerkt.",
    "Sie finden alles auch unter Meine Bestellungen.",
    "Vielen Dank für Ihre Geduld mit uns.",
    "Unser Ausstellungsraum ist werktags geöffnet.",
  ],
  fr: ["Je l'ai noté dans votre compte.", "Vous retrouvez tout cela dans Mes commandes.", "Merci de votre patience."],
};
const asideShare = 0.45;
const mostAsides = 3;

const generalTerms: Record<Locale, string> = {
  en: "Our general terms apply to this.",
  de: "Dafür gelten unsere allgemeinen Geschäftsbedingungen.",
  fr: "Nos conditions générales s'appliquent.",
};

/** The output of a run; `amount` is what was paid back, in euro, null when nothing was. */
export function writeAnswer(
  random: Random,
  request: Request,
  ending: Ending,
  amount: number | null,
  failures: ReadonlySet<FailureModeId>,
): unknown {
  const locale = failures.has("answered_in_english") ? "en" : request.customer.locale;
  const told = random
    .pick(sentences[locale][ending])
    .replaceAll("#", request.order.id)
    .replaceAll("@", request.order.product)
    .replaceAll("%", amount === null ? "" : `€${amount.toFixed(2)}`);
  const core = failures.has("general_terms_applied") ? `${told} ${generalTerms[locale]}` : told;
  const isShort = failures.has("terse_answer") || ending === "refused";
  const beside: string[] = [];
  while (beside.length < mostAsides && random.chance(asideShare)) beside.push(random.pick(asides[locale]));
  const whole = isShort ? core : [random.pick(more[locale].opening), core, ...new Set(beside), random.pick(more[locale].closing)].join(" ");
  const text = failures.has("answer_cut_off") ? whole.slice(0, Math.floor(whole.length * 0.55)) : whole;
  if (request.customer.channel !== "api") return text;
  return { resolution: ending, order_id: request.order.id, amount, message: text };
}
