"""Password and secret question, under Mon compte (A-12)."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.clients.services import services
from gateway.portal.frame.blueprint import portal, render_page
from gateway.portal.frame.forms import text_of
from gateway.portal.frame.sessions import signed_in
from gateway.portal.parts.current_password import CurrentPasswordForm
from gateway.portal.parts.new_password import new_password, new_password_again
from gateway.portal.parts.secret_question import QuestionForm


class PasswordForm(CurrentPasswordForm):
    password = new_password("Nouveau mot de passe")
    password_again = new_password_again("Nouveau mot de passe, une seconde fois")


class MyQuestionForm(CurrentPasswordForm, QuestionForm):
    pass


@portal.route("/mon-compte/mot-de-passe", methods=["GET", "POST"])
@signed_in
def my_password() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            services().identity.change_password(text_of(form.current_password), text_of(form.password))
            flash("Votre mot de passe est changé. Vos autres sessions sont terminées ; un courriel vous le confirme.")
            return redirect(url_for("portal.my_account"), 303)
    return render_page("my_account/my_password.html", form, owner=services().identity.my_account())


@portal.route("/mon-compte/question-secrete", methods=["GET", "POST"])
@signed_in
def my_secret_question() -> ResponseReturnValue:
    form = MyQuestionForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            services().identity.change_secret_question(
                text_of(form.current_password), form.question(), text_of(form.secret_answer)
            )
            flash("Votre question secrète est changée. Un courriel vous le confirme.")
            return redirect(url_for("portal.my_account"), 303)
    return render_page("my_account/my_secret_question.html", form)
