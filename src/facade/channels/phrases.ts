/** What a channel says by itself; everything else that is said comes from the model. */
export interface Phrases {
  /** The tag that voice providers know the language by when a tag without a region is given. */
  readonly tag: string;
  /** What people call the keys. */
  readonly digits: Readonly<Record<string, string>>;
  /** What a choice does that has no name. */
  readonly goOn: string;
  choice(digit: string, label: string): string;
  journey(digit: string, label: string): string;
  readonly whichJourney: string;
  readonly askCaseNumber: string;
  readonly unknownCaseNumber: string;
  readonly notUnderstood: string;
  readonly nothingWaiting: string;
  readonly alreadyDone: string;
  readonly notPossible: string;
  readonly thanks: string;
  readonly pleaseWait: string;
  readonly goodbye: string;
}

const english: Phrases = {
  tag: 'en-GB',
  digits: keys('zero one two three four five six seven eight nine', 'star', 'hash'),
  goOn: 'to continue',
  choice: (digit, label) => `${label}: press ${digit}.`,
  journey: (digit, label) => `For ${label}, press ${digit}.`,
  whichJourney: 'You have more than one open case.',
  askCaseNumber: 'Please enter your case number, followed by the hash key.',
  unknownCaseNumber: 'We have no open case of this number.',
  notUnderstood: 'Sorry, we did not understand that.',
  nothingWaiting: 'There is nothing that waits for you at the moment.',
  alreadyDone: 'This has been taken care of in the meantime.',
  notPossible: 'Sorry, this is not possible at the moment. Please try again later.',
  thanks: 'Thank you.',
  pleaseWait: 'One moment, please.',
  goodbye: 'Goodbye.',
};

const german: Phrases = {
  tag: 'de-DE',
  digits: keys('null eins zwei drei vier fünf sechs sieben acht neun', 'Stern', 'Raute'),
  goOn: 'Weiter',
  choice: (digit, label) => `${label}: Drücken Sie die ${digit}.`,
  journey: (digit, label) => `Für ${label} drücken Sie die ${digit}.`,
  whichJourney: 'Sie haben mehrere offene Vorgänge.',
  askCaseNumber: 'Bitte geben Sie Ihre Vorgangsnummer ein und drücken Sie dann die Rautetaste.',
  unknownCaseNumber: 'Zu dieser Nummer gibt es keinen offenen Vorgang.',
  notUnderstood: 'Das haben wir leider nicht verstanden.',
  nothingWaiting: 'Im Augenblick wartet nichts auf Ihre Antwort.',
  alreadyDone: 'Das wurde inzwischen erledigt.',
  notPossible: 'Das ist im Augenblick leider nicht möglich. Bitte versuchen Sie es später noch einmal.',
  thanks: 'Vielen Dank.',
  pleaseWait: 'Einen Augenblick bitte.',
  goodbye: 'Auf Wiederhören.',
};

const french: Phrases = {
  tag: 'fr-FR',
  digits: keys('zéro un deux trois quatre cinq six sept huit neuf', 'étoile', 'dièse'),
  goOn: 'Continuer',
  choice: (digit, label) => `${label} : appuyez sur ${digit}.`,
  journey: (digit, label) => `Pour ${label}, appuyez sur ${digit}.`,
  whichJourney: 'Vous avez plusieurs dossiers ouverts.',
  askCaseNumber: 'Veuillez saisir votre numéro de dossier, puis appuyer sur la touche dièse.',
  unknownCaseNumber: 'Aucun dossier ouvert ne porte ce numéro.',
  notUnderstood: "Désolé, nous n'avons pas compris.",
  nothingWaiting: "Rien n'attend votre réponse pour le moment.",
  alreadyDone: 'Cela a été fait entre-temps.',
  notPossible: "Désolé, ce n'est pas possible pour le moment. Veuillez réessayer plus tard.",
  thanks: 'Merci.',
  pleaseWait: 'Un instant, je vous prie.',
  goodbye: 'Au revoir.',
};

const byLanguage: Readonly<Record<string, Phrases>> = { en: english, de: german, fr: french };

/** The phrases of a language tag, by its first part; English where we know no other. */
export function phrasesFor(language: string): Phrases {
  const primary = language.toLowerCase().split('-', 1)[0] ?? '';
  return Object.hasOwn(byLanguage, primary) ? (byLanguage[primary] ?? english) : english;
}

/** The tag as voice providers want it: with a region where we know the usual one. */
export function spokenLanguage(language: string): string {
  return language.includes('-')
    ? language
    : Object.hasOwn(byLanguage, language.toLowerCase())
      ? phrasesFor(language).tag
      : language;
}

function keys(numbers: string, star: string, hash: string): Readonly<Record<string, string>> {
  const named = numbers.split(' ').map((name, digit) => [String(digit), name] as const);
  return Object.fromEntries([...named, ['*', star], ['#', hash]]);
}
