"""What second factors are checked with."""

from dataclasses import dataclass

from services.identity.relying_party import RelyingParty
from services.identity.sealing import Sealer


@dataclass(frozen=True)
class Verifiers:
    sealer: Sealer
    party: RelyingParty
