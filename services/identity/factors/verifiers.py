"""What second factors are checked with."""

from dataclasses import dataclass

from services.identity.factors.encryption_at_rest import Encryptor
from services.identity.factors.relying_party import RelyingParty


@dataclass(frozen=True)
class Verifiers:
    sealer: Encryptor
    party: RelyingParty
