"""Verifiers of second factors (A-14)."""

from dataclasses import dataclass

from services.identity.factors.encryption_at_rest import Encryptor
from services.identity.factors.relying_party import RelyingParty


@dataclass(frozen=True)
class Verifiers:
    encryptor: Encryptor
    party: RelyingParty
