"""Password and secret question, under Mon compte (A-12)."""

from typing import Any

from flask import flash, redirect, url_for

from gateway.clients.errors import ServiceRefusal
from gateway.clients.services import services
from gateway.portal.blueprint import page, portal
from gateway.portal.current_password import CurrentPasswordForm
from gateway.portal.new_password import new_password, new_password_again
from gateway.portal.secret_question import QuestionForm
from gateway.portal.sessions import signed_in


class PasswordForm(CurrentPasswordForm):
    password = new_password("Nouveau mot de passe")
    password_again = new_password_again("Nouveau mot de passe, une seconde fois")


class MyQuestionForm(CurrentPasswordForm, QuestionForm):
    pass


@portal.route("/mon-compte/mot-de-passe", methods=["GET", "POST"])
@signed_in
def my_password() -> Any:
    form = PasswordForm()
    if form.sent_and_complete():
        try:
            services().identity.change_password(form.current_password.data or "", form.password.data or "")
            flash("Votre mot de passe est changé. Vos autres sessions sont terminées ; un courriel vous le confirme.")
            return redirect(url_for("portal.my_account"), 303)
        except ServiceRefusal as refusal:
            form.blame(refusal)
    return page("my_password.html", form, owner=services().identity.my_account())


@portal.route("/mon-compte/question-secrete", methods=["GET", "POST"])
@signed_in
def my_secret_question() -> Any:
    form = MyQuestionForm()
    if form.sent_and_complete():
        try:
            services().identity.change_secret_question(
                form.current_password.data or "", form.question(), form.secret_answer.data
            )
            flash("Votre question secrète est changée. Un courriel vous le confirme.")
            return redirect(url_for("portal.my_account"), 303)
        except ServiceRefusal as refusal:
            form.blame(refusal)
    return page("my_secret_question.html", form)
