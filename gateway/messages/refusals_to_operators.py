"""Refusals to operators: sentences in place of those that address the holder of the account."""

from gateway.messages import refusals

TO_OPERATORS = {
    "account_already_active": "Ce compte n'attend pas d'activation : rien n'a été envoyé.",
    "account_not_active": "Ce compte n'est pas actif : il n'y a rien à désactiver, et rien n'a changé.",
    "account_not_deactivated": "Ce compte n'est pas désactivé : il n'y a rien à réactiver, et rien n'a changé.",
    "no_second_factor": "Ce compte n'a pas de double authentification : il n'y a rien à retirer, et rien n'a changé.",
    "mail_asked_too_soon": (
        "Un courriel vient d'être envoyé à cette personne. Attendez quelques minutes avant d'en envoyer un autre."
    ),
}


def sentence_for_operator(code: str, status: int) -> str:
    """Return the sentence for an operator, about another person's account."""
    return TO_OPERATORS.get(code) or refusals.sentence(code, status)
