"""Task list of the home page: the state of each of the four steps, and the next action."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.clients.answers.espaces import MenuEntry, StructureEspace, Subscription
from gateway.clients.answers.structures import Attachment
from gateway.portal.frame.wording import ATTACHED, MANAGERS, PENDING, PRINCIPAL

DONE, NEXT, WAIT, LATER = "done", "next", "wait", "later"
TAGS = {DONE: "Fait", NEXT: "À faire", WAIT: "En attente", LATER: "Plus tard"}


@dataclass(frozen=True)
class Task:
    title: str
    state: str
    sentence: str
    action: str = ""
    endpoint: str = ""
    values: Mapping[str, int] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        return TAGS[self.state]


@dataclass(frozen=True)
class Situation:
    """State of a person's affairs at the services. `espaces`: by structure, for those that they are attached to."""

    attachments: Sequence[Attachment]
    espaces: Mapping[int, Sequence[StructureEspace]]
    subscriptions: Sequence[Subscription]
    menu: Sequence[MenuEntry]

    def with_status(self, status: str) -> list[Attachment]:
        return [attachment for attachment in self.attachments if attachment["status"] == status]

    def managed(self, roles: Iterable[str] = MANAGERS) -> list[Attachment]:
        return [attachment for attachment in self.with_status(ATTACHED) if attachment["role"] in roles]

    def opened(self, structure_id: int) -> list[StructureEspace]:
        espaces = self.espaces.get(structure_id, ())
        return [espace for espace in espaces if espace["opening"]]

    def entered(self) -> list[MenuEntry]:
        """Return the menu without the espaces of managers, open from the creation of a structure (E-04)."""
        of_managers = {one["espace"] for espaces in self.espaces.values() for one in espaces if is_for_managers(one)}
        return [entry for entry in self.menu if entry["espace"] not in of_managers]


def is_for_managers(espace: StructureEspace) -> bool:
    return espace["for_managers"]


def task_list(situation: Situation) -> list[Task]:
    return [account_task(), attachment_task(situation), opening_task(situation), subscription_task(situation)]


def account_task() -> Task:
    return Task("Créer votre compte", DONE, "Votre compte est créé et activé.")


def attachment_task(situation: Situation) -> Task:
    title = "Rattacher votre compte à votre structure"
    attached, pending = situation.with_status(ATTACHED), situation.with_status(PENDING)
    another = ("Demander un autre rattachement", "portal.search")
    # One attachment in force is enough to go on, however many others are pending.
    if attached:
        return Task(title, DONE, f"Vous êtes rattaché à {_names(attached)}.", *another)
    if pending:
        return Task(title, WAIT, f"Un gestionnaire doit accepter votre rattachement à {_names(pending)}.", *another)
    sentence = "Recherchez votre exploitation, votre entreprise ou votre organisme. S'il est absent, vous l'ajouterez."
    return Task(title, NEXT, sentence, "Rechercher ma structure", "portal.search")


def opening_task(situation: Situation) -> Task:
    title = "Ouvrir un espace sur votre structure"
    attached = situation.with_status(ATTACHED)
    for attachment in attached:
        for espace in situation.opened(_id(attachment)):
            return Task(title, DONE, f"« {espace['label']} » est ouvert sur {attachment['structure']['name']}.")
    # Only the principal manager opens an espace (E-03); the others wait for it.
    for managed in situation.managed({PRINCIPAL}):
        sentence = f"Choisissez ce dont {managed['structure']['name']} a besoin."
        return Task(title, NEXT, sentence, "Ouvrir un espace", "portal.structure", {"structure_id": _id(managed)})
    if attached:
        return Task(title, WAIT, "Le gestionnaire principal de votre structure ouvre les espaces.")
    return Task(title, LATER, "Une fois rattaché à votre structure.")


def subscription_task(situation: Situation) -> Task:
    title = "Être abonné à l'espace"
    another = ("Voir mes abonnements", "portal.subscriptions")
    entered = situation.entered()
    if entered:
        return Task(title, DONE, f"Vous pouvez entrer dans « {entered[0]['label']} ».", *another)
    for requested in situation.subscriptions:
        if requested["status"] == PENDING:
            sentence = f"Un gestionnaire doit accepter votre abonnement à « {requested['label']} »."
            return Task(title, WAIT, sentence, *another)
    for attachment in situation.with_status(ATTACHED):
        if situation.opened(_id(attachment)):
            sentence = f"Un espace est ouvert sur {attachment['structure']['name']} : demandez à y entrer."
            return Task(title, NEXT, sentence, "Demander un abonnement", "portal.new_subscription")
    return Task(title, LATER, "Une fois un espace ouvert. Qui ouvre un espace y est abonné d'office.")


def _names(attachments: Sequence[Attachment]) -> str:
    first, others = attachments[0]["structure"]["name"], len(attachments) - 1
    return (
        first
        if not others
        else f"{first} et {others} autre{'s' if others > 1 else ''} structure{'s' if others > 1 else ''}"
    )


def _id(attachment: Attachment) -> int:
    return attachment["structure"]["structure_id"]
