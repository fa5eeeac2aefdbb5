"""What findings do to what goes in, in words."""

from collections.abc import Mapping

from dsolint.findings import Effect
from dsolint.phrases import Counted, Phrase, in_a_row

_ALL = {
    Effect.FILE: Phrase("the file is refused"),
    Effect.LINE: Phrase("the line is left out"),
    Effect.VALUE: Phrase("the value may be lost"),
    Effect.NONE: Phrase("no effect on what goes in"),
}


def told_effects(effects: Mapping[Effect, int]) -> str:
    """What the findings of a rule do; where they differ, how many of them do what."""
    if len(effects) == 1:
        return _ALL[next(iter(effects))]
    return in_a_row([_some(effect, count) for effect, count in effects.items()])


def _some(effect: Effect, count: int) -> Phrase:
    match effect:
        case Effect.FILE:
            return Counted("{count} time the file is refused", "{count} times the file is refused", count)
        case Effect.LINE:
            return Counted("{count} time the line is left out", "{count} times the line is left out", count)
        case Effect.VALUE:
            return Counted("{count} time the value may be lost", "{count} times the value may be lost", count)
        case Effect.NONE:
            return Counted("{count} time no effect on what goes in", "{count} times no effect on what goes in", count)
