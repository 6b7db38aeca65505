// Français, du côté de HaloPSA : sa connexion, le guide, l’agent et ce qui veille sur le tout.
import type { Widened } from '.';
import type { haloEn } from './halo_en';

export const haloFr: Widened<typeof haloEn> = {
  haloStates: {
    unconfigured: 'Pas configuré', unknown: 'Pas encore essayé', ok: 'Fonctionne',
    failing: 'Ne fonctionne pas',
  },
  haloTestSteps: { discovery: 'Adresse', token: 'Identifiants', call: 'Qui nous sommes' },
  halo: {
    title: 'HaloPSA', intro: 'Comment le relais atteint l’API de HaloPSA, et ce qu’il peut y faire.',
    connection: 'Connexion', address: 'Adresse',
    where: 'Configuration > Integrations > HaloPSA API > View Applications > Mizo Agent',
    addressHint: 'Comme https://entreprise.halopsa.com, sans rien derrière.',
    secretsGo: 'Une autre adresse efface les secrets ci-dessous : saisissez-les à nouveau.',
    saveAndTest: 'Enregistrer et tester', test: 'Tester la connexion', testing: 'Essai de chaque étape…',
    testOk: 'HaloPSA répond et reconnaît le relais', testFailed: 'Une étape a échoué',
    state: 'État', unconfigured: 'HaloPSA n’est pas encore configuré',
    unconfiguredNext:
      'Saisissez son adresse, le client ID et le client secret, puis « Enregistrer et tester ».',
    held: time => `HaloPSA demande d’attendre : aucun appel pendant encore ${time}`,
    token: 'Jeton', noToken: 'pas encore', until: 'valable jusqu’à', version: 'Version',
    callsLeft: 'Appels restants', ofCalls: (left, limit) => `${left} sur ${limit} en 5 minutes`,
    permissions: 'Permissions', permissionsOpen: 'HaloPSA n’a pas encore été interrogé.',
    permissionsAll: 'HaloPSA accorde ce que le guide demande.',
    permissionsRefused:
      'HaloPSA en refuse certaines. Tout le reste fonctionne ; le guide dit quelles étapes cela concerne.',
    grants: { granted: 'accordée', refused: 'refusée', open: 'inconnue' },
    calls: 'Appels', noCalls: 'Aucun appel', at: 'Quand', purpose: 'Pour', allPurposes: 'Tout', call: 'Appel',
    noCallsNext: 'Chaque appel de l’API de HaloPSA est noté ici, avec ce qu’il est devenu.',
    answer: 'Réponse', noAnswer: 'aucune', took: 'Durée', waited: 'Attente',
    purposes: {
      agent: 'Agent', tab: 'Onglet du ticket', test_ticket: 'Ticket d’essai', check: 'Guide', alert: 'Alerte',
      reconcile: 'Relecture', poll: 'Interrogation',
    },
  },
};
