"""Choosing a secret question and its answer (A-07). `_secret_question.html` shows the fields."""

from wtforms import SelectField

from gateway.portal import wording
from gateway.portal.forms import PortalForm, choices, text

OWN = "autre"
QUESTIONS = [(question, question) for question in wording.SECRET_QUESTIONS]


class QuestionForm(PortalForm):
    secret_question = SelectField(
        "Question secrète",
        choices=choices([*QUESTIONS, (OWN, "Écrire ma propre question")]),
        description="Elle vous permettra de récupérer votre mot de passe en cas d'oubli.",
    )
    own_question = text(
        "Votre propre question", hint="Seulement si vous avez choisi de l'écrire vous-même.", maxlength="200"
    )
    secret_answer = text(
        "Réponse secrète", "Donnez la réponse à votre question.", hint="Majuscules et accents ne comptent pas.",
        autocomplete="off",
    )  # fmt: skip

    def question(self) -> str:
        return str(self.own_question.data if self.secret_question.data == OWN else self.secret_question.data)

    def input_for(self, blamed: str) -> str:
        is_own = blamed == "secret_question" and self.secret_question.data == OWN
        return "own_question" if is_own else super().input_for(blamed)

    def sent_and_complete(self) -> bool:
        complete = super().sent_and_complete()
        if complete and not self.question():
            self.blame_field("own_question", "Écrivez votre question.")
            return False
        return complete
