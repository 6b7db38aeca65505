// Textes français des codes de problème (ce qui ne va pas, que faire) et des actions de l’audit.
import type { CodeTexts } from './codes_en';

export const codesFr: CodeTexts = {
  problems: {
    unreachable: [
      'Le service ne répond pas',
      'Il est peut-être arrêté ou redémarre. Rien n’est perdu ; réessayez dans un instant.',
    ],
    unexpected: [
      'Une réponse inattendue',
      'Quelque chose entre cette page et le service a peut-être répondu à sa place.',
    ],
    bad_request: [
      'Le service n’a pas compris',
      'Rechargez la page ; elle est peut-être plus ancienne que le service.',
    ],
    invalid_json: [
      'Le service n’a pas compris',
      'Rechargez la page ; elle est peut-être plus ancienne que le service.',
    ],
    host_not_allowed: [
      'Cette adresse n’est pas permise',
      'Ouvrez la page par l’adresse que le service affiche au démarrage.',
    ],
    origin_refused: [
      'Refusé : la requête vient d’un autre site',
      'Ouvrez la page seule, pas dans une autre.',
    ],
    csrf_refused: ['Refusé par sécurité', 'Rechargez la page et refaites l’étape.'],
    signed_out: ['Déconnecté', 'Connectez-vous de nouveau.'],
    reauth_required: ['Le mot de passe est nécessaire', 'Refaites l’étape et saisissez-le.'],
    wrong_password: ['Le mot de passe est faux', 'Réessayez. Les majuscules comptent.'],
    too_many_tries: ['Trop d’essais', 'Réessayez dans {retry_ms}.'],
    setup_done: ['L’installation est déjà faite', 'Connectez-vous avec le mot de passe choisi.'],
    setup_code_wrong: [
      'Le code d’installation est faux ou a expiré',
      'Redémarrez le service pour en obtenir un nouveau.',
    ],
    password_too_short: ['Le mot de passe est trop court', 'Employez 12 caractères ou plus.'],
    password_too_long: ['Le mot de passe est trop long', 'Employez au plus 128 caractères.'],
    password_too_common: [
      'Ce mot de passe est parmi les plus employés',
      'Choisissez-en un que personne d’autre n’aurait.',
    ],
    not_found: ['Ceci n’existe pas ici', 'Cela a pu être supprimé entre-temps.'],
    method_not_allowed: [
      'Le service n’offre pas cela',
      'Rechargez la page ; elle est peut-être plus ancienne que le service.',
    ],
    not_acceptable: ['Le service n’offre pas ce format', 'Choisissez-en un autre.'],
    unsupported_type: [
      'Le service n’a pas compris',
      'Rechargez la page ; elle est peut-être plus ancienne que le service.',
    ],
    too_large: ['C’est trop volumineux', 'Envoyez moins à la fois.'],
    settings_invalid: ['Rien n’a été enregistré', 'Voyez les réglages marqués.'],
    settings_locked: [
      'Rien n’a été enregistré',
      'Un réglage est fixé par fichier, environnement ou ligne de commande.',
    ],
    certificate_invalid: ['Ce certificat ne peut être créé', 'Vérifiez la taille de clé et la validité.'],
    certificate_state: [
      'L’état du certificat ne le permet pas',
      'Il a pu changer entre-temps ; rechargez la page.',
    ],
    last_certificate: ['Il ne resterait aucun certificat accepté', 'Créez d’abord un nouveau certificat.'],
    key_destroyed: ['La clé privée a été détruite', 'Créez un nouveau certificat.'],
    cursor_invalid: ['La liste a trop changé', 'Rechargez-la depuis le début.'],
    body_gone: ['Le contenu n’est plus gardé', 'Il est supprimé après les jours de store.body_days.'],
    nothing_to_replay: [
      'Cet événement ne peut être envoyé',
      'Il n’a pas de contenu, ou son type de ticket est hors périmètre.',
    ],
    replay_too_many: [
      '{matched} événements, c’est trop à la fois',
      'Réduisez la recherche à 10 000 au plus.',
    ],
    link_not_enrolled: ['Pas encore inscrit', 'Inscrivez d’abord ce relais avec un code.'],
    link_already_enrolled: ['Déjà inscrit', 'Oubliez d’abord la liaison actuelle.'],
    link_url_invalid: [
      'Cette adresse ne convient pas',
      'Elle doit commencer par https:// sans nom d’utilisateur.',
    ],
    enroll_code_refused: [
      'Mizo n’accepte pas ce code',
      'Il vaut une fois, pendant 15 minutes. Prenez-en un nouveau dans la console Mizo.',
    ],
    enroll_rate_limited: ['Mizo demande d’attendre', 'Réessayez dans {retry_ms}.'],
    cloud_unreachable: [
      'Mizo est injoignable',
      'Testez la connexion : vous verrez à quelle étape elle s’arrête.',
    ],
    cloud_answer_unexpected: [
      'Autre chose a répondu',
      'Vérifiez l’adresse ; un pare-feu ou un proxy a pu répondre.',
    ],
    learn_not_started: ['L’apprentissage n’est pas en cours', 'Commencez-le d’abord.'],
    learn_no_match: ['Il n’y a rien à confirmer', 'Recommencez et attendez une livraison.'],
    learn_not_applicable: [
      'L’apprentissage ne vaut que pour les certificats',
      'Réglez d’abord webhook.auth sur x509.',
    ],
    test_ticket_running: [
      'Un ticket d’essai est en route',
      'Attendez son arrivée ; elle est affichée ci-dessous.',
    ],
    store_unavailable: [
      'La base est inutilisable pour le moment',
      'La vue d’ensemble dit pourquoi et que faire.',
    ],
    shutting_down: ['Le service s’arrête', 'Attendez qu’il soit de retour.'],
    internal: [
      'Une faute de notre part',
      'Le journal a les détails sous {reference}. Merci d’envoyer le diagnostic à Mizo.',
    ],
  },
  actions: {
    setup: 'Premier mot de passe défini',
    signed_in: 'Connexion',
    sign_in_failed: 'Connexion refusée',
    signed_out: 'Déconnexion',
    password_reset: 'Mot de passe réinitialisé',
    settings_changed: 'Réglages changés',
    certificate_made: 'Certificat créé',
    pfx_downloaded: 'PFX téléchargé',
    password_shown: 'Mot de passe du PFX affiché',
    certificate_activated: 'Certificat devenu actif',
    certificate_retired: 'Certificat retiré',
    certificate_revoked: 'Certificat révoqué',
    key_destroyed: 'Clé privée détruite',
    link_enrolled: 'Inscrit auprès de Mizo',
    link_forgotten: 'Liaison oubliée',
    link_retried: 'Connexion demandée',
    event_replayed: 'Événement renvoyé',
    events_replayed: 'Événements renvoyés',
    events_exported: 'Événements exportés',
    learn_started: 'Apprentissage commencé',
    learn_confirmed: 'Apprentissage confirmé',
    log_level_changed: 'Niveau du journal changé',
    test_ticket_started: 'Ticket d’essai lancé',
    alerts_tested: 'Alerte d’essai publiée',
    backup_made: 'Sauvegarde faite',
    diagnostics_made: 'Diagnostic fait',
    started: 'Service démarré',
    stopped: 'Service arrêté',
  },
};
