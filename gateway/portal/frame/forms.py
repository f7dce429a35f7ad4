"""Base form and field makers: French, input preserved, refusals of services shown at the field they concern."""

from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeVar

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
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are of 3.2
from wtforms.validators import DataRequired, Length, ValidationError

from chassis.ground import pasted
from gateway.clients.errors import ServiceRefusal
from gateway.messages import fields, refusals
from gateway.portal.frame import expired_forms, wording

ENDED_BY_GUESSES = "session_ended_by_guesses"
MUST_SIGN_IN = frozenset({"unauthenticated", "session_ended", ENDED_BY_GUESSES})
ANY = ("", "Indifférent")

TextField = TypeVar("TextField", bound=StringField)


class PortalForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Form with its errors in a summary on top of the page and at its fields."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # noqa: D106 (as WTForms wants it)
        def get_translations(self, form: object) -> object:
            """Return our own sentences in place of those of WTForms, which do not say what to do."""
            return fields.OfTheLibrary()

        def wrap_formdata(self, form: FlaskForm, formdata: object) -> object:
            """Return what was sent, or typed into a form that expired meanwhile."""
            wrapped: object = super().wrap_formdata(form, formdata)
            return expired_forms.typed() if wrapped is None else wrapped

    form_errors: list[str]
    _refused_with: int | None = None

    @contextmanager
    def showing_refusals(self, *, except_for: Container[str] = ()) -> Iterator[None]:
        """Show at the form a refusal raised in the block; raise it again when its code is in `except_for`."""
        try:
            yield
        except ServiceRefusal as refusal:
            if refusal.code in except_for:
                raise
            self.add_refusal(refusal)

    @contextmanager
    def showing_input_errors(self) -> Iterator[None]:
        """Show at the form a refusal of the input raised in the block; let all others through to the error pages."""
        try:
            yield
        except ServiceRefusal as refusal:
            if refusal.status != HTTPStatus.UNPROCESSABLE_ENTITY:
                raise
            self.add_refusal(refusal)

    def add_refusal(self, refusal: ServiceRefusal) -> None:
        """Add a refusal's sentences to the errors. Raise it again when the person has to sign in first."""
        # No correction of the input helps against an ended session; the error pages lead to the sign-in page.
        if refusal.code in MUST_SIGN_IN:
            raise refusal
        self._refused_with = refusal.status
        for error in refusal.errors:
            self._add_input_error(error["field"], error["code"])
        if not refusal.errors:
            self.form_errors = [*self.form_errors, self.sentence_for(refusal)]

    def sentence_for(self, refusal: ServiceRefusal) -> str:
        """Return the sentence for a refusal as a whole."""
        return refusals.sentence(refusal.code, refusal.status)

    def add_field_error(self, name: str, sentence: str) -> None:
        field = self[name]
        # WTForms leaves a tuple where a field had no error, so the list is a new one.
        field.errors = [*field.errors, sentence]

    def http_status(self) -> int:
        """Return the status of the page with this form: that of the refusal, 422 for other errors, else 200."""
        if expired_forms.reason():
            return HTTPStatus.BAD_REQUEST
        if self._refused_with is not None:
            return self._refused_with
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.errors else HTTPStatus.OK

    def is_unanswered(self) -> bool:
        """Tell whether the service failed to answer, rather than refused."""
        return self._refused_with is not None and self._refused_with >= HTTPStatus.INTERNAL_SERVER_ERROR

    def error_summary(self) -> list[tuple[str | None, str]]:
        """Return id of the field to correct (None: the form as a whole) and sentence of each error."""
        expired = expired_forms.reason()
        of_the_form = [*([expired] if expired else []), *self.form_errors]
        summary: list[tuple[str | None, str]] = [(None, sentence) for sentence in of_the_form]
        return summary + [(_error_anchor(field), sentence) for field in self for sentence in field.errors]

    def field_for(self, input_name: str) -> str:
        """Return the name of the field for an input of a service's API; `input_name` may be a dotted path."""
        return input_name.split(".")[0]

    def _add_input_error(self, input_name: str, code: str) -> None:
        name = self.field_for(input_name)
        # A hidden field has no place for an error, and a service may name an input that no field has.
        if name in self and not isinstance(self[name], HiddenField):
            self.add_field_error(name, fields.sentence(code))
        else:
            self.form_errors = [*self.form_errors, fields.labelled_sentence(code, input_name)]


