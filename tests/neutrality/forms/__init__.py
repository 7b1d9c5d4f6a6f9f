"""The table of forms: a new one is one line more in the module that it belongs to."""

from tests.neutrality.forms import cells, failures, inputs, models, modes, python, tools

FORMS = (
    *cells.FORMS,
    *python.FORMS,
    *failures.FORMS,
    *inputs.FORMS,
    *models.FORMS,
    *modes.FORMS,
    *tools.FORMS,
)
