"""Copy and erasure of personal data (A-15)."""

from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading
from chassis.web.routes import Routes
from services.identity.api import responses
from services.identity.api.bodies import ErasureBody
from services.identity.api.refusals import PROOF_REFUSALS
from services.identity.errors.accounts import AccountUnknown
from services.identity.errors.second_factors import (
    RecoveryCodeWrong,
    SecondFactorNeeded,
    SecondFactorWrong,
    TooManyWrongSecondFactors,
)
from services.identity.flows import my_account
from services.identity.queries import personal_data
from services.identity.schemas.personal_data import Erasure, PersonalData

routes = Routes("personal data", description="A person's own data: a copy of them, and their end.")


@routes.get("/personal-data", guard=PERSON, refuses=[AccountUnknown])
@routes.response(200, PersonalData)
def get_personal_data() -> dict[str, object]:
    """Everything that identity keeps of the person who is calling"""
    with reading() as session:
        return personal_data.collect(session, person())


@routes.post(
    "/personal-data/erasure",
    guard=PERSON,
    refuses=[
        *PROOF_REFUSALS,
        SecondFactorNeeded,
        SecondFactorWrong,
        RecoveryCodeWrong,
        TooManyWrongSecondFactors,
    ],
)
@routes.arguments(Erasure)
@routes.response(204)
def erase_my_account(body: ErasureBody) -> None:
    """Erase the account for good: nobody can sign in to it any more, and what tells of the person goes everywhere"""
    second_factor = {"code": body["code"], "recovery_code": body["recovery_code"]}
    my_account.erase(body["current_password"], second_factor)


routes.after_request(responses.never_stored)
