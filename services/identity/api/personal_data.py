"""What identity knows of a person, to take away or to be erased (A-15)."""

from typing import Any

from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading, writing
from chassis.web.routes import Routes
from services.identity import errors, personal_data, schemas, use_cases
from services.identity.api.edge import never_stored, origin, resources, settled
from services.identity.api.proving import PROOF_REFUSALS, must_know_the_password

routes = Routes("personal data", description="A person's own data: a copy of them, and their end.")


@routes.get("/personal-data", guard=PERSON, refuses=[errors.AccountUnknown])
@routes.response(200, schemas.PersonalData)
def get_personal_data() -> dict[str, Any]:
    """Everything that identity keeps of the person who is calling"""
    with reading() as session:
        return personal_data.of(session, person())


@routes.post(
    "/personal-data/erasure",
    guard=PERSON,
    refuses=[
        *PROOF_REFUSALS,
        errors.SecondFactorNeeded,
        errors.SecondFactorWrong,
        errors.TooManyWrongSecondFactors,
    ],
)
@routes.arguments(schemas.Erasure)
@routes.response(204)
def erase_my_account(body: dict[str, Any]) -> None:
    """Erase the account for good: nobody can sign in to it any more, and what tells of the person goes everywhere"""
    shown = must_know_the_password(body.pop("current_password"))
    with writing() as session:
        refusal = use_cases.erase_own_account(session, shown, body, resources().verifiers, origin())
    settled(refusal)


routes.after_request(never_stored)
