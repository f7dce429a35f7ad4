"""Form that changes a structure: it names the version that was read, so that no change undoes another's unseen."""

from collections.abc import Mapping

from wtforms import StringField
from wtforms.widgets import HiddenInput

from gateway.portal.frame import wording
from gateway.portal.structures.structure_form import PLAIN, StructureForm

EMPTY = "rien"


class ChangeForm(StructureForm):
    version = StringField(widget=HiddenInput())

    def show_stored(self, stored: Mapping[str, object], version: str) -> None:
        """Show stored values beside the person's input, and take over their version: sending again overwrites them."""
        for name in (*PLAIN, "is_public"):
            if (self.changes()[name] or None) != (stored[name] or None):
                self.add_field_error(
                    self.field_for(name), f"Enregistré entre-temps : « {_in_words(name, stored[name])} »."
                )
        # The field renders its raw data, the version that was sent, as long as it has any.
        self.version.data, self.version.raw_data = version, None


def _in_words(name: str, value: object) -> str:
    if name == "country":
        return wording.country(str(value))
    if name == "status":
        return wording.status(str(value))[0]
    if isinstance(value, bool):
        return (wording.PUBLIC_OR_PRIVATE if name == "is_public" else wording.YES_OR_NO)[value]
    return str(value or EMPTY)
