"""Secret question and its answer (A-07). `parts/_secret_question.html` shows the fields."""

from wtforms import SelectField, StringField
from wtforms.validators import ValidationError

from gateway.portal.frame import wording
from gateway.portal.frame.forms import PortalForm, choices, text, text_of

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
        return text_of(self.own_question) if self._has_own_question() else str(self.secret_question.data)

    def validate_own_question(self, field: StringField) -> None:
        if self._has_own_question() and not field.data:
            raise ValidationError("Écrivez votre question.")

    def field_for(self, input_name: str) -> str:
        is_own = input_name == "secret_question" and self._has_own_question()
        return "own_question" if is_own else super().field_for(input_name)

    def _has_own_question(self) -> bool:
        return bool(self.secret_question.data == OWN)
