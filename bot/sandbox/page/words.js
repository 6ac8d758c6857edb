// The page's own words, in the language of whoever one is being. Both languages hold the same keys.

export const WORDS = {
  en: {
    skip: "Skip to the conversation",
    youAre: "You are",
    bePerson: "Be somebody else",
    searchPeople: "Find anybody by name",
    featured: "Suggested",
    found: "Found",
    nobody: "Nobody has that name.",
    places: "Conversations",
    footnote: "A local workspace. Nothing here leaves this computer.",
    openMenu: "Open the menu",
    closeMenu: "Close the menu",
    app: "App",
    appBadge: "APP",
    channels: "Channels",
    otherChannels: "Other channels",
    home: "Home",
    direct: "Messages",
    unreadOne: "1 unread message",
    unreadMany: "{count} unread messages",
    workspaceTime: "Workspace time",
    moveTime: "Move time",
    timeMoves: "Time is moving",
    timeIsNow: "It is now {time}",
    messages: "Messages",
    newer: "New messages",
    earlier: "Show earlier messages",
    edited: "edited",
    onlyYou: "Only you can see this",
    send: "Send",
    writeTo: "Write to {name}",
    writeToTry: "Write to {name}, or try {command}",
    writeShort: "Message, or try {command}",
    composerLabel: "Message to {name}",
    hint: "Enter sends, Shift+Enter starts a new line",
    notMember: "You can read {name}, but you are not a member of it.",
    join: "Join",
    tryCommand: "Command of {app}",
    emptyChannel: "Nothing has been said here yet.",
    emptyDirect: "No messages between you and {app} yet.",
    emptyTry: "Say hello, or try {command}.",
    emptyTime: "Or move time forward with the buttons above: what falls due will arrive here.",
    emptyHome: "{app} has not prepared your home yet.",
    loading: "Loading",
    close: "Close",
    submit: "Submit",
    cancel: "Cancel",
    yes: "Yes",
    required: "Please answer this.",
    tooShort: "At least {count} characters, please.",
    tooLong: "At most {count} characters, please.",
    optional: "optional",
    choose: "Choose",
    choosePerson: "Choose a person",
    charactersLeft: "{count} characters left",
    moreActions: "More actions",
    asTable: "Show as a table",
    category: "Category",
    share: "Share",
    total: "Total",
    today: "Today",
    yesterday: "Yesterday",
    imageElsewhere: "Picture (not shown: it is not on this computer)",
    unknownBlock: "Something this page cannot show ({type})",
    offline: "Connection to the workspace lost. Trying again…",
    timed_out: "The app did not answer in time. Please try again.",
    no_app_connected: "The app is not connected right now. Please try again in a moment.",
    interrupted: "The connection to the app broke. Please try again.",
    message_not_found: "That message is no longer there.",
    no_such_element: "That is no longer possible: the message has changed.",
    unknown_command: "There is no such command here. Try {command}.",
    server_error: "The app failed on this. Please try again.",
    nobody_listens: "Nobody moves the time here at the moment.",
    view_not_found: "This window is no longer open.",
    channel_not_found: "There is no such conversation here.",
    invalid_value: "That is not one of the possible answers.",
    not_in_channel: "You are not a member of this channel.",
    button_failed: "Time could not be moved ({error}).",
    failed: "That did not work ({error}).",
    unreachable: "The workspace cannot be reached.",
    dismiss: "Dismiss",
  },
  fr: {
    skip: "Aller à la conversation",
    youAre: "Vous êtes",
    bePerson: "Être quelqu’un d’autre",
    searchPeople: "Chercher quelqu’un par son nom",
    featured: "Suggestions",
    found: "Trouvé",
    nobody: "Personne ne porte ce nom.",
    places: "Conversations",
    footnote: "Un espace de travail local. Rien ne quitte cet ordinateur.",
    openMenu: "Ouvrir le menu",
    closeMenu: "Fermer le menu",
    app: "Application",
    appBadge: "APP",
    channels: "Canaux",
    otherChannels: "Autres canaux",
    home: "Accueil",
    direct: "Messages",
    unreadOne: "1 message non lu",
    unreadMany: "{count} messages non lus",
    workspaceTime: "Heure de l’espace de travail",
    moveTime: "Avancer dans le temps",
    timeMoves: "Le temps avance",
    timeIsNow: "Nous sommes {time}",
    messages: "Messages",
    newer: "Nouveaux messages",
    earlier: "Afficher les messages précédents",
    edited: "modifié",
    onlyYou: "Visible par vous seul",
    send: "Envoyer",
    writeTo: "Écrire à {name}",
    writeToTry: "Écrivez à {name} ou essayez {command}",
    writeShort: "Message, ou {command}",
    composerLabel: "Message à {name}",
    hint: "Entrée envoie, Maj+Entrée passe à la ligne",
    notMember: "Vous pouvez lire {name}, mais vous n’en êtes pas membre.",
    join: "Rejoindre",
    tryCommand: "Commande de {app}",
    emptyChannel: "Rien n’a encore été dit ici.",
    emptyDirect: "Aucun message entre vous et {app} pour l’instant.",
    emptyTry: "Dites bonjour ou essayez {command}.",
    emptyTime: "Ou avancez dans le temps avec les boutons ci-dessus : ce qui arrive à échéance paraîtra ici.",
    emptyHome: "{app} n’a pas encore préparé votre accueil.",
    loading: "Chargement",
    close: "Fermer",
    submit: "Envoyer",
    cancel: "Annuler",
    yes: "Oui",
    required: "Merci de répondre ici.",
    tooShort: "Au moins {count} caractères, merci.",
    tooLong: "Au plus {count} caractères, merci.",
    optional: "facultatif",
    choose: "Choisir",
    choosePerson: "Choisir une personne",
    charactersLeft: "{count} caractères restants",
    moreActions: "Autres actions",
    asTable: "Afficher en tableau",
    category: "Catégorie",
    share: "Part",
    total: "Total",
    today: "Aujourd’hui",
    yesterday: "Hier",
    imageElsewhere: "Image (non affichée : elle n’est pas sur cet ordinateur)",
    unknownBlock: "Un élément que cette page ne sait pas montrer ({type})",
    offline: "Connexion à l’espace de travail perdue. Nouvel essai…",
    timed_out: "L’application n’a pas répondu à temps. Réessayez.",
    no_app_connected: "L’application n’est pas connectée. Réessayez dans un instant.",
    interrupted: "La connexion avec l’application s’est rompue. Réessayez.",
    message_not_found: "Ce message n’existe plus.",
    no_such_element: "Ce n’est plus possible : le message a changé.",
    unknown_command: "Cette commande n’existe pas ici. Essayez {command}.",
    server_error: "L’application a échoué. Réessayez.",
    nobody_listens: "Personne ne fait avancer le temps ici pour l’instant.",
    view_not_found: "Cette fenêtre n’est plus ouverte.",
    channel_not_found: "Cette conversation n’existe pas ici.",
    invalid_value: "Ce n’est pas une des réponses possibles.",
    not_in_channel: "Vous n’êtes pas membre de ce canal.",
    button_failed: "Le temps n’a pas pu avancer ({error}).",
    failed: "Cela n’a pas fonctionné ({error}).",
    unreachable: "L’espace de travail est injoignable.",
    dismiss: "Masquer",
  },
};

