"""History of an account: the French sentence for each happening, for its holder and for operators."""

HAPPENINGS = {
    # The account
    "signed_up": "Compte créé.",
    "activated": "Compte activé : mot de passe et question secrète choisis.",
    "deactivated": "Compte désactivé.",
    "reactivated": "Compte réactivé.",
    "erased": "Compte effacé.",
    "activation_mail_sent_again": "Courriel d'activation envoyé à nouveau.",
    "activation_mail_asked_by_manager": (
        "Courriel d'activation envoyé à nouveau, à la demande d'un gestionnaire d'une structure."
    ),
    "looked_at": "Compte consulté.",
    "accounts_searched": "Recherche de comptes, en tant qu'opérateur.",
    "operator_added": "Rôle d'opérateur donné.",
    "operator_removed": "Rôle d'opérateur retiré.",
    # Sessions
    "signed_in": "Connexion.",
    "sign_in_failed": "Connexion refusée : le mot de passe était faux.",
    "sign_in_locked": "Connexion bloquée quelques minutes, après trop de mots de passe erronés.",
    "signed_out": "Déconnexion.",
    "session_ended": "Session fermée à distance.",
    "other_sessions_ended": "Toutes les autres sessions fermées.",
    "session_ended_by_reuse": (
        "Session fermée par précaution : une clé qui la prolonge et qui avait déjà servi a été présentée à nouveau."
    ),
    "session_ended_by_guesses": (
        "Session fermée par précaution : le mot de passe actuel y a été saisi trop souvent avec une erreur."
    ),
    # Password and secret answer
    "recovery_asked": "Courriel demandé pour choisir un nouveau mot de passe.",
    "recovery_answer_wrong": "Réponse secrète fausse, pendant la récupération du mot de passe.",
    "recovery_link_burnt": "Lien de récupération annulé, après trop de réponses secrètes fausses.",
    "password_recovered": "Nouveau mot de passe choisi, avec le lien reçu et la réponse secrète.",
    "password_changed": "Mot de passe changé.",
    "current_password_wrong": "Mot de passe actuel faux, au moment d'un changement.",
    "secret_question_changed": "Question secrète et réponse changées.",
    # Details and login e-mail
    "details_changed": "Informations personnelles modifiées.",
    "contact_email_asked": "Courriel de confirmation demandé pour une adresse de contact.",
    "contact_email_withdrawn": "Changement de l'adresse de contact annulé.",
    "contact_email_changed": "Adresse de contact changée.",
    "login_email_asked": "Changement de l'adresse de connexion demandé.",
    "login_email_withdrawn": "Changement de l'adresse de connexion annulé.",
    "login_email_changed": "Nouvelle adresse de connexion confirmée.",
    # Second factors
    "second_factor_failed": "Connexion refusée : le second facteur était faux, après un mot de passe juste.",
    "authenticator_app_added": "Application d'authentification ajoutée.",
    "authenticator_app_removed": "Application d'authentification retirée.",
    "passkey_added": "Clé d'accès ajoutée.",
    "passkey_removed": "Clé d'accès retirée.",
    "passkey_seems_copied": "Clé d'accès refusée : elle semble avoir été copiée.",
    "recovery_code_used": "Code de secours utilisé.",
    "recovery_codes_renewed": "Nouveaux codes de secours ; les anciens ne servent plus.",
    "second_factors_reset": "Double authentification retirée.",
}
