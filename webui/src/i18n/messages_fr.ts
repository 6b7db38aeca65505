// Textes français des codes de message du service. Les {arguments} portent les noms du contrat.
import type { MessageCode } from '../schema';

export const messagesFr: Record<MessageCode, string> = {
  stage_ok: 'Fonctionne',
  stage_idle: 'Rien n’est encore passé ici',
  halopsa_never: 'HaloPSA n’a pas encore appelé',
  halopsa_silent: 'Rien de HaloPSA depuis {duration_ms} ; d’habitude il appelle toutes les {usual_ms}',
  receive_not_listening: 'L’écoute des webhooks n’a pu ouvrir {address} : {reason}',
  receive_refusing: 'Les webhooks sont renvoyés : {reason}',
  verify_no_certificate: 'Aucun certificat n’a été créé : aucun webhook ne peut être accepté',
  verify_failing: 'Les {count} dernières livraisons n’étaient pas signées comme prévu',
  verify_not_learned: 'On ne sait pas encore comment ce HaloPSA signe',
  store_full: 'Le disque est plein : les webhooks reçoivent 503 jusqu’à ce qu’il y ait de la place',
  store_limit: 'La file a atteint store.max_bytes ({bytes}) : les webhooks reçoivent 503',
  store_read_only: 'Le dossier de données n’est pas inscriptible : les webhooks reçoivent 503',
  store_failed: 'La base a échoué : {reason}',
  store_salvaged: 'Une base endommagée a été mise de côté ; livraisons intactes reprises : {count}',
  link_not_enrolled: 'Pas encore inscrit auprès de Mizo',
  link_connecting: 'Connexion à Mizo',
  link_down: 'Pas de connexion à Mizo',
  mizo_no_progress: 'Connecté, mais rien n’est confirmé depuis {duration_ms}',
  mizo_behind: 'Événements en attente de confirmation : {queued}',
  mizo_dead_letters: 'Événements refusés par Mizo : {count}',
  certificate_due: 'Un nouveau certificat est à créer : l’actuel finit le {not_after}',
  certificate_expiring: 'Le certificat finit le {not_after}',
  certificate_expired:
    'Le certificat a fini le {not_after} ; il reste accepté, car HaloPSA continue de signer avec lui',
  certificate_pending: 'Un nouveau certificat attend d’être chargé dans HaloPSA',
  queue_over: 'Événements en attente : {queued}, le plus ancien depuis {oldest_ms}',
  rejected_in_a_row: '{count} livraisons de suite ont été refusées',
  disk_low: 'Il ne reste que {free} sur le disque des données',
  link_down_long: 'Pas de connexion à Mizo depuis {duration_ms}',
  clock_wrong: 'L’horloge de cette machine est décalée de {skew_ms}',
  link_name_failed: 'Le nom {host} n’a pu être résolu',
  link_connect_refused: '{address} a refusé la connexion',
  link_connect_timeout: 'Pas de réponse de {address}',
  link_network: 'La connexion s’est rompue : {reason}',
  link_proxy_failed: 'Le proxy {proxy} n’a pu servir : {reason}',
  link_proxy_auth: 'Le proxy {proxy} demande d’autres identifiants',
  link_tls_failed: 'La négociation TLS a échoué : {reason}',
  link_tls_issuer: 'Le certificat de {host} vient de {issuer}, qui n’est pas de confiance ici',
  link_tls_expired: 'Le certificat de {host} n’est pas valable à cette date',
  link_tls_name: 'Le certificat n’est pas pour {host}',
  link_upgrade_refused: 'La demande de WebSocket a reçu {status}',
  link_key_refused: 'Mizo n’accepte pas la clé de ce relais',
  link_disabled: 'Mizo a désactivé ce relais',
  link_superseded: 'Une autre instance de même identité a pris la suite',
  link_identity_conflict: 'Deux bases emploient la même identité : cette machine a sans doute été clonée',
  link_version_refused: 'Mizo ne sert plus cette version',
  link_clock_skew: 'Mizo refuse la clé, et l’horloge de cette machine est décalée de {skew_ms}',
  link_protocol_error: 'L’autre côté a enfreint le protocole : {reason}',
  link_heartbeat_lost: 'Mizo s’est tu',
  link_no_progress: 'Connecté, mais rien n’a été confirmé',
  link_overloaded: 'Mizo demande d’attendre',
  link_draining: 'Mizo a déplacé cette liaison vers un autre serveur',
  link_closed: 'Mizo a fermé la connexion ({close_code}) {reason}',
  link_message_too_large: 'Un événement dépassait ce que Mizo accepte ; il est devenu un rebut',
  link_by_batches:
    'Aucun WebSocket n’atteint Mizo ; la liaison passe par des requêtes HTTPS, et rien n’est perdu',
  link_admin: 'Terminée sur ordre de l’administrateur',
  link_shutdown: 'Le service a été arrêté',
  test_name_ok: '{host} est {addresses}',
  test_tcp_ok: 'Connecté à {address}',
  test_proxy_none: 'Aucun proxy employé',
  test_proxy_ok: 'Par {proxy}',
  test_tls_ok: '{version}, émis par {issuer}, valable jusqu’au {not_after}',
  test_tls_plain: 'Connexion en clair vers cette machine, sans TLS',
  test_clock_ok: 'Décalage de {skew_ms}',
  test_upgrade_ok: 'Le WebSocket est ouvert',
  test_upgrade_stripped: 'Le WebSocket ne passe pas ({reason}) ; des requêtes HTTPS portent la liaison',
  test_ack_ok: 'Un message a fait l’aller-retour en {took_ms}',
  test_skipped: 'Non essayé, car une étape antérieure a échoué',
  advice_enroll: 'Prenez un code d’inscription dans la console Mizo et saisissez-le sous Liaison',
  advice_make_certificate: 'Créez un certificat et chargez-le dans HaloPSA',
  advice_load_certificate: 'Chargez le nouveau PFX dans HaloPSA et choisissez-le dans le webhook',
  advice_check_webhook:
    'Voyez Configuration > Integrations > WebHooks dans HaloPSA : est-il actif, et l’URL est-elle celle ' +
    'd’ici ?',
  advice_learn: 'Lancez l’apprentissage à la page Webhook, puis modifiez un ticket dans HaloPSA',
  advice_free_disk: 'Faites de la place sur le disque des données ; rien n’est à redémarrer',
  advice_permissions: 'Donnez au service le droit d’écrire dans son dossier de données',
  advice_listen_address: 'Choisissez une adresse libre pour webhook.listen, ou arrêtez ce qui l’occupe',
  advice_look_at_rejected: 'Ouvrez les livraisons refusées : chacune dit pourquoi',
  advice_look_at_dead: 'Ouvrez les rebuts, corrigez la cause et renvoyez-les',
  advice_wait: 'Rien à faire : cela reprend tout seul, et rien n’est perdu',
  advice_dns: 'Vérifiez le serveur DNS de cette machine et l’orthographe de l’adresse',
  advice_firewall: 'Autorisez le TCP sortant {port} vers {host} dans le pare-feu',
  advice_proxy: 'Vérifiez link.proxy, son utilisateur et son mot de passe',
  advice_inspection: 'Un pare-feu inspecte le TLS : exemptez {host}, ou mettez son CA dans link.ca_file',
  advice_ca_file: 'Mettez le CA émetteur dans link.ca_file, ou renouvelez les racines de cette machine',
  advice_clock: 'Mettez l’horloge de cette machine à l’heure, et qu’elle suive un serveur de temps',
  advice_websocket: 'Un proxy bloque le WebSocket : exemptez {host}',
  advice_enroll_again: 'Oubliez cette liaison et inscrivez-vous avec un nouveau code',
  advice_contact_mizo: 'Demandez à l’assistance de Mizo ; le fichier de diagnostic l’aide',
  advice_update: 'Installez la version actuelle de Mizo Relay',
  advice_clone: 'Gardez une des deux machines ; sur l’autre, oubliez la liaison et inscrivez-la à neuf',
  advice_restore: 'Examinez la base mise de côté, ou restaurez une sauvegarde',
  halopsa_silent_long: 'Rien de HaloPSA depuis {duration_ms}',
  link_stream_reset: 'La base est revenue en arrière (sauvegarde restaurée) : le flux vers Mizo a recommencé',
  link_window_too_small: 'Un événement est plus grand que ce que Mizo accepte, et attend',
  halo_failing: 'L’API de HaloPSA ne fonctionne plus depuis {duration_ms} : {reason}',
  halo_webhook_disabled: 'HaloPSA a désactivé son webhook',
  halo_webhook_changed: 'Le webhook de HaloPSA a été modifié : {check}',
  check_wrong: 'Une vérification qui était juste ne l’est plus : {check}',
  alert_test: 'Un essai : c’est ici qu’arrivent les alertes de Mizo Relay',
  alert_no_url: 'Aucune adresse où publier : alerts.webhook_url n’est pas défini',
  alert_refused: 'Le destinataire a répondu {status}',
  alert_unreachable: 'Le destinataire n’a pu être joint : {reason}',
  advice_open_checks:
    'Ouvrez les vérifications : chacune montre ce qui est, ce qui était attendu et comment y remédier',
  advice_enable_webhook:
    'Cherchez pourquoi les livraisons ont échoué, puis réactivez le webhook dans HaloPSA',
  advice_halo_api: 'Testez la connexion sur la page HaloPSA : chaque étape donne son conseil',
  ticket_waiting: 'En attente',
  ticket_skipped: 'Pas atteint : une étape précédente a échoué',
  ticket_not_asked: 'Non demandé : le ticket reste',
  ticket_created: 'HaloPSA a créé le ticket {ticket}',
  ticket_refused: 'HaloPSA n’a pas créé de ticket : {reason}',
  ticket_received: 'Le webhook de HaloPSA est arrivé',
  ticket_polled: 'Trouvé en interrogeant HaloPSA : aucun webhook n’est venu',
  ticket_not_received: 'Aucun webhook pour ce ticket en {duration_ms}',
  ticket_rejected: 'Un webhook est venu entre-temps, mais il a été refusé',
  ticket_stored: 'Sur le disque d’ici',
  ticket_unscoped: 'Enregistré, mais son type de ticket est hors périmètre : il n’est pas relayé',
  ticket_sent: 'Envoyé à Mizo',
  ticket_not_sent: 'Attend d’être envoyé depuis {duration_ms} ; événements avant lui : {queued}',
  ticket_acked: 'Mizo l’a sur disque',
  ticket_not_acked: 'Envoyé, mais sans accusé de réception en {duration_ms}',
  ticket_dead: 'Refusé par Mizo : {text}',
  ticket_insight: 'L’analyse de Mizo est revenue',
  ticket_no_insight: 'Pas d’analyse en {duration_ms} ; elle peut encore venir',
  ticket_deleted: 'Le ticket {ticket} a été supprimé',
  ticket_closed: 'Le ticket {ticket} a été fermé',
  ticket_left: 'Le ticket {ticket} est resté dans HaloPSA : {reason}',
  ticket_interrupted: 'Le service a été arrêté entre-temps',
  advice_ticket_rights:
    'Vérifiez les droits de l’application dans HaloPSA : elle doit pouvoir créer des tickets',
  advice_ticket_webhook:
    'Le webhook est-il actif, a-t-il l’événement « new ticket logged », l’URL est-elle joignable ? ' +
    'L’onglet Deliveries de HaloPSA montre ce qui est revenu',
  advice_ticket_scope:
    'Ajoutez ce type de ticket à scope.ticket_types, ou choisissez-en un qui y est',
  advice_ticket_link: 'Le lien avec Mizo n’est pas établi : voyez la page Lien',
  advice_ticket_automation:
    'Le type de ticket est-il activé chez Mizo ? L’onglet du ticket montrera l’analyse à son arrivée',
  advice_ticket_remove: 'Fermez ou supprimez le ticket à la main dans HaloPSA',
  advice_ticket_again: 'Recommencez',
  signature_ok: 'Signée par un de nos certificats',
  hmac_ok: 'Le HMAC est juste',
  basic_ok: 'Utilisateur et mot de passe sont justes',
  signature_missing: 'Il n’y a pas d’en-tête {header}',
  signature_malformed: 'L’en-tête {header} n’est pas du {encoding}',
  signature_wrong: 'Aucun certificat accepté n’a fait cette signature pour ces octets (essayés : {count})',
  no_certificate: 'Il n’y a pas de certificat pour vérifier',
  hmac_missing: 'Il n’y a pas d’en-tête {header}',
  hmac_wrong: 'Le HMAC ne va pas avec ces octets',
  basic_missing: 'Il n’y a pas d’en-tête Authorization',
  basic_wrong: 'Utilisateur ou mot de passe faux',
  too_old: 'La date du corps est plus ancienne que webhook.max_age',
  hint_unsigned:
    'La requête n’est pas signée du tout : X.509 est-il choisi comme authentification du webhook ?',
  hint_other_header: 'L’en-tête {header} ressemble à une signature',
  hint_bom: 'Elle se vérifie sans la marque d’ordre des octets (BOM)',
  hint_scheme: 'Elle se vérifie avec {hash}, {padding}, {encoding}, {bytes} : lancez l’apprentissage',
  hint_retired_certificate: 'Elle a été signée par le certificat retiré {thumbprint}',
  hint_revoked_certificate: 'Elle a été signée par le certificat révoqué {thumbprint}',
  hint_sha1: 'Elle est signée en SHA-1, permis seulement par un réglage',
  hint_length: 'La signature a {length} octets ; une clé de {key_bits} bits en fait {expected}',
  hint_changed_body:
    'Si elle vient bien de HaloPSA, quelque chose a changé le corps en route, ou HaloPSA a un autre ' +
    'certificat',
  hint_basic: 'Elle porte des identifiants Basic au lieu d’une signature',
  timeline_received: 'Reçue de {remote}',
  timeline_verified: 'Vérifiée',
  timeline_rejected: 'Refusée',
  timeline_decoded: 'Événements trouvés : {count}',
  timeline_not_understood: 'Non comprise ; gardée comme un événement de type autre',
  timeline_stored: 'Sur disque',
  timeline_repeated: 'Répète une livraison antérieure ; pas stockée deux fois',
  timeline_answered: 'Réponse {status}',
  timeline_unscoped: 'Son type de ticket est hors périmètre ; pas transmis',
  timeline_sent: 'Envoyé, tentative {attempt}',
  timeline_acked: 'Confirmé par Mizo',
  timeline_nacked: 'Mizo demande de renvoyer : {text}',
  timeline_lost: 'La connexion a pris fin avant une réponse',
  timeline_dead: 'Rebut : {text}',
  timeline_replayed: 'Renvoyé par un administrateur',
  halo_not_configured: 'L’adresse, le client ID ou le client secret de HaloPSA n’est pas renseigné',
  halo_settings_changed: 'Les réglages de HaloPSA ont changé entre-temps',
  halo_path_refused: 'Ce n’est pas un chemin de l’API de HaloPSA',
  halo_credentials_refused: 'HaloPSA n’accepte pas le client ID et le secret : {reason}',
  halo_scopes_refused: 'HaloPSA n’accorde aucune des permissions demandées : {reason}',
  halo_timeout: 'HaloPSA n’a pas répondu ({reason}) ; ce qui était demandé a peut-être été fait',
  halo_unreachable: 'HaloPSA n’est pas joignable : {reason}',
  halo_tls: 'Pas de connexion de confiance avec HaloPSA : {reason}',
  halo_rate_limited: 'La limite d’appels de HaloPSA est atteinte : {reason}',
  halo_answer_too_large: 'La réponse de HaloPSA est trop grande : {reason}',
  halo_answer_unexpected: 'La réponse de HaloPSA n’a pas été comprise : {reason}',
  halo_refused: 'HaloPSA a refusé : {reason}',
  halo_stopped: 'L’appel a été abandonné, car le relais s’arrête',
  halo_test_discovery_ok: 'HaloPSA indique {url} pour les jetons',
  halo_test_discovery_usual: 'HaloPSA ne dit pas où prendre les jetons ; {url} est l’endroit habituel',
  halo_test_token_ok: 'Un jeton a été donné ; permissions accordées : {count}',
  halo_test_call_ok: 'HaloPSA reconnaît le relais comme l’agent {agent}',
  advice_halo_configure: 'Saisissez l’adresse, le client ID et le client secret, puis enregistrez',
  advice_halo_address:
    'Vérifiez l’adresse : est-ce celle de votre HaloPSA, comme https://entreprise.halopsa.com, et ' +
    'sans faute de frappe ?',
  advice_halo_credentials:
    'Recopiez client ID et secret depuis Configuration > Integrations > HaloPSA API > View ' +
    'Applications > Mizo Agent ; au besoin, créez-y un nouveau secret',
  advice_halo_scopes:
    'Donnez à l’application « Mizo Agent » les permissions du guide, avec le Login Type Agent et ' +
    'l’agent Mizo Agent',
  advice_halo_scopes_refused:
    'Le reste fonctionne sans elles : {scopes}. Donnez ces permissions à l’application si ce ' +
    'HaloPSA les connaît, ou retirez-les de halo.scopes',
  advice_halo_proxy: 'Vérifiez halo.proxy, son utilisateur et son mot de passe',
  advice_halo_inspection: 'Un pare-feu inspecte le TLS : exemptez {host}, ou mettez son CA dans halo.ca_file',
  advice_halo_ca_file: 'Mettez le CA émetteur dans halo.ca_file, ou renouvelez les racines de cette machine',
  advice_halo_server: 'HaloPSA est lui-même en panne pour le moment ; le relais reprend seul à son retour',
  tab_secret_missing:
    'L’onglet a été ouvert, mais son secret n’est pas connu ici : copiez-le de l’onglet personnalisé de ' +
    'HaloPSA dans halo.tab_secret',
  tab_link_incomplete:
    'Il manquait {reason} au lien de l’onglet : activez « Send secure URL parameter » et saisissez l’URL ' +
    'telle qu’elle est donnée ici',
  tab_link_unfilled:
    'HaloPSA n’a pas rempli {reason} dans l’URL de l’onglet : saisissez l’URL telle qu’elle est donnée ' +
    'ici, dans un onglet personnalisé des tickets',
  tab_link_ambiguous:
    'Le lien de l’onglet donnait deux fois {reason}, et pas la même chose : saisissez l’URL telle ' +
    'qu’elle est donnée ici',
  tab_link_malformed:
    'Le lien de l’onglet est illisible ({reason}) : saisissez l’URL telle qu’elle est donnée ici',
  tab_link_refused:
    'Le lien de l’onglet n’était pas signé avec halo.tab_secret : saisissez à nouveau le secret, dans ' +
    'l’onglet personnalisé de HaloPSA et ici',
  tab_agent_refused: 'L’agent du lien de l’onglet n’existe pas dans HaloPSA, ou y est désactivé',
  tab_ticket_unknown: 'L’onglet a été ouvert pour un ticket que HaloPSA ne montre pas au relais',
  tab_ticket_out_of_scope:
    'L’onglet a été ouvert pour un ticket d’un type non activé : voyez scope.ticket_types',
  tab_halo_not_configured:
    'L’onglet ne peut interroger HaloPSA sur les tickets : saisissez adresse, ID client et secret client',
  tab_halo_unavailable:
    'L’onglet a été ouvert alors que HaloPSA ne pouvait être interrogé sur le ticket ({reason})',
  tab_too_many_tickets:
    'Un agent a ouvert l’onglet pour plus de tickets que le relais n’en demande à HaloPSA en une minute',
  learn_waiting: 'En attente de la prochaine livraison de HaloPSA',
  learn_matched: 'Trouvé : cette combinaison se vérifie',
  learn_no_match: 'Une livraison est venue, mais aucune combinaison ne la vérifie',
  learn_unsigned: 'Une livraison est venue sans rien qui puisse être une signature',
  learn_expired: 'Aucune livraison n’est venue à temps',
  learn_confirmed: 'Confirmé ; les webhooks sont désormais vérifiés ainsi',
  value_type: 'Doit être {expected}',
  value_range: 'Doit être entre {min} et {max}',
  value_choice: 'Doit être parmi {choices}',
  value_url: 'Doit être une adresse https (http seulement vers cette machine), sans utilisateur ni fragment',
  value_address: 'Doit être une adresse et un port, comme 0.0.0.0:8471',
  value_file: 'Le fichier {file} ne peut être lu : {reason}',
  value_unknown: 'Ce réglage n’existe pas',
  value_locked: 'Fixé par {origin}',
  value_too_long: 'Au plus {max} caractères',
  value_header_name: 'Doit être un nom d’en-tête HTTP',
  value_needs_tls: 'Toute adresse autre que locale exige TLS',
  value_required: 'Nécessaire, puisque {key} vaut {value}',
  value_secret_place:
    'Un secret ne doit pas se trouver dans {origin} ; saisissez-le sur cette page ou dans le fichier',
  value_twice: 'Donné deux fois dans le même fichier',
  file_syntax: 'N’est pas de la forme : clé = valeur',
  reconcile_nothing_missed: 'Rien n’a été manqué',
  reconcile_recovered: 'Manqués et récupérés : {count}',
  reconcile_partial: 'Pas terminé ; cela reprend à partir du {from}',
  reconcile_failed: 'L’API de HaloPSA n’a pas répondu comme il fallait : {reason}',
  reconcile_no_rights: 'HaloPSA ne laisse lire ni son journal des livraisons ni ses tickets',
  reconcile_without_body:
    'HaloPSA ne garde pas le corps de {count} livraisons manquées (journal allégé) : leurs tickets ont été ' +
    'lus par l’API',
  reconcile_unverified:
    '{count} livraisons manquées n’ont pu être vérifiées : leurs tickets ont été lus par l’API',
  reconcile_lost: '{count} livraisons manquées n’ont pu être récupérées d’aucune façon',
  reconcile_too_many: 'La liste de HaloPSA dépasse {count} ; ce qui est plus ancien n’a pas été regardé',
  reconcile_actions_unread:
    'HaloPSA ne laisse pas lire les actions : celles qui ont été ajoutées sont inconnues',
  reconcile_by_api:
    'Ces droits ne permettent pas de lire le journal des livraisons de HaloPSA : de plusieurs changements ' +
    'successifs d’un ticket, seul le dernier est connu',
  reconcile_log_failed:
    'Le journal des livraisons de HaloPSA est illisible en ce moment ({reason}) : ses tickets ont été lus ' +
    'à la place, qui de plusieurs changements successifs ne montrent que le dernier ; le journal est ' +
    'réessayé toutes les 30 minutes',
  agent_off: 'L’action sur HaloPSA est désactivée dans le relais (agent.enabled)',
  agent_path_refused: 'Ce n’est pas un chemin de l’API de HaloPSA',
  agent_not_allowed: '{method} {path} n’est pas dans la liste du relais',
  agent_permission_off:
    '{method} {path} exige {permission}, que l’administrateur du relais n’accorde pas (agent.allow)',
  agent_query_refused: 'Les paramètres ne sont pas acceptables : {why}',
  agent_body_refused: 'Le corps n’est pas acceptable : {why}',
  agent_automation_off: 'Cela exige {setting}, désactivé dans les réglages du relais',
  agent_key_used: 'Cette idempotency_key a servi à une autre demande',
  agent_no_resolve_action: 'HaloPSA n’a pas d’action {name} : suivez le guide d’installation, section 5',
  agent_no_resolve_status:
    'L’action {name} de HaloPSA ne fixe aucun statut : choisissez son statut après l’action, ou ' +
    'nommez new_status',
  agent_cancelled: 'La demande a été annulée',
  agent_cancelled_write:
    'La demande a été annulée alors que son appel avait commencé ; l’appel se poursuit, et son ' +
    'issue est gardée sous son idempotency_key',
  agent_link_lost: 'La liaison a pris fin avant la réponse',
  agent_stopping: 'Le relais s’arrête',
  agent_too_many: 'Ce relais traite déjà {count} demandes',
  agent_answer_too_large: 'La réponse de HaloPSA dépasse {limit} octets',
  agent_not_done:
    'HaloPSA n’a pas répondu à temps ; ce qui était demandé ne s’y trouve pas {seconds} s plus ' +
    'tard, et n’a donc sans doute pas été fait',
  agent_unknown: 'HaloPSA n’a pas répondu à temps ; on ne sait pas s’il a fait ce qui était demandé',
  agent_unknown_before:
    'On ne sait pas si HaloPSA l’a fait au premier essai ; sous la même idempotency_key, il n’y en ' +
    'a pas d’autre',
  agent_unauthorised: 'HaloPSA répond {status} : notre agent n’a pas cette permission ({reason})',
  agent_store_failed: 'Le relais ne peut écrire sur son disque ; rien n’est donc commencé : {why}',
  agent_command_off: 'La commande {name} est désactivée dans le relais (agent.commands)',
  agent_command_unknown: 'Ce relais ne connaît pas la commande {name}',
  agent_command_running: 'La commande {name} est déjà en cours',
  agent_command_failed: 'La commande {name} a échoué : {why}',
  agent_command_args: 'Les arguments ne sont pas acceptables : {why}',
  agent_scope_locked: 'Les types de ticket sont fixés par le fichier du relais : {key}',
  agent_rotation_waits: 'Un certificat attend déjà d’être chargé dans HaloPSA',
  check_halo_url: 'L’adresse de HaloPSA est définie',
  check_halo_client_id: 'Le client ID est défini',
  check_halo_client_secret: 'Le client secret est défini',
  check_halo_tab_secret: 'Le secret de l’onglet de ticket est défini',
  check_ui_language: 'La langue de l’interface',
  check_api_reachable: 'L’API de HaloPSA répond',
  check_agent_identity: 'Qui est le relais dans HaloPSA',
  check_agent_exists: 'L’agent Mizo Agent',
  check_agent_api_only: 'C’est un agent réservé à l’API',
  check_agent_initials: 'Ses initiales',
  check_agent_default_team: 'Son équipe par défaut',
  check_application_agent: 'L’application se connecte en tant que cet agent',
  check_application_active: 'L’application est active',
  check_permission: 'Autorisation {permission}',
  check_tab_exists: 'L’onglet personnalisé Mizo',
  check_tab_type: 'Son type',
  check_tab_url: 'Son URL',
  check_tab_secure_parameter: 'Il envoie le paramètre d’URL sécurisé',
  check_tab_secret: 'Son secret d’iframe est celui enregistré ici',
  check_ticket_types_tab: 'Les types de ticket choisis ont l’onglet',
  check_credentials_work: 'HaloPSA accepte les identifiants',
  check_scope_ticket_types: 'Les types de ticket traités par Mizo',
  check_scope_assignable_types: 'Les types de ticket considérés pour l’attribution (facultatif)',
  check_automation: 'Les automatisations (facultatif)',
  check_certificate_installed: 'HaloPSA possède un certificat de ce relais',
  check_webhook_exists: 'Le webhook Mizo ticket webhook',
  check_webhook_url: 'Son URL de destination',
  check_webhook_method: 'Sa méthode',
  check_webhook_authentication: 'Son authentification',
  check_webhook_certificate: 'Le certificat avec lequel il signe',
  check_webhook_active: 'Il est actif',
  check_webhook_auto_disabled: 'HaloPSA ne l’a pas désactivé',
  check_event_new_ticket: 'Événement : New Ticket Logged',
  check_event_status_changed: 'Événement : Ticket Status Changed',
  check_event_client_changed: 'Événement : Ticket Changed, la valeur du client',
  check_event_private_note: 'Événement : action ajoutée, une note privée',
  check_event_email: 'Événement : action ajoutée, un e-mail au client',
  check_resolve_exists: 'L’action Mizo resolve',
  check_resolve_button_name: 'Le nom de son bouton',
  check_resolve_status_after: 'L’état après l’action',
  check_resolve_visible: 'Elle est visible',
  check_resolve_visible_outside_workflows: 'Elle est visible hors des workflows',
  check_resolve_hide_header: 'Elle est masquée dans l’en-tête du ticket',
  check_resolve_hide_from_user: 'Elle est masquée pour l’utilisateur',
  check_resolve_private_note: 'Elle a le champ Private Note',
  check_deliveries_answered: 'Les livraisons de HaloPSA reçoivent la réponse 200',
  check_deliveries_stored: 'Les webhooks arrivent ici',
  check_test_ticket: 'Un ticket est allé de HaloPSA à Mizo et retour',
  check_is: '{value}',
  check_set: 'Défini',
  check_not_set: 'Non défini',
  check_there_is_none: 'Il n’y en a pas',
  check_yes: 'Oui',
  check_no: 'Non',
  check_unreadable: 'Lecture impossible : {reason}',
  check_no_rights: 'Les autorisations du relais ne permettent pas de regarder : {reason}',
  check_waits_for_halo: 'Non vérifié : HaloPSA ne répond pas',
  check_waits_for: 'Non vérifié : {title} vient d’abord',
  check_types_missing: 'Sans l’onglet : {types}',
  check_types_unknown: 'HaloPSA n’a pas de type de ticket {types}',
  check_nothing_chosen: 'Rien n’est choisi',
  check_granted: 'Accordée',
  check_not_granted: 'Non accordée',
  check_not_asked: 'Non demandée : le réglage halo.scopes l’omet',
  check_initials_older: '{value}, comme dans un ancien guide ; cela fonctionne aussi',
  check_team_older: 'L’équipe {value}, comme dans un ancien guide ; cela fonctionne aussi',
  check_certificate_one_of: 'Un que ce relais accepte : {thumbprints}',
  check_certificate_foreign: '{name} ({thumbprint}), qui n’est pas de ce relais',
  check_secret_unseen: 'Défini ici ; HaloPSA ne montre jamais le sien',
  check_disabled_on: 'Désactivé par HaloPSA le {at}',
  check_disabled: 'Désactivé',
  check_answered: '{good} des {count} dernières ont reçu 200',
  check_last_answer: 'La dernière a reçu {status}',
  check_nothing_yet: 'Rien n’est encore arrivé',
  check_last_on: 'Le dernier le {at}',
  check_other_tickets_too: 'Présent, mais avec d’autres conditions',
  check_status_closed: 'Un état qui signifie fermé ou résolu',
  check_status_unusual: '{value} ; est-ce l’état des tickets résolus ?',
  check_status_none: 'Aucun état : le ticket resterait ouvert',
  guide_address:
    'Saisissez l’adresse de votre HaloPSA, par exemple https://exemple.halopsa.com, dans les réglages',
  guide_credentials:
    'Dans HaloPSA, ouvrez Configuration > Integrations > HaloPSA API > Applications > View ' +
    'Applications > Mizo Agent, copiez {field} et saisissez-le ici',
  guide_tab_secret:
    'Dans HaloPSA, ouvrez Configuration > Custom Objects > Custom Tabs > Mizo, copiez l’iframe secret ' +
    'et saisissez-le ici',
  guide_test_connection:
    'Testez la connexion à HaloPSA : elle dit à quelle étape elle échoue et que faire',
  guide_agent_new:
    'Dans HaloPSA, ouvrez Configuration > Teams & Agents > Agents, cliquez sur New : Username Mizo ' +
    'Agent, mot de passe vide, rôle Administrator, Is an API-only Agent Yes, First Name Mizo, Surname ' +
    'Agent, Initials MZ, sans équipe par défaut, Work Hours 24 Hours ; Save',
  guide_agent:
    'Dans HaloPSA, ouvrez Configuration > Teams & Agents > Agents > Mizo Agent et réglez {field} sur ' +
    '{value}',
  guide_application:
    'Dans HaloPSA, ouvrez Configuration > Integrations > HaloPSA API > Applications > View ' +
    'Applications > Mizo Agent et réglez {field} sur {value}',
  guide_permission:
    'Dans HaloPSA, ouvrez Configuration > Integrations > HaloPSA API > Applications > View ' +
    'Applications > Mizo Agent, onglet Permissions, cochez {permission} et Save',
  guide_permission_asked: 'Ajoutez {permission} au réglage halo.scopes, ou effacez ce réglage',
  guide_tab_new:
    'Dans HaloPSA, ouvrez Configuration > Custom Objects > Custom Tabs, cliquez sur New : Tab Name ' +
    'Mizo, Sequence 1, Type Iframe, l’URL indiquée ici, cochez Send secure URL parameter, copiez ' +
    'l’iframe secret et saisissez-le ici ; Save',
  guide_tab:
    'Dans HaloPSA, ouvrez Configuration > Custom Objects > Custom Tabs > Mizo et réglez {field} sur ' +
    '{value}',
  guide_ticket_types:
    'Dans HaloPSA, ouvrez Configuration > Tickets > Ticket Types, modifiez chacun : onglet Allowed ' +
    'Values, section Custom Tabs, Add, choisissez Mizo, Save, puis Save en haut',
  guide_scope: 'Choisissez ici les types de ticket : ceux qui ont l’onglet Mizo dans HaloPSA',
  guide_certificate:
    'Téléchargez ici le PFX et son mot de passe ; dans HaloPSA, ouvrez Configuration > Advanced ' +
    'Settings > Certificates, cliquez sur New : Name Mizo, chargez le PFX, collez le mot de passe ; ' +
    'Save',
  guide_certificate_new: 'Créez d’abord un certificat ici',
  guide_webhook_new:
    'Dans HaloPSA, ouvrez Configuration > Integrations > WebHooks, cliquez sur New : WebHook name ' +
    'Mizo ticket webhook, la Payload URL indiquée ici, Authentication Sign Request Body with a X.509 ' +
    'Certificate, Certificate Mizo, et ajoutez les cinq événements ; Save',
  guide_webhook:
    'Dans HaloPSA, ouvrez Configuration > Integrations > WebHooks > Mizo ticket webhook et réglez ' +
    '{field} sur {value}',
  guide_event:
    'Dans HaloPSA, ouvrez Configuration > Integrations > WebHooks > Mizo ticket webhook, section ' +
    'Events, Add : {event}',
  guide_resolve_new:
    'Dans HaloPSA, ouvrez Configuration > Tickets > Actions, cliquez sur New : Outcome Description ' +
    'Mizo resolve (exactement ainsi), Button Name Mizo resolve, Status After Action votre état fermé ' +
    'ou résolu ; Save, puis Edit pour les détails',
  guide_resolve:
    'Dans HaloPSA, ouvrez Configuration > Tickets > Actions > Mizo resolve, Edit, onglet {tab} : ' +
    '{field}',
  guide_deliveries:
    'Dans HaloPSA, ouvrez Configuration > Integrations > WebHooks > Mizo ticket webhook, onglet ' +
    'Deliveries, et regardez la réponse de la plus récente',
  guide_new_ticket: 'Créez dans HaloPSA un ticket d’un type choisi, ou lancez ici le ticket de test',
  install_looked: 'Les certificats et le webhook de HaloPSA ont été lus',
  install_handed_over: 'Le PFX a été remis à HaloPSA ({way})',
  install_there_already: 'HaloPSA possède déjà ce certificat : {name}',
  install_read_back: 'HaloPSA l’affiche avec la bonne empreinte : {name}',
  install_not_taken: 'HaloPSA n’a pas accepté le PFX par son API : {reason}',
  install_not_shown: 'HaloPSA l’a accepté, mais n’affiche aucun certificat avec cette empreinte',
  install_webhook_set: 'Le webhook signe désormais avec lui',
  install_webhook_none: 'Il n’y a pas encore de webhook : il sera créé avec ce certificat',
  install_webhook_not_set: 'Le webhook ne signe pas avec lui : {reason}',
  install_waiting: 'En attente du premier webhook signé avec lui ; l’ancien certificat reste accepté',
  install_active: 'Le premier webhook signé avec lui est arrivé',
  install_rolled_back: 'Annulé, car {reason} : le webhook signe de nouveau avec l’ancien certificat',
  install_roll_back_failed: 'À annuler, car {reason}, mais HaloPSA n’a pas laissé modifier le webhook',
  install_by_hand:
    'Deux étapes vous restent : téléchargez ici le PFX et son mot de passe, chargez-les dans HaloPSA ' +
    'sous Configuration > Advanced Settings > Certificates ; puis choisissez ce certificat dans le ' +
    'webhook',
  check_not_needed: 'Inutile, puisque webhook.auth vaut {value}',
  fix_not_taken: 'HaloPSA a accepté la modification, mais ne la montre pas',
};
