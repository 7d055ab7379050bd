"""What the image runs: the supervisor with an evaluation of one's own; all else is as in PRISM's own image."""

import sys

if sys.argv[1:] == ["supervise"]:
    from accuracy import evaluate
    from prism.evaluator import supervisor

    supervisor.main(evaluate)
else:
    from prism.evaluator.__main__ import main

    main()
