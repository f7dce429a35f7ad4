"""The task list of the home page: where a person stands in the four steps, and what they do next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.clients.answers.espaces import MenuEntry, StructureEspace, Subscription
from gateway.clients.answers.structures import Attachment
from gateway.portal.wording import ATTACHED, MANAGERS, PENDING, PRINCIPAL

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
    """What the services know of a person. `espaces` has those of each structure that they are attached to."""

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
        """Without what managers have from the creation of a structure: nobody had to open it (E-04)."""
        given = {one["espace"] for espaces in self.espaces.values() for one in espaces if is_for_managers(one)}
        return [entry for entry in self.menu if entry["espace"] not in given]


def is_for_managers(espace: StructureEspace) -> bool:
    return espace["for_managers"]


def task_list(situation: Situation) -> list[Task]:
    return [account(), attachment(situation), opening(situation), subscription(situation)]


def account() -> Task:
    return Task("Créer votre compte", DONE, "Votre compte est créé et activé.")


def attachment(situation: Situation) -> Task:
    title = "Rattacher votre compte à votre structure"
    attached, pending = situation.with_status(ATTACHED), situation.with_status(PENDING)
    another = ("Demander un autre rattachement", "portal.search")
    if attached:
        return Task(title, DONE, f"Vous êtes rattaché à {_names(attached)}.", *another)
    if pending:
        return Task(title, WAIT, f"Un gestionnaire doit accepter votre rattachement à {_names(pending)}.", *another)
    sentence = "Recherchez votre exploitation, votre entreprise ou votre organisme. S'il est absent, vous l'ajouterez."
    return Task(title, NEXT, sentence, "Rechercher ma structure", "portal.search")


def opening(situation: Situation) -> Task:
    title = "Ouvrir un espace sur votre structure"
    attached = situation.with_status(ATTACHED)
    for one in attached:
        for espace in situation.opened(_id(one)):
            return Task(title, DONE, f"« {espace['label']} » est ouvert sur {one['structure']['name']}.")
    for one in situation.managed({PRINCIPAL}):
        sentence = f"Choisissez ce dont {one['structure']['name']} a besoin."
        return Task(title, NEXT, sentence, "Ouvrir un espace", "portal.structure", {"structure_id": _id(one)})
    if attached:
        return Task(title, WAIT, "Le gestionnaire principal de votre structure ouvre les espaces.")
    return Task(title, LATER, "Une fois rattaché à votre structure.")


def subscription(situation: Situation) -> Task:
    title = "Être abonné à l'espace"
    another = ("Voir mes abonnements", "portal.subscriptions")
    entered = situation.entered()
    if entered:
        return Task(title, DONE, f"Vous pouvez entrer dans « {entered[0]['label']} ».", *another)
    for one in situation.subscriptions:
        if one["status"] == PENDING:
            sentence = f"Un gestionnaire doit accepter votre abonnement à « {one['label']} »."
            return Task(title, WAIT, sentence, *another)
    for one_attachment in situation.with_status(ATTACHED):
        if situation.opened(_id(one_attachment)):
            sentence = f"Un espace est ouvert sur {one_attachment['structure']['name']} : demandez à y entrer."
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
