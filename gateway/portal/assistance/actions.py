"""Actions of operators on an account: when each is possible, its consequences, and the code that refuses it."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.clients.answers.identity import KnownAccount
from gateway.clients.errors import ServiceRefusal
from gateway.clients.operators import OperatorsClient
from gateway.messages import refusals_to_operators
from gateway.portal.frame.forms import PortalForm, box

NOTIFIED = "La personne en est prévenue par courriel. L'historique de son compte dit que l'assistance l'a fait."

DANGER = "danger-button"


class ActionForm(PortalForm):
    """Confirmation of an action. Its refusals speak about another person's account."""

    def sentence_for(self, refusal: ServiceRefusal) -> str:
        return refusals_to_operators.sentence_for_operator(refusal.code, refusal.status)


class RequestedActionForm(ActionForm):
    """Confirmation of an action that only the account's holder may request."""

    is_holder = box(
        "J'ai vérifié que la demande vient bien de cette personne",
        sentence="Vérifiez d'abord qui fait la demande, puis cochez cette case.",
    )


@dataclass(frozen=True)
class Action:
    name: str
    purpose: str
    """Sentence beside the link to the action."""
    consequences: tuple[str, ...]
    done: str
    is_possible: Callable[[KnownAccount], bool]
    """Condition for accounts that are not an operator's."""
    refusal_code: str
    """Identity's code when the condition is not met."""
    carry_out: Callable[[OperatorsClient, int], None]
    form: type[ActionForm] = ActionForm
    caution: str = ""
    button: str = ""
    """CSS class of the button that confirms."""

    def refusal(self, account: KnownAccount) -> ServiceRefusal | None:
        """Return the refusal that identity would answer, as far as the account shows it; None when possible."""
        if account["operator_since"]:
            return ServiceRefusal(403, "account_of_an_operator")
        return None if self.is_possible(account) else ServiceRefusal(409, self.refusal_code)


ACTIONS = {
    "courriel-d-activation": Action(
        name="Renvoyer le courriel d'activation",
        purpose="La personne n'a pas reçu le courriel, ou son lien a expiré.",
        consequences=(
            "Un nouveau courriel part à l'adresse de connexion. Son lien permet d'activer le compte.",
            "Les liens des courriels précédents ne fonctionneront plus.",
            "L'historique du compte dit que l'assistance l'a fait.",
        ),
        done="Un nouveau courriel d'activation est en route.",
        is_possible=lambda account: account["status"] == "EN_ATTENTE_ACTIVATION",
        refusal_code="account_already_active",
        carry_out=OperatorsClient.send_activation_again,
    ),
    "desactivation": Action(
        name="Désactiver le compte",
        purpose="La personne est déconnectée partout et ne peut plus se connecter. Rien n'est effacé.",
        consequences=(
            "La personne est déconnectée partout, et ne peut plus se connecter.",
            "Ses droits dans les espaces sont suspendus tout de suite.",
            "Si elle est seule à gérer une structure, personne n'y décide plus des demandes.",
            "Rien n'est effacé : l'assistance peut réactiver le compte.",
            NOTIFIED,
        ),
        done="Le compte est désactivé.",
        is_possible=lambda account: account["status"] == "ACTIF",
        refusal_code="account_not_active",
        carry_out=OperatorsClient.deactivate_account,
        button=DANGER,
    ),
    "reactivation": Action(
        name="Réactiver le compte",
        purpose="La personne peut de nouveau se connecter et retrouve ses droits.",
        consequences=(
            "La personne peut de nouveau se connecter, avec la même adresse et le même mot de passe.",
            "Ses rattachements et ses abonnements sont de nouveau en vigueur.",
            NOTIFIED,
        ),
        done="Le compte est de nouveau actif.",
        is_possible=lambda account: account["status"] == "DESACTIVE",
        refusal_code="account_not_deactivated",
        carry_out=OperatorsClient.reactivate_account,
    ),
    "double-authentification": Action(
        name="Retirer la double authentification",
        purpose="La personne a perdu son téléphone, sa clé d'accès et ses codes de secours.",
        consequences=(
            "Son application d'authentification, ses clés d'accès et ses codes de secours sont retirés.",
            "Son mot de passe suffit de nouveau pour se connecter.",
            NOTIFIED,
        ),
        done="La double authentification est retirée : le mot de passe suffit de nouveau.",
        is_possible=lambda account: account["has_second_factor"],
        refusal_code="no_second_factor",
        carry_out=OperatorsClient.reset_second_factors,
        form=RequestedActionForm,
        button=DANGER,
        caution=(
            "Soyez sûr de la personne qui le demande. Quelqu'un qui a volé le mot de passe demanderait la même chose : "
            "sans double authentification, il pourrait entrer."
        ),
    ),
}
"""Last part of the address → action."""
