"""Refusals: the French sentence for each code, and for each HTTP status where the code has none."""

SENTENCES = {
    # Every service
    "invalid_input": "Certaines informations sont à corriger. Corrigez-les, puis envoyez à nouveau.",
    "not_json": "Le corps de la requête n'est pas du JSON en UTF-8. Corrigez-le, puis envoyez-le à nouveau.",
    "bad_request": "La requête est mal formée. Corrigez-la, puis envoyez-la à nouveau.",
    "unauthenticated": "Connectez-vous pour continuer.",
    "forbidden": "Vous n'avez pas le droit de faire cela. Adressez-vous à un gestionnaire de la structure.",
    "not_found": "Cette page ou cet élément n'existe pas, ou n'existe plus. Vérifiez l'adresse.",
    "method_not_allowed": "Cette opération n'est pas possible à cette adresse. Consultez la documentation de l'API.",
    "too_large": "Ce que vous avez envoyé est trop volumineux. Envoyez-en moins à la fois.",
    "too_slow": "La requête a mis trop de temps à arriver. Réessayez.",
    "unsupported_media_type": "Le corps de la requête doit être du JSON. Indiquez Content-Type: application/json.",
    "internal_error": "Une erreur est survenue de notre côté. Réessayez dans quelques instants.",
    "http_error": "La requête n'a pas pu être traitée. Vérifiez-la, puis réessayez.",
    "catching_up": "Votre dernière action est encore en cours d'enregistrement. Réessayez dans quelques secondes.",
    "unavailable": "Une partie du service ne répond pas. Réessayez dans quelques instants.",
    "not_migrated": "Le service est en cours de mise à jour. Réessayez dans quelques instants.",
    "service_unavailable": (
        "Le service est momentanément indisponible. Réessayez dans quelques instants ; "
        "vérifiez d'abord si votre action n'a pas déjà été prise en compte."
    ),
    "version_needed": "Indiquez dans l'en-tête If-Match la version que vous avez lue : son ETag.",
    "changed_meanwhile": (
        "Quelqu'un a modifié ces informations entre-temps : rien n'a été enregistré. "
        "Comparez avec ce qui est enregistré, puis enregistrez à nouveau."
    ),
    # Accounts, activation, sessions
    "captcha_unknown": "Cette image a expiré ou a déjà servi. Demandez-en une nouvelle.",
    "captcha_expired": "Cette image a expiré, ou elle a déjà servi. Saisissez les caractères de la nouvelle image.",
    "captcha_wrong": "Les caractères saisis ne correspondent pas à l'image. Saisissez ceux de la nouvelle image.",
    "account_unknown": "Ce compte n'existe pas. Vérifiez son numéro ou son adresse.",
    "account_already_active": "Ce compte est déjà activé. Si c'est le vôtre, connectez-vous.",
    "mail_asked_too_soon": "Un courriel vient d'être demandé. Attendez quelques minutes avant d'en demander un autre.",
    "activation_link_unknown": "Ce lien d'activation n'est pas valable. Copiez-le en entier, ou demandez-en un autre.",
    "activation_link_expired": "Ce lien d'activation a expiré. Demandez-en un nouveau.",
    "activation_link_used": "Ce lien d'activation a déjà servi : votre compte est activé. Connectez-vous.",
    "activation_link_superseded": "Un lien plus récent vous a été envoyé. Utilisez celui du dernier courriel reçu.",
    "account_not_active": "Ce compte n'est pas actif. Adressez-vous à l'assistance.",
    "account_not_deactivated": "Ce compte n'est pas désactivé : il n'y a rien à réactiver. Actualisez la page.",
    "account_changed_meanwhile": (
        "Votre compte a été modifié entre-temps, peut-être par vous dans une autre page. "
        "Rien n'a été enregistré ici : vérifiez les informations, puis enregistrez à nouveau."
    ),
    "current_password_wrong": "Ce n'est pas votre mot de passe actuel. Saisissez-le à nouveau.",
    "login_email_unchanged": "C'est déjà votre adresse de connexion. Indiquez-en une autre.",
    "login_email_asked_too_often": "Vous avez demandé plusieurs changements d'adresse. Attendez une heure.",
    "login_email_taken": "Cette adresse est désormais celle d'un autre compte. Choisissez-en une autre.",
    "no_login_email_awaited": "Aucun changement d'adresse de connexion n'est en attente. Actualisez la page.",
    "contact_email_asked_too_often": (
        "Vous avez fait envoyer plusieurs courriels de confirmation aujourd'hui. Attendez demain."
    ),
    "address_written_too_often": (
        "Plusieurs courriels de confirmation sont déjà partis vers cette adresse aujourd'hui. Cherchez-les dans la "
        "messagerie et ses courriers indésirables, ou attendez demain."
    ),
    "no_contact_email_awaited": "Aucune adresse de contact n'est en attente de confirmation. Actualisez la page.",
    "contact_email_link_unknown": "Ce lien n'est pas valable. Copiez-le en entier, ou demandez un nouveau courriel.",
    "contact_email_link_expired": "Ce lien a expiré. Demandez un nouveau courriel dans « Mon compte ».",
    "contact_email_link_used": "Ce lien a déjà servi : il a confirmé cette adresse. Vous pouvez fermer cette page.",
    "contact_email_link_superseded": "La demande a été refaite ou annulée. Suivez le dernier lien reçu.",
    "login_email_link_unknown": "Ce lien n'est pas valable. Copiez-le en entier, ou refaites la demande.",
    "login_email_link_expired": "Ce lien a expiré. Demandez-en un autre dans « Mon compte ».",
    "login_email_link_used": "Ce lien a déjà servi : connectez-vous avec votre nouvelle adresse.",
    "login_email_link_superseded": "La demande a été refaite ou annulée. Suivez le dernier lien reçu.",
    "recovery_link_unknown": "Ce lien de récupération n'est pas valable. Copiez-le en entier, ou demandez-en un autre.",
    "recovery_link_expired": "Ce lien de récupération a expiré. Demandez-en un nouveau.",
    "recovery_link_used": "Ce lien de récupération a déjà servi. Connectez-vous avec votre nouveau mot de passe.",
    "recovery_link_superseded": "Un lien plus récent vous a été envoyé. Utilisez celui du dernier courriel reçu.",
    "recovery_link_burnt": "Ce lien ne fonctionne plus : 5 réponses fausses ont été données. Demandez-en un nouveau.",
    "too_many_secret_answers": (
        "Trop de réponses fausses ont été données depuis hier. Par sécurité, attendez demain, puis demandez un nouveau "
        "lien."
    ),
    "recovery_answer_wrong": "Ce n'est pas la réponse que vous aviez choisie. Essayez-en une autre.",
    "password_too_short": "Le mot de passe est trop court. Choisissez-en un d'au moins 12 caractères.",
    "password_too_long": "Le mot de passe est trop long. Choisissez-en un de 128 caractères au plus.",
    "password_too_common": "Ce mot de passe est trop courant, donc facile à deviner. Choisissez-en un autre.",
    "password_is_personal": (
        "Le mot de passe ne doit pas reprendre votre adresse électronique ni votre nom. Choisissez-en un autre."
    ),
    "secret_answer_too_short": "La réponse secrète est trop courte. Donnez au moins 2 lettres ou chiffres.",
    "wrong_credentials": (
        "L'adresse ou le mot de passe est incorrect, ou le compte n'est pas encore activé. "
        "Vérifiez-les, demandez à nouveau le courriel d'activation, ou récupérez votre mot de passe."
    ),
    "second_step_ended": "Cette connexion a expiré, ou trop de codes étaient faux. Recommencez depuis le début.",
    "second_factor_wrong": (
        "Ce n'est pas le bon code, ou il a déjà servi. Attendez le suivant, et vérifiez l'heure de votre téléphone."
    ),
    "recovery_code_wrong": (
        "Ce n'est pas un de vos codes de secours, ou il a déjà servi. Prenez-en un autre, dans la dernière liste "
        "que vous avez créée."
    ),
    "too_many_wrong_second_factors": (
        "Trop de codes faux ont été donnés : par sécurité, ceux de l'application ne servent plus pendant un moment. "
        "Utilisez un code de secours ou une clé d'accès, ou réessayez plus tard."
    ),
    "passkey_refused": (
        "Cette clé d'accès n'est pas reconnue, ou la demande a expiré. Réessayez, ou saisissez votre mot de passe."
    ),
    "passkey_seems_copied": (
        "Cette clé d'accès n'est pas acceptée : elle semble avoir été copiée. "
        "Connectez-vous autrement, puis retirez-la de votre compte."
    ),
    "passkey_not_accepted": "Cette clé d'accès n'a pas pu être ajoutée, ou la demande a expiré. Recommencez.",
    "passkey_exists": "Cette clé d'accès est déjà enregistrée. Utilisez-la, ou ajoutez-en une autre.",
    "too_many_passkeys": "Vous avez autant de clés d'accès qu'il est possible. Retirez-en une d'abord.",
    "passkey_unknown": "Cette clé d'accès n'existe pas, ou n'existe plus. Actualisez la liste.",
    "authenticator_app_exists": "Votre compte a déjà une application d'authentification. Retirez-la d'abord.",
    "authenticator_app_unknown": "Votre compte n'a pas d'application d'authentification. Ajoutez-en une d'abord.",
    "authenticator_app_not_begun": "L'ajout de l'application a expiré. Recommencez, avec un nouveau code QR.",
    "code_wrong": "Ce n'est pas le code que montre l'application. Vérifiez l'heure de votre téléphone, puis réessayez.",
    "no_second_factor": "Votre compte n'a pas de double authentification. Activez-la d'abord.",
    "second_factor_needed": "Donnez aussi un code de votre double authentification, ou un code de secours.",
    "personal_data_incomplete": (
        "Vos données n'ont pas pu être réunies en entier : une partie du service ne répond pas. "
        "Réessayez dans quelques instants."
    ),
    "only_manager": (
        "Vous êtes seul à gérer une structure active. Rendez-la inactive, ou confiez-la à un autre gestionnaire, "
        "avant d'effacer votre compte."
    ),
    "session_ended_by_guesses": (
        "Votre mot de passe actuel a été saisi trop souvent avec une erreur : par sécurité, cette session est fermée. "
        "Connectez-vous à nouveau, ou choisissez un autre mot de passe si vous l'avez oublié."
    ),
    "session_ended": "Votre session est terminée. Connectez-vous à nouveau.",
    "account_of_an_operator": (
        "Ce compte est celui d'un opérateur. Adressez-vous aux personnes qui administrent Guichet."
    ),
    "already_an_operator": "Ce compte est déjà celui d'un opérateur. Vérifiez l'adresse.",
    "not_an_operator": "Ce compte n'est pas celui d'un opérateur. Vérifiez l'adresse.",
    "session_unknown": "Cette session n'existe pas, ou elle est déjà terminée. Actualisez la liste.",
    "too_busy": "Trop de personnes se connectent en ce moment. Réessayez dans quelques secondes.",
    "too_many_passwords": "Vous avez saisi votre mot de passe trop souvent. Connectez-vous à nouveau, puis réessayez.",
    "too_many_requests": (
        "Trop de demandes sont venues de votre réseau en peu de temps. Attendez quelques minutes, puis réessayez."
    ),
    # Structures and attachments
    "siret_invalid": "Ce numéro n'est pas un SIRET. Vérifiez ses 14 chiffres.",
    "siret_unknown": "La base INSEE ne connaît pas ce SIRET. Vérifiez-le, ou choisissez un autre type d'identifiant.",
    "siret_closed": "Cet établissement est fermé dans la base INSEE. Utilisez le SIRET d'un établissement ouvert.",
    "directory_unavailable": (
        "La base INSEE ne répond pas. Réessayez plus tard, ou remplissez vous-même le formulaire : "
        "la structure sera vérifiée ensuite."
    ),
    "identifier_invalid": "Cet identifiant ne convient pas au type choisi. Vérifiez l'un et l'autre.",
    "identifier_too_long": (
        "Un identifiant hors Union européenne a 18 caractères au plus : le code du pays, puis les 16 premières lettres "
        "de la raison sociale, sans espaces. Raccourcissez-le, ou laissez-le vide : nous le formons."
    ),
    "identifier_of_another_country": (
        "L'identifiant commence par le code ISO du pays de la structure, comme CH pour la Suisse. "
        "Corrigez l'un ou l'autre."
    ),
    "country_in_the_union": (
        "Ce pays fait partie de l'Union européenne. Choisissez le type qui convient : SIRET en France, numéro de TVA "
        "ailleurs dans l'Union."
    ),
    "vat_number_foreign": (
        "Ce numéro de TVA est celui d'un autre pays. Une structure avec un SIRET indique son numéro français (FR…) ; "
        "si elle n'en a pas, laissez vide."
    ),
    "vat_number_invalid": "Ce numéro de TVA intracommunautaire n'est pas valable. Vérifiez-le.",
    "vat_number_of_another": "Ce numéro de TVA est celui d'une autre entreprise. Indiquez celui de ce SIRET.",
    "structure_exists": (
        "Une structure avec cet identifiant existe déjà. Recherchez-la, puis demandez à y être rattaché."
    ),
    "structure_unknown": "Cette structure n'existe pas. Recherchez-la à nouveau.",
    "requests_stay_open": (
        "Le gestionnaire de cette structure n'a pas encore été confirmé : elle reste ouverte aux demandes. "
        "Laissez la case cochée, ou adressez-vous à l'assistance."
    ),
    "public_by_directory": "Le caractère public ou privé de cette structure vient de la base INSEE. Gardez-le.",
    "not_a_manager": "Seul un gestionnaire de la structure peut faire cela. Adressez-vous à lui.",
    "not_the_principal_manager": "Seul le gestionnaire principal de la structure peut faire cela. Adressez-vous à lui.",
    "attachment_unknown": "Ce rattachement n'existe pas, ou n'existe plus. Actualisez la liste.",
    "account_deactivated": "Ce compte est désactivé. Adressez-vous à l'assistance.",
    "current_password_needed": "Pour changer l'adresse de contact, donnez aussi votre mot de passe actuel.",
    "too_often": "Vous avez fait cela trop souvent. Attendez, puis réessayez, ou adressez-vous à l'assistance.",
    "structure_unverified": (
        "La base INSEE n'a pas encore confirmé le SIRET de cette structure. Attendez sa vérification, qui se fait "
        "d'elle-même, ou adressez-vous à l'assistance."
    ),
    "structure_inactive": "Cette structure est inactive : elle ne reçoit plus de demandes. Cherchez la bonne.",
    "requester_deactivated": (
        "Le compte de cette personne est désactivé. Refusez sa demande, ou attendez qu'il soit réactivé."
    ),
    "account_erased": "Ce compte est effacé. Créez-en un autre pour continuer.",
    "account_not_pending": "Le compte de cette personne n'attend pas d'être activé. Actualisez la liste.",
    "attachment_not_in_force": "Ce rattachement a déjà pris fin. Actualisez la liste.",
    "attachment_exists": (
        "Vous êtes déjà rattaché à cette structure, ou votre demande est en attente. Vérifiez dans « Mon compte »."
    ),
    "attachment_requests_closed": (
        "Cette structure n'accepte pas les demandes de rattachement. Adressez-vous à son gestionnaire."
    ),
    "attachment_not_pending": (
        "Une de ces demandes de rattachement n'est plus en attente : rien n'a été modifié. Actualisez la liste."
    ),
    # Espaces and subscriptions
    "espace_unknown": "Cet espace n'est pas au catalogue. Choisissez-en un dans la liste.",
    "espace_not_available": "Cet espace n'est pas disponible pour ce type de structure. Choisissez-en un autre.",
    "espace_already_open": "Cet espace est déjà ouvert sur la structure. Actualisez la page.",
    "espace_not_open": "Cet espace n'est pas ouvert sur la structure. Demandez au gestionnaire principal de l'ouvrir.",
    "permission_not_offered": "Cet espace ne propose pas cette habilitation. Choisissez-en une autre.",
    "permission_not_open": "Cette habilitation n'est pas ouverte pour cet espace. Choisissez-en une autre.",
    "not_attached": "Vous n'êtes pas rattaché à cette structure. Demandez d'abord à y être rattaché.",
    "subscription_unknown": "Cet abonnement n'existe pas, ou n'existe plus. Actualisez la liste.",
    "subscription_exists": "Vous avez déjà cet abonnement.",
    "subscription_not_live": "Un de ces abonnements a déjà pris fin : rien n'a été modifié. Actualisez la liste.",
    "subscription_pending": "Vous avez déjà demandé cet abonnement. Attendez la décision du gestionnaire.",
    "subscription_not_pending": (
        "Une de ces demandes d'abonnement n'est plus en attente : rien n'a été modifié. Actualisez la liste."
    ),
}

BY_STATUS = {
    400: SENTENCES["bad_request"],
    401: SENTENCES["unauthenticated"],
    403: SENTENCES["forbidden"],
    404: SENTENCES["not_found"],
    405: SENTENCES["method_not_allowed"],
    408: SENTENCES["too_slow"],
    409: "La situation a changé : cette action n'est plus possible. Actualisez la page, puis vérifiez.",
    410: "Cet élément n'est plus disponible. Revenez à la page précédente.",
    413: SENTENCES["too_large"],
    415: SENTENCES["unsupported_media_type"],
    422: SENTENCES["invalid_input"],
    429: "Trop de demandes en peu de temps. Attendez quelques minutes, puis réessayez.",
    500: SENTENCES["internal_error"],
    503: SENTENCES["service_unavailable"],
}
DEFAULT = "Votre demande n'a pas pu aboutir. Vérifiez-la, puis réessayez."


def sentence(code: str, status: int) -> str:
    """Return the sentence for a refusal as a whole."""
    return SENTENCES.get(code) or BY_STATUS.get(status) or DEFAULT
