"""One column of a block, as all its rules share it: what is asked twice is answered once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dsolint import arrays
from dsolint.arrays import FEW, Array
from dsolint.fields.questions import Form, Question, answers, forms_of
from dsolint.fields.vocabulary import Vocabulary

if TYPE_CHECKING:
    import pyarrow as pa


class _Known:
    """What is known of cells that differ, in what is known of more of them; without the cells themselves, which are large."""

    def __init__(self, among: tuple[_Known, pa.BooleanArray] | None = None) -> None:
        self.answers: dict[Question, pa.Array] = {}
        self.suspects: dict[Question, pa.BooleanArray] = {}
        self._among = among

    def find_answers(self, question: Question) -> pa.Array | None:
        """The answer for each cell."""
        if question not in self.answers and self._among is not None:
            more, rows = self._among
            answers = more.find_answers(question)
            if answers is not None:
                self.answers[question] = answers.filter(rows)
        return self.answers.get(question)

    def find_suspects(self, question: Question) -> pa.BooleanArray | None:
        """Where alone the answer to a yes-or-no question may be yes."""
        if question not in self.suspects and self._among is not None:
            more, rows = self._among
            suspects = more.find_suspects(question)
            if suspects is not None:
                self.suspects[question] = suspects.filter(rows)
        return self.suspects.get(question)


class Cells:
    """The cells of one column. `plain` has them as they are; `vocabulary` what is known of their values."""

    def __init__(self, plain: Array[str], vocabulary: Vocabulary | None = None) -> None:
        self.plain = plain
        self._vocabulary = vocabulary
        self._places = vocabulary.places(plain) if vocabulary is not None and len(plain) > FEW else None
        self._forms: Array[int] | None = None
        self._forms_are_known = False
        self._known = _Known()

    def __len__(self) -> int:
        return len(self.plain)

    def __getitem__(self, row: int) -> str:
        cell: str = self.plain[row].as_py()
        return cell

    @property
    def differ(self) -> bool:
        """Whether nothing is known of the values, and there are many."""
        return self._places is None and len(self) > FEW

    def narrow(self, questions: Iterable[Question], suspects: Array[bool]) -> None:
        """Note that the answer to these yes-or-no questions is no for all cells but the suspects."""
        self._known.suspects |= dict.fromkeys(questions, suspects)

    def ask(self, question: Question) -> Array[Any]:
        """The answer for each cell."""
        known = self._known.find_answers(question)
        if known is None:
            known = self._known.answers[question] = self._asked(question)
        return known

    def _asked(self, question: Question) -> Array[Any]:
        if self._vocabulary is not None and self._places is not None:
            return self._vocabulary.answers(question, self._places)
        if not self.differ:
            return answers(self.plain, question)
        if question.form is Form.DECIDES and (decided := self._asked_of_forms(question)) is not None:
            return decided
        suspects = self._suspects(question)
        if suspects is None:
            return answers(self.plain, question)
        if not suspects.true_count:
            return suspects
        return arrays.replace_with_mask(suspects, suspects, answers(self.plain.filter(suspects), question))

    def _suspects(self, question: Question) -> Array[bool] | None:
        """Where alone the answer may be yes; None where it may be everywhere."""
        if question.implies is not None:
            return self.ask(question.implies)
        suspects = self._known.find_suspects(question)
        if suspects is None and question.form is Form.MAY_SAY_NO:
            suspects = self._asked_of_forms(question)
        return suspects

    def _asked_of_forms(self, question: Question) -> Array[bool] | None:
        """The answers for the cells' forms; None where these differ too."""
        forms = self._vocabulary.forms if self._vocabulary is not None else None
        if forms is None or forms.is_given_up:
            return None
        if not self._forms_are_known:
            self._forms_are_known = True
            self._forms = forms.places(forms_of(self.plain))
        return None if self._forms is None else forms.answers(question, self._forms)

    def only(self, rows: Array[bool]) -> Cells:
        """The cells of some rows, with what is known of them."""
        less = Cells(self.plain.filter(rows))
        less._vocabulary = self._vocabulary
        less._places = None if self._places is None else self._places.filter(rows)
        less._forms = None if self._forms is None else self._forms.filter(rows)
        less._forms_are_known = self._forms_are_known
        less._known = _Known((self._known, rows))
        return less
