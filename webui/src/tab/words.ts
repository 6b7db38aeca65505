// The tab's words in both languages. It knows nothing of the admin page's.
import { frenchSpaces } from '../format';
import type { Language } from '../format';
import type { TicketEvent } from './api';
import type { Waiting } from './waiting';

// What is wrong, and what next.
type Text = readonly [title: string, next: string];

export interface Words {
  title: string;
  loading: string;
  arrived: string;
  received: (time: string) => string;
  validUntil: (time: string) => string;
  expired: string;
  expiredNext: string;
  cut: string;
  newPage: string;
  actions: string;
  acting: string;
  done: string;
  notDone: string;
  waiting: Record<Waiting, Text>;
  waitingSince: (time: string) => string;
  byItself: string;
  knows: string;
  nothingKnown: string;
  more: string;
  at: string;
  state: Record<TicketEvent['state'], string>;
  atMizo: (time: string) => string;
  kind: Record<TicketEvent['kind'], string>;
  own: string;
  stale: (time: string) => string;
  tryAgain: string;
  triesItself: string;
  forAdministrator: string;
  problems: Record<string, Text>;
  unknown: Text;
}

const en: Words = {
  title: 'Mizo',
  loading: 'Opening…',
  arrived: 'Mizo’s view of this ticket has arrived.',
  received: time => `From Mizo, ${time}`,
  validUntil: time => `valid until ${time}`,
  expired: 'This view has expired',
  expiredNext: 'Mizo made it for an earlier state of the ticket. A new one appears here by itself.',
  cut: 'This section is longer than can be shown here.',
  newPage: 'opens a new page',
  actions: 'What Mizo can do now',
  acting: 'Asking Mizo…',
  done: 'Done.',
  notDone: 'Mizo did not do this.',
  waiting: {
    unheard: [
      'Nothing has come from HaloPSA yet',
      'The relay hears of a ticket when it is logged, or when something on it changes. Until then Mizo ' +
        'does not know it.',
    ],
    link_down: [
      'No connection to Mizo at the moment',
      'Nothing is lost: the relay keeps what happens, and sends it as soon as Mizo can be reached.',
    ],
    on_its_way: ['On its way to Mizo', 'The relay has the ticket and is handing it to Mizo.'],
    at_mizo: ['Mizo has this ticket', 'Its view appears here as soon as it is ready.'],
    given_up: [
      'Mizo did not take the latest change',
      'The relay’s administrator sees why on the admin page, and can send it again.',
    ],
    out_of_scope: [
      'Mizo is not enabled for this ticket',
      'Its type is not among those that are passed on. An administrator chooses them in the relay’s ' +
        'settings.',
    ],
  },
  waitingSince: time => `Since ${time}`,
  byItself: 'This view fills itself; nothing need be pressed.',
  knows: 'What was passed on to Mizo',
  nothingKnown: 'Nothing of this ticket yet.',
  more: 'Older ones are not shown.',
  at: 'Received',
  state: {
    queued: 'waiting for Mizo',
    acked: 'with Mizo',
    dead: 'not taken by Mizo',
    unscoped: 'not passed on',
  },
  atMizo: time => `with Mizo at ${time}`,
  kind: {
    created: 'Ticket logged',
    status_changed: 'Status changed',
    changed: 'Ticket changed',
    action_added: 'Action added',
    other: 'Other',
  },
  own: 'by Mizo',
  stale: time => `The relay does not answer. This is as of ${time}; it is tried again by itself.`,
  tryAgain: 'Try again',
  triesItself: 'This is tried again by itself.',
  forAdministrator: 'For the administrator',
  problems: {
    unreachable: ['The relay does not answer', 'It may be restarting, or this computer does not reach it.'],
    tab_secret_missing: [
      'This tab has not been set up yet',
      'An administrator copies the tab’s secret from HaloPSA to the relay’s settings.',
    ],
    tab_link_incomplete: [
      'Open this tab from a ticket in HaloPSA',
      'If you did: in HaloPSA the tab’s URL must be the one that the relay shows, with “Send secure URL ' +
        'parameter” on.',
    ],
    tab_link_unfilled: [
      'HaloPSA did not fill in this tab’s address',
      'The tab’s URL in HaloPSA must be the one that the relay shows, at a custom tab of tickets.',
    ],
    tab_link_ambiguous: [
      'This tab’s address contradicts itself',
      'The tab’s URL in HaloPSA must be the one that the relay shows.',
    ],
    tab_link_malformed: [
      'This tab’s address cannot be read',
      'The tab’s URL in HaloPSA must be the one that the relay shows.',
    ],
    tab_link_refused: [
      'HaloPSA and the relay know different secrets',
      'An administrator enters the tab’s secret anew, in HaloPSA and in the relay’s settings.',
    ],
    tab_agent_refused: ['HaloPSA does not know you as an active agent', 'Sign in to HaloPSA again.'],
    tab_ticket_unknown: [
      'The relay may not see this ticket',
      'HaloPSA has none of this number, or does not show it to Mizo’s agent.',
    ],
    tab_ticket_out_of_scope: [
      'Mizo is not enabled for this type of ticket',
      'An administrator chooses the types in the relay’s settings.',
    ],
    tab_halo_not_configured: [
      'The relay cannot ask HaloPSA yet',
      'An administrator enters HaloPSA’s address and credentials in the relay’s settings.',
    ],
    tab_halo_unavailable: [
      'HaloPSA does not answer the relay',
      'It is asked whether this ticket may be shown. Until it answers, nothing is.',
    ],
    tab_too_many_tickets: ['Many tickets at once', 'The relay spares HaloPSA. Wait a minute.'],
    tab_too_fast: ['This is too much at once', 'Wait a minute.'],
    tab_store_unavailable: [
      'The relay’s database cannot be used at the moment',
      'The relay’s administrator sees why on the admin page.',
    ],
    tab_not_recorded: ['Nothing was sent', 'The relay could not record it. Its administrator sees why.'],
    tab_action_gone: ['Mizo no longer offers this', 'The ticket has changed meanwhile.'],
    tab_link_down: [
      'No connection to Mizo: nothing was sent',
      'The relay connects again by itself. Try again then.',
    ],
    tab_link_lost: [
      'The connection broke before Mizo answered',
      'It may have been done all the same: look at the ticket before you try again.',
    ],
    tab_no_answer: [
      'Mizo has not answered in time',
      'It may be done all the same: look at the ticket before you try again.',
    ],
    tab_busy: ['Much is under way already', 'Try again in a minute.'],
    tab_stopping: ['The relay is restarting', 'Try again in a minute.'],
    tab_session_ended: ['This view has ended', 'It begins anew by itself.'],
    tab_bad_request: ['This page and the relay differ in version', 'Load the ticket again.'],
  },
  unknown: ['Something is in the way', 'What answered is not the relay: a proxy or a firewall, perhaps.'],
};

