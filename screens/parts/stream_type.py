"""Stream Type, and the one option that some stream types have."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Checkbox, Select

from panther_s3 import form_words as form
from panther_s3 import rules
from panther_s3.source import StreamOptions, StreamType
from screens.parts.fields import Field, TextField
from screens.parts.toggles import Check


class StreamTypeFields(Vertical):
    """The choice of stream type, and beneath it the option of the one chosen."""

    def __init__(self, stream_type: StreamType, options: StreamOptions) -> None:
        super().__init__(id="stream-type-fields")
        self._initial, self._options = stream_type, options

    def compose(self) -> ComposeResult:
        yield Field(
            form.STREAM_TYPE._replace(hint=form.STREAM_MEANINGS[self._initial]),
            Select(
                [(kind.label, kind) for kind in StreamType],
                value=self._initial,
                allow_blank=False,
                id="stream-type",
                compact=True,
            ),
        )
        yield TextField(form.ENVELOPE_FIELD, self._options.json_array_envelope_field, rule=rules.envelope_field_fault)
        yield Field(
            form.RETAIN_ENVELOPE,
            Check(
                form.RETAIN_ENVELOPE_QUESTION,
                self._options.retain_envelope_fields,
                id="retain-envelope",
                compact=True,
            ),
        )
        yield TextField(form.XML_ROOT, self._options.xml_root_element, rule=rules.xml_root_fault)

    def on_mount(self) -> None:
        self._show_option()

    @property
    def stream_type(self) -> StreamType:
        """The stream type chosen."""
        return StreamType(str(self.query_one("#stream-type", Select).value))

    @property
    def options(self) -> StreamOptions:
        """Every option as typed, those of other stream types too, so that choosing back and forth loses nothing."""
        return StreamOptions(
            self.query_one("#envelope-field-field", TextField).value,
            self.query_one("#retain-envelope", Checkbox).value,
            self.query_one("#xml-root-field", TextField).value,
        )

    @property
    def fields(self) -> tuple[TextField, ...]:
        """The text fields that count for the stream type chosen."""
        return tuple(field for field in self.query(TextField) if field.display)

    @on(Select.Changed, "#stream-type")
    def _show_option(self) -> None:
        chosen = self.stream_type
        self.query_one("#stream-type-field", Field).show_hint(form.STREAM_MEANINGS[chosen])
        self.query_one("#envelope-field-field").display = chosen is StreamType.JSON_ARRAY
        self.query_one("#retain-envelope-field").display = chosen is StreamType.CLOUDWATCH_LOGS
        self.query_one("#xml-root-field").display = chosen is StreamType.XML