def _error_anchor(field: Field) -> str | None:
    """Return the id of the element to correct; None for a hidden field."""
    if isinstance(field, HiddenField):
        return None
    # A group of boxes has no element with its own id, so the first box stands for it.
    return f"{field.id}-0" if isinstance(field, RadioField | SelectMultipleField) else field.id


def text_of(field: StringField) -> str:
    """Return the text of a field; empty when the browser did not send it."""
    return field.data or ""


def needed(sentence: str) -> DataRequired:
    return DataRequired(sentence)


def at_most(characters: int) -> Length:
    return Length(max=characters, message=fields.sentence("too_long"))


def stripped(value: object) -> object:
    return pasted.trimmed(value) if isinstance(value, str) else value


def text(label: str, sentence: str | None = None, *, hint: str = "", **attributes: str) -> StringField:
    """Return a line of text. It is required when it has a `sentence`, shown while it is missing."""
    return _text_field(StringField, label, sentence, hint, attributes)


def email(label: str, sentence: str | None = None, *, hint: str = "", **attributes: str) -> EmailField:
    return _text_field(EmailField, label, sentence, hint, {"spellcheck": "false", **attributes})


def long_text(label: str, *, hint: str = "") -> TextAreaField:
    return _text_field(TextAreaField, label, None, hint, {"rows": "4"})


def digits(label: str, sentence: str | None = None, *, hint: str = "", **attributes: str) -> StringField:
    """Return a text field with a keyboard of digits, for numbers that identify (SIRET, PACAGE)."""
    return text(label, sentence, hint=hint, inputmode="numeric", spellcheck="false", **attributes)


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Return the choices of a field from pairs of value and label."""
    return [SelectChoice(value, label) for value, label in pairs]


def optional_select(label: str, options: Iterable[tuple[str, str]]) -> SelectField:
    """Return a select field for a search criterion, left open by default."""
    return SelectField(label, choices=choices([ANY, *options]), default="")


def country(**attributes: str) -> SelectField:
    """Return a select field for a country: France, unless something else is known, or that it is not known."""
    return SelectField(
        "Pays",
        [needed("Choisissez le pays.")],
        choices=choices([("", "Choisissez"), *wording.countries()]),
        default="FR",
        render_kw=_attributes(attributes),
    )


def box(label: str, *, hint: str = "", default: bool = False, sentence: str | None = None) -> BooleanField:
    """Return a checkbox. It must be ticked when it has a `sentence`, shown while it is not."""
    return BooleanField(label, validators=[needed(sentence)] if sentence else [], description=hint, default=default)


def boxes(
    label: str,
    sentence: str,
    *,
    among: Iterable[tuple[str, str]] = (),
    coerce: type[str] | type[int] = str,
    hint: str = "",
) -> SelectMultipleField:
    """Return checkboxes, at least one of them required; `sentence` is shown when none is ticked."""
    # Values are not validated here: a template may list the choices itself, and only the service knows which of them
    # are still possible when the form arrives.
    return SelectMultipleField(
        label,
        choices=choices(among),
        coerce=coerce,
        validators=[needed(sentence)],
        validate_choice=False,
        description=hint,
    )


def radios(label: str, sentence: str, *, hint: str = "") -> RadioField:
    """Return required radio buttons; their choices are set once the form is made."""
    return RadioField(label, validators=[RequiredChoice(sentence)], validate_choice=False, description=hint)


class RequiredChoice:
    """Validator of a required choice, for a field with choices set by its view."""

    field_flags = {"required": True}

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def __call__(self, form: object, field: Any) -> None:  # the stubs know no SelectChoice
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(self._sentence)


def _text_field(
    kind: type[TextField], label: str, sentence: str | None, hint: str, attributes: Mapping[str, str]
) -> TextField:
    validators = [needed(sentence)] if sentence else []
    return kind(label, validators=validators, filters=[stripped], description=hint, render_kw=_attributes(attributes))


def _attributes(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes with hyphens, as HTML has them (`aria_label` → `aria-label`)."""
    return {name.replace("_", "-"): value for name, value in attributes.items()}