const fr: Words = {
  title: 'Mizo',
  loading: 'Ouverture…',
  arrived: 'La vue de Mizo sur ce ticket est arrivée.',
  received: time => `De Mizo, ${time}`,
  validUntil: time => `valable jusqu’à ${time}`,
  expired: 'Cette vue a expiré',
  expiredNext: 'Mizo l’a faite pour un état antérieur du ticket. Une nouvelle apparaît ici d’elle-même.',
  cut: 'Cette section est trop longue pour être affichée en entier.',
  newPage: 'ouvre une nouvelle page',
  actions: 'Ce que Mizo peut faire maintenant',
  acting: 'Demande à Mizo…',
  done: 'C’est fait.',
  notDone: 'Mizo ne l’a pas fait.',
  waiting: {
    unheard: [
      'Rien n’est encore venu de HaloPSA',
      'Le relais apprend l’existence d’un ticket à sa création, ou quand quelque chose y change. ' +
        'Jusque-là, Mizo ne le connaît pas.',
    ],
    link_down: [
      'Pas de connexion à Mizo pour le moment',
      'Rien n’est perdu : le relais garde ce qui se passe, et l’envoie dès que Mizo est joignable.',
    ],
    on_its_way: ['En route vers Mizo', 'Le relais a le ticket et le transmet à Mizo.'],
    at_mizo: ['Mizo a ce ticket', 'Sa vue apparaît ici dès qu’elle est prête.'],
    given_up: [
      'Mizo n’a pas pris le dernier changement',
      'L’administrateur du relais en voit la raison sur la page d’administration, et peut le renvoyer.',
    ],
    out_of_scope: [
      'Mizo n’est pas activé pour ce ticket',
      'Son type n’est pas parmi ceux qui sont transmis. Un administrateur les choisit dans les réglages du ' +
        'relais.',
    ],
  },
  waitingSince: time => `Depuis ${time}`,
  byItself: 'Cette vue se remplit d’elle-même ; il n’y a rien à presser.',
  knows: 'Ce qui a été transmis à Mizo',
  nothingKnown: 'Rien encore de ce ticket.',
  more: 'Les plus anciens ne sont pas affichés.',
  at: 'Reçu',
  state: {
    queued: 'en attente de Mizo',
    acked: 'chez Mizo',
    dead: 'non pris par Mizo',
    unscoped: 'non transmis',
  },
  atMizo: time => `chez Mizo à ${time}`,
  kind: {
    created: 'Ticket créé',
    status_changed: 'Statut changé',
    changed: 'Ticket modifié',
    action_added: 'Action ajoutée',
    other: 'Autre',
  },
  own: 'par Mizo',
  stale: time => `Le relais ne répond pas. État de ${time} ; un nouvel essai se fait de lui-même.`,
  tryAgain: 'Réessayer',
  triesItself: 'Un nouvel essai se fait de lui-même.',
  forAdministrator: 'Pour l’administrateur',
  problems: {
    unreachable: ['Le relais ne répond pas', 'Il redémarre peut-être, ou cet ordinateur ne l’atteint pas.'],
    tab_secret_missing: [
      'Cet onglet n’est pas encore configuré',
      'Un administrateur copie le secret de l’onglet de HaloPSA dans les réglages du relais.',
    ],
    tab_link_incomplete: [
      'Ouvrez cet onglet depuis un ticket dans HaloPSA',
      'Si c’est le cas : dans HaloPSA, l’URL de l’onglet doit être celle que montre le relais, avec « Send ' +
        'secure URL parameter » activé.',
    ],
    tab_link_unfilled: [
      'HaloPSA n’a pas rempli l’adresse de cet onglet',
      'L’URL de l’onglet dans HaloPSA doit être celle que montre le relais, dans un onglet personnalisé ' +
        'des tickets.',
    ],
    tab_link_ambiguous: [
      'L’adresse de cet onglet se contredit',
      'L’URL de l’onglet dans HaloPSA doit être celle que montre le relais.',
    ],
    tab_link_malformed: [
      'L’adresse de cet onglet est illisible',
      'L’URL de l’onglet dans HaloPSA doit être celle que montre le relais.',
    ],
    tab_link_refused: [
      'HaloPSA et le relais connaissent des secrets différents',
      'Un administrateur saisit à nouveau le secret de l’onglet, dans HaloPSA et dans les réglages du ' +
        'relais.',
    ],
    tab_agent_refused: [
      'HaloPSA ne vous connaît pas comme agent actif',
      'Connectez-vous de nouveau à HaloPSA.',
    ],
    tab_ticket_unknown: [
      'Le relais ne peut voir ce ticket',
      'HaloPSA n’en a pas de ce numéro, ou ne le montre pas à l’agent de Mizo.',
    ],
    tab_ticket_out_of_scope: [
      'Mizo n’est pas activé pour ce type de ticket',
      'Un administrateur choisit les types dans les réglages du relais.',
    ],
    tab_halo_not_configured: [
      'Le relais ne peut pas encore interroger HaloPSA',
      'Un administrateur saisit l’adresse et les identifiants de HaloPSA dans les réglages du relais.',
    ],
    tab_halo_unavailable: [
      'HaloPSA ne répond pas au relais',
      'On lui demande si ce ticket peut être montré. Sans réponse, rien ne l’est.',
    ],
    tab_too_many_tickets: ['Beaucoup de tickets à la fois', 'Le relais ménage HaloPSA. Attendez une minute.'],
    tab_too_fast: ['C’est trop à la fois', 'Attendez une minute.'],
    tab_store_unavailable: [
      'La base du relais est inutilisable pour le moment',
      'L’administrateur du relais en voit la raison sur la page d’administration.',
    ],
    tab_not_recorded: [
      'Rien n’a été envoyé',
      'Le relais n’a pas pu l’enregistrer. Son administrateur en voit la raison.',
    ],
    tab_action_gone: ['Mizo ne propose plus cela', 'Le ticket a changé entre-temps.'],
    tab_link_down: [
      'Pas de connexion à Mizo : rien n’a été envoyé',
      'Le relais se reconnecte de lui-même. Réessayez alors.',
    ],
    tab_link_lost: [
      'La connexion s’est rompue avant la réponse de Mizo',
      'C’est peut-être fait tout de même : regardez le ticket avant de réessayer.',
    ],
    tab_no_answer: [
      'Mizo n’a pas répondu à temps',
      'C’est peut-être fait tout de même : regardez le ticket avant de réessayer.',
    ],
    tab_busy: ['Beaucoup est déjà en cours', 'Réessayez dans une minute.'],
    tab_stopping: ['Le relais redémarre', 'Réessayez dans une minute.'],
    tab_session_ended: ['Cette vue est terminée', 'Elle recommence d’elle-même.'],
    tab_bad_request: ['Cette page et le relais sont de versions différentes', 'Rechargez le ticket.'],
  },
  unknown: [
    'Quelque chose fait obstacle',
    'Ce qui a répondu n’est pas le relais : un proxy ou un pare-feu ?',
  ],
};

// The catalogue is written with plain spaces, so that it can be read and searched.
function typeset<T>(value: T): T {
  if (typeof value === 'string') return frenchSpaces(value) as T;
  if (typeof value === 'function') return ((...args: unknown[]) => frenchSpaces(value(...args))) as T;
  if (Array.isArray(value)) return value.map(typeset) as T;
  return Object.fromEntries(Object.entries(value as object).map(([key, each]) => [key, typeset(each)])) as T;
}

export const tabWords: Record<Language, Words> = { en, fr: typeset(fr) };

// What was set (`en`, `fr`), else the first of the browser's languages that is spoken here.
export function languageOf(set: string | undefined, browsers: readonly string[]): Language {
  if (set === 'en' || set === 'fr') return set;
  const first = browsers.map(tag => tag.slice(0, 2)).find(code => code === 'en' || code === 'fr');
  return first === 'fr' ? 'fr' : 'en';
}
