"""Refusals about operators."""

from chassis.ground.problems import Forbidden, Refusal


class AccountOfAnOperator(Forbidden):
    code, sentence = "account_of_an_operator", "An operator's account is changed by command line alone."


class AlreadyAnOperator(Refusal):
    status, code, sentence = 409, "already_an_operator", "The account is an operator's already."


class NotAnOperator(Refusal):
    status, code, sentence = 409, "not_an_operator", "The account is not an operator's."
