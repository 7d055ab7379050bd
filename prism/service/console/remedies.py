"""What an operator does next about what is not as it should be, in the words of a page that is read at night."""

from typing import Final

from prism.service import breakers

OF_A_PART: Final = {
    "database": "Hand-ins are answered 503 and senders try again; what was acknowledged is kept. See that the database "
    "runs, has room on its disk, and is reached under the address that `prism serve --check` prints.",
    "policy": "Nothing is reviewed until it is valid again, and submissions wait. `prism policy check FILE` says what "
    "is wrong, also with the files that it names.",
    "plugins": "Nothing is reviewed until all of them can be used, and submissions wait. `prism plugins list` says "
    "what is wrong with which.",
    "broker": "What is approved is not run, and waits. See that the engine, or Platform's broker, answers the workers. "
    "If its promises are not proved, run `prism sandbox verify` where the workers keep their state.",
    "hotkeys": "Public submissions are answered 503. See that the lists of hotkeys are there, young enough and whole.",
    "readiness": "A part does not answer at all, most likely the database or the engine. Reload; the log names it.",
}
OF_AN_OUTAGE: Final = {
    breakers.BROKER: "See that the engine, or Platform's broker, answers the workers, and has the evaluation image.",
    breakers.REVIEWER: "See that the model's provider answers, and that its key and the budget are not used up.",
    breakers.GUARD: "Workers cannot read submissions: see their log, and the memory of their machines.",
    breakers.CORPUS: "Submissions cannot be compared: `prism store check`, or wait until the index is made anew.",
}
WAITED_FOR: Final = (
    "Submissions wait and use up no attempts. One at a time is tried as a probe; when it comes through, everything "
    "goes on by itself."
)
PROVE: Final = "`prism sandbox verify`, where the workers keep their state, proves them; nothing is run before."
GIVEN_UP: Final = "Read the note of one, mend the cause, then have each of them reviewed once more."
