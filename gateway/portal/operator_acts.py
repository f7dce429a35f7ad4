"""What operators can do with an account: when it is possible, what it means for the person, and what says no."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway import messages
from gateway.clients.answers.identity import KnownAccount
from gateway.clients.errors import ServiceRefusal
from gateway.clients.operators import OperatorsClient
from gateway.portal.forms import PortalForm, box

TOLD = "La personne en est prévenue par courriel. L'historique de son compte dit que l'assistance l'a fait."

DANGER = "danger-button"


class ActForm(PortalForm):
    """Confirms an act; its refusals speak of somebody else's account."""

    def sentence_for(self, refusal: ServiceRefusal) -> str:
        return messages.for_operator(refusal.code, refusal.status)


class ActForTheHolderForm(ActForm):
    is_holder = box(
        "J'ai vérifié que la demande vient bien de cette personne",
        sentence="Vérifiez d'abord qui fait la demande, puis cochez cette case.",
    )


@dataclass(frozen=True)
class Act:
    name: str
    purpose: str
    """In a sentence, beside the way to it."""
    consequences: tuple[str, ...]
    done: str
    is_possible: Callable[[KnownAccount], bool]
    """On an account that is no operator's."""
    otherwise: str
    """The code with which identity refuses it on others."""
    do: Callable[[OperatorsClient, int], None]
    form: type[ActForm] = ActForm
    caution: str = ""
    button: str = ""
    """The look of the one that does it."""

    def refusal(self, account: KnownAccount) -> ServiceRefusal | None:
        """What identity would say, as far as can be seen beforehand."""
        if account["operator_since"]:
            return ServiceRefusal(403, "account_of_an_operator")
        return None if self.is_possible(account) else ServiceRefusal(409, self.otherwise)


ACTS = {
    "courriel-d-activation": Act(
        name="Renvoyer le courriel d'activation",
        purpose="La personne n'a pas reçu le courriel, ou son lien a expiré.",
        consequences=(
            "Un nouveau courriel part à l'adresse de connexion. Son lien permet d'activer le compte.",
            "Les liens des courriels précédents ne fonctionneront plus.",
            "L'historique du compte dit que l'assistance l'a fait.",
        ),
        done="Un nouveau courriel d'activation est en route.",
        is_possible=lambda account: account["status"] == "EN_ATTENTE_ACTIVATION",
        otherwise="account_already_active",
        do=OperatorsClient.send_activation_again,
    ),
    "desactivation": Act(
        name="Désactiver le compte",
        purpose="La personne est déconnectée partout et ne peut plus se connecter. Rien n'est effacé.",
        consequences=(
            "La personne est déconnectée partout, et ne peut plus se connecter.",
            "Ses droits dans les espaces sont suspendus tout de suite.",
            "Si elle est seule à gérer une structure, personne n'y décide plus des demandes.",
            "Rien n'est effacé : l'assistance peut réactiver le compte.",
            TOLD,
        ),
        done="Le compte est désactivé.",
        is_possible=lambda account: account["status"] == "ACTIF",
        otherwise="account_not_active",
        do=OperatorsClient.deactivate_account,
        button=DANGER,
    ),
    "reactivation": Act(
        name="Réactiver le compte",
        purpose="La personne peut de nouveau se connecter et retrouve ses droits.",
        consequences=(
            "La personne peut de nouveau se connecter, avec la même adresse et le même mot de passe.",
            "Ses rattachements et ses abonnements sont de nouveau en vigueur.",
            TOLD,
        ),
        done="Le compte est de nouveau actif.",
        is_possible=lambda account: account["status"] == "DESACTIVE",
        otherwise="account_not_deactivated",
        do=OperatorsClient.reactivate_account,
    ),
    "double-authentification": Act(
        name="Retirer la double authentification",
        purpose="La personne a perdu son téléphone, sa clé d'accès et ses codes de secours.",
        consequences=(
            "Son application d'authentification, ses clés d'accès et ses codes de secours sont retirés.",
            "Son mot de passe suffit de nouveau pour se connecter.",
            TOLD,
        ),
        done="La double authentification est retirée : le mot de passe suffit de nouveau.",
        is_possible=lambda account: account["has_second_factor"],
        otherwise="no_second_factor",
        do=OperatorsClient.reset_second_factors,
        form=ActForTheHolderForm,
        button=DANGER,
        caution=(
            "Soyez sûr de la personne qui le demande. Quelqu'un qui a volé le mot de passe demanderait la même chose : "
            "sans double authentification, il pourrait entrer."
        ),
    ),
}
"""By the last part of their addresses."""
