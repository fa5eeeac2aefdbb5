"""What a finding does to what goes in, in words."""

from dsolint.findings import Effect
from dsolint.phrases import Phrase

EFFECTS = {
    Effect.FILE: Phrase("the file is refused"),
    Effect.LINE: Phrase("the line is left out"),
    Effect.VALUE: Phrase("the value may be lost"),
    Effect.NONE: Phrase("no effect on what goes in"),
}
