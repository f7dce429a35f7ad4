"""Refusals that come from the directory's answer, or from its silence (S-05)."""

from chassis.ground.problems import Refusal


class SiretUnknown(Refusal):
    status, code, sentence = 404, "siret_unknown", "The directory does not know this SIRET."


class SiretNotInDirectory(Refusal):
    """Variant of SiretUnknown where the SIRET is a field of the input, and not the resource of the request."""

    status, code, sentence = 422, SiretUnknown.code, SiretUnknown.sentence


class SiretClosed(Refusal):
    status, code, sentence = 409, "siret_closed", "This establishment is closed in the directory."


class DirectoryUnavailable(Refusal):
    """Lack of an answer that can be trusted. It says nothing of the SIRET, unlike SiretUnknown."""

    status, code, sentence = 503, "directory_unavailable", "The directory does not answer."