const reader = { language: "en", locale: "en-GB", zone: "UTC" };
const formats = new Map();

/** From now on speak to this person: language, date formats and time zone. */
export function speakTo(person) {
  let locale = String((person && person.locale) || "en-GB").replace("_", "-");
  try { new Intl.DateTimeFormat(locale); } catch { locale = "en-GB"; }
  let zone = (person && person.tz) || "UTC";
  try { new Intl.DateTimeFormat("en", { timeZone: zone }); } catch { zone = "UTC"; }
  Object.assign(reader, { language: locale.toLowerCase().startsWith("fr") ? "fr" : "en", locale, zone });
  formats.clear();
  document.documentElement.lang = locale;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-say-label]")) {
    const words = say(node.dataset.sayLabel);
    node.setAttribute("aria-label", words);
    if (node.matches("button")) node.title = words;
  }
}

export const has = (key) => key in WORDS.en;

/** The sentence of a key, its {blanks} filled. */
export function say(key, values = {}) {
  const sentence = WORDS[reader.language][key] ?? WORDS.en[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (blank, name) => (name in values ? values[name] : blank));
}

/** One of {"en": …, "fr": …}, or a plain string as it is. */
export function choose(labels) {
  if (labels === null || labels === undefined) return "";
  if (typeof labels === "string") return labels;
  return labels[reader.language] ?? labels[reader.locale] ?? labels.en ?? Object.values(labels)[0] ?? "";
}

export const unread = (count) => (count === 1 ? say("unreadOne") : say("unreadMany", { count: number(count) }));

function format(name, options) {
  if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat(reader.locale, { timeZone: reader.zone, ...options }));
  return formats.get(name);
}

const date = (seconds) => new Date(Number(seconds) * 1000);
export const time = (seconds) => format("time", { hour: "2-digit", minute: "2-digit" }).format(date(seconds));
export const moment = (seconds) => format("moment", { dateStyle: "full", timeStyle: "short" }).format(date(seconds));
export const shortMoment = (seconds) => format("shortMoment", { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }).format(date(seconds));
export const day = (seconds) => format("day", { dateStyle: "full" }).format(date(seconds));

/** A key that is the same all day long in the reader's zone. */
export const dayKey = (seconds) => new Intl.DateTimeFormat("en-CA", { timeZone: reader.zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(date(seconds));

/** "Today", "Yesterday", or the day in full. */
export function namedDay(seconds, now) {
  const key = dayKey(seconds);
  if (key === dayKey(now)) return `${say("today")} · ${day(seconds)}`;
  if (key === dayKey(now - 86400)) return `${say("yesterday")} · ${day(seconds)}`;
  return day(seconds);
}

/** The city of the zone, for the clock: Europe/Paris is Paris. */
export const city = () => reader.zone.split("/").pop().replaceAll("_", " ");

export function number(value, digits) {
  const options = digits === undefined ? { maximumFractionDigits: 2 } : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(reader.locale, options).format(value);
}

export const percent = (share) => new Intl.NumberFormat(reader.locale, { style: "percent", maximumFractionDigits: 0 }).format(share);

/** A date written by its pattern: "{date_short} {time}". */
export function dated(seconds, pattern) {
  const write = {
    date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
    date: { dateStyle: "long" },
    date_slash: { dateStyle: "short" },
    date_short: { dateStyle: "medium" },
    date_long: { dateStyle: "full" },
    date_pretty: { dateStyle: "long" },
    date_short_pretty: { dateStyle: "medium" },
    date_long_pretty: { dateStyle: "full" },
    day_divider_pretty: { dateStyle: "full" },
    time: { timeStyle: "short" },
    time_secs: { timeStyle: "medium" },
  };
  return String(pattern).replace(/\{(\w+)\}/g, (blank, name) => (
    write[name] ? format(`dated-${name}`, write[name]).format(date(seconds)) : name === "ago" ? shortMoment(seconds) : blank));
}
