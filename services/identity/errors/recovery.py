"""Refusals about the recovery of a forgotten password (A-09, A-11)."""

from chassis.ground.problems import NotFound, Refusal


class RecoveryLinkUnknown(NotFound):
    code, sentence = "recovery_link_unknown", "There is no such recovery link."


class RecoveryLinkExpired(Refusal):
    status, code, sentence = 410, "recovery_link_expired", "The recovery link has expired."


class RecoveryLinkUsed(Refusal):
    status, code, sentence = 410, "recovery_link_used", "The recovery link was already used."


class RecoveryLinkSuperseded(Refusal):
    status, code, sentence = 410, "recovery_link_superseded", "A newer recovery link replaced this one."


class RecoveryLinkBurnt(Refusal):
    status, code, sentence = 410, "recovery_link_burnt", "The recovery link admits no answer any more."


class RecoveryAnswerWrong(Refusal):
    status, code, sentence = 422, "recovery_answer_wrong", "The answer to the secret question is wrong."
