"""Table of the public API: each path and verb under /api/v1, the service that answers it, and its French title.

Everything else about an operation — who may call it, its parameters, bodies and answers — is read from the contract of
the service, so that nothing is declared twice. What is not in this table cannot be reached from outside.
"""

from dataclasses import dataclass

from gateway import personal_data


@dataclass(frozen=True)
class Obstacles:
    """List at another service that must be empty: otherwise the request is refused with `code`, and not forwarded."""

    service: str
    path: str
    code: str


@dataclass(frozen=True)
class Route:
    """Operation of `service`, under this method and path at the service and, below /api/v1, for the public."""

    method: str
    path: str
    """Path in OpenAPI's syntax: `/structures/{structure_id}`."""
    service: str
    title: str
    unless: Obstacles | None = None
    also: tuple[str, ...] = ()
    """Other services that get the same request; the answer then has a member for each, or there is none."""

    @property
    def services(self) -> tuple[str, ...]:
        return (self.service, *self.also)


@dataclass(frozen=True)
class Chapter:
    """Section of the documentation."""

    title: str
    routes: tuple[Route, ...]


CHAPTERS = (
    Chapter(
        "Comptes et activation",
        (
            Route("POST", "/captchas", "identity", "Demander un captcha"),
            Route("GET", "/captchas/{captcha_id}/image", "identity", "Voir l'image d'un captcha"),
            Route("GET", "/captchas/{captcha_id}/audio", "identity", "Écouter un captcha"),
            Route("POST", "/accounts", "identity", "Créer un compte"),
            Route("POST", "/activations/resend", "identity", "Recevoir à nouveau le courriel d'activation"),
            Route("POST", "/activations/check", "identity", "Vérifier un lien d'activation"),
            Route("POST", "/activations", "identity", "Activer un compte"),
            Route("POST", "/recoveries/requests", "identity", "Demander la récupération d'un mot de passe oublié"),
            Route("POST", "/recoveries/check", "identity", "Vérifier un lien de récupération"),
            Route("POST", "/recoveries", "identity", "Choisir un nouveau mot de passe"),
        ),
    ),
    Chapter(
        "Mon compte",
        (
            Route("GET", "/accounts/me", "identity", "Consulter son compte"),
            Route("GET", "/history", "identity", "Consulter l'historique de son compte"),
            Route("PATCH", "/accounts/me", "identity", "Modifier ses informations"),
            Route("POST", "/accounts/me/password", "identity", "Changer de mot de passe"),
            Route("POST", "/accounts/me/secret-question", "identity", "Changer de question secrète"),
            Route("POST", "/accounts/me/login-email", "identity", "Demander une autre adresse de connexion"),
            Route("DELETE", "/accounts/me/login-email", "identity", "Garder son adresse de connexion"),
            Route("POST", "/login-emails/check", "identity", "Vérifier un lien de changement d'adresse de connexion"),
            Route("POST", "/login-emails", "identity", "Confirmer sa nouvelle adresse de connexion"),
            Route(
                "POST",
                "/accounts/me/contact-email/confirmation-mail",
                "identity",
                "Recevoir à nouveau le courriel qui confirme son adresse de contact",
            ),
            Route("DELETE", "/accounts/me/contact-email", "identity", "Garder son adresse de contact"),
            Route("POST", "/contact-emails/check", "identity", "Vérifier un lien qui confirme une adresse de contact"),
            Route("POST", "/contact-emails", "identity", "Confirmer son adresse de contact"),
            Route("POST", "/accounts/me/deactivation", "identity", "Désactiver son compte"),
        ),
    ),
    Chapter(
        "Sessions",
        (
            Route("POST", "/sessions", "identity", "Se connecter"),
            Route("POST", "/sessions/second-factor", "identity", "Se connecter : donner le second facteur"),
            Route(
                "POST",
                "/sessions/second-factor/passkey-options",
                "identity",
                "Se connecter : demander une clé d'accès comme second facteur",
            ),
            Route("POST", "/sessions/passkey-options", "identity", "Se connecter : demander une clé d'accès seule"),
            Route("POST", "/sessions/passkey", "identity", "Se connecter avec une clé d'accès seule"),
            Route("POST", "/sessions/refresh", "identity", "Prolonger sa session"),
            Route("DELETE", "/sessions/current", "identity", "Se déconnecter"),
            Route("GET", "/sessions", "identity", "Consulter ses sessions ouvertes"),
            Route("DELETE", "/sessions/others", "identity", "Mettre fin à ses autres sessions"),
            Route("DELETE", "/sessions/{session_id}", "identity", "Mettre fin à une de ses sessions"),
        ),
    ),
    Chapter(
        "Double authentification",
        (
            Route("GET", "/second-factors", "identity", "Consulter ses moyens de double authentification"),
            Route(
                "POST", "/second-factors/authenticator-app", "identity", "Préparer une application d'authentification"
            ),
            Route(
                "POST",
                "/second-factors/authenticator-app/confirmation",
                "identity",
                "Ajouter l'application d'authentification",
            ),
            Route(
                "POST",
                "/second-factors/authenticator-app/removal",
                "identity",
                "Retirer l'application d'authentification",
            ),
            Route("POST", "/second-factors/recovery-codes", "identity", "Créer de nouveaux codes de secours"),
            Route("POST", "/second-factors/passkey-options", "identity", "Préparer une clé d'accès"),
            Route("POST", "/second-factors/passkeys", "identity", "Ajouter une clé d'accès"),
            Route("PATCH", "/second-factors/passkeys/{passkey_id}", "identity", "Renommer une clé d'accès"),
            Route("POST", "/second-factors/passkeys/{passkey_id}/removal", "identity", "Retirer une clé d'accès"),
        ),
    ),
    Chapter(
        "Données personnelles",
        (
            Route(
                "GET",
                personal_data.PATH,
                "identity",
                "Télécharger ses données personnelles",
                also=personal_data.SERVICES[1:],
            ),
            Route("GET", "/personal-data/obstacles", "structures", "Savoir ce qui empêche d'effacer son compte"),
            Route(
                "POST",
                "/personal-data/erasure",
                "identity",
                "Effacer son compte",
                unless=Obstacles("structures", "/personal-data/obstacles", personal_data.ONLY_MANAGER),
            ),
        ),
    ),
    Chapter(
        "Opérateurs",
        (
            Route("GET", "/operator/accounts", "identity", "Rechercher des comptes"),
            Route("GET", "/operator/accounts/{account_id}", "identity", "Consulter un compte"),
            Route("GET", "/operator/accounts/{account_id}/history", "identity", "Consulter l'historique d'un compte"),
            Route(
                "POST",
                "/operator/accounts/{account_id}/activation-mail",
                "identity",
                "Envoyer à nouveau le courriel d'activation",
            ),
            Route("POST", "/operator/accounts/{account_id}/deactivation", "identity", "Désactiver un compte"),
            Route("POST", "/operator/accounts/{account_id}/reactivation", "identity", "Réactiver un compte"),
            Route(
                "POST",
                "/operator/accounts/{account_id}/second-factors-reset",
                "identity",
                "Retirer la double authentification d'un compte",
            ),
        ),
    ),
    Chapter(
        "Structures",
        (
            Route("GET", "/directory/establishments/{siret}", "structures", "Chercher un SIRET dans la base INSEE"),
            Route("GET", "/structures", "structures", "Rechercher des structures"),
            Route("GET", "/public-structures", "structures", "Rechercher des structures publiques, sans compte"),
            Route("POST", "/structures", "structures", "Créer une structure"),
            Route("GET", "/structures/{structure_id}", "structures", "Consulter une structure"),
            Route("PATCH", "/structures/{structure_id}", "structures", "Modifier une structure"),
        ),
    ),
    Chapter(
        "Rattachements",
        (
            Route("POST", "/structures/{structure_id}/attachments", "structures", "Demander un rattachement"),
            Route("GET", "/attachments", "structures", "Consulter ses rattachements"),
            Route("GET", "/structures/{structure_id}/attachments", "structures", "Consulter les rattachements reçus"),
            Route("POST", "/attachments/decisions", "structures", "Valider ou refuser des rattachements"),
            Route("DELETE", "/attachments/{attachment_id}", "structures", "Annuler sa demande de rattachement"),
            Route(
                "POST",
                "/attachments/{attachment_id}/activation-mail",
                "structures",
                "Envoyer à nouveau le courriel d'activation à une personne de sa structure",
            ),
        ),
    ),
    Chapter(
        "Espaces",
        (
            Route("GET", "/catalogue", "espaces", "Consulter le catalogue des espaces"),
            Route("GET", "/structures/{structure_id}/espaces", "espaces", "Consulter les espaces d'une structure"),
            Route("POST", "/structures/{structure_id}/openings", "espaces", "Ouvrir un espace sur une structure"),
            Route("GET", "/menu", "espaces", "Consulter les espaces où l'on peut entrer"),
        ),
    ),
    Chapter(
        "Abonnements",
        (
            Route("GET", "/subscriptions", "espaces", "Consulter ses abonnements"),
            Route("POST", "/subscriptions", "espaces", "Demander un abonnement"),
            Route("GET", "/structures/{structure_id}/subscriptions", "espaces", "Consulter les abonnements reçus"),
            Route("POST", "/subscriptions/decisions", "espaces", "Valider ou refuser des abonnements"),
            Route("POST", "/subscriptions/removals", "espaces", "Supprimer ses abonnements"),
        ),
    ),
    Chapter(
        "Contrôle d'accès",
        (
            Route("GET", "/access", "espaces", "Vérifier un droit d'accès"),
            Route("POST", "/access/checks", "espaces", "Vérifier des droits d'accès en nombre"),
        ),
    ),
)

ROUTES = tuple(route for chapter in CHAPTERS for route in chapter.routes)
