"""What all forms share: French, values kept, and refusals of the services told at the field that is to blame."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    i18n,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are of 3.2
from wtforms.validators import DataRequired, Length, ValidationError

from gateway import messages
from gateway.clients.errors import ServiceRefusal
from gateway.portal import wording

MUST_SIGN_IN = frozenset({"unauthenticated", "session_ended"})


class PortalForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form whose faults are shown in a summary on top and at their fields."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # noqa: D106 (as WTForms wants it)
        def get_translations(self, form: Any) -> Any:
            """WTForms' own French."""
            return i18n.get_translations(["fr"])

    form_errors: list[str]
    _refused_with: int | None = None

    def sent_and_complete(self) -> bool:
        """Sent, and nothing missing that can be seen without asking a service."""
        return bool(self.validate_on_submit())

    def blame(self, refusal: ServiceRefusal) -> None:
        """Tells what a service said no to. Raises it again when the person has to sign in first."""
        if refusal.code in MUST_SIGN_IN:
            raise refusal
        self._refused_with = refusal.status
        for error in refusal.errors:
            self._blame_field(error["field"], error["code"])
        if not refusal.errors:
            self.form_errors = [*self.form_errors, self.sentence_for(refusal)]

    def sentence_for(self, refusal: ServiceRefusal) -> str:
        """What a refusal as a whole is told with."""
        return messages.for_refusal(refusal.code, refusal.status)

    def blame_field(self, name: str, sentence: str) -> None:
        field = self[name]
        field.errors = [*field.errors, sentence]

    def http_status(self) -> int:
        """Of the page that shows this form."""
        if self._refused_with is not None:
            return self._refused_with
        return 422 if self.errors else 200

    def is_unanswered(self) -> bool:
        """Whether the service that it was sent to has not answered."""
        return self._refused_with is not None and self._refused_with >= HTTPStatus.INTERNAL_SERVER_ERROR

    def faults(self) -> list[tuple[str | None, str]]:
        """For the summary: the id of the field to correct (None: the form as a whole) and what is wrong."""
        whole: list[tuple[str | None, str]] = [(None, sentence) for sentence in self.form_errors]
        return whole + [(_first_input(field), sentence) for field in self for sentence in field.errors]

    def input_for(self, blamed: str) -> str:
        """The field of this form that asked for what a service calls `blamed`."""
        return blamed.split(".")[0]

    def _blame_field(self, blamed: str, code: str) -> None:
        name = self.input_for(blamed)
        if name in self and not isinstance(self[name], HiddenField):
            self.blame_field(name, messages.for_error(code))
        else:
            self.form_errors = [*self.form_errors, messages.for_field(code, blamed)]


def _first_input(field: Field) -> str:
    """Groups of boxes have no input of their own name: their first box stands for them."""
    return f"{field.id}-0" if isinstance(field, RadioField | SelectMultipleField) else field.id


def needed(sentence: str) -> DataRequired:
    return DataRequired(sentence)


def at_most(characters: int) -> Length:
    return Length(max=characters, message=messages.for_error("too_long"))


def stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def text(label: str, sentence: str | None = None, *, hint: str = "", kind: Any = StringField, **attributes: Any) -> Any:
    """A line of text; `sentence` says what to do when it is missing: without one it is optional."""
    validators = [needed(sentence)] if sentence else []
    return kind(label, validators=validators, filters=[stripped], description=hint, render_kw=_attributes(attributes))


def email(label: str, sentence: str | None = None, *, hint: str = "", **attributes: Any) -> Any:
    return text(label, sentence, hint=hint, kind=EmailField, spellcheck="false", **attributes)


def long_text(label: str, *, hint: str = "") -> Any:
    return text(label, hint=hint, kind=TextAreaField, rows=4)


def digits(label: str, sentence: str | None = None, *, hint: str = "", **attributes: Any) -> Any:
    """Numbers that are names (SIRET, PACAGE): text with a keyboard of digits."""
    return text(label, sentence, hint=hint, inputmode="numeric", spellcheck="false", **attributes)


def choices(pairs: Iterable[tuple[str, str]]) -> Any:
    """Value and label of each."""
    return [SelectChoice(value, label) for value, label in pairs]


def country(**attributes: Any) -> Any:
    return SelectField("Pays", choices=choices(wording.countries()), default="FR", render_kw=_attributes(attributes))


def box(label: str, *, hint: str = "", default: bool = False, sentence: str | None = None) -> Any:
    """`sentence` says what to do when it must be ticked and is not."""
    return BooleanField(label, validators=[needed(sentence)] if sentence else [], description=hint, default=default)


def boxes(label: str, sentence: str, *, among: Any = (), coerce: Any = str, hint: str = "") -> Any:
    """One or more of several; `sentence` says what to do when none is chosen."""
    return SelectMultipleField(
        label,
        choices=choices(among),
        coerce=coerce,
        validators=[needed(sentence)],
        validate_choice=False,
        description=hint,
    )


def radios(label: str, sentence: str, *, among: Any = (), hint: str = "") -> Any:
    """One of several."""
    chosen = AnyOfChoices(sentence)
    return RadioField(label, choices=choices(among), validators=[chosen], validate_choice=False, description=hint)


class AnyOfChoices:
    """Says what to do when nothing, or nothing that was proposed, is chosen."""

    field_flags = {"required": True}

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def __call__(self, form: Any, field: Any) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(self._sentence)


def _attributes(attributes: dict[str, Any]) -> dict[str, Any]:
    """`maxlength`, `autocomplete` … as HTML has them."""
    return {name.replace("_", "-"): value for name, value in attributes.items()}
