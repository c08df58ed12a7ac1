// One request: who asks, for what, in which words, and the facts of the order behind it. All of it is fixed before the
// agent acts, so the same request can be put to another prompt, model or world and the difference is theirs alone.
import { type Audience, type Customer, drawCustomer, drawIntent, type Intent, type Locale } from "./customer.ts";
import { type Random, randomFrom } from "./random.ts";

/** What the refund policy says about the order. */
export type Eligibility = "full" | "partial" | "none";

export interface Request {
  /** Names every draw that belongs to this request. */
  key: string;
  customer: Customer;
  intent: Intent;
  message: string;
  order: Order;
}

export interface Order {
  /** Country, hyphen, digits: `DE-48213`. */
  id: string;
  product: string;
  /** Euro. */
  total: number;
  eligibility: Eligibility;
  state: "packed" | "shipped" | "delivered";
}

const products = [
  "Halo desk lamp",
  "Meridian pendant",
  "Arc floor lamp",
  "Fjord standing desk",
  "Lint acoustic panel",
  "Orbit office chair",
  "Tally whiteboard",
  "Prism LED strip",
] as const;
const finishes = ["black", "white", "brass", "oak", "graphite", "sage", "copper", "clay"] as const;
const countries: Record<Locale, readonly [string, ...string[]]> = { en: ["GB", "IE", "NL"], de: ["DE", "AT", "CH"], fr: ["FR", "BE"] };

/** The request with this key. `again` continues a session: the same person about the same order. */
export function drawRequest(key: string, audience: Audience, again: Request | null): Request {
  const random = randomFrom(`request/${key}`);
  const customer = again?.customer ?? drawCustomer(random, audience);
  const intent = drawIntent(random, customer.plan);
  const order = again?.order ?? drawOrder(random, customer.locale);
  return { key, customer, intent, order, message: writeMessage(random, customer.locale, intent, order) };
}

function drawOrder(random: Random, locale: Locale): Order {
  return {
    id: `${random.pick(countries[locale])}-${random.whole(20_000, 99_999)}`,
    product: `${random.pick(products)} ${random.pick(finishes)}`,
    total: Math.round(random.logNormal(140, 0.7) * 100) / 100,
    eligibility: random.weighted({ full: 60, partial: 24, none: 16 }),
    state: random.weighted({ packed: 2, shipped: 4, delivered: 4 }),
  };
}

type Wording = readonly [string, ...string[]];

/** `#` stands for the order number, `@` for the product, `~` for a customer number. */
const messages: Record<Locale, Record<Intent, Wording>> = {
  en: {
    order_status: [
      "Where is my order #?",
      "Hi, order # was meant to be here on Friday. Any news?",
      "tracking for # says nothing since Monday",
      "Can you tell me when the @ (#) arrives?",
    ],
    refund: [
      "I'd like my money back for the @, order #.",
      "The @ from # flickers. Refund please.",
      "Returned # last week, when do I get the refund?",
      "Order #: it is not what I expected, I want a refund",
    ],
    change_address: [
      "Please send # to 14 Quay Street, Galway instead.",
      "We moved. Can you change the address on #?",
      "Wrong house number on order #, it should be 27B",
    ],
    product_question: [
      "Is the @ dimmable?",
      "What is the warranty on the @?",
      "Which bulbs fit the @?",
      "How do I mount the @ on a concrete ceiling?",
    ],
    invoice_dispute: [
      "The invoice for # bills the @ at list price, our contract says 18% off.",
      "We were charged twice for #. Please send a corrected invoice.",
      "PO number is missing on the invoice for #, accounting refuses it",
    ],
    data_protection: [
      "Please delete all personal data you hold about our former employee, customer ~.",
      "We need the signed data processing agreement and the list of your sub-processors (customer ~).",
      "Under Art. 15 GDPR I ask for a copy of my data, customer number ~.",
    ],
  },
  de: {
    order_status: [
      "Wo bleibt meine Bestellung #?",
      "Guten Tag, # sollte am Freitag hier sein. Gibt es etwas Neues?",
      "Sendungsverfolgung zu # steht seit Montag still",
    ],
    refund: [
      "Ich möchte die @ zurückgeben und das Geld zurück, Bestellung #.",
      "Die @ aus # flackert. Bitte erstatten.",
      "Retoure zu # ist raus, wann kommt die Gutschrift?",
    ],
    change_address: ["Bitte # an die Lindenstraße 8, 20099 Hamburg liefern.", "Wir sind umgezogen, können Sie die Adresse bei # ändern?"],
    product_question: ["Ist die @ dimmbar?", "Welche Garantie gilt für @?", "Wie hoch ist die Leuchtdichte der @ nach DIN EN 12464-1?"],
    invoice_dispute: [
      "Rechnung zu # weist den Rahmenvertragsrabatt nicht aus. Bitte korrigieren.",
      "Zu # fehlt die Bestellnummer auf der Rechnung, die Buchhaltung lehnt sie ab.",
      "Bei # wurde die Umsatzsteuer doppelt berechnet (Reverse Charge).",
    ],
    data_protection: [
      "Wir benötigen den unterschriebenen AV-Vertrag nach Art. 28 DSGVO, Kundennummer ~.",
      "Bitte löschen Sie alle Daten unserer ausgeschiedenen Mitarbeiterin (Kunde ~).",
      "Welche Unterauftragsverarbeiter setzen Sie ein, und wo liegen die Daten? Kundennummer ~",
    ],
  },
  fr: {
    order_status: ["Où en est ma commande # ?", "La commande # devait arriver vendredi, des nouvelles ?"],
    refund: ["Je souhaite être remboursé pour @, commande #.", "Le @ de la commande # clignote, remboursement svp"],
    change_address: ["Merci de livrer # au 5 rue des Halles, Lyon.", "Nous avons déménagé, pouvez-vous changer l'adresse de # ?"],
    product_question: ["Le @ est-il compatible avec un variateur ?", "Quelle est la garantie du @ ?"],
    invoice_dispute: ["La facture de # n'applique pas la remise du contrat.", "Facture en double pour #, merci de corriger."],
    data_protection: [
      "Merci de supprimer mes données personnelles, client ~.",
      "Nous avons besoin de l'accord de sous-traitance signé (client ~).",
    ],
  },
};

function writeMessage(random: Random, locale: Locale, intent: Intent, order: Order): string {
  return random
    .pick(messages[locale][intent])
    .replaceAll("#", order.id)
    .replaceAll("@", order.product)
    .replaceAll("~", String(random.whole(10_000, 99_999)));
}
